"""Traces: where an error came from, for the log, without what it says. That may be what a visitor typed."""

from __future__ import annotations

import traceback


def trace(error: BaseException) -> str:
    """Return the traceback of ``error`` and of what led to it: every place in the code, and the type of each error."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = type(error)
    own = f"{frames}{kind.__module__}.{kind.__qualname__} (what it says is not logged, as it may hold answers)"
    return own if before is None else f"{trace(before)}\n\nwhich led to\n\n{own}"
