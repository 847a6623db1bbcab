"""What the doctor says of Redis: of real ones."""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest
from redis import Redis

from tests import servers
from wizard.doctor import stores


@contextmanager
def configured(url, **settings):
    """Change settings of a server for a while."""
    with Redis.from_url(url, decode_responses=True) as client:
        names = [name.replace("_", "-") for name in settings]
        before = {name: client.config_get(name)[name] for name in names}
        client.config_set(*[one for name, value in zip(names, settings.values(), strict=True) for one in (name, value)])
        try:
            yield
        finally:
            client.config_set(*[one for pair in before.items() for one in pair])


def test_a_server_that_keeps_what_it_has_is_good_and_keeps_nothing_of_the_doctor(examine, redis_server):
    """What was written to see that it can be is gone."""
    with Redis.from_url(redis_server.url) as client:
        before = client.dbsize()
        assert examine(SESSION_URL=redis_server.url) == []
        assert client.dbsize() == before


@pytest.mark.parametrize(("when", "is_noted"), [("everysec", True), ("always", False)])
def test_what_may_be_lost_when_it_dies_is_good_to_know(make, redis_server, when, is_noted):
    """It is Redis's own default, and what is lost is little."""
    with configured(redis_server.url, appendfsync=when):
        result = make(SESSION_URL=redis_server.url).test_cli_runner().invoke(args=["doctor"])
    assert ("note   sessions: Redis may lose a second or two when it dies" in result.output) is is_noted
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"appendfsync": "no"}, "leaves it to the system when its file is synced. Set appendfsync everysec."),
        (
            {"maxmemory": "100mb", "maxmemory_policy": "volatile-lru"},
            "throws sessions away when its memory is full (volatile-lru). Set maxmemory-policy noeviction.",
        ),
    ],
)
def test_a_server_that_may_lose_sessions_is_told(examine, redis_server, settings, said):
    """In the words of its own configuration."""
    with configured(redis_server.url, **settings):
        assert examine(SESSION_URL=redis_server.url) == [f"sessions: Redis {said}"]


def test_a_server_that_writes_no_file_and_one_that_is_gone_are_told(examine, make):
    """The second is not asked further."""
    with servers.redis() as server:
        app = make(SESSION_URL=server.url)
        assert examine(app=app) == ["sessions: Redis loses sessions when it is started anew. Set appendonly yes."]
        server.stop()
        [line] = examine(app=app)
    assert line.startswith("sessions: SESSION_URL cannot be read and written (redis: ")
    assert line.endswith("Start it, make room, or mend the URL.")


def test_a_server_that_tells_nothing_of_its_settings_is_taken_as_it_is(examine, redis_server):
    """Who rents one may often not ask."""
    with Redis.from_url(redis_server.url) as client:
        client.acl_setuser("renter", enabled=True, passwords=["+word"], keys=["*"], commands=["+@all", "-config"])
        try:
            assert examine(SESSION_URL=redis_server.url.replace("//", "//renter:word@")) == []
        finally:
            client.acl_deluser("renter")


def test_each_server_of_a_cluster_is_looked_at(examine, redis_cluster):
    """And named by its port."""
    assert sorted(examine(SESSION_URL=redis_cluster.url)) == sorted(
        f"sessions: Redis at port {node.port} loses sessions when it is started anew. Set appendonly yes."
        for node in redis_cluster.nodes
    )


def test_a_clock_that_differs_is_told(examine, redis_server, monkeypatch):
    """By how much, whichever is right."""
    monkeypatch.setattr(stores, "now", lambda: time.time() + 60)
    [line] = examine(SESSION_URL=redis_server.url)
    assert line.startswith("clock: that of Redis and that of this machine are 60 seconds apart")
