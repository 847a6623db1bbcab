"""Sealing: how much of a request is spent on opening and sealing the session.

The difference between a signup that seals and one that does not is smaller than that between two processes which do the
same. So it is the time that the sealed store takes, less the time of the store below it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from wizard.sessions import SQLStore
from wizard.sessions.sealed import SealedStore


@dataclass
class Clock:
    """CPU seconds spent on sealing since it was set to 0."""

    spent: float = 0.0


@contextmanager
def timed() -> Iterator[Clock]:
    """Time whatever is loaded from a sealed store, and saved in one."""
    clock = Clock()

    def wrapped(call: Callable[..., Any], sign: int) -> Callable[..., Any]:
        def timed_call(*args: Any, **options: Any) -> Any:
            begun = time.thread_time()
            try:
                return call(*args, **options)
            finally:
                clock.spent += sign * (time.thread_time() - begun)

        return timed_call

    with (
        mock.patch.multiple(SealedStore, **{name: wrapped(getattr(SealedStore, name), 1) for name in _CALLS}),
        mock.patch.multiple(SQLStore, **{name: wrapped(getattr(SQLStore, name), -1) for name in _CALLS}),
    ):
        yield clock


_CALLS = ("load", "save", "move", "delete")
