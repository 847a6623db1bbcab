"""Receipt: what finishing leaves, made of what a function of the author's returns."""

from __future__ import annotations

import re
from typing import Any

from flask import Response

from ..errors import FlowError

#: How many characters a reference may have: a visitor has to read it.
MOST = 1000

#: What not every store takes, and no page.
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")


def receipt_of(wizard: str, what: str, given: Any) -> dict[str, str]:
    """Return the Receipt that ``given`` makes, which was returned by ``what``: ``on_finish``, or ``find``.

    :raises FlowError: when it makes none.
    """
    if isinstance(given, Response) or hasattr(given, "status_code"):
        if given.location:
            return {"location": given.location}
        raise FlowError(
            f"The wizard {wizard!r}: its {what} returned a response that leads nowhere. Return redirect(...), or a "
            "reference for the visitor."
        )
    if isinstance(given, str) and given.strip():
        if len(given) <= MOST and not _UNREADABLE.search(given):
            return {"reference": given}
        raise FlowError(
            f"The wizard {wizard!r}: its {what} returned a reference that nobody can read. Return one of at most "
            f"{MOST} characters, without NUL and without half a character (a surrogate)."
        )
    raise FlowError(
        f"The wizard {wizard!r}: its {what} returned {type(given).__name__}. Return a reference for the visitor, a "
        "text that is not empty; or redirect(...) to a page of your own."
    )
