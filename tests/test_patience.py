"""Patience: one deadline for all that a request waits for."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Event
from types import SimpleNamespace

import pytest
from flask import Flask

from wizard import StoreError, patience
from wizard.patience import in_time, left, waiting

#: As it is outside of the tests.
PATIENCE = patience.PATIENCE


@pytest.fixture(autouse=True)
def as_ever(monkeypatch):
    """Wait for as long as outside of the tests, which leaves half a second of two for all the rest."""
    assert PATIENCE == 1.5
    monkeypatch.setattr(patience, "PATIENCE", PATIENCE)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still, unless the test moves it."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.mark.usefixtures("clock")
def test_whoever_waits_for_nothing_else_has_all_the_time():
    """Inside a block, and where none is."""
    assert left() == PATIENCE
    with waiting():
        assert left() == PATIENCE
    with waiting(9), waiting(1):
        assert left() == 9


def test_all_that_a_request_waits_for_counts_together(clock):
    """What it does in between does not; then there is nothing left, and the next one begins anew."""
    app = Flask(__name__)
    with app.test_request_context():
        with waiting():
            clock.now += 1
        clock.now += 60
        with waiting():
            assert left() == pytest.approx(PATIENCE - 1)
            clock.now += 1
            assert left() == 0
        with pytest.raises(StoreError, match="no answer in time"), waiting():
            pytest.fail("nothing is left")
    with app.test_request_context(), waiting():
        assert left() == PATIENCE


def test_outside_of_a_request_each_wait_has_time_of_its_own(clock):
    """As for a command, and for what is done in the background."""
    for _ in range(3):
        with waiting(1):
            assert left() == 1
            clock.now += 2


def test_a_call_that_is_in_time_returns_and_raises_as_it_is():
    """It knows of the deadline, too."""
    with waiting(60):
        assert in_time(lambda: left()) > 50
        with pytest.raises(ZeroDivisionError):
            in_time(lambda: 1 // 0)


def test_a_call_that_takes_too_long_is_given_up_and_what_it_brings_is_put_away():
    """Nobody waits for it; a connection that comes late is closed."""
    gate, late = Event(), SimpleQueue()
    with pytest.raises(StoreError, match="no answer in time"), waiting(0.01):
        in_time(lambda: gate.wait(60) and "it", late=late.put)
    assert late.empty()
    gate.set()
    assert late.get(timeout=60) == "it"


def test_a_call_that_fails_too_late_is_no_matter():
    """There is nothing to put away."""
    gate, over = Event(), Event()

    def fail():
        gate.wait(60)
        over.set()
        raise ZeroDivisionError

    with pytest.raises(StoreError), waiting(0.01):
        in_time(fail, late=lambda _: pytest.fail("there is nothing"))
    gate.set()
    assert over.wait(60)
