"""Inputs: what a page makes of what was typed, and what it says of inputs that no validator is to see."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field, Form

from ..flow import bound
from ..flow.typed import Sent, Typed
from ..flow.validation import NOT_OFFERED
from ..languages import lazy_gettext as _
from .kind import is_asked

TOO_LONG = _("This is too long. Shorten it")
CONTROL = _("There is a character in it that cannot be seen and cannot be stored. Type it anew, without copying it")
UNAVAILABLE = _("Not a valid choice: it is no longer offered. Choose another")
WRONG = _("These answers cannot be accepted together. Check them")


def shown(form: Form) -> list[tuple[str, Field]]:
    """Return the fields of a form that people read, by their attributes."""
    return [(name, field) for name, field in bound.questions(form).items() if is_asked(field)]


def refusals(sent: Sent) -> dict[str, str]:
    """Return the message of each input that no validator may see."""
    return {name: str(TOO_LONG) for name in sent.too_long} | {name: str(CONTROL) for name in sent.control}


def told(typed: Typed) -> dict[str, list[str]]:
    """Return what somebody has typed, ticked or chosen: a browser sends much that is empty."""
    return {name: list(values) for name, values in typed.items() if name and any(values)}


def pairs(typed: Typed) -> list[tuple[str, str]]:
    """Return what was typed as pairs of names and values, as hidden inputs hold it."""
    return [(name, value) for name, values in typed.items() if name for value in values]


def collected(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return pairs of names and values as what was typed."""
    typed: dict[str, list[str]] = {}
    for name, value in pairs:
        typed.setdefault(name, []).append(value)
    return typed


def said(errors: dict[str, str]) -> dict[str, str]:
    """Return ``errors`` with a message of ours where a form refuses without one, or a choice is not offered."""
    words = {"": WRONG, NOT_OFFERED: UNAVAILABLE}
    return {name: str(words.get(text, text)) for name, text in errors.items()}
