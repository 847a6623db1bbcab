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

#: What is said of a message that cannot be filled in.
HOW_TO_FILL_IN = "cannot be filled in. Use %(min)s or %(max)s, and %% for a percent sign."


class _Named(dict[str, int]):
    """What stands for itself where a message does not say which of it is meant."""

    def __str__(self) -> str:
        raise TypeError

    __repr__ = __str__


def is_filled_in(message: object) -> bool:
    """Return whether bounds can be put into the ``message`` of a rule, by name.

    >>> is_filled_in("Up to %(max)s"), is_filled_in("Up to %(most)s"), is_filled_in("100% sure")
    (True, False, False)
    """
    try:
        # What is translated later is a text then.
        return type(message) is not str or bool(message % _Named(min=1, max=1, length=1)) or True
    except (KeyError, TypeError, ValueError):
        return False


EVERY = frozenset({TOO_LONG, CONTROL, NOT_OFFERED, TOGETHER, TWICE})
