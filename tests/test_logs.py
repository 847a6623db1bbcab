"""No answer ever reaches a log, whatever goes wrong in whichever store, and however much is logged."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.conftest import SECRET_KEY, Visitor, hidden
from wizard.accounts.tables import metadata
from wizard.app import create_app
from wizard.sessions import RedisStore

TYPED = {
    "account": {"email": "quixotina@dulcinea.example", "username": "rocinante"},
    "profile": {"full_name": "Sancho Panza", "date_of_birth": "1957-03-13", "country": "ES"},
    "plan": {"plan": "team"},
    "team": {"organisation": "Windmills", "seats": "12"},
    "members": {},
    "security": {"password": "barataria toboso clavileno", "accept_terms": "y"},
}
WORDS = [
    "quixotina",
    "dulcinea",
    "rocinante",
    "sancho",
    "panza",
    "1957",
    "windmills",
    "teresa",
    "cascajo",
    "barataria",
    "argon2id",
]


class Everything(logging.Handler):
    """Keeps all that is logged, as it would be written, and all that a handler could make of it."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record):
        self.text += f"{record.name} {logging.Formatter().format(record)}\n{record.args!r}\n"
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            self.text += f"{error!r} {vars(error)!r}\n"
            error = error.__cause__ or error.__context__


@pytest.fixture
def logged(monkeypatch, capfd):
    """All that every logger says, and what is printed."""
    handler = Everything()
    names = [name for name, logger in logging.root.manager.loggerDict.items() if isinstance(logger, logging.Logger)]
    for logger in (logging.root, *map(logging.getLogger, names)):
        monkeypatch.setattr(logger, "level", logging.DEBUG)
        monkeypatch.setattr(logger, "disabled", False)
        logger.manager._clear_cache()
    logging.root.addHandler(handler)
    yield lambda: handler.text + "".join(capfd.readouterr())
    logging.root.removeHandler(handler)
    logging.root.manager._clear_cache()


@pytest.fixture
def settings(store_url, database):
    """The settings of the signup over each store."""
    accounts = store_url if store_url.startswith("postgresql") else database
    return {"DATABASE_URL": accounts, "SESSION_URL": store_url, "SECRET_KEY": SECRET_KEY}


@pytest.fixture
def app(settings):
    """The signup, with every error told as in production."""
    app = create_app(settings)
    app.logger.propagate = True
    return app


def answer_all(visitor):
    """Answer every step in words of their own, and come to the summary."""
    for page, answers in TYPED.items():
        if page == "members":
            visitor.answer(page, _action="add", name="Teresa Cascajo", email="teresa@example.com")
        visitor.answer(page, **answers)
    return visitor.open("summary")


