"""What an operator runs, and what an author does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from wizard import Wizard
from wizard.signup.flow import flow


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


def test_flow_is_there_in_every_application_with_a_wizard(app):
    """And says which there are."""
    other = Flask("other")
    other.session_interface = app.session_interface
    other.register_blueprint(Wizard("join", flow, on_finish=lambda *_: "R"), url_prefix="/join")
    run = other.test_cli_runner().invoke
    assert "Invite people" in run(args=["flow", "join"]).output
    result = run(args=["flow", "nobody"])
    assert result.exit_code == 2
    assert "There is no wizard 'nobody'. There is 'join'." in result.output
