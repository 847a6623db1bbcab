"""A permit for a street party, in the templates of Bootstrap or of GOV.UK Frontend. Run it with:

flask --app examples/permit.py run

FLASK_WIZARD_THEME=govuk chooses the other one. Their style sheets come from npm: npm install bootstrap govuk-frontend
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask, Response, send_from_directory
from jinja2 import DictLoader
from werkzeug.exceptions import HTTPException
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional

from wizard import Flow, Repeat, Section, Step, Wizard
from wizard.fields import FileKinds, FileLimit, MemorableDateField
from wizard.sessions import open_sessions

#: Where npm puts the style sheet of each, below the folder of its packages.
SHEETS = {
    "bootstrap": "bootstrap/dist/css/bootstrap.min.css",
    "govuk": "govuk-frontend/dist/govuk/govuk-frontend.min.css",
}

#: The layout adds it to that of the theme. In an application, this is a file in ``templates``.
LAYOUT = """
{% extends "wizard/layout.html" %}
{% block head %}<link rel="stylesheet" href="{{ url_for("framework") }}">{% endblock %}
"""


class WhatForm(Form):
    """What it will be: the only question of its page."""

    what = RadioField(
        "What are you planning?",
        [InputRequired("Select what you are planning")],
        choices={"party": "A street party", "market": "A flea market", "other": "Something else"},
    )
    other = StringField("What is it?", [InputRequired("Enter what it is")])


class WhenForm(Form):
    """The day: the only question, too, and one of several inputs."""

    day = MemorableDateField("Which day is it?", [InputRequired("Enter the day")], example=date(2027, 3, 27))


class WhereForm(Form):
    """Where it is."""

    street = StringField("Street", [InputRequired("Enter the street"), Length(max=80, message="Shorten the street")])
    district = SelectField(
        "District",
        [InputRequired("Select a district")],
        choices={"": "Select a district", "north": "North", "old": "Old town", "south": "South"},
    )
    needs = SelectMultipleField(
        "What do you need?",
        [Optional()],
        choices={"fence": "Fences", "power": "Electricity", "bins": "Bins"},
        description="Select all that you need",
    )
    plan = FileField("A plan of the street", [Optional(), FileKinds("application/pdf"), FileLimit(megabytes=2)])
    more = TextAreaField("What else should we know?", [Optional(), Length(max=500, message="Shorten this")])


class WhoForm(Form):
    """Who is responsible."""

    name = StringField("Your name", [InputRequired("Enter your name")], render_kw={"autocomplete": "name"})
    email = EmailField(
        "Email address",
        [InputRequired("Enter your email address"), Email("Enter an email address like name@example.com")],
        render_kw={"autocomplete": "email"},
    )
    phone = TelField("Phone number", [Optional()], render_kw={"autocomplete": "tel"})
    agrees = BooleanField("I stay until the street is clean", [InputRequired("Agree to stay until it is clean")])


class HelperForm(Form):
    """One of those who help."""

    name = StringField("Name", [InputRequired("Enter a name")])
    task = StringField("Task", [InputRequired("Enter what they do")])


flow = Flow(
    Section(
        "event",
        Step("what", WhatForm, title="What it is", reveals={"other": ("what", "other")}),
        Step("when", WhenForm, title="The day"),
        Step("where", WhereForm, title="Where it is", intro="We close the street for cars from 8 in the morning."),
        title="Your event",
    ),
    Section(
        "people",
        Step("who", WhoForm, title="About you", live=["email"]),
        Repeat("helpers", HelperForm, title="Who helps", most=5, add="Add this person"),
        title="The people",
    ),
)
permit = Wizard(
    "permit",
    flow,
    on_finish=lambda _answers, key: sha256(key.encode()).hexdigest()[:6].upper(),
    title="Apply for a street permit",
    finish="Send my application",
    done="Application sent",
    layout="permit/layout.html",
    promise="We keep your answers for a day after your last change.",
)


def create_app(instance_path: str | None = None, config: Mapping[str, Any] | None = None) -> Flask:
    """The application. Answers are in a database, and so are the files, until the application is sent.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    :param config: settings that go before those of the environment. ``NODE_MODULES`` is where npm puts packages.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_mapping(WIZARD_THEME="bootstrap", NODE_MODULES="node_modules")
    app.config.from_prefixed_env()
    app.config.from_mapping(config or {})
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    Path(app.instance_path).mkdir(exist_ok=True)
    app.config["DATABASE_URL"] = f"sqlite:///{app.instance_path}/permit.db"
    app.session_interface = open_sessions(app.config["DATABASE_URL"])
    app.jinja_loader = DictLoader({"permit/layout.html": LAYOUT})

    packages = Path(app.config["NODE_MODULES"]).resolve()

    @app.get("/framework.css")
    def framework() -> Response:
        return send_from_directory(packages, SHEETS[app.config["WIZARD_THEME"]])

    # The fonts of GOV.UK, which only services there may use.
    @app.get("/assets/<path:name>")
    def assets(name: str) -> Response:
        return send_from_directory(packages / "govuk-frontend/dist/govuk/assets", name)

    app.register_blueprint(permit)
    # All addresses are the wizard's, and so are those that there are not.
    app.register_error_handler(HTTPException, permit.show_error)
    return app
