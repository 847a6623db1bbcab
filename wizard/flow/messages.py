"""Messages: what the core itself says is wrong, in English. A page says it in its language."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a ``text`` for the translators, who find it here."""
    return text


TOO_LONG = _("This is too long. Shorten it")
CONTROL = _("There is a character in it that cannot be seen and cannot be stored. Type it anew, without copying it")
NOT_OFFERED = _("Not a valid choice: it is no longer offered. Choose another")
TOGETHER = _("These answers cannot be accepted together. Check them")
TWICE = _("This is in the list already")

EVERY = frozenset({TOO_LONG, CONTROL, NOT_OFFERED, TOGETHER, TWICE})
