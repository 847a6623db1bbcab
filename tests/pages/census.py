"""A household: a list of people with lists of jobs in it, and a page for each person."""

from __future__ import annotations

from flask import Flask
from wtforms import BooleanField, Form, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired

from wizard import Flow, Repeat, Step, Wizard
from wizard.flow import ForEach
from wizard.sessions import open_sessions


class Home(Form):
    """Asks where."""

    kind = RadioField("Kind", [InputRequired("Select one")], choices={"house": "House", "ship": "Ship"})


class Name(Form):
    """Asks a name."""

    first = StringField("First name", [InputRequired("Enter a name")])


class Birth(Form):
    """Asks a year."""

    year = IntegerField("Year of birth", [InputRequired("Enter a year")])


class Job(Form):
    """Asks what somebody does."""

    work = StringField("Job", [InputRequired("Enter a job")])


class Diet(Form):
    """Asks what somebody eats."""

    eats = StringField("Food", [InputRequired("Enter a food")])


class Sure(Form):
    """Asks whether that is right."""

    sure = BooleanField("It is right")


FLOW = Flow(
    Step("home", Home, title="Your home"),
    Repeat(
        "people",
        Step("name", Name, title="Name", live=["first"]),
        Step("birth", Birth, title="Birth", when=lambda answers: answers["home"]["kind"] == "house"),
        Repeat(
            "jobs",
            Step("job", Job, title="Job"),
            title="Jobs",
            each=lambda entry: entry["job"]["work"],
            when=lambda answers: answers["birth"]["year"] < 2010,
        ),
        title="People",
        each=lambda entry: entry["name"]["first"],
        least=1,
        most=3,
        sortable=True,
        add="Add a person",
    ),
    ForEach("diets", Step("diet", Diet, title="Diet"), over="people", title="Diets"),
    Step("sure", Sure, title="Is it right?"),
)


def serve(database: str, given: list | None = None, flow: Flow = FLOW) -> Flask:
    """An application that serves it; ``given`` gets what ``on_finish`` was given."""
    app = Flask(__name__)
    app.secret_key = "only for these tests, and long enough"
    app.session_interface = open_sessions(database)

    def finish(answers, key):
        if given is not None:
            given.append(answers)
        return "Done"

    app.register_blueprint(Wizard("census", flow, on_finish=finish), url_prefix="/census")
    return app
