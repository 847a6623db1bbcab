"""The signals: when each is sent, what it says, and that no answer is in it."""

from __future__ import annotations

import pytest
from flask import Flask
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired

from tests.conftest import Visitor, hidden
from wizard import Flow, Step, Wizard, signals
from wizard.errors import Conflict
from wizard.sessions import open_sessions

NAMES = ["step_shown", "step_answered", "step_refused", "path_changed", "cleared", "expired", "finished"]


class Plan(Form):
    """Asks for a plan."""

    plan = RadioField("Plan", [InputRequired("Select a plan")], choices={"free": "Free", "team": "Team"})


class Team(Form):
    """Asks for a name."""

    name = StringField("Name", [InputRequired("Enter a name")])


@pytest.fixture
def app(database):
    """An application with a step that comes and goes."""
    app = Flask(__name__)
    app.secret_key = "key"
    app.session_interface = open_sessions(database)
    flow = Flow(
        Step("plan", Plan, title="Plan"),
        Step("team", Team, title="Team", when=lambda answers: answers["plan"]["plan"] == "team"),
    )
    app.register_blueprint(Wizard("order", flow, on_finish=lambda *_: "R-1"), url_prefix="/order")
    return app


@pytest.fixture
def visitor(app):
    """A new visitor."""
    return Visitor(app.test_client(), "/order")


@pytest.fixture
def heard():
    """What was sent, in order."""
    said = []
    listeners = []
    for name in NAMES:

        def listen(wizard, name=name, **more):
            said.append((name, wizard.name, more))

        listeners.append(listen)
        getattr(signals, name).connect(listen)
    yield said
    for name, listen in zip(NAMES, listeners, strict=True):
        getattr(signals, name).disconnect(listen)


def test_a_run_is_told_from_its_first_page_to_its_end(visitor, heard):
    """Each thing that happens is said once, with what a subscriber needs."""
    page = hidden(visitor.get("plan").text)
    visitor.client.post("/order/plan", data={**page, "plan": ""})
    visitor.client.post("/order/plan", data={**page, "plan": "team"})
    page = hidden(visitor.get("team").text)
    visitor.client.post("/order/team", data={**page, "name": "Ada"})
    page = hidden(visitor.get("summary").text)
    visitor.client.post("/order/plan", data={**page, "plan": "free"})
    visitor.client.post("/order/plan", data={**page, "plan": "team"})
    visitor.client.post("/order/summary", data=page)
    visitor.client.post("/order/clear", data=page)
    both = ["plan", "team"]
    changed = {"unused": [], "used": [], "again": []}
    assert heard == [
        ("step_shown", "order", {"step": "plan", "path": ["plan"]}),
        ("step_refused", "order", {"step": "plan", "fields": ["plan"]}),
        ("step_answered", "order", {"step": "plan", "path": both}),
        ("step_shown", "order", {"step": "team", "path": both}),
        ("step_answered", "order", {"step": "team", "path": both}),
        ("step_answered", "order", {"step": "plan", "path": ["plan"]}),
        ("path_changed", "order", {"path": ["plan"], "before": both, **changed, "unused": ["team"]}),
        ("step_answered", "order", {"step": "plan", "path": both}),
        ("path_changed", "order", {"path": both, "before": ["plan"], **changed, "used": ["team"]}),
        ("finished", "order", {"reference": "R-1"}),
        ("cleared", "order", {}),
    ]


def test_who_comes_back_too_late_is_heard(visitor, heard):
    """With each page that says so."""
    visitor.answer("plan", plan="team")
    visitor.expire()
    heard.clear()
    visitor.get("plan")
    assert [name for name, _, _ in heard] == ["step_shown", "expired"]


def test_what_is_done_again_after_a_conflict_is_said_once(app, visitor, heard, monkeypatch):
    """A signal is sent after the change was saved, not for each attempt."""
    page = hidden(visitor.get("plan").text)
    heard.clear()
    save, failures = type(app.session_interface.store).save, [1]

    def fail_once(*args, **kwargs):
        if failures:
            failures.pop()
            raise Conflict
        return save(*args, **kwargs)

    monkeypatch.setattr(type(app.session_interface.store), "save", fail_once)
    visitor.client.post("/order/plan", data={**page, "plan": "team"})
    assert [name for name, _, _ in heard] == ["step_answered"]


def test_a_click_on_finish_that_came_second_is_not_heard(visitor, heard):
    """The flow was finished once."""
    visitor.answer("plan", plan="free")
    page = hidden(visitor.get("summary").text)
    old = visitor.client.get_cookie("session").value
    visitor.client.post("/order/summary", data=page)
    visitor.client.set_cookie("session", old)
    assert visitor.client.post("/order/summary", data=page).location == "/order/done"
    assert [name for name, _, _ in heard].count("finished") == 1
