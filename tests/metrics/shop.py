"""An application with a wizard and metrics, for tests in this process and in processes of its own."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired

from wizard import Flow, Metrics, Outbox, Repeat, Step, Wizard
from wizard.sessions import open_sessions

KINDS = {"day": "For a day", "all": "For all days"}


class Ticket(Form):
    """Asks for a ticket."""

    kind = RadioField("Ticket", [InputRequired("Select a ticket")], choices=KINDS)


class Name(Form):
    """Asks for a name."""

    name = StringField("Name", [InputRequired("Enter a name")])


def create_app(url: str = "", **settings: object) -> Flask:
    """The application. Its session and its outbox are in the database at ``url``."""
    app = Flask("shop", instance_path=os.environ.get("INSTANCE"))
    app.config.from_prefixed_env()
    app.config.from_mapping(settings)
    Outbox(app, url := url or app.config["DATABASE_URL"])
    app.session_interface = open_sessions(url)
    flow = Flow(
        Step("ticket", Ticket, title="Your ticket"),
        Repeat("people", Step("name", Name, title="Name"), title="Who comes", least=1),
    )
    app.register_blueprint(Wizard("signup", flow, on_finish=lambda answers, key: "T-1"), url_prefix="/signup")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.get("/process")
    def process() -> str:
        return str(os.getpid())

    @app.get("/wait")
    def wait() -> str:
        Path(os.environ["BEGUN"]).write_text(str(os.getpid()))
        return Path(os.environ["END"]).read_text()

    @app.get("/fail")
    def fail() -> str:
        raise ZeroDivisionError

    Metrics(app)
    return app
