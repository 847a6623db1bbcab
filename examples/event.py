"""An event to register for. A code by mail makes sure that the mail with the ticket arrives.

flask --app examples/event.py run

There is no mail server: the page with the code links to the mails.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask
from sqlalchemy import Column, Connection, MetaData, String, Table, insert, select
from werkzeug.exceptions import HTTPException
from wtforms import EmailField, Form, RadioField, StringField
from wtforms.validators import Email, InputRequired, Length

from wizard import Code, Flow, Mail, Outbox, Step, Wizard, database
from wizard.sessions import open_sessions

TALKS = {"morning": "Ten o'clock: Bees in the city", "evening": "Seven o'clock: Stars without a telescope"}


class GuestForm(Form):
    """Who comes, and where the ticket is sent."""

    name = StringField("Your name", [InputRequired("Enter your name"), Length(max=100, message="Shorten your name")])
    email = EmailField(
        "Email address",
        [
            InputRequired("Enter your email address"),
            Email("Enter an email address like name@example.com"),
        ],
        render_kw={"autocomplete": "email"},
    )


class TalkForm(Form):
    """Which talk."""

    talk = RadioField("Talk", [InputRequired("Select a talk")], choices=TALKS)


guests = Table(
    "guests",
    MetaData(),
    Column("reference", String(6), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("email", String(254), nullable=False),
    Column("talk", String(10), nullable=False),
)
outbox = Outbox()


def register(answers: Mapping[str, Any], key: str) -> str:
    """Register the guest, and put the mail with the ticket: both, or neither."""
    reference = sha256(key.encode()).hexdigest()[:6].upper()
    with database.transaction(outbox.rows.engine) as connection:
        if not _is_known(connection, reference):
            guest = {"name": answers["guest"]["name"], "email": answers["verify"]["address"], **answers["talk"]}
            connection.execute(insert(guests).values(reference=reference, **guest))
            text = f"Your ticket is {reference}.\n{TALKS[guest['talk']]}\n\nWe look forward to seeing you!"
            outbox.put(connection, Mail(guest["email"], "Your ticket", text))
    return reference


def _is_known(connection: Connection, reference: str) -> bool:
    return connection.execute(select(guests).where(guests.c.reference == reference)).first() is not None


flow = Flow(
    Step("guest", GuestForm, title="Who is coming?"),
    Code(
        "verify",
        title="Check your email",
        to=lambda answers: answers["guest"]["email"],
        contact="Or call us between nine and five: 030 123456.",
    ),
    Step("talk", TalkForm, title="Which talk would you like to hear?"),
)
event = Wizard(
    "event",
    flow,
    on_finish=register,
    title="Open day - Natural history museum",
    finish="Register",
    done="You are registered",
    promise="Your answers are kept for a day, and used for your ticket alone.",
)


def create_app(instance_path: str | None = None) -> Flask:
    """The application. Answers, guests and mails are in one database.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    Path(app.instance_path).mkdir(exist_ok=True)
    app.config["DATABASE_URL"] = f"sqlite:///{app.instance_path}/event.db"
    outbox.init_app(app)
    database.create(outbox.rows.engine, guests, "DATABASE_URL")
    app.session_interface = open_sessions(app.config["DATABASE_URL"])
    app.register_blueprint(event)
    # All addresses are the wizard's, and so are those that there are not.
    app.register_error_handler(HTTPException, event.show_error)
    return app
