"""Purging: what has expired is deleted within minutes, whether or not anybody visits.

One thread in each process that serves does it, for all stores. It never runs while the process forks: it is stopped
before, and begins anew in the child, which is the one that serves.
"""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from weakref import WeakSet

from ..errors import StoreError
from .store import Store

#: Seconds between two rounds.
EVERY = 60

#: How many rows a start deletes before it goes on; the thread deletes the rest.
AT_START = 1000

_logger = logging.getLogger(__name__)


class Purger:
    """Deletes what has expired in every store that it is given, for as long as somebody holds the store.

    :param pause: waits for so many seconds, unless the event is set before.
    """

    def __init__(self, pause: Callable[[Event, float], object] = Event.wait) -> None:
        self._pause = pause
        self._stores: WeakSet[Store] = WeakSet()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._over = Event()

    def add(self, store: Store) -> int:
        """Delete what has expired in ``store``, now and from now on, and say how much there was by now."""
        count = 0
        with suppress(StoreError):
            count = store.purge(AT_START)
        with self._lock:
            self._stores.add(store)
        self.start()
        return count

    def start(self) -> None:
        """See that the thread runs. Every request calls it, as it is stopped where a process forks."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._over = Event()
                self._thread = Thread(target=self._run, args=[self._over], name="wizard-purge", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Stop the thread, when it has done what it is doing."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._over.set()
        if thread is not None:
            thread.join()

    def _run(self, over: Event) -> None:
        while not over.is_set():
            self._pause(over, EVERY)
            self._purge(over)

    def _purge(self, over: Event) -> None:
        with self._lock:
            stores = list(self._stores)
        for store in stores:
            try:
                while not over.is_set() and store.purge(AT_START) >= AT_START:
                    pass
            except StoreError as error:
                _logger.warning("What has expired cannot be deleted yet: %s", error)

    def begin_anew(self) -> None:
        """Begin in a process that was just forked."""
        self._lock, self._thread = Lock(), None
        if self._stores:
            self.start()


purger = Purger()
os.register_at_fork(before=purger.stop, after_in_child=purger.begin_anew)
atexit.register(purger.stop)
