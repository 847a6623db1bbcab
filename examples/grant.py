"""A grant for a project in a neighbourhood: pages to read, exits, texts that say what was answered, a value that
is computed, rules across steps, fields shown with a choice, and fields that go by each other.

Run it with:

flask --app examples/grant.py run
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask
from jinja2 import DictLoader
from werkzeug.exceptions import HTTPException
from wtforms import (
    DecimalField,
    EmailField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange

from wizard import Exit, Flow, Page, Step, Value, Wizard
from wizard.sessions import open_sessions

Answers = Mapping[str, Any]

#: The neighbourhoods of each part of the city.
NEIGHBOURHOODS = {
    "North": ["Castle Hill", "Mill Lane", "Old Docks"],
    "East": ["Brewery", "Gardens"],
    "South": ["Meadow", "Station", "Three Oaks"],
}

#: The texts of the pages that are read. In an application of many pages, each is a file in ``templates``.
TEXTS = {
    "grant/before.html": """
<p>We give up to €5,000 to people and groups who do something for their neighbourhood.</p>
<p>Have these at hand:</p>
<ul>
<li>what the project costs, in all</li>
<li>an estimate for each thing that you buy or hire</li>
</ul>
""",
    "grant/company.html": """
<p>This money is for people and groups. Companies can <a href="https://example.com/loans">apply for a loan</a>.</p>
""",
    "grant/large.html": """
<p>A project of €{{ "{:,}".format(answers.project.total) }} is larger than what we can support, which is €20,000.</p>
<p>If a part of it stands for itself, you can apply for that part.</p>
""",
    "grant/after.html": """
