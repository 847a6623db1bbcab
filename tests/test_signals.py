"""The signals: when each is sent, what it says, and that no answer is in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from blinker import NamedSignal
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired

from tests.conftest import Visitor, hidden
from tests.proofs.conftest import Shop
from wizard import Flow, Outbox, Refused, Repeat, Step, StoreError, Wizard, signals
from wizard.errors import Conflict
from wizard.files.folder import FolderFiles
from wizard.sessions import RedisStore, open_sessions

#: Those that a Wizard sends.
NAMES = [name for name, one in vars(signals).items() if isinstance(one, NamedSignal) and name != "store_failed"]


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
        ("summary_shown", {"run": run}),
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
    """A signal is sent after the change was saved, not for each attempt; that there was a conflict is said at once."""
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
    assert [name for name, _, _ in heard] == ["conflict", "step_answered"]
    assert [set(more) for _, _, more in heard] == [{"run"}, {"run", "step", "path"}]


def test_two_tabs_with_two_answers_are_heard(visitor, heard):
    """When the visitor is asked which of the two is meant."""
    visitor.answer("plan", plan="team")
    old = visitor.open("plan")
    visitor.send("plan", visitor.open("plan"), plan="free")
    heard.clear()
    assert visitor.send("plan", old, plan="team").status_code == 409
    assert heard == [("answers_differ", "order", {"run": old["_run"], "step": "plan"})]


def test_a_refusal_at_the_end_is_heard(app, heard):
    """With the steps that it is about."""

    def refuse(answers, key):
        raise Refused({"plan": {"plan": "Sold out"}})

    flow = Flow(Step("plan", Plan, title="Plan"))
    app.register_blueprint(Wizard("sold", flow, on_finish=refuse), url_prefix="/sold")
    visitor = Visitor(app.test_client(), "/sold")
    visitor.answer("plan", plan="free")
    page = visitor.open("summary")
    heard.clear()
    assert visitor.send("summary", page).status_code == 422
    assert heard == [("summary_refused", "sold", {"run": page["_run"], "steps": ["plan"]})]


def test_a_refusal_in_an_entry_says_its_place(app, heard):
    """As all that happens there does; and so does a list in which an entry is missing."""
    flow = Flow(Repeat("people", Step("name", Team, title="Name"), title="People", least=1))
    app.register_blueprint(Wizard("house", flow, on_finish=lambda *_: "R"), url_prefix="/house")
    visitor = Visitor(app.test_client(), "/house")
    visitor.send("people", visitor.open("people"))
    entry = visitor.send("people", visitor.open("people"), _action="add").location.removeprefix("/house/")
    visitor.send(entry, visitor.open(entry), name="")
    assert [(name, more["step"], more["fields"]) for name, _, more in heard if name == "step_refused"] == [
        ("step_refused", "people", []),
        ("step_refused", "people/1/name", ["name"]),
    ]


def test_a_wrong_code_is_heard(database, heard):
    """As any answer that is not accepted."""
    visitor = Shop(database).visitor()
    visitor.given(account={"email": "ada@example.com"})
    assert visitor.said("verify", code="1")[0] == 422
    [(_, _, more)] = [one for one in heard if one[0] == "step_refused"]
    assert (more["step"], more["fields"]) == ("verify", ["code"])


def test_saving_for_later_is_heard(app, database, heard):
    """Once the link is on its way."""
    Outbox(app, url=database)
    flow = Flow(Step("plan", Plan, title="Plan"))
    app.register_blueprint(Wizard("later", flow, on_finish=lambda *_: "R", resume=True), url_prefix="/later")
    visitor = Visitor(app.test_client(), "/later")
    visitor.answer("plan", plan="free")
    page = visitor.open("save")
    heard.clear()
    visitor.send("save", page, email="not an address")
    assert heard == []
    visitor.send("save", page, email="ada@example.com")
    assert heard == [("saved", "later", {"run": page["_run"]})]


@pytest.fixture
def failed():
    """Which stores have failed."""
    stores = []

    def listen(store):
        stores.append(store)

    signals.store_failed.connect(listen)
    yield stores
    signals.store_failed.disconnect(listen)


def test_a_store_that_fails_is_heard(app, database, visitor, failed):
    """Once for each time, whoever asked it."""
    visitor.answer("plan", plan="team")
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("alter table sessions rename to others"))
    engine.dispose()
    assert visitor.get("team").status_code == 503
    assert failed == ["sqlite"]


def test_a_row_that_is_there_already_is_no_failure(database, failed):
    """It is what its unique key is for."""
    store = open_sessions(database).store
    store.save("one", "{}", timedelta(days=1), version=0)
    with pytest.raises(Conflict):
        store.save("one", "{}", timedelta(days=1), version=0)
    assert failed == []


def test_a_folder_that_is_away_is_heard(tmp_path, failed):
    """Files are kept in a store too."""
    store = FolderFiles(tmp_path / "files")
    (tmp_path / "files").rmdir()
    with pytest.raises(StoreError):
        store.read("one", 0)
    assert failed == ["folder"]


def test_a_redis_that_is_away_is_heard(failed):
    """Whatever it was asked."""

    def fail():
        raise RedisError

    with pytest.raises(StoreError):
        RedisStore.ask(RedisStore.__new__(RedisStore), fail)
    assert failed == ["redis"]


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
