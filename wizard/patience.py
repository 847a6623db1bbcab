"""Patience: how long a request waits for its stores, all of them together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token, copy_context
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from flask import has_request_context

from . import current
from .errors import StoreError

#: Seconds that a request waits for its stores before it gives up: a visitor is told within two.
PATIENCE = 1.5

#: Seconds that a start waits for a store to answer, or for other processes that start on it.
START_PATIENCE = 20

#: What a store that was given up is said to have done.
TOO_LATE = "no answer in time"

#: Where the seconds that a request has left stand in its environment.
_LEFT = "wizard.patience"

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)

Result = TypeVar("Result")


class waiting:  # noqa: N801  (it is called as a function is)
    """Waits for a store inside, and counts the time; what waits there asks :func:`left` for how long.

    All that one request waits for counts together, so that ten slow statements are no longer than one. Outside of a
    request, each block has ``seconds`` of its own, :data:`PATIENCE` if it does not say.

    :raises StoreError: when the request has no patience left.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = PATIENCE if seconds is None else seconds

    def __enter__(self) -> None:
        self._token: Token[float | None] | None = None
        if _deadline.get() is not None:
            return
        self._kept: dict[str, Any] = current.request().environ if has_request_context() else {}
        self._seconds = self._kept.get(_LEFT, self._seconds)
        if self._seconds <= 0:
            raise StoreError(TOO_LATE)
        self._begun = time.monotonic()
        self._token = _deadline.set(self._begun + self._seconds)

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _deadline.reset(self._token)
            self._kept[_LEFT] = self._seconds - (time.monotonic() - self._begun)


@contextmanager
def apart(seconds: float) -> Iterator[None]:
    """Wait inside for so many ``seconds``, whatever else the request waits for: a file takes longer than a row."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def left() -> float:
    """Return for how many seconds whoever is :func:`waiting` may go on; 0 when they may not."""
    deadline = _deadline.get()
    return PATIENCE if deadline is None else max(0.0, deadline - time.monotonic())


def in_time(call: Callable[[], Result], *, late: Callable[[Result], object] = lambda _: None) -> Result:
    """Return what ``call`` returns, or raise what it raises, if that is :func:`left` in time.

    It runs in a thread of its own. That is the one way to give up what takes no time-out, such as to look up a host.

    :param late: is given what it returns when nobody waits for it any more.
    :raises StoreError: when it takes longer.
    """
    outcome: SimpleQueue[tuple[Result | None, BaseException | None]] = SimpleQueue()
    lock = Lock()
    given_up = False

    def run() -> None:
        result: Any = None
        failure: BaseException | None = None
        try:
            result = call()
        except BaseException as error:
            failure = error
        with lock:
            outcome.put((result, failure))
            if given_up and failure is None:
                late(result)

    Thread(target=copy_context().run, args=[run], daemon=True, name="wizard-in-time").start()
    try:
        result, failure = outcome.get(timeout=left())
    except Empty:
        with lock:
            given_up = True
            if outcome.empty():
                raise StoreError(TOO_LATE) from None
        result, failure = outcome.get()
    if failure is not None:
        raise failure
    return result  # type: ignore[return-value]
