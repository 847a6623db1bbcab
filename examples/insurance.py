"""An insurance of what is in a home: an address, a year, months, a duration, and days between two. It can be renewed
with the answers of last year (``/renew/AD36``), and policies can be imported. Run it with:

flask --app examples/insurance.py run
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, TextIO

import click
from flask import Blueprint, Flask, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from wtforms import Form, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange

from wizard import Flow, Step, Unfinished, Wizard
from wizard.fields import (
    AddressField,
    Alone,
    DurationField,
    MemorableDateField,
    MonthYearField,
    NotBefore,
    YearField,
)
from wizard.sessions import open_sessions

Answers = Mapping[str, Any]


class HomeForm(Form):
    """Where it is, and how old."""

    place = AddressField("Where is your home?", [InputRequired("Enter an address")])
    built = YearField("In which year was it built?", [InputRequired("Enter a year"), NumberRange(1200, 2100)])


class LifeForm(Form):
    """Since when somebody lives there."""

    moved = MonthYearField("When did you move in?", [InputRequired("Enter when you moved in")])
    unharmed = DurationField(
        "For how long have you had no damage?",
        [InputRequired("Enter for how long you have had no damage")],
        description="At this home and at those before it",
    )


class LocksForm(Form):
    """How it is protected."""

    locks = SelectMultipleField(
        "Which of these does your home have?",
        [InputRequired("Select what your home has, or none of these"), Alone("none")],
        choices={"bolt": "A bolt on each outer door", "alarm": "An alarm", "safe": "A safe", "none": "None of these"},
        description="Select all that apply",
    )


class AwayForm(Form):
    """When nobody is there."""

    first = MemorableDateField("First day", [InputRequired("Enter the first day")], example=datetime.date(2027, 7, 27))
    last = MemorableDateField(
        "Last day",
        [
            InputRequired("Enter the last day"),
            NotBefore("first", "The last day must be on or after the first: %(value)s"),
        ],
        example=datetime.date(2027, 8, 14),
    )


def built(answers: Answers) -> datetime.date:
    """Return the first month in which somebody can have moved in."""
    return datetime.date(answers["home"]["built"], 1, 1)


flow = Flow(
    Step("home", HomeForm, title="Your home"),
    Step(
        "life",
        LifeForm,
        title="Your time there",
        bounds={"moved": {"min": built, "message": "Your home was not built then. Enter a later month"}},
    ),
    Step("locks", LocksForm, title="Doors and locks"),
    Step("away", AwayForm, title="When nobody is at home", intro="Skip this if you do not know", optional=True),
)


def insure(_answers: Answers, key: str) -> str:
    """Return the number of a policy. A second click gets the same."""
    return sha256(key.encode()).hexdigest()[:8].upper()


insurance = Wizard(
    "insurance",
    flow,
    on_finish=insure,
    title="Insure what is in your home",
    finish="Insure it",
    done="Your home is insured",
    promise="What you have entered is kept for a day.",
)


#: What is known of each policy of last year. In a real application, a table.
LAST_YEAR = {
    "AD36": {
        "home": {
            "place": {"line1": "12 High Street", "line2": "", "town": "Leeds", "postcode": "LS1 4DT"},
            "built": 1998,
        },
        "life": {"moved": "2019-03", "unharmed": "P2Y6M"},
        "locks": {"locks": ["bolt", "safe"]},
    }
}

#: The page that asks before anything is begun: a link to it can stand in a letter.
RENEW = """
{% extends "wizard/layout.html" %}
{% block title %}Renew your insurance{% endblock %}
{% block wizard %}
<h1>Renew your insurance</h1>
<p>Take over what you told us last year about policy {{ policy }}? You can change all of it.</p>
<form method="post">{{ form.csrf_token }}<button class="button button-main">Renew it</button></form>
{% endblock %}
"""

letters = Blueprint("letters", __name__)


@letters.route("/renew/<policy>", methods=["GET", "POST"])
def renew(policy: str) -> ResponseReturnValue:
    """Begin with the answers of last year. In a real application, only their owner may."""
    values = LAST_YEAR.get(policy) or abort(404)
    form = FlaskForm()
    if form.validate_on_submit():
        return redirect(insurance.begin(values), 303)
    return render_template("renew.html", form=form, policy=policy, _=gettext)


def create_app(instance_path: str | None = None) -> Flask:
    """Return the application: the insurance begins on its first page.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    Path(app.instance_path).mkdir(exist_ok=True)
    app.session_interface = open_sessions(f"sqlite:///{app.instance_path}/insurance.db")
    app.jinja_loader = DictLoader({"renew.html": RENEW})
    app.register_blueprint(insurance)
    app.register_blueprint(letters)
    app.cli.add_command(import_policies)
    return app


@click.command("import")
@click.argument("file", type=click.File())
def import_policies(file: TextIO) -> None:
    """Import policies from FILE, a line of JSON each, by the rules that visitors meet."""
    for number, line in enumerate(file, 1):
        # Imported twice, a line has the same key, and so the same policy.
        run = flow.run(json.loads(line), key=sha256(line.encode()).hexdigest())
        try:
            click.echo(f"{number}: policy {run.finish(insure)}")
        except Unfinished as error:
            click.echo(f"{number}: {error}")
