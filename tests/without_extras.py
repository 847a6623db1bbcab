"""Run by itself, without any module of an extra: a wizard from its first page to the last, and what is said of each.

It prints the messages after their extras, and at the end which packages the wizard has imported.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from tempfile import mkdtemp
from typing import Any

BEFORE = set(sys.modules)

from wizard.extras import EXTRAS

for module in {module for modules in EXTRAS.values() for module in modules}:
    # Python then finds none of it, as if it were not installed.
    sys.modules[module] = None  # type: ignore[assignment]
for module in [name for name in sys.modules if name.partition(".")[0] == "wizard"]:
    # What it looks for while it is imported was there.
    del sys.modules[module]

from flask import Flask
from flask_wtf.file import FileField
from wtforms import Form, StringField
from wtforms.validators import InputRequired

import wizard
from wizard import *  # noqa: F403
from wizard.fields.files import FileKinds
from wizard.sessions import StoreInterface, open_sessions


class NameForm(Form):
    """Asks for a name."""

    name = StringField("Your name", [InputRequired("Enter your name")])


class TeamForm(Form):
    """Asks for a team."""

    team = StringField("Your team", [InputRequired("Enter your team")])


class PhotoForm(Form):
    """Asks for a picture."""

    photo = FileField("Your photo")


class PaperForm(Form):
    """Asks for a file that is no picture."""

    paper = FileField("Your paper", [FileKinds("application/pdf")])


NAME = wizard.Step("you", NameForm, title="You")
TEAM = wizard.Step("team", TeamForm, title="Team", when=lambda answers: answers["you"]["name"] != "Ada")
PHOTO = wizard.Step("photo", PhotoForm, title="Your photo")
PAPER = wizard.Step("paper", PaperForm, title="Your paper")


def finish(answers, key):
    """Say who it was."""
    return f"For {answers['you']['name']} of {answers['team']['team']}"


async def finish_later(answers, key):
    """Wait for something first."""


def serve(*steps: Any, sessions: str | None = None, files: str | None = None, on_finish: Any = finish) -> Flask:
    """An application with a wizard."""
    app = Flask(__name__)
    app.secret_key = "only for this test, and long enough"
    app.config["WIZARD_FILES_URL"] = files
    if sessions:
        app.session_interface = open_sessions(sessions)
    app.register_blueprint(wizard.Wizard("survey", wizard.Flow(*steps), on_finish=on_finish), url_prefix="/survey")
    return app


def go_through(sessions: str | None) -> None:
    """Answer every page as a browser does, after a mistake."""
    app = serve(NAME, TEAM, sessions=sessions)
    client = app.test_client()

    def send(page: str, **data: str) -> str:
        opened = client.get(f"/survey/{page}").text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>', opened))
        response = client.post(f"/survey/{page}", data={**hidden, **data})
        return response.location or response.text

    assert "Enter your name" in send("you", name="")
    assert send("you", name="Grace") == "/survey/team"
    assert send("team", team="Navy") == "/survey/summary"
    assert "Navy" in client.get("/survey/summary").text
    assert send("summary") == "/survey/done"
    assert "For Grace of Navy" in client.get("/survey/done").text
    assert "flowchart" in app.test_cli_runner().invoke(args=["flow", "survey", "--mermaid"]).output


def says(extra: str, call: Callable[[], object]) -> None:
    """Print what is said where ``extra`` is missing."""
    try:
        call()
    except (wizard.FlowError, wizard.SettingError, SystemExit) as error:
        print(extra, error)
    else:
        print(extra, "is not missed")


def miss() -> None:
    """Ask for what each extra brings."""
    folder = f"file://{mkdtemp()}"
    says("async", lambda: serve(NAME, TEAM, on_finish=finish_later))
    says("metrics", lambda: wizard.Metrics(Flask(__name__)))
    says("redis", lambda: open_sessions("redis://127.0.0.1"))
    says("sealed", lambda: serve(PAPER, sessions="cookie:", files=folder))
    says("sealed", lambda: StoreInterface(object()))  # type: ignore[arg-type]
    says("server", lambda: __import__("wizard.serving"))
    says("sql", lambda: open_sessions("sqlite:////nowhere"))
    says("sql", lambda: wizard.Outbox)
    says("testing", lambda: __import__("wizard.testing"))
    # The rest asks for what seals first.
    del sys.modules["cryptography"]
    says("files", lambda: serve(PHOTO, sessions="cookie:", files=folder))
    says("s3", lambda: serve(PAPER, sessions="cookie:", files="s3://bucket"))
    says("sql", lambda: serve(PAPER, sessions="cookie:", files="sqlite:////nowhere"))
    # And the last, for what a database takes.
    del sys.modules["sqlalchemy"], sys.modules["email_validator"]
    says("postgresql", lambda: open_sessions("postgresql://127.0.0.1/nowhere"))
    # It writes the line itself, and ends with a status.
    says("signup", wizard.create_app)


if __name__ == "__main__":
    for where in (None, "cookie:"):
        go_through(where)
    # A shell that completes, and help(), leave out what cannot be had.
    for name in dir(wizard):
        getattr(wizard, name)
    # And so does a star.
    assert globals().keys() >= {"Flow", "Metrics", "Wizard", "today"}
    assert not globals().keys() & {"Call", "Mail", "Outbox"}
    packages = {name.partition(".")[0] for name, module in sys.modules.items() if module and name not in BEFORE}
    miss()
    print(*sorted(name for name in packages - sys.stdlib_module_names if not name.startswith("_")))
