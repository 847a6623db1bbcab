"""Slots: how many connections of an engine are in use at once, and those to SQLite that are kept for the next use."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any


class Slots:
    """The connections of one engine: each that is in use takes a slot.

    :param count: how many there are.
    :param dialect: what SQLAlchemy calls the kind of database.
    """

    def __init__(self, count: int, dialect: str) -> None:
        self._count = count
        self.dialect = dialect
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what is in use: in a process that was just forked, nobody uses it."""
        # A semaphore, which is written in Python, took ten times as long.
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(self._count):
            self._free.put(None)
        #: Connections of the driver that are not in use, each with what is remembered of it.
        self.kept: list[tuple[Any, dict[str, Any]]] = []

    def acquire(self, timeout: float) -> bool:
        """Take a slot, and return whether one was free in time.

        :param timeout: how many seconds to wait for it.
        """
        try:
            self._free.get(timeout=timeout)
        except Empty:
            return False
        return True

    def release(self) -> None:
        """Give a slot back."""
        self._free.put(None)

    def close(self) -> None:
        """Close the connections that are kept."""
        with suppress(IndexError):
            while True:
                self.kept.pop()[0].close()
