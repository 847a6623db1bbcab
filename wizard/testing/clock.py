"""Clock: ends a walk that takes too long.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from hypothesis.errors import HypothesisException


class TimeIsOver(KeyboardInterrupt):
    """The walk ends here. Hypothesis lets nothing else through in the middle of an example."""


class Clock:
    """Ends a walk that takes too long. One that has found something has a while to find a shorter way to it.

    :param seconds: how long it may take, with nothing found and after that.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        #: What was found last.
        self.failure: Exception | None = None

    def tick(self) -> None:
        """End the walk when the time is over."""
        if time.monotonic() > self._end:
            raise TimeIsOver

    def note_failure(self, story: Iterable[str]) -> None:
        """Note, while an exception is on its way, that the walk has found something, and what the visitor had done."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, HypothesisException):
            if self.failure is None:
                self._end = time.monotonic() + self._seconds
            self.failure = error
            error.add_note("\n".join(["What the visitor did:", *story]))
