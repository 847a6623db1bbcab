"""A survey of a library: three questions, of which the last depends on the one before. Run it with:

flask --app examples/survey.py run
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask, current_app
from werkzeug.exceptions import HTTPException
from wtforms import Form, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from wizard import Flow, Step, Wizard


class VisitsForm(Form):
    """How the library is used."""

    often = RadioField(
        "How often do you come to the library?",
        [InputRequired("Select how often you come")],
        choices={"weekly": "Every week", "monthly": "Every month", "seldom": "Less often"},
    )
    what = SelectMultipleField(
        "What do you come for?",
        [InputRequired("Select at least one thing that you come for")],
        choices={"books": "Books", "films": "Films and music", "work": "A quiet place to work", "events": "Events"},
        description="Select all that apply",
    )


class OpinionForm(Form):
    """How it is liked."""

    opinion = RadioField(
        "How do you like it?",
        [InputRequired("Select how you like it")],
        choices={"good": "It is good as it is", "better": "It could be better"},
    )


class WishForm(Form):
    """What is missing."""

    wish = TextAreaField(
        "What should we change first?",
        [InputRequired("Enter what we should change first"), Length(max=500, message="Enter 500 characters or fewer")],
    )


def save(answers: Mapping[str, Any], key: str) -> str:
    """Write the answers to a file. It is named after the run, so a second click writes the same one again."""
    reference = sha256(key.encode()).hexdigest()[:8].upper()
    folder = Path(current_app.instance_path, "survey")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{reference}.json").write_text(current_app.json.dumps(answers))
    return reference


flow = Flow(
    Step("visits", VisitsForm, title="Your visits"),
    Step("opinion", OpinionForm, title="Your opinion"),
    Step("wish", WishForm, title="Your wish", when=lambda answers: answers["opinion"]["opinion"] == "better"),
)
survey = Wizard(
    "survey",
    flow,
    on_finish=save,
    title="Library survey",
    finish="Send my answers",
    done="Thank you for your answers",
    promise="Your answers stay in your browser until you send them. Nobody sees who you are.",
)


def create_app(instance_path: str | None = None) -> Flask:
    """The application: the survey begins on its first page.

    :param instance_path: the folder for what is sent; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    app.register_blueprint(survey)
    # All addresses are the wizard's, and so are those that there are not.
    app.register_error_handler(HTTPException, survey.show_error)
    return app
