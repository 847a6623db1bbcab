"""What an operator runs, and what an author does."""

from __future__ import annotations

import json
from datetime import timedelta

import click
import pytest
from flask import Blueprint, Flask, current_app
from wtforms import Form, StringField

from wizard import Flow, Step, Wizard


def test_purge_deletes_what_has_expired_and_says_how_much(app):
    """What is still good stays."""
    store = app.session_interface.store
    store.save("good", "{}", timedelta(days=1), version=0)
    store.save("old", "{}", timedelta(seconds=-1), version=0)
    run = app.test_cli_runner().invoke
    assert run(args=["sessions", "purge"]).output == "1 expired session deleted\n"
    assert run(args=["sessions", "purge"]).output == "0 expired sessions deleted\n"
    assert store.load("good")


@pytest.mark.parametrize(
    ("options", "begins"), [([], "step "), (["--mermaid"], "flowchart TD\n"), (["--svg"], "<svg xmlns=")]
)
def test_flow_shows_the_steps_of_a_wizard(app, options, begins):
    """As a table, as a diagram, or as a picture."""
    output = app.test_cli_runner().invoke(args=["flow", "signup", *options]).output
    assert output.startswith(begins)
    assert "password (secret)" in output


class Text(Form):
    """Asks for a word."""

    text = StringField("Text")


@pytest.fixture
def other():
    """An application of somebody else's, with Flask's own session and two wizards."""
    other = Flask("other")
    other.secret_key = "for the test"
    for name in ("join", "leave"):
        when = lambda answers: current_app.config["OPEN"]  # noqa: E731  (as authors write it)
        steps = Step("first", Text, title=f"To {name}"), Step("last", Text, title="Last", when=when)
        other.register_blueprint(Wizard(name, Flow(*steps), on_finish=lambda *_: "R"), url_prefix=f"/{name}")
    return other


def test_flow_is_there_in_every_application_with_a_wizard(other):
    """A condition can look at the application."""
    other.config["OPEN"] = True
    output = other.test_cli_runner().invoke(args=["flow", "leave"]).output
    assert "To leave" in output
    assert "depends on more than answers" in output


def test_flow_finds_a_wizard_by_the_name_it_is_registered_under(other):
    """And says which there are; a blueprint that is no wizard is none of them."""
    other.config["OPEN"] = False
    other.register_blueprint(Blueprint("shop", __name__))
    other.register_blueprint(Wizard("x", Flow(Step("s", Text, title="Us")), on_finish=lambda *_: "R"), name="about")
    run = other.test_cli_runner().invoke
    assert "Us" in run(args=["flow", "about"]).output
    for unknown in ("x", "shop"):
        result = run(args=["flow", unknown])
        assert result.exit_code == 2
        assert f"Error: There is no wizard {unknown!r}. There is 'join', 'leave', 'about'.\n" in result.output


def test_flow_draws_one_picture_at_a_time(app):
    """Two at once are a mistake, and told so."""
    for two in (["--svg", "--mermaid"], ["--json-schema", "--svg"]):
        result = app.test_cli_runner().invoke(args=["flow", "signup", *two])
        assert result.exit_code == 2
        said = "Error: --mermaid, --svg and --json-schema each show it in another way. Use one of them.\n"
        assert result.output.endswith(said)


def test_flow_says_what_each_step_takes_as_json_schema(app):
    """With the title of the wizard, and nothing beside it."""
    found = json.loads(app.test_cli_runner().invoke(args=["flow", "signup", "--json-schema"]).output)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["title"] == app.blueprints["signup"].title
    assert list(found["properties"]) == [step.name for step in app.blueprints["signup"].flow]
    assert found["properties"]["security"]["properties"]["password"]["writeOnly"] is True


def test_an_application_keeps_a_flow_command_of_its_own():
    """A wizard does not take the name from it."""
    other = Flask("other")
    other.secret_key = "for the test"
    other.cli.command("flow")(lambda: click.echo("ours"))
    other.register_blueprint(Wizard("join", Flow(Step("s", Text, title="Us")), on_finish=lambda *_: "R"))
    assert other.test_cli_runner().invoke(args=["flow"]).output == "ours\n"
