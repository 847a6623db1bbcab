"""Functions: what is wrong with one that an author gives, seen without calling it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, cast


def is_async(function: object) -> bool:
    """Return whether calling ``function`` gives a coroutine in place of a result; also of an object with ``__call__``.

    >>> async def find(key): ...
    >>> is_async(find), is_async(str.upper)
    (True, False)
    """
    return _is_one(function, inspect.iscoroutinefunction, inspect.isasyncgenfunction)


def is_generator(function: object) -> bool:
    """Return whether calling ``function`` runs nothing of it, since it yields.

    >>> def choices(answers):
    ...     yield "red"
    >>> is_generator(choices), is_generator(str.upper)
    (True, False)
    """
    return _is_one(function, inspect.isgeneratorfunction)


def _is_one(function: object, *kinds: Callable[[Any], bool]) -> bool:
    called = (function, getattr(function, "__call__", None))  # noqa: B004
    return any(kind(one) for kind in kinds for one in called)


def takes(function: object, count: int) -> bool:
    """Return whether ``function`` can be called with that many arguments, as far as it says what it takes.

    >>> takes(lambda answers: True, 1), takes(lambda: True, 1), takes(print, 3)
    (True, False, True)
    """
    try:
        inspect.signature(cast("Callable[..., Any]", function)).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        # A function that is not written in Python does not always say it.
        pass
    return True


def wrong_with(function: object, given: str = "") -> str:
    """Return what is wrong with ``function``, with the cure, where it is called with what is ``given``; else nothing.

    >>> wrong_with(len, "text")
    ''
    >>> wrong_with(lambda: 3, "form, field")
    'must take two arguments. Begin it with: lambda form, field: ....'
    """
    names = [one for one in given.split(", ") if one]
    if not takes(function, len(names)):
        count = ("no argument", "one argument", "two arguments")[len(names)]
        return f"must take {count}. Begin it with: lambda{' ' * bool(given)}{given}: ...."
    if is_async(function):
        return "is async, and only on_finish and find may be. Use def in place of async def."
    if is_generator(function):
        return "is a generator, of which nothing runs when it is called. Use return in place of yield."
    return ""
