"""Redis, which is given up in time whatever the server does, and whose errors hold nothing that was sent."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_hex
from threading import Event

import pytest
from redis import Redis
from redis.exceptions import ConnectionError, InvalidResponse, ResponseError  # noqa: A004

from tests.silent import silent
from wizard.errors import SettingError, StoreError
from wizard.patience import waiting
from wizard.sessions import open_store
from wizard.sessions.redis import _cause

DAY = timedelta(days=1)


@pytest.fixture
def store(redis_server):
    """A store that has a connection."""
    store = open_store(redis_server.url)
    store.ping()
    return store


@contextmanager
def configured(server, **settings):
    """Set what the server goes by, on a connection that stays open, as there may be no other."""
    with Redis.from_url(server.url, decode_responses=True) as redis:
        before = {name: redis.config_get(name)[name] for name in settings}
        try:
            for name, value in settings.items():
                redis.config_set(name, value)
            yield redis
        finally:
            for name, value in before.items():
                redis.config_set(name, value)


def test_a_server_that_stands_still_is_given_up_and_comes_back(store, redis_server):
    """Whatever is asked of it."""
    redis_server.pause()
    try:
        for call in (lambda: store.load("a"), lambda: store.save("a", "{}", DAY, version=0), store.ping):
            with pytest.raises(StoreError, match=r"\Aredis: no answer in time\Z"), waiting(0.05):
                call()
    finally:
        redis_server.resume()
    store.ping()


@pytest.mark.parametrize("words", [b"", b"+O", b"$100000\r\n"], ids=["nothing", "half a word", "a long word"])
def test_a_server_that_never_ends_an_answer_is_given_up(store, monkeypatch, words):
    """Though something comes all the time."""
    with silent(words) as port:
        store._redis = Redis(port=port, socket_timeout=1)
        with pytest.raises(StoreError, match="no answer in time"), waiting(0.1):
            store.load("a")
        monkeypatch.setattr("wizard.sessions.redis.START_PATIENCE", 0.1)
        with pytest.raises(SettingError, match=r"Redis does not answer \(no answer in time\). Start it"):
            open_store(f"redis://127.0.0.1:{port}/0")


def test_a_host_whose_name_nobody_looks_up_is_given_up(store, monkeypatch):
    """A server of names that does not answer keeps the system waiting for half a minute."""
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: over.wait(60) and [])
    store._redis = Redis(host="redis.example")
    with pytest.raises(StoreError, match="no answer in time"), waiting(0.05):
        store.load("a")
    over.set()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"maxmemory": "1"}, r"OutOfMemoryError \(OOM\)"),
        ({"min-replicas-to-write": "3"}, r"ResponseError \(NOREPLICAS\)"),
    ],
)
def test_a_server_that_takes_nothing_is_told(store, redis_server, settings, said):
    """By a check as by a visitor; what it has can still be read."""
    with configured(redis_server, **settings):
        for call in (store.ping, lambda: store.save(token_hex(), "{}", DAY, version=0)):
            with pytest.raises(StoreError, match=rf"\Aredis: {said}\Z"):
                call()
        assert store.load("nobody") is None
    store.ping()


def test_a_server_that_can_only_be_read_is_told(store, redis_server):
    """A replica, as after a fail-over."""
    with configured(redis_server) as redis:
        redis.execute_command("REPLICAOF", "127.0.0.1", "1")
        try:
            with pytest.raises(StoreError, match=r"\Aredis: ReadOnlyError \(READONLY\)\Z"):
                store.ping()
        finally:
            redis.execute_command("REPLICAOF", "NO", "ONE")
    store.ping()


def test_a_server_that_takes_no_more_connections_is_told(redis_server):
    """One that was there goes on."""
    store, other = open_store(redis_server.url), open_store(redis_server.url)
    other._redis.close()
    with configured(redis_server) as redis:
        most = redis.config_get("maxclients")["maxclients"]
        redis.config_set("maxclients", 1)
        try:
            with pytest.raises(StoreError, match="max number of clients reached"):
                other.ping()
            store.ping()
        finally:
            redis.config_set("maxclients", most)


def test_a_check_leaves_nothing_behind(store, redis_server):
    """Not even until it expires."""
    with configured(redis_server) as redis:
        before = set(redis.keys("*"))
        store.ping()
        assert set(redis.keys("*")) == before


def test_what_was_sent_is_in_no_error(store, redis_server):
    """A server that knows no scripts says what it was asked to do with which words."""
    with configured(redis_server) as redis:
        redis.execute_command("ACL", "SETUSER", "weak", "on", "nopass", "~*", "+@all", "-eval")
        try:
            store._redis = Redis.from_url(redis_server.url, username="weak", password="")
            with pytest.raises(StoreError, match=r"\Aredis: NoPermissionError \(NOPERM\)\Z"):
                store.save("a", "confidential", DAY, version=0)
        finally:
            redis.execute_command("ACL", "DELUSER", "weak")
    unknown = ResponseError("unknown command 'EVAL', with args beginning with: 'confidential'", status_code="ERR")
    assert _cause(unknown) == "ResponseError (ERR)"
    assert _cause(InvalidResponse("Protocol Error: b'confidential'")) == "InvalidResponse"
    assert _cause(ConnectionError("Connection closed by server.\nfor ever")) == "Connection closed by server."


def test_a_session_that_was_damaged_is_read_as_what_it_is(store, redis_server):
    """The codec says that it is none, and its visitor begins anew."""
    with configured(redis_server) as redis:
        redis.hset("session:damaged", mapping={"data": b"\xff{", "version": "1"})
    assert store.load("damaged") == ("\N{REPLACEMENT CHARACTER}{", 1)