def ask(url, *statements):
    """Do something to a database behind the application's back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def not_a_word(logged):
    """See that something was logged, and nothing of what was typed."""
    said = logged()
    assert "wizard.app" in said
    assert [word for word in WORDS if word in said.lower()] == []
    return said


REFUSE = """
create or replace function refuse() returns trigger language plpgsql as
$$ begin raise exception 'refused: %', new using detail = new, hint = new.email; end $$
"""

#: What keeps an account from being created, each told by a database in another way.
BREAKS = {
    "sqlite": [
        ("create trigger t before insert on accounts begin select raise(abort, 'refused'); end",),
        ("create trigger t before insert on members begin select raise(abort, 'refused'); end",),
        ("alter table accounts add more integer check (more > 0 and full_name is null)",),
        ("alter table accounts drop column country",),
        ("drop table members",),
        ("drop table members", "drop table accounts"),
    ],
    "postgres": [
        (
            REFUSE,
            "create trigger t before insert on accounts for each row execute function refuse()",
        ),
        ("alter table accounts add check (length(full_name) < 3)",),
        ("alter table accounts alter column full_name type varchar(3)",),
        ("alter table accounts alter column full_name type int using 1",),
        ("alter table accounts add more int not null",),
        ("alter table accounts drop column country",),
        ("drop table members",),
        ("drop table accounts cascade",),
    ],
}


@pytest.mark.parametrize("store_url", ["sqlite", "postgres"], indirect=True)
def test_an_account_that_cannot_be_created(app, settings, logged):
    """The statement, its parameters, the row and what the database says of it stay out of the log."""
    url = settings["DATABASE_URL"]
    visitor = Visitor(app.test_client())
    opened = answer_all(visitor)
    for statements in BREAKS["sqlite" if url.startswith("sqlite") else "postgres"]:
        ask(url, *statements)
        assert visitor.send("summary", opened).status_code == 503, statements
        engine = app.extensions["accounts"].engine
        how = " cascade" if engine.dialect.name == "postgresql" else ""
        ask(url, *(f"drop table if exists {table}{how}" for table in reversed(metadata.sorted_tables)))
        metadata.create_all(engine)
    assert visitor.send("summary", opened).status_code == 303
    not_a_word(logged)


@pytest.mark.parametrize("store_url", ["sqlite", "postgres", "redis"], indirect=True)
def test_all_goes_well(app, logged):
    """And every statement, row and answer of a store is logged that can be."""
    visitor = Visitor(app.test_client())
    response = visitor.send("summary", answer_all(visitor))
    assert response.status_code == 303
    visitor.get("done")
    app.logger.error("all is well")
    not_a_word(logged)


@contextmanager
def without_sessions(app, settings):
    """No session can be saved."""
    store = app.session_interface.store
    if isinstance(store, RedisStore):
        with Redis.from_url(settings["SESSION_URL"]) as redis:
            redis.execute_command("ACL", "SETUSER", "default", "-eval")
            try:
                yield
            finally:
                redis.execute_command("ACL", "SETUSER", "default", "+eval")
        return
    ask(settings["SESSION_URL"], "alter table sessions rename to others")
    yield
    ask(settings["SESSION_URL"], "alter table others rename to sessions")


@pytest.mark.parametrize("store_url", ["sqlite", "postgres", "redis"], indirect=True)
def test_a_session_that_cannot_be_saved(app, settings, logged):
    """What was just sent stays out of the log, and so does what was there."""
    visitor = Visitor(app.test_client())
    visitor.answer("account", **TYPED["account"])
    opened = visitor.open("profile")
    with without_sessions(app, settings):
        assert visitor.send("profile", opened, **TYPED["profile"]).status_code == 503
    assert visitor.send("profile", opened, **TYPED["profile"]).status_code == 303
    not_a_word(logged)


@pytest.mark.parametrize("store_url", ["sqlite", "postgres", "redis"], indirect=True)
def test_a_session_that_cannot_be_read(app, logged):
    """As when it is damaged, or was written by a later version."""
    visitor = Visitor(app.test_client())
    visitor.answer("account", **TYPED["account"])
    with visitor.client.session_transaction() as session:
        assert list(session)
        text, store = session._own.text, app.session_interface.sealed(app)
        store.save(session.cookie["id"], text[:-5], timedelta(days=1), version=session._own.version)
    assert visitor.get("profile").status_code == 303
    app.logger.error("it begins anew")
    assert "cannot be read" in not_a_word(logged)


def failing(answers, key):
    """An ``on_finish`` that meets one error while it handles another, and says in each what it was given."""
    try:
        raise OperationalError("insert into accounts", answers, Exception(str(answers)))
    except OperationalError as error:
        error.add_note(str(answers))
        raise ValueError(f"cannot create {answers}") from (error if key else None)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_error_that_nobody_has_expected(app, logged, monkeypatch):
    """Where it was and what led to it is logged, and not what it says."""
    monkeypatch.setattr(app.blueprints["signup"], "on_finish", failing)
    visitor = Visitor(app.test_client())
    assert visitor.send("summary", answer_all(visitor)).status_code == 500
    said = not_a_word(logged)
    for part in ("POST /signup/summary failed", "sqlalchemy.exc.OperationalError", "which led to", "ValueError"):
        assert part in said
    assert f'File "{__file__}", line ' in said


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_error_while_nothing_else_is_handled(app, logged, monkeypatch):
    """A cause that was taken away stays away."""

    def fail(visit):
        try:
            raise KeyError(WORDS[0])
        except KeyError:
            raise TypeError(WORDS[1]) from None

    monkeypatch.setattr("wizard.pages.summary.finish", fail)
    visitor = Visitor(app.test_client())
    assert visitor.send("summary", answer_all(visitor)).status_code == 500
    said = not_a_word(logged)
    assert "builtins.TypeError" in said
    assert "KeyError" not in said


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_what_a_session_cannot_hold(app, logged, monkeypatch):
    """Its type is told and where it stands, and never its value."""
    monkeypatch.setattr("wizard.accounts.passwords._hasher", type("H", (), {"hash": lambda self, word: {1j: word}})())
    visitor = Visitor(app.test_client())
    for page in ("account", "profile", "plan", "team", "members"):
        visitor.answer(page, **TYPED[page])
    page = visitor.get("security")
    response = visitor.client.post("/signup/security", data={**hidden(page.text), **TYPED["security"]})
    assert response.status_code == 500
    not_a_word(logged)
    assert sys.exc_info() == (None, None, None)