<p>You ask for €{{ "{:,}".format(answers.asked.amount) }} towards “{{ answers.project.name }}”, and find
€{{ "{:,}".format(answers.rest) }} elsewhere.</p>
<p>We decide at the end of each month, and write to you whatever we decide.</p>
""",
}


class WhoForm(Form):
    """Who applies."""

    who = RadioField(
        "Who is applying?",
        [InputRequired("Select who is applying")],
        choices={"person": "I am, by myself", "group": "A group", "company": "A company"},
    )


class PersonForm(Form):
    """A person."""

    name = StringField("Your name", [InputRequired("Enter your name")])


class GroupForm(Form):
    """A group."""

    name = StringField("Name of the group", [InputRequired("Enter the name of the group")])
    members = IntegerField(
        "How many of you are there?",
        [InputRequired("Enter how many of you there are"), NumberRange(2, 9999, "A group has two members or more")],
    )


class ReplyForm(Form):
    """Where the answer is sent."""

    how = RadioField(
        "How shall we write to you?",
        [InputRequired("Select how we shall write to you")],
        choices={"email": "By email", "text": "By text message", "letter": "By letter"},
    )
    email = EmailField("Email address", [Email("Enter an email address like name@example.com")])
    phone = TelField("Mobile number", [InputRequired("Enter a mobile number")])
    address = TextAreaField("Address", [InputRequired("Enter an address")])


class PlaceForm(Form):
    """For which neighbourhood it is."""

    part = SelectField(
        "Part of the city",
        [InputRequired("Select a part of the city")],
        choices={"": "Select a part of the city", **{part: part for part in NEIGHBOURHOODS}},
    )
    neighbourhood = SelectField("Neighbourhood", [InputRequired("Select a neighbourhood")])


class ProjectForm(Form):
    """What it is for."""

    name = StringField(
        "Name of the project", [InputRequired("Enter a name"), Length(max=60, message="Enter 60 letters")]
    )
    what = TextAreaField("What will you do?", [InputRequired("Enter what you will do")])
    total = IntegerField(
        "What it costs in all, in euros",
        [InputRequired("Enter what it costs"), NumberRange(20, 999_999, "Enter 20 to 999,999 euros")],
    )


def amount(label: str) -> DecimalField:
    """Return a field for a part of the costs."""
    rules = [InputRequired("Enter an amount, or 0"), NumberRange(0, 999_999, "Enter 0 to 999,999 euros")]
    return DecimalField(label, rules)


class CostsForm(Form):
    """What it costs."""

    materials = amount("Materials")
    rent = amount("Rooms and machines")
    people = amount("People who are paid")


class AskedForm(Form):
    """How much of it is asked for."""

    amount = IntegerField(
        "How much do you ask for, in euros?",
        [InputRequired("Enter how much you ask for"), NumberRange(1, message="Ask for €1 or more")],
    )


class RightForm(Form):
    """Whether it is right."""

    right = RadioField(
        "Is that right?",
        [InputRequired("Select whether that is right")],
        choices={"yes": "Yes", "no": "No, I want to ask for another amount"},
    )


def is_group(answers: Answers) -> bool:
    """Whether several people apply."""
    return bool(answers["who"]["who"] == "group")


def name(answers: Answers) -> str:
    """What the project is called."""
    return str(answers["project"]["name"])


def neighbourhoods(_answers: Answers, typed: Mapping[str, Any]) -> dict[str, str]:
    """Those in the part of the city that is chosen."""
    found = NEIGHBOURHOODS.get(typed["part"], [])
    return {"": "Select a neighbourhood", **{name: name for name in found}}


def total(answers: Answers) -> int:
    """What the project costs."""
    return int(answers["project"]["total"])


def rest(answers: Answers) -> int:
    """What somebody else has to pay."""
    return total(answers) - int(answers["asked"]["amount"])


def add_up(answers: Answers, data: Mapping[str, Any]) -> dict[str, str]:
    """The parts of the costs come to what was said before."""
    found = sum(data.values(), Decimal(0))
    return {"": f"These come to €{found}, and you said €{total(answers)} in all"} if found != total(answers) else {}


def put_rest(answers: Answers, typed: Mapping[str, Any]) -> dict[str, Decimal] | str:
    """Materials are what the other parts leave of the whole."""
    rest = total(answers) - (typed["rent"] or 0) - (typed["people"] or 0)
    return {"materials": Decimal(rest)} if rest >= 0 else "The other two come to more than the project costs."


def most(answers: Answers) -> int:
    """As much as we give, and no more than half of it."""
    return min(5000, total(answers) // 2)


flow = Flow(
    Page("before", title="What you need", template="grant/before.html"),
    Step("who", WhoForm, title="Who is applying"),
    Exit(
        "company",
        title="Companies cannot apply",
        template="grant/company.html",
        when=lambda answers: answers["who"]["who"] == "company",
    ),
    Step("person", PersonForm, title="About you", when=lambda answers: answers["who"]["who"] == "person"),
    Step("group", GroupForm, title="About you", when=is_group),
    Step(
        "reply",
        ReplyForm,
        title="Our answer",
        reveals={"email": ("how", "email"), "phone": ("how", "text"), "address": ("how", "letter")},
    ),
    Step(
        "project",
        ProjectForm,
        title="Your project",
        labels={"what": lambda answers: "What will the group do?" if is_group(answers) else "What will you do?"},
    ),
    Exit(
        "large",
        title="Your project is too large",
        template="grant/large.html",
        when=lambda answers: answers["project"]["total"] > 20_000,
    ),
    Step("place", PlaceForm, title="Where it is", choices={"neighbourhood": neighbourhoods}, refresh=["part"]),
    Step(
        "costs",
        CostsForm,
        title=lambda answers: f"What “{name(answers)}” costs",
        check=add_up,
        actions={"rest": ("Put what is left under materials", put_rest)},
    ),
    Step(
        "asked",
        AskedForm,
        title="What you ask for",
        bounds={"amount": {"max": most, "message": "Ask for €%(max)s or less"}},
    ),
    Value("rest", rest, title="What you find elsewhere", words=lambda euros: f"€{euros:,}"),
    Step(
        "right",
        RightForm,
        title=lambda answers: f"You find €{answers['rest']:,} elsewhere",
        intro=lambda answers: f"“{name(answers)}” costs €{total(answers):,}, and you ask for the rest of that.",
        back={"no": "asked"},
    ),
    Page("after", title="What happens next", template="grant/after.html"),
)


def apply(_answers: Answers, key: str) -> str:
    """Return the reference of an application. A second click gets the same."""
    return sha256(key.encode()).hexdigest()[:8].upper()


grant = Wizard(
    "grant",
    flow,
    on_finish=apply,
    title="Apply for a grant",
    finish="Apply",
    done="We have your application",
    promise="What you have entered is kept for a day.",
)


def create_app(instance_path: str | None = None) -> Flask:
    """Return the application: the grant begins on its first page.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    app.jinja_loader = DictLoader(TEXTS)
    Path(app.instance_path).mkdir(exist_ok=True)
    app.session_interface = open_sessions(f"sqlite:///{app.instance_path}/grant.db")
    app.register_blueprint(grant)
    # All addresses are the wizard's, and so are those that there are not.
    app.register_error_handler(HTTPException, grant.show_error)
    return app
