"""PostgreSQL, which gives up in time whatever the server does, and goes on when the server does."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest
from sqlalchemy import text

from tests.silent import silent
from wizard import StoreError, database
from wizard.patience import waiting

TOO_LATE = r"\A(postgresql: )?no answer in time\Z"


@pytest.fixture
def engine(postgres_server):
    """An engine that has a connection."""
    engine = database.connect(postgres_server.url, "DATABASE_URL")
    ask(engine)
    return engine


def ask(engine, statement="select 1"):
    """Ask the server something."""
    with database.transaction(engine) as connection:
        return connection.execute(text(statement)).scalar_one()


def test_a_server_that_stands_still_is_given_up_and_comes_back(engine, postgres_server):
    """On a connection that was there, on one that has to be made, and in the midst of a transaction."""
    postgres_server.pause()
    try:
        for _ in range(2):
            with pytest.raises(StoreError, match=TOO_LATE), waiting(0.1):
                ask(engine)
    finally:
        postgres_server.resume()
    with pytest.raises(StoreError, match=TOO_LATE), waiting(0.5):
        freeze_within(engine, postgres_server)
    assert ask(engine) == 1


def freeze_within(engine, server):
    """Begin a transaction, and go on with it when the server stands still."""
    with database.transaction(engine) as connection:
        connection.execute(text("select 1"))
        server.pause()
        try:
            connection.execute(text("select 2"))
        finally:
            server.resume()


def test_a_slow_statement_is_given_up(engine):
    """The server goes on at most as long as its own time-out says."""
    with pytest.raises(StoreError, match=TOO_LATE), waiting(0.1):
        ask(engine, "select pg_sleep(60)")
    assert ask(engine) == 1


@pytest.mark.parametrize("words", [b"", b"N", b"R\0\0\0\x08\0\0\0\0"], ids=["nothing", "no TLS", "a greeting"])
def test_a_server_that_never_lets_anybody_in_is_given_up(words):
    """Whatever it says instead."""
    with silent(words) as port:
        engine = database.connect(f"postgresql://u@127.0.0.1:{port}/d", "DATABASE_URL")
        with pytest.raises(StoreError), waiting(0.1):
            ask(engine)


def test_a_host_whose_name_nobody_looks_up_is_given_up(monkeypatch):
    """A server of names that does not answer keeps the system waiting for half a minute."""
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: over.wait(60) and [])
    engine = database.connect("postgresql://u@database.example/d", "DATABASE_URL")
    with pytest.raises(StoreError, match=TOO_LATE), waiting(0.05):
        ask(engine)
    over.set()


def test_who_finds_all_connections_in_use_waits_no_longer_than_for_the_database(postgres_server, monkeypatch):
    """It is told as what it is; who comes after one is free gets it."""
    monkeypatch.setattr("wizard.database.engine.CONNECTIONS", 5)
    engine = database.connect(postgres_server.url, "DATABASE_URL")
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(database.transaction(engine))
        with pytest.raises(StoreError, match="all connections are in use"):
            elsewhere(lambda: ask(engine), 0.05)
    assert elsewhere(lambda: ask(engine)) == 1
    engine.dispose()


def elsewhere(call, seconds=60):
    """What a call gives that is made in another thread, and waits for itself."""

    def wait():
        with waiting(seconds):
            return call()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(wait).result()


def test_a_server_that_takes_no_more_connections_is_told(engine):
    """In the server's own words."""
    run(engine, "create role crowd login connection limit 1")
    try:
        url = engine.url.set(username="crowd").render_as_string(hide_password=False)
        one, other = (database.connect(url, "DATABASE_URL") for _ in range(2))
        with database.transaction(one), pytest.raises(StoreError, match="too many connections for role"):
            elsewhere(lambda: ask(other))
        one.dispose()
    finally:
        run(engine, "drop role crowd")


def run(engine, statement):
    """Do what gives no answer."""
    with database.transaction(engine) as connection:
        connection.execute(text(statement))


def test_a_process_that_was_forked_uses_no_connection_of_its_parent(postgres_server):
    """Two that speak on one connection would read each other's answers."""
    code = """
import os, sys
from sqlalchemy import text
from wizard import database
engine = database.connect(sys.argv[1], "DATABASE_URL")
def ask():
    with database.transaction(engine) as connection:
        return connection.execute(text("select pg_backend_pid()")).scalar_one()
mine = ask()
child = os.fork()
if not child:
    os._exit(ask() == mine)
assert os.waitpid(child, 0)[1] == 0
assert ask() == mine
"""
    subprocess.run([sys.executable, "-c", code, postgres_server.url], check=True)
