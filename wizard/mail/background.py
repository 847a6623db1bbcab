"""Background: work that goes on beside the requests, in one thread of each process that serves.

The thread never runs while the process forks: it is stopped before, and begins anew in the child, which is the one that
serves.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from threading import Event, Lock, Thread
from weakref import WeakSet

# So that its hooks are registered first.
from .. import database  # noqa: F401

#: Seconds that a process which ends waits for what its thread is doing.
AT_EXIT = 3

_all: WeakSet[Background] = WeakSet()


class Background:
    """Calls ``work`` again and again, and waits between.

    :param name: of the thread.
    :param work: is given an event that is set when it should stop, and returns in how many seconds it is to be called
        again. It raises nothing.
    """

    def __init__(self, name: str, work: Callable[[Event], float]) -> None:
        self._name = name
        self._work = work
        self._begin()
        _all.add(self)

    def _begin(self) -> None:
        self._lock = Lock()
        self._thread: Thread | None = None
        self._over, self._woken = Event(), Event()

    def start(self) -> None:
        """See that the thread runs. Every request calls it."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._over, self._woken = Event(), Event()
                self._thread = Thread(target=self._run, args=[self._over, self._woken], name=self._name, daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Let the work be done now."""
        self._woken.set()

    def stop(self, seconds: float | None = None) -> None:
        """Stop the thread, and wait until it has done what it is doing, for so many seconds at most."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._over.set()
            self._woken.set()
        if thread is not None:
            thread.join(seconds)

    def _run(self, over: Event, woken: Event) -> None:
        while not over.is_set():
            # Before the work: whoever wakes it meanwhile may have come too late for it.
            woken.clear()
            pause = self._work(over)
            if not over.is_set():
                woken.wait(pause)

    def begin_anew(self) -> None:
        """Begin in a process that was just forked."""
        self._begin()
        self.start()


def _stop(seconds: float | None = None) -> None:
    for one in list(_all):
        one.stop(seconds)


def _begin_anew() -> None:
    for one in list(_all):
        one.begin_anew()


os.register_at_fork(before=_stop, after_in_child=_begin_anew)
atexit.register(_stop, AT_EXIT)
