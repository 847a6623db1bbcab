"""The health check writes to every store, leaves nothing behind, and says so when that fails; so does every page."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import ACCOUNT, SECRET_KEY, Visitor
from wizard.app import create_app
from wizard.patience import waiting


@pytest.fixture
def app(store_url, tmp_path):
    """The signup, as in production, over each store."""
    accounts = store_url if store_url.startswith(("postgresql", "sqlite")) else f"sqlite:///{tmp_path / 'accounts.db'}"
    return create_app({"DATABASE_URL": accounts, "SESSION_URL": store_url, "SECRET_KEY": SECRET_KEY})


def ask(url, *statements):
    """Ask a database behind the application's back, and return the last answer."""
    engine = create_engine(url)
    with engine.begin() as connection:
        answers = [connection.execute(text(statement)) for statement in statements]
        found = answers[-1].all() if answers[-1].returns_rows else []
    engine.dispose()
    return found


def see_unwell(app):
    """See that the check is a 503 in JSON, and what is sent a 503 with a page."""
    health = app.test_client().get("/healthz")
    assert (health.status_code, health.json) == (503, {"status": "unavailable"})
    visitor = Visitor(app.test_client())
    response = visitor.send("account", visitor.open("account"), **ACCOUNT)
    assert response.status_code == 503
    assert "Your answers are saved" in response.text


def see_well(app):
    """See that the check is a 200."""
    health = app.test_client().get("/healthz")
    assert (health.status_code, health.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("store_url", ["sqlite", "postgres"], indirect=True)
def test_a_check_leaves_no_row_behind_and_uses_no_number_up(app, store_url):
    """However often it is made."""
    for _ in range(3):
        see_well(app)
    assert ask(store_url, "select (select count(*) from sessions) + (select count(*) from accounts)") == [(0,)]
    Visitor(app.test_client()).answer_all()
    if store_url.startswith("postgresql"):
        assert ask(store_url, "select is_called from accounts_id_seq") == [(False,)]


@pytest.mark.parametrize("store_url", ["sqlite", "postgres"], indirect=True)
def test_a_table_that_is_gone_is_told(app, store_url):
    """Be it that of sessions or that of accounts."""
    ask(store_url, "alter table sessions rename to others")
    see_unwell(app)
    ask(store_url, "alter table others rename to sessions", "alter table accounts rename to others")
    assert app.test_client().get("/healthz").status_code == 503
    ask(store_url, "alter table others rename to accounts")
    see_well(app)


@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
def test_a_server_that_can_only_be_read_is_told(app, store_url):
    """As a standby, or one whose disk is full and that an operator has locked."""
    ask(store_url, "alter role postgres set default_transaction_read_only = on")
    app.extensions["accounts"]._engine.dispose()
    app.session_interface.store._engine.dispose()
    try:
        see_unwell(app)
    finally:
        ask(store_url, "set transaction read write", "alter role postgres set default_transaction_read_only = off")
    app.extensions["accounts"]._engine.dispose()
    app.session_interface.store._engine.dispose()
    see_well(app)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_told(app, store_url):
    """It takes no byte more; when there is room again, all goes on."""
    see_well(app)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = Path(store_url.removeprefix("sqlite:///") + "-wal")
    visitor = Visitor(app.test_client())
    opened = visitor.open("account")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        health = app.test_client().get("/healthz")
        response = visitor.send("account", opened, **ACCOUNT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (health.status_code, health.json, response.status_code) == (503, {"status": "unavailable"}, 503)
    see_well(app)
    assert visitor.send("account", opened, **ACCOUNT).status_code == 303


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("damage", [b"", b"x" * 50_000, b"SQLite format 3\0" + b"\xff" * 50_000])
def test_a_file_that_was_damaged_is_told(app, store_url, damage):
    """Be it cut off, overwritten, or only like a database at its beginning."""
    ask(store_url, "pragma wal_checkpoint(truncate)")
    Path(store_url.removeprefix("sqlite:///")).write_bytes(damage)
    see_unwell(app)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_another_writer_is_told_too(app, store_url):
    """No visitor could write either."""
    engine = create_engine(store_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("begin immediate")
        with waiting(0.05):
            health = app.test_client().get("/healthz")
        connection.exec_driver_sql("rollback")
    engine.dispose()
    assert health.status_code == 503


@pytest.mark.parametrize("store_url", ["redis"], indirect=True)
def test_a_redis_that_takes_nothing_is_told(app, redis_server):
    """While the accounts, in a database, are well."""
    see_well(app)
    redis_server.ask("CONFIG SET min-replicas-to-write 3")
    try:
        see_unwell(app)
    finally:
        redis_server.ask("CONFIG SET min-replicas-to-write 0")
    see_well(app)
