"""Messages: what the core itself says is wrong, in English. A page says it in its language."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a ``text`` for the translators, who find it here."""
    return text


TOO_LONG = _("This is too long. Shorten it")
CONTROL = _("This contains a hidden character that we cannot save. Type it instead of pasting it")
NOT_OFFERED = _("This is no longer available. Choose something else")
TOGETHER = _("These answers do not go together. Check them")
TWICE = _("This is already on the list")

EVERY = frozenset({TOO_LONG, CONTROL, NOT_OFFERED, TOGETHER, TWICE})
