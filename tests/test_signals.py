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
    """Each thing that happens is said once, with the run that it happened to and what else a subscriber needs."""
    visitor.send("plan", visitor.open("plan"), plan="")
    visitor.send("plan", visitor.open("plan"), plan="team")
    visitor.send("team", visitor.open("team"), name="Ada")
    page = visitor.open("summary")
    visitor.send("plan", page, plan="free")
    visitor.send("plan", page, plan="team")
    visitor.send("summary", page)
    run = page["_run"]
    both = ["plan", "team"]
    changed = {"unused": [], "used": [], "again": []}
    assert [(name, more) for name, _, more in heard] == [
        ("step_shown", {"run": "", "step": "plan", "path": ["plan"]}),
        ("step_refused", {"run": "", "step": "plan", "fields": ["plan"]}),
        ("step_shown", {"run": "", "step": "plan", "path": ["plan"]}),
        ("step_answered", {"run": run, "step": "plan", "path": both}),
        ("step_shown", {"run": run, "step": "team", "path": both}),
        ("step_answered", {"run": run, "step": "team", "path": both}),
        ("step_answered", {"run": run, "step": "plan", "path": ["plan"]}),
        ("path_changed", {"run": run, "path": ["plan"], "before": both, **changed, "unused": ["team"]}),
        ("step_answered", {"run": run, "step": "plan", "path": both}),
        ("path_changed", {"run": run, "path": both, "before": ["plan"], **changed, "used": ["team"]}),
        ("finished", {"run": run, "reference": "R-1"}),
    ]
    assert {name for _, name, _ in heard} == {"order"}


def test_clearing_is_heard_with_the_run_that_is_no_more(visitor, heard):
    """A subscriber can forget what it knows of it."""
    visitor.answer("plan", plan="team")
    page = visitor.open("clear")
    heard.clear()
    visitor.send("clear", page)
    assert heard == [("cleared", "order", {"run": page["_run"]})]


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
    page = visitor.open("summary")
    for _ in range(2):
        assert visitor.send("summary", page).location == "/order/done"
    assert [name for name, _, _ in heard].count("finished") == 1


def test_an_end_that_was_found_out_is_heard_as_well(app, database, heard):
    """A process died after the order was made, and whoever asks about it next says so."""
    found = []

    def die(answers, key):
        found.append("R-7")
        raise SystemExit

    flow = Flow(Step("plan", Plan, title="Plan"))
    app.register_blueprint(Wizard("late", flow, on_finish=die, find=lambda key: found[0]), url_prefix="/late")
    visitor = Visitor(app.test_client(), "/late")
    visitor.answer("plan", plan="free")
    page = visitor.open("summary")
    with pytest.raises(SystemExit):
        visitor.send("summary", page)
    visitor.send("plan", page, plan="team")
    assert heard[-1] == ("finished", "late", {"run": page["_run"], "reference": "R-7"})
