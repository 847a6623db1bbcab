"""Purging: what has expired is deleted, whether or not anybody visits."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from queue import SimpleQueue
from threading import enumerate as threads

import pytest
from sqlalchemy import insert

from wizard.errors import StoreError
from wizard.sessions import StoreInterface, open_store, purging
from wizard.sessions.purging import AT_START, EVERY, Purger
from wizard.sessions.sql import sessions

DAY = timedelta(days=1)


class Rounds:
    """A pause that ends when the test says so."""

    def __init__(self):
        self.asked, self.go = SimpleQueue(), SimpleQueue()

    def __call__(self, over, seconds):
        """Pause, as a thread that purges does."""
        self.asked.put(seconds)
        while not over.wait(0.01) and self.go.empty():
            pass
        if not over.is_set():
            self.go.get()

    def one(self):
        """Let one round be made, and return when it is over."""
        self.go.put(None)
        return self.asked.get(timeout=60)


@pytest.fixture
def rounds():
    """The pauses of the purger."""
    return Rounds()


@pytest.fixture
def purger(rounds):
    """A purger that goes on when the test says so."""
    purger = Purger(rounds)
    yield purger
    purger.stop()


def expired(store, count=1):
    """Put sessions into a store whose time is over."""
    for number in range(count):
        store.save(f"old-{number}", "{}", timedelta(seconds=-1), version=0)


@pytest.mark.parametrize("store_url", ["sqlite", "postgres"], indirect=True)
def test_what_expires_is_deleted_in_the_next_round_without_any_request(purger, rounds, store_url):
    """Those of the time before the start at once; and what is good stays."""
    store = open_store(store_url)
    expired(store, 3)
    store.save("good", "{}", DAY, version=0)
    assert purger.add(store) == 3
    assert rounds.asked.get(timeout=60) == EVERY <= 300
    for _ in range(2):
        expired(store, 2)
        rounds.one()
        assert store.purge() == 0
    assert store.load("good")


def test_a_round_deletes_all_of_it_and_the_start_does_not_wait_for_that(purger, rounds, database):
    """However much there is."""
    store = open_store(database)
    with store.engine.begin() as connection:
        rows = [{"id": f"{number}", "data": "{}", "version": 1, "expires": 1} for number in range(2 * AT_START + 300)]
        connection.execute(insert(sessions), rows)
    assert purger.add(store) == AT_START
    rounds.asked.get(timeout=60)
    rounds.one()
    assert store.purge() == 0


def test_a_store_that_does_not_answer_is_tried_again(purger, rounds, database, monkeypatch, caplog):
    """A start goes on without it; a round says so in one line, and the others are purged."""
    store, other = open_store(database), open_store(database.replace("test.db", "other.db"))
    expired(store)
    expired(other)
    with monkeypatch.context() as patch:
        patch.setattr(store, "purge", gone, raising=False)
        assert purger.add(store) == 0
        assert purger.add(other) == 1
        expired(other)
        rounds.asked.get(timeout=60)
        rounds.one()
        assert [record.getMessage() for record in caplog.records] == ["What has expired cannot be deleted yet: away"]
    assert other.purge() == 0
    rounds.one()
    assert store.purge() == 0


def gone(most):
    """What a store says that is not there."""
    raise StoreError("away")


def test_a_thread_that_was_stopped_is_started_by_the_next_request(purger, rounds, database):
    """As it is before each fork; and it is one thread, whoever asks for it."""
    purger.add(open_store(database))
    rounds.asked.get(timeout=60)
    purger.start()
    assert rounds.asked.empty()
    purger.stop()
    assert "wizard-purge" not in {thread.name for thread in threads()}
    purger.start()
    rounds.asked.get(timeout=60)
    assert [thread.name for thread in threads()].count("wizard-purge") == 1


def test_a_store_that_nobody_holds_any_more_is_let_go(purger, rounds, database):
    """An application that is gone leaves nothing behind but the thread."""
    store = open_store(database)
    purger.add(store)
    rounds.asked.get(timeout=60)
    rounds.one()
    del store
    assert list(purger._stores) == []


def test_every_request_sees_that_the_thread_runs(app, visitor, monkeypatch):
    """The first one in a process is enough."""
    calls = []
    monkeypatch.setattr(purging.purger, "start", lambda: calls.append(1))
    visitor.get("account")
    assert calls


def test_every_interface_has_its_store_purged(database):
    """Also one of an application that is not the signup, and however it is served."""
    store = open_store(database)
    expired(store)
    assert StoreInterface(store).purged == 1
    assert store in purging.purger._stores


def test_a_process_that_forks_leaves_the_purging_to_its_children(tmp_path):
    """No thread is there while it forks, one is in the child, and each ends when its process does."""
    code = """
import os, sys, threading
from wizard.sessions import open_sessions
names = lambda: [thread.name for thread in threading.enumerate()].count("wizard-purge")
interface = open_sessions(sys.argv[1])
assert names() == 1
child = os.fork()
if not child:
    os._exit(names() != 1)
assert os.waitpid(child, 0)[1] == 0
assert names() == 0
"""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code, url], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
