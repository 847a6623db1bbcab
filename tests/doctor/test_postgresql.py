"""What the doctor says of PostgreSQL: of a real one, which is not synced in these tests."""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from wizard.doctor import stores

NOT_SYNCED = "accounts: fsync is off in PostgreSQL: a power cut can destroy the database. Set it to on."


@pytest.fixture
def url(postgres_server):
    """A PostgreSQL without a table."""
    engine = create_engine(postgres_server.url)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade; create schema public"))
    engine.dispose()
    return postgres_server.url


@contextmanager
def altered(url, change, back):
    """Change the database for a while; connections that are made meanwhile find it so."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"alter database postgres {change}"))
        try:
            yield
        finally:
            connection.execute(text(f"alter database postgres {back}"))
    engine.dispose()


def test_the_doctor_leaves_nothing_behind(examine, make, url):
    """It writes into both stores, to see that it can."""
    app = make(DATABASE_URL=url)
    assert examine(app=app) == [NOT_SYNCED]
    with app.extensions["accounts"].engine.connect() as connection:
        assert connection.execute(text("select count(*) from accounts")).scalar() == 0
        assert connection.execute(text("select count(*) from sessions")).scalar() == 0


def test_a_server_that_loses_what_it_has_accepted_is_told(examine, url):
    """That it does is a setting."""
    with altered(url, "set synchronous_commit = off", "reset synchronous_commit"):
        said = examine(DATABASE_URL=url)
    loss = "a crash of the server loses what it has accepted last"
    assert said[1:] == [f"accounts: synchronous_commit is off in PostgreSQL: {loss}. Set it to on."]


def test_a_server_that_can_only_be_read_is_told(examine, make, url):
    """As one that only follows another."""
    app = make(DATABASE_URL=url)
    for engine in (app.extensions["accounts"].engine, app.session_interface.store.engine):
        engine.dispose()
    with altered(url, "set default_transaction_read_only = on", "reset default_transaction_read_only"):
        accounts, _, sessions, files = examine(app=app)
    assert accounts.startswith("accounts: DATABASE_URL cannot be read and written (postgresql: ReadOnlySqlTransaction")
    assert sessions.startswith("sessions: SESSION_URL cannot be read and written")
    assert files.startswith("files: WIZARD_FILES_URL cannot be read and written")


@pytest.mark.parametrize(
    ("args", "needed"),
    [(["--workers", "9"], None), (["--workers", "10"], 100), (["--machines", "5"], 100), (["--threads", "99"], None)],
)
def test_more_processes_than_there_are_connections_for_are_told(examine, url, args, needed):
    """Accounts and sessions have connections of their own; three of a hundred are kept for whoever mends it."""
    said = examine(*args, DATABASE_URL=url)[1:]
    line = f"connections: 10 processes take up to {needed} connections to PostgreSQL, which allows 97. Raise max_conn"
    assert [one[: len(line)] for one in said] == ([line] if needed else [])


def test_a_limit_of_the_database_counts_as_well(examine, make, url, tmp_path):
    """Sessions elsewhere take none of them."""
    with altered(url, "connection limit 15", "connection limit -1"):
        [line] = examine(DATABASE_URL=url)[1:]
        assert line.startswith("connections: 2 processes take up to 20 connections to PostgreSQL, which allows 15.")
        assert len(examine(DATABASE_URL=url, SESSION_URL=f"sqlite:///{tmp_path}/sessions.db")) == 1


def test_a_clock_that_differs_is_told(examine, url, monkeypatch):
    """By how much, whichever is right."""
    monkeypatch.setattr(stores, "now", lambda: time.time() - 3600)
    [line] = examine(DATABASE_URL=url)[1:]
    assert line.startswith("clock: that of PostgreSQL and that of this machine are 3600 seconds apart")
