"""Onboarding of people who are signed in: they go on from any device, and an admin sees who has not finished. Run it:

flask --app examples/onboarding.py run
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask, abort, current_app, redirect, render_template_string, session
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException
from wtforms import BooleanField, Form, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from wizard import Flow, Step, Wizard
from wizard.sessions import open_sessions

#: Who works here. An application asks for a password, of course.
PEOPLE = {"ada": "Ada Lovelace", "grace": "Grace Hopper", "mary": "Mary Jackson, who sees the list"}
ADMIN = "mary"


class ContactForm(Form):
    """Whom to call."""

    phone = StringField(
        "Phone number",
        [InputRequired("Enter a phone number"), Length(max=30, message="Enter 30 characters or fewer")],
        render_kw={"type": "tel", "autocomplete": "tel"},
    )
    emergency = StringField(
        "Whom should we call in an emergency?",
        [InputRequired("Enter whom to call"), Length(max=100, message="Enter 100 characters or fewer")],
        description="A name and a phone number",
    )


class DeskForm(Form):
    """What to have ready."""

    where = RadioField(
        "Where will you work?",
        [InputRequired("Select where you will work")],
        choices={"office": "In the office", "home": "At home"},
    )
    needs = SelectMultipleField(
        "What do you need?",
        choices={"screen": "A second screen", "chair": "Another chair", "headset": "A headset"},
        description="Select all that apply",
    )


class RulesForm(Form):
    """What everybody has read."""

    read = BooleanField("I have read the rules of the house", [InputRequired("Read the rules of the house")])


def keep(answers: Mapping[str, Any], key: str) -> str:
    """Note what somebody needs. The file is named after the run, so a second click writes the same one again."""
    Path(current_app.instance_path, f"{sha256(key.encode()).hexdigest()[:8]}.json").write_text(json.dumps(answers))
    return f"Welcome aboard, {PEOPLE[session['person']].partition(',')[0]}"


flow = Flow(
    Step("contact", ContactForm, title="How we reach you"),
    Step("desk", DeskForm, title="Your desk"),
    Step("rules", RulesForm, title="The rules of the house"),
)
onboarding = Wizard(
    "onboarding",
    flow,
    on_finish=keep,
    owner=lambda: session.get("person"),
    title="Welcome",
    finish="I am ready",
    done="You are ready",
)

PAGE = """<!doctype html>
<html lang="en">
<title>{{ title }}</title>
<meta name="viewport" content="width=device-width">
<main>
<h1>{{ title }}</h1>
{% for line in lines %}<p>{{ line }}</p>{% endfor %}
{% for name, action in buttons %}
<form method="post" action="{{ action }}">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<p><button>{{ name }}</button></p>
</form>
{% endfor %}
</main>
"""


def show_people() -> str:
    """Ask who it is."""
    buttons = [(name, f"/sign-in/{person}") for person, name in PEOPLE.items()]
    return render_template_string(PAGE, title="Who are you?", lines=[], buttons=buttons)


def sign_in(person: str) -> ResponseReturnValue:
    """Sign somebody in, under a new id."""
    if person not in PEOPLE:
        abort(404)
    session.renew()  # type: ignore[attr-defined]
    session["person"] = person
    return redirect("/progress" if person == ADMIN else "/onboarding/")


def sign_out() -> ResponseReturnValue:
    """Sign somebody out. What is theirs stays theirs."""
    session.clear()
    return redirect("/people")


def show_progress() -> str:
    """Show the admin who has not finished, and what is asked next."""
    if session.get("person") != ADMIN:
        abort(404)
    titles = {step.name: step.title for step in flow.steps}
    runs = [f"{PEOPLE[run.owner]}: {titles.get(run.missing or '', 'ready to send')}" for run in onboarding.unfinished()]
    lines = runs or ["Nobody is on the way."]
    return render_template_string(PAGE, title="On the way", lines=lines, buttons=[("Sign out", "/sign-out")])


def create_app(instance_path: str | None = None) -> Flask:
    """The application: it asks who one is, and then begins.

    :param instance_path: the folder for what is stored; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    app.session_interface = open_sessions(f"sqlite:///{app.instance_path}/onboarding.db")
    CSRFProtect(app)
    app.register_blueprint(onboarding, url_prefix="/onboarding")
    app.register_error_handler(HTTPException, onboarding.show_error)
    app.add_url_rule("/", view_func=lambda: redirect("/people"), endpoint="home")
    app.add_url_rule("/people", view_func=show_people)
    app.add_url_rule("/progress", view_func=show_progress)
    app.add_url_rule("/sign-in/<person>", view_func=sign_in, methods=["POST"])
    app.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    return app
