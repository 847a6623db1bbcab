"""The forms, the flow and the application that the tests of pages share: hiring a car."""

from __future__ import annotations

from flask import Flask
from wtforms import Form, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from tests.conftest import Visitor
from wizard import Flow, Repeat, Step, Wizard
from wizard.sessions import open_sessions

MODELS = {"small": {"s1": "Up!", "s2": "Fox"}, "large": {"l1": "Transit", "s2": "Fox"}}


class Size(Form):
    """Asks the size of a car."""

    size = RadioField("Size", choices={"small": "Small", "large": "Large", "huge": "Huge"})
    seats = IntegerField("Seats", [NumberRange(1, 9, "Enter 1 to 9 seats")])


class Model(Form):
    """Asks the model, of those that come in that size."""

    model = SelectField("Model", [InputRequired("Select a model")], invalid_choice_message="We do not have this one")
    plate = StringField("Plate")


class Driver(Form):
    """Asks who drives."""

    name = StringField("Name", [InputRequired("Enter a name")])


class Code(Form):
    """Asks a secret."""

    code = PasswordField("Code")


calls = []


def is_large(answers):
    """A condition that counts how often it is evaluated."""
    calls.append("van")
    return answers["size"]["size"] != "small"


def models(answers):
    """The models of the size."""
    calls.append("model")
    return MODELS.get(answers["size"]["size"], {"s2": "Fox"})


SHORT = Flow(Step("driver", Driver, title="Driver"), Step("payer", Driver, title="Payer"))

FLOW = Flow(
    Step("size", Size, title="Size"),
    Step("model", Model, title="Model", choices={"model": models}),
    Step("licence", Driver, title="Licence", when=is_large),
    Step(
        "payer",
        Driver,
        title="Payer",
        defaults=lambda answers: {"name": answers.get("licence", {}).get("name", "")},
    ),
    Repeat("drivers", Driver, title="Drivers", least=1, most=3, add="Add this driver"),
    Step("code", Code, title="Code", keep={"code": lambda code: "#" * len(code)}),
)


def serve(flow, url, **options):
    """An application of somebody else's, with sessions in a database."""
    app = Flask(__name__)
    app.secret_key = "key"
    app.testing = True
    app.session_interface = open_sessions(url)
    app.finished = []
    options.setdefault("on_finish", lambda answers, key: app.finished.append(answers) or "R-1")
    app.register_blueprint(Wizard("car", flow, **options), url_prefix="/car")
    return app


def fill_before_drivers(visitor):
    """Come to the list."""
    visitor.answer("size", size="small", seats="4")
    visitor.answer("model", model="s2")
    visitor.answer("payer", name="Ada")


def fill(visitor, size="large"):
    """Answer everything."""
    visitor.answer("size", size=size, seats="4")
    visitor.answer("model", model="s2", plate="A 1")
    if size != "small":
        visitor.answer("licence", name="Ada")
    visitor.answer("payer", name="Ada")
    visitor.answer("drivers", _action="add", name="Bob")
    visitor.answer("drivers")
    visitor.answer("code", code="1234")


def stored(visitor):
    """What the session has of this run."""
    with visitor.client.session_transaction() as session:
        return session.get("car", {})


def names(visitor):
    """The drivers that are stored."""
    return [entry["name"] for entry in stored(visitor)["answers"].get("drivers", [])]


def hire(url, on_finish, **options):
    """A visitor who has answered a short flow, before they finish."""
    app = serve(SHORT, url, on_finish=on_finish, **options)
    visitor = Visitor(app.test_client(), "/car")
    visitor.answer("driver", name="Ada")
    visitor.answer("payer", name="Bob")
    return visitor


def tab(visitor):
    """Another request of the same browser, while one is under way."""
    client = visitor.client.application.test_client()
    client.set_cookie("session", visitor.client.get_cookie("session").value)
    return Visitor(client, "/car")
