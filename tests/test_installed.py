"""What an installed package adds to others: commands to Flask, and a fixture to pytest."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask

from tests.installed import environment
from wizard import Outbox, extras, settings
from wizard.commands import COMMANDS, wizard

SHOP = """
from flask import Flask
from wtforms import Form, StringField

from wizard import Flow, Step, Wizard


class NameForm(Form):
    name = StringField("Your name")


def create_app():
    app = Flask(__name__)
    app.secret_key = "only for this test, and long enough"
    flow = Flow(Step("you", NameForm, title="You"))
    app.register_blueprint(Wizard("survey", flow, on_finish=lambda answers, key: "R-1"), url_prefix="/survey")
    return app
"""

TESTS = """
import sys

import pytest


@pytest.fixture
def app():
    from shop import create_app

    return create_app()


def test_nothing_is_imported_before_it_is_asked_for():
    assert not [name for name in sys.modules if name.partition(".")[0] == "wizard"]


def test_a_journey_is_there(journey):
    journey.answer("you", name="Ada")
    assert journey.finish() == "R-1"
"""


@pytest.fixture
def run(tmp_path):
    """Runs a module of Python beside the shop, as where the package is installed, and warnings are errors."""
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "test_shop.py").write_text(TESTS)
    found = environment(tmp_path)

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-W", "error", "-m", *command)
        return subprocess.run(command, cwd=tmp_path, env=found, capture_output=True, text=True)

    return run


@pytest.mark.slow
def test_any_application_has_the_commands(run):
    """In the words of Flask, beside its own."""
    shown = run("flask", "--app", "shop", "wizard", "flow", "survey")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "You" in shown.stdout


@pytest.mark.slow
def test_the_fixture_is_there_without_an_import(run):
    """And what it is for is imported no sooner, so that coverage would measure all of it."""
    done = run("pytest", "-q", "-W", "error", "-p", "no:cacheprovider")
    assert "2 passed" in done.stdout, done.stdout + done.stderr


@pytest.fixture
def shop():
    """An application with no wizard at all."""
    return Flask("shop")


def invoke(app, *args):
    """What a command says."""
    return app.test_cli_runner().invoke(wizard, args)


def test_the_group_has_every_command(shop):
    """Each says what it does."""
    said = invoke(shop, "--help").output
    for name in COMMANDS:
        assert f"\n  {name} " in said


def test_a_command_of_a_missing_extra_says_which(shop, monkeypatch):
    """Whatever it is given; and the others work."""
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    result = invoke(shop, "outbox", "retry", "--all")
    line = extras.missing("sql", "flask wizard outbox")
    assert (result.exit_code, result.output) == (1, f"Error: {line}\n")
    assert invoke(shop, "settings").exit_code == 0


def test_a_command_of_the_signup_says_so_first(shop, monkeypatch):
    """Or whoever has another application would install what does not help."""
    monkeypatch.setitem(sys.modules, "alembic", None)
    said = invoke(shop, "doctor").output
    assert said.startswith("Error: flask wizard doctor, which is about the signup that comes with the package: needs ")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["outbox"], "This application has no outbox. Make one"),
        (["doctor"], "The doctor looks at the signup: flask --app wizard doctor."),
        (["db", "version"], "These are the tables of the signup: flask --app wizard db."),
        (["flow", "survey"], "There is no wizard 'survey'. There is none."),
        (["nonsense"], "No such command 'nonsense'."),
    ],
)
def test_what_an_application_has_not_is_said(shop, command, said):
    """In a line."""
    result = invoke(shop, *command)
    assert result.exit_code == 2
    assert said in result.output


def test_the_settings_are_those_in_force(shop):
    """Of an application with a wizard or without, each with its kind, its default and its meaning."""
    shop.config["WIZARD_MOST_RUNS"] = 3
    said = invoke(shop, "settings").output
    assert "WIZARD_MOST_RUNS = 3\n    number, 50 by default: how many unfinished runs of one flow" in said
    assert "SESSION_ABSOLUTE_LIFETIME = 604800\n    seconds, 604800 by default: " in said
    assert 'WIZARD_LIMIT_FINISH = {"address": "600 per 10 minutes", "run": "20 per minute"}\n    limits, ' in said
    assert "WIZARD_FILES_URL = none\n" in said
    names = [line.split(" = ")[0] for line in said.splitlines() if not line.startswith(" ")]
    assert names == sorted(settings.ENGINE | settings.THEIRS)


def test_the_signup_shows_its_own_and_no_secret(app):
    """Its keys, and the passwords in addresses."""
    app.config["SECRET_KEY_FALLBACKS"] = ["an older one that nobody may see"]
    app.config["WIZARD_METRICS_TOKEN"] = "a-token-that-nobody-else-may-have-read"
    app.config["SESSION_URL"] = "postgresql://ada:lovelace@example.com/sessions?sslpassword=babbage"
    result = app.test_cli_runner().invoke(args=["wizard", "settings"])
    assert result.exit_code == 0
    assert "SECRET_KEY = ***\n    key, none by default" in result.output
    assert "SECRET_KEY_FALLBACKS = ***\n" in result.output
    assert "WIZARD_METRICS_TOKEN = ***\n" in result.output
    assert "SESSION_URL = postgresql://ada:***@example.com/sessions?sslpassword=***\n" in result.output
    assert app.secret_key not in result.output
    for name in settings.ENGINE | settings.SIGNUP | settings.THEIRS:
        assert f"{name} = " in result.output


def test_a_setting_that_cannot_work_is_shown_with_its_cure(shop):
    """And the command fails."""
    shop.config["WIZARD_MOST_RUNS"] = "many"
    result = invoke(shop, "settings")
    assert result.exit_code == 1
    assert "WIZARD_MOST_RUNS: not a number above 0. Use how many unfinished runs a visitor may have" in result.output


def test_an_outbox_has_settings_in_any_application(shop, database):
    """They are listed with the engine's."""
    Outbox(shop, database)
    assert "\nMAIL_FROM = none\n" in invoke(shop, "settings").output
