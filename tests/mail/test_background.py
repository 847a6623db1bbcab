"""Background: a thread in each process that serves, which never runs while the process forks."""

from __future__ import annotations

import subprocess
import sys
from queue import SimpleQueue
from threading import Event
from threading import enumerate as threads

import pytest

from wizard import Mail, Outbox
from wizard.errors import StoreError
from wizard.mail import background as module
from wizard.mail import relay
from wizard.mail.background import Background

#: The method itself, which other tests do without.
START = Outbox._start

ADA = Mail("ada@example.com", "Your ticket", "It is B-1.")


class Work:
    """Work that says when it is done, and is not done again by itself."""

    def __init__(self):
        self.begun, self.held, self.go = SimpleQueue(), False, Event()

    def __call__(self, over):
        self.begun.put(over)
        if self.held:
            self.go.wait(60)
        return 3600


@pytest.fixture
def work():
    """The work of the thread."""
    return Work()


@pytest.fixture
def background(work):
    """A thread that was not started yet."""
    background = Background("wizard-test", work)
    yield background
    work.go.set()
    background.stop()


def running():
    """How many threads there are."""
    return [thread.name for thread in threads()].count("wizard-test")


def test_the_work_is_done_at_once_and_whenever_it_is_woken(background, work):
    """By one thread, however often it is started."""
    background.start()
    background.start()
    for _ in range(3):
        work.begun.get(timeout=60)
        background.wake()
    assert running() == 1


def test_whoever_wakes_it_while_it_works_is_not_forgotten(background, work):
    """What was put meanwhile may be too late for what is being done."""
    work.held = True
    background.start()
    work.begun.get(timeout=60)
    background.wake()
    work.go.set()
    work.begun.get(timeout=60)


def test_it_is_told_to_stop_and_waited_for_no_longer_than_that(background, work):
    """And can be started again."""
    work.held = True
    background.start()
    over = work.begun.get(timeout=60)
    background.stop(0.01)
    assert over.is_set()
    assert running() == 1
    work.go.set()
    background.start()
    work.begun.get(timeout=60)
    background.stop()


def test_a_process_that_forks_leaves_the_work_to_its_children():
    """No thread is there while it forks, one is in the child, and each ends when its process does."""
    code = """
import os, threading
from wizard.mail.background import Background
names = lambda: [thread.name for thread in threading.enumerate()].count("wizard-test")
background = Background("wizard-test", lambda over: 3600)
background.start()
assert names() == 1
child = os.fork()
if not child:
    os._exit(names() != 1)
assert os.waitpid(child, 0)[1] == 0
assert names() == 0
background.start()
assert names() == 1
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_connections_are_let_go_for_a_fork_after_the_threads_have_stopped():
    """Whatever was imported first."""
    code = """
import os
order = []
os.register_at_fork = lambda before=None, **_: order.append(getattr(before, "__module__", ""))
import wizard.mail.background
assert order.index("wizard.database.engine") < order.index("wizard.mail.background"), order
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert module.AT_EXIT < 10


def test_every_request_sees_that_the_thread_runs(make, monkeypatch):
    """But in tests, which say themselves when something is sent."""
    monkeypatch.setattr(Outbox, "_start", START)
    for testing in (True, False):
        outbox = make(TESTING=testing)
        calls = []
        monkeypatch.setattr(outbox._background, "start", lambda calls=calls: calls.append(1))
        outbox.app.test_client().get("/mailbox")
        assert bool(calls) is not testing


def test_the_relay_says_when_it_has_to_look_again(outbox, clock, mailserver, monkeypatch):
    """When the next row is due, but after a few seconds at the latest, as other processes put rows too."""
    monkeypatch.setattr(relay, "chance", lambda: 0.5)
    work = outbox.relay.work
    assert work(Event()) == relay.POLL
    outbox.put_now(ADA)
    mailserver.answer("RCPT", "450 4.2.1 later")
    assert work(Event()) == relay.POLL
    clock.now += relay.PAUSES[0] * 1.125 - 3
    assert work(Event()) == pytest.approx(3, abs=0.01)
    clock.now += 3
    assert work(Event()) == relay.POLL
    assert len(mailserver.mails) == 1


def test_the_relay_does_not_turn_round_and_round_for_a_row_that_it_cannot_have(outbox, monkeypatch):
    """As one that somebody has locked in PostgreSQL."""
    outbox.put_now(ADA)
    monkeypatch.setattr(outbox.rows, "lease", lambda *_: None)
    assert outbox.relay.work(Event()) == 1


def test_the_relay_asks_a_server_that_was_away_in_a_few_seconds(outbox, mailserver):
    """A little longer each time."""
    outbox.put_now(ADA)
    mailserver.stop()
    assert relay.AWAY[0] <= outbox.relay.work(Event()) <= relay.AWAY[0] * 1.25
    mailserver.start_again()


def test_the_relay_stops_between_two_rows(outbox, mailserver):
    """What it has not begun waits for another one."""
    over = Event()
    for _ in range(2):
        outbox.put_now(ADA)
    mailserver.handler.arrived = lambda message: over.set()
    outbox.relay.work(over)
    assert len(mailserver.mails) == 1


def test_nothing_ends_the_thread(outbox, caplog, monkeypatch):
    """Neither a database that is away nor our own mistake; the log holds nothing of a mail."""
    outbox.put_now(ADA)
    with monkeypatch.context() as patch:
        patch.setattr(outbox.rows, "lease", fails(StoreError("away")))
        assert outbox.relay.work(Event()) > 0
        patch.setattr(outbox.rows, "lease", fails(RuntimeError("ada@example.com")))
        assert outbox.relay.work(Event()) > 0
    first, second = (record.getMessage() for record in caplog.records)
    assert first == "The outbox cannot be read yet: away"
    assert second.startswith("The relay failed, and goes on:\n")
    assert "ada@example.com" not in second


def fails(error):
    """A function that raises ``error``."""

    def fail(*_):
        raise error

    return fail
