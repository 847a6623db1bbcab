"""A household census: sections in any order, people with jobs in a list of several pages, a second step that
adds to the same list, a page for each of them, and a total. Run it with:

flask --app examples/census.py run
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask
from jinja2 import DictLoader
from wtforms import Form, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from wizard import Flow, ForEach, Page, Repeat, Section, Step, Value, Wizard
from wizard.sessions import open_sessions

Answers = Mapping[str, Any]

#: From which age on people are asked for their work.
WORKING_AGE = 16

TEXTS = {
    "census/before.html": """
<p>A household is one person living alone, or people who share a kitchen, whether or not they are a family.</p>
<p>Count everyone who usually lives here, also who is away today.</p>
""",
}


class OthersForm(Form):
    """Whether there is anybody to list."""

    others = RadioField(
        "Does anybody live here with you?",
        [InputRequired("Select whether anybody lives here with you")],
        choices={"yes": "Yes", "no": "No, I live alone"},
    )


class TaskForm(Form):
    """What somebody is paid for."""

    task = StringField("What is the job called?", [InputRequired("Enter what the job is called")])
    hours = IntegerField(
        "Hours a week", [InputRequired("Enter the hours"), NumberRange(1, 80, "Enter 1 to 80 hours a week")]
    )


class LanguageForm(Form):
    """What somebody speaks."""

    language = RadioField(
        "Main language",
        [InputRequired("Select the main language")],
        choices={"english": "English", "welsh": "Welsh", "other": "Another language"},
    )


class PersonForm(Form):
    """Somebody who lives there."""

    name = StringField("Name", [InputRequired("Enter a name")])
    age = IntegerField("Age in years", [InputRequired("Enter an age"), NumberRange(0, 120, "Enter 0 to 120 years")])


class AwayForm(Form):
    """Somebody who lives there, and is away."""

    name = StringField("Name", [InputRequired("Enter a name")])
    age = IntegerField("Age in years", [InputRequired("Enter an age"), NumberRange(0, 120, "Enter 0 to 120 years")])
    where = StringField("Where are they?", [InputRequired("Enter where they are")], description="Such as “At sea”")


class NameForm(Form):
    """Who fills it in."""

    name = StringField("Your name", [InputRequired("Enter your name")])


class AgeForm(Form):
    """How old they are."""

    age = IntegerField("How old are you?", [InputRequired("Enter your age"), NumberRange(0, 120, "Enter 0 to 120")])


class HomeForm(Form):
    """What they live in."""

    home = RadioField(
        "What do you live in?",
        [InputRequired("Select what you live in")],
        choices={"house": "A house", "flat": "A flat", "other": "Something else, such as a boat"},
    )


class NameOfHomeForm(Form):
    """What it is called."""

    name = StringField("Does it have a name?", [Optional()], description="Such as “Rose Cottage”")


class FloorForm(Form):
    """How high up it is."""

    floor = IntegerField(
        "On which floor is it?",
        [InputRequired("Enter the floor"), NumberRange(-3, 163, "Enter a floor from -3 to 163")],
        description="0 is the ground floor",
    )


class RoomsForm(Form):
    """How large it is."""

    rooms = IntegerField(
        "How many rooms do you have to yourselves?",
        [InputRequired("Enter how many rooms"), NumberRange(1, 99, "Enter 1 to 99 rooms")],
    )


class WorkForm(Form):
    """What they do."""

    work = RadioField(
        "Did you work last week?",
        [InputRequired("Select whether you worked")],
        choices={"away": "Yes, away from home", "home": "Yes, at home", "no": "No"},
    )


class JobForm(Form):
    """What they work as."""

    job = StringField("What is your job called?", [InputRequired("Enter what your job is called")])


class TravelForm(Form):
    """How they go to work."""

    travel = RadioField(
        "How do you go to work, for the longest part of the way?",
        [InputRequired("Select how you go to work")],
        choices={"foot": "On foot", "bicycle": "By bicycle", "train": "By bus or train", "car": "By car"},
    )


VEHICLES = {"bicycle": "Bicycles", "car": "Cars", "boat": "Boats"}


class VehiclesForm(Form):
    """What stands at the door."""

    vehicles = SelectMultipleField("What does your household have?", choices=VEHICLES)


class CountForm(Form):
    """How many of each there are."""

    count = IntegerField("How many of each?", [InputRequired("Enter how many"), NumberRange(1, 99, "Enter 1 to 99")])


def has_others(answers: Answers) -> bool:
    """Whether anybody else lives there."""
    return bool(answers["others"]["others"] == "yes")


def is_adult(answers: Answers) -> bool:
    """Whether they may work."""
    return bool(answers["age"]["age"] >= WORKING_AGE)


def whose_language(answers: Answers) -> str:
    """Ask for a person by the name that was given."""
    return f"What does {answers['entry']['person']['name']} speak at home?"


def size(answers: Answers) -> int:
    """How many people live together."""
    return 1 + len(answers["household"])


flow = Flow(
    Section(
        "household",
        Page("before", title="Who counts", template="census/before.html"),
        Step("others", OthersForm, title="Who lives with you"),
        Repeat(
            "people",
            Step("person", PersonForm, title="Name and age"),
            Repeat(
                "jobs",
                Step("task", TaskForm, title="A job"),
                title="Jobs",
                each=lambda job: job["task"]["task"],
                when=lambda answers: answers["person"]["age"] >= WORKING_AGE,
                most=5,
                add="Add a job",
            ),
            title="The others",
            each=lambda person: person["person"]["name"],
            when=has_others,
            least=1,
            most=30,
            add="Add a person",
            sortable=True,
            into="household",
        ),
        Repeat(
            "away",
            Step("person", AwayForm, title="Who they are"),
            title="Who else lives here, and is away today?",
            each=lambda person: person["person"]["name"],
            when=has_others,
            most=30,
            add="Add somebody who is away",
            into="household",
        ),
        Value("size", size, title="People in your household"),
        ForEach(
            "languages",
            Step(
                "language",
                LanguageForm,
                title=whose_language,
                when=lambda answers: answers["entry"]["person"]["age"] > 2,
            ),
            over="household",
            title="Languages",
        ),
        title="Your household",
    ),
    Section(
        "home",
        Step("home", HomeForm, title="What you live in"),
        Step("floor", FloorForm, title="The floor", when=lambda answers: answers["home"]["home"] == "flat"),
        Step("home-name", NameOfHomeForm, title="Name"),
        Step("rooms", RoomsForm, title="The rooms"),
        title="Your home",
        summary=True,
    ),
    Section(
        "you",
        Step("name", NameForm, title="Name"),
        Step("age", AgeForm, title="Your age"),
        title="About you",
    ),
    Section(
        "work",
        Step("work", WorkForm, title="Last week"),
        Step("job", JobForm, title="Your job", when=lambda answers: answers["work"]["work"] != "no"),
        title="Your work",
        when=is_adult,
    ),
    Section(
        "travel",
        Step("vehicles", VehiclesForm, title="What you go by"),
        Step(
            "count",
            CountForm,
            title="How many there are",
            for_each={"count": "vehicles.vehicles"},
            labels={"count": lambda answers: VEHICLES[answers["entry"]]},
            when=lambda answers: bool(answers["vehicles"]["vehicles"]),
        ),
        Step(
            "travel",
            TravelForm,
            title="Your way to work",
            when=lambda answers: "work" in answers and answers["work"]["work"] == "away",
        ),
        title="Getting about",
    ),
    any_order=True,
)


def count(_answers: Answers, key: str) -> str:
    """Return the reference of a household. A second click gets the same."""
    return sha256(key.encode()).hexdigest()[:8].upper()


census = Wizard(
    "census",
    flow,
    on_finish=count,
    title="The household census",
    finish="Send",
    done="Your household is counted",
    promise="What you have entered is kept for a day.",
)


def create_app(instance_path: str | None = None) -> Flask:
    """Return the application: the census begins at the list of its sections.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    app.jinja_loader = DictLoader(TEXTS)
    Path(app.instance_path).mkdir(exist_ok=True)
    app.session_interface = open_sessions(f"sqlite:///{app.instance_path}/census.db")
    app.register_blueprint(census)
    return app
