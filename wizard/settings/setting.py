"""Setting: what is known of a setting, and the checks that any setting may have."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError

from .urls import URLS

TEN_YEARS = timedelta(days=3650)

#: The kinds of setting whose value nobody is shown.
SECRET = frozenset({"key", "list of keys"})


class Setting(NamedTuple):
    """A setting that can be read.

    :param default: what it is when nobody sets it.
    :param check: returns the value to use; raises ValueError with the mistake and the cure.
    :param kind: what kind of value it has, in a word or two.
    :param meaning: what it does, as ``docs/settings.md`` says it.
    """

    default: Any
    check: Callable[[Any], Any]
    kind: str
    meaning: str


def count(least: int, cure: str) -> Callable[[Any], int]:
    """Return the check of a number."""

    def check(value: Any) -> int:
        # JSON's true is a number to Python.
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"not a number{f' above {least - 1}' if least else ''}. {cure}")
        return value

    return check


def parts(value: Any) -> int | None:
    """Return how many inputs a form may send."""
    return None if value is None else count(1, "Use how many inputs a form may send, such as 1000.")(value)


def truth(value: Any) -> bool:
    """Return whether something is so."""
    # The text "False" would count as true.
    if not isinstance(value, bool):
        raise ValueError("neither true nor false. Write it in small letters: true or false.")
    return value


def lifetime(value: Any) -> timedelta:
    """Return for how long something is kept."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        value = timedelta(seconds=min(value, 2 * TEN_YEARS.total_seconds()))
    if not isinstance(value, timedelta) or not timedelta(seconds=1) <= value <= TEN_YEARS:
        raise ValueError("not a number of seconds between 1 and ten years. Use 86400 for a day.")
    return value


def languages(value: Any) -> list[str]:
    """Return the codes of languages."""
    if not isinstance(value, list) or not value:
        raise ValueError("""not a list. Write the codes like this: '["en", "de"]'.""")
    for code in value:
        try:
            Locale.parse(str(code), sep="-")
        except (UnknownLocaleError, ValueError):
            raise ValueError(f"{code!r} is no language. Use codes such as 'de' or 'pt-BR'.") from None
    return value


def store(value: Any) -> str | None:
    """Return the URL of a store, as a text. What it names is seen when it is opened."""
    if value is not None and not isinstance(value, str):
        raise ValueError(f"not a text. {URLS}")
    return value or None
