"""Fingerprint: a name for what a form asks and accepts, and for a value, by which a change is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from wtforms import Form

from .fields import unbound

#: Words and looks, which do not decide whether an answer is valid.
_WORDS = re.compile(r"aliases|label|description|example|render_kw|widget|(\w+_)?message|field_flags")


def fingerprint(form: type[Form]) -> str:
    """Return a name for what ``form`` asks and accepts: another one when its fields or validators change.

    It is the same in every process. It does not see inside functions: what a changed one refuses is found at the end.
    """
    return stamp([(name, _plain(field)) for name, field in unbound(form).items()])


def _plain(thing: Any) -> Any:
    if hasattr(thing, "_formfield"):
        # The label, if it is there: a text, or one that is looked up when it is shown.
        args = thing.args[1:] if thing.args and not isinstance(thing.args[0], (list, tuple)) else thing.args
        first = [one for one in thing.args[:1] if hasattr(one, "_formfield") or isinstance(one, type)]
        return [thing.field_class.__qualname__, _plain(first), _plain(args), _plain(thing.kwargs)]
    if isinstance(thing, type) and issubclass(thing, Form):
        return fingerprint(thing)
    if isinstance(thing, Mapping):
        return [(key, _plain(value)) for key, value in thing.items() if not _WORDS.fullmatch(str(key))]
    if isinstance(thing, (list, tuple, set, frozenset)):
        return sorted(map(repr, thing)) if isinstance(thing, (set, frozenset)) else [_plain(one) for one in thing]
    if isinstance(thing, re.Pattern):
        return thing.pattern
    if callable(thing) and hasattr(thing, "__qualname__"):
        return thing.__qualname__
    if hasattr(thing, "__dict__"):
        return [type(thing).__qualname__, _plain(vars(thing))]
    return repr(thing)


def stamp(value: Any) -> str:
    """Return a short hash of ``value``, from which the value cannot be read."""
    if isinstance(value, (set, frozenset)):
        value = sorted(map(repr, value))
    return blake2b(repr(value).encode(), digest_size=6).hexdigest()


def same(one: Any, other: Any) -> bool:
    """Return whether two clean values are the same; a number that is none (NaN) is unlike itself only to Python."""
    return repr(one) == repr(other) or bool(one == other)
