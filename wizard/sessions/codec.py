"""The data of a session as text: JSON, in which the types that a form can give survive the round trip.

What JSON does not know stands as an object of one key, its tag, which begins with a blank: ``{" da": "1980-03-31"}``.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, Flag
from typing import Any
from uuid import UUID

from flask.json.tag import TaggedJSONSerializer
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from ..files.stored import FileRef, StoredFile

Keys = tuple[Any, ...]

#: What JSON holds as it is. The type itself is meant: a subclass may be an enum.
_PLAIN = frozenset({str, bool, type(None), float})

_STRING = frozenset({str})

#: How an object begins that may be a tag; within a text, JSON writes a backslash before the quotation mark.
_TAGGED = '{" '

#: A JSON number with more digits than Python is willing to read is an attack elsewhere, and an error here.
_MOST_BITS = 4096

#: As deep as what people answer mostly lies.
_FEW_DEEP = 8

#: Deeper than anybody's data, and less deep than Python's stack.
_MOST_DEEP = 100


class Unencodable(TypeError):
    """A value that a session cannot hold. The message says which type, and under which keys; never the value."""


class Undecodable(ValueError):
    """A text that is not what :func:`encode` makes."""


class Missing(str):
    """The name of an enum's member whose class is not there, as while an older version of the code runs beside a newer.

    It is encoded as what it was decoded from, so that nothing is lost when the class is there again.
    """

    held: list[Any]


def encode(data: dict[str, Any]) -> str:
    """Return ``data`` as text, in ASCII alone: no database has to agree with us on an encoding.

    :raises Unencodable: for a value that a session cannot hold.
    """
    return _encoder.encode(data if _is_held(data) else _hold(data, ()))


def decode(text: str) -> dict[str, Any]:
    """Return the data that ``text`` was encoded from. Nothing in it is ever imported or executed.

    :raises Undecodable: when it was damaged, or comes from a later version of this codec.
    """
    try:
        data = json.loads(text)
        # Only what holds a tag has anything to restore.
        if _TAGGED in text:
            data = _restore(data)
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise Undecodable(type(error).__name__) from None
    if not isinstance(data, dict):
        raise Undecodable("not an object")
    return data


def check(value: Any) -> None:
    """See that a session can hold ``value``.

    :raises Unencodable: when it cannot.
    """
    if type(value) not in _PLAIN:
        _hold(value, ())


class Serializer(TaggedJSONSerializer):
    """:func:`encode` and :func:`decode`, as Flask calls them for a session that stands in the cookie."""

    def dumps(self, value: Any) -> str:
        return encode(value)

    def loads(self, value: str) -> Any:
        return decode(value)


serializer = Serializer()


def _refuse(value: Any, keys: Keys, why: str = "") -> Unencodable:
    kind = type(value)
    where = f" under {'.'.join(map(str, keys))}" if keys else ""
    cure = why or "Give it as text, a number, a date, an enum of a module, or a list, set or dictionary of these."
    return Unencodable(f"A session cannot hold a {kind.__module__}.{kind.__qualname__}{where}. {cure}")


def _hold(value: Any, keys: Keys) -> Any:
    """Return ``value`` as JSON can hold it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if len(keys) > _MOST_DEEP:
        raise _refuse(value, (*keys[:3], "…"), "It lies too deep, or holds itself.")
    if kind is dict:
        return _hold_dict(value, keys)
    if kind is list:
        return _hold_items(value, keys)
    if kind is int:
        return value if _is_short(value) else {" i": hex(value)}
    for known, tag, give in _GIVERS:
        if isinstance(value, known):
            return {tag: give(value, keys)}
    if isinstance(value, LazyString):
        # As Flask keeps a message that is flashed: in the words that it has now.
        return str(value)
    base: Any
    for base in (str, int, float, list, dict):
        # What adds to its base something that the base cannot say, such as a MultiDict, is not equal to it.
        if isinstance(value, base) and type(plain := base(value)) is base and plain == value:
            return _hold(plain, keys)
    raise _refuse(value, keys)


def _hold_dict(value: dict[Any, Any], keys: Keys) -> Any:
    if _STRING.issuperset(map(type, value)):
        held = value
        if not _PLAIN.issuperset(map(type, value.values())):
            held = {key: _hold(item, (*keys, key)) for key, item in value.items()}
        is_like_a_tag = len(held) == 1 and next(iter(held)).startswith(" ")
        return {" di": held} if is_like_a_tag else held
    # JSON would make text of every key.
    return {" kv": [[_hold(key, (*keys, "a key")), _hold(item, (*keys, key))] for key, item in value.items()]}


def _is_short(number: int) -> bool:
    return number.bit_length() <= _MOST_BITS


def _is_held(data: dict[Any, Any]) -> bool:
    """Return whether JSON holds ``data`` with the help of :func:`_give` alone, so that nothing need be copied.

    To copy all that most sessions hold took a twentieth of a POST.
    """
    level: list[Any] = [data]
    for _ in range(_FEW_DEEP):
        below: list[Any] = []
        for one in level:
            if type(one) is list:
                below += one
            elif not _STRING.issuperset(map(type, one)) or (len(one) == 1 and next(iter(one)).startswith(" ")):
                return False
            else:
                below += one.values()
        level = [one for one in below if type(one) not in _LEAVES and not (type(one) is int and _is_short(one))]
        if not _NESTED.issuperset(map(type, level)):
            return False
        if not level:
            return True
    return False


def _hold_items(value: Sequence[Any], keys: Keys) -> Any:
    if _PLAIN.issuperset(map(type, value)):
        return list(value)
    return [item if type(item) in _PLAIN else _hold(item, (*keys, place)) for place, item in enumerate(value)]


def _hold_set(value: frozenset[Any], keys: Keys) -> Any:
    # In one order, whichever process writes it: a set that is the same must not look changed.
    return sorted((_hold(item, keys) for item in value), key=json.dumps)


def _hold_enum(value: Enum, keys: Keys) -> Any:
    kind = type(value)
    if _find_enum(kind.__module__, kind.__qualname__) is not kind:
        raise _refuse(value, keys, "It cannot be found again by its name. Define the enum at the top of a module.")
    # A Flag can be of several members at once, which only its value says.
    return [kind.__module__, kind.__qualname__, value.value if isinstance(value, Flag) else value.name]


def _hold_file(value: StoredFile, _: Keys) -> Any:
    return [value.id, value.name, value.type, value.size, b64encode(value.key).decode("ascii"), value.digest]


def _restore_file(held: list[Any]) -> StoredFile:
    file_id, name, kind, size, key, digest = held
    return StoredFile(file_id, name, kind, size, b64decode(key), digest)


def _find_enum(module: str, qualname: str) -> type[Enum] | None:
    # Not by getattr: a module's or a class's own __getattr__ would run.
    found: Any = sys.modules.get(module)
    for name in qualname.split("."):
        found = vars(found).get(name) if hasattr(found, "__dict__") else None
    return found if isinstance(found, type) and issubclass(found, Enum) else None


#: For each type that JSON does not know: its tag, and how it is held. The order matters: a datetime is a date too.
_GIVERS: list[tuple[type | tuple[type, ...], str, Callable[[Any, Keys], Any]]] = [
    (Missing, " en", lambda value, _: value.held),
    (Enum, " en", _hold_enum),
    (Markup, " m", lambda value, _: str(value)),
    (tuple, " t", _hold_items),
    (set, " s", _hold_set),
    (frozenset, " fs", _hold_set),
    (bytes, " b", lambda value, _: b64encode(value).decode("ascii")),
    (UUID, " u", lambda value, _: value.hex),
    (datetime, " dt", lambda value, _: value.isoformat()),
    (date, " da", lambda value, _: value.isoformat()),
    (time, " ti", lambda value, _: value.isoformat()),
    (Decimal, " de", lambda value, _: str(value)),
    (StoredFile, " f", _hold_file),
    (FileRef, " fr", lambda value, keys: _hold_file(value.file, keys)),
]


#: What can be given while the rest is encoded, as JSON takes none of it for something else.
_GIVEN = {kind: (tag, give) for kind, tag, give in _GIVERS if kind in (bytes, UUID, datetime, date, time, Decimal)}

_LEAVES = _PLAIN | _GIVEN.keys()
_NESTED = frozenset({dict, list})


def _give(value: Any) -> dict[str, Any]:
    tag, give = _GIVEN[type(value)]
    return {tag: give(value, ())}


_encoder = json.JSONEncoder(separators=(",", ":"), default=_give)


def _restore_enum(held: list[Any]) -> Any:
    module, qualname, member = held
    kind = _find_enum(module, qualname)
    if kind is not None and isinstance(member, int):
        return kind(member)
    if kind is not None and member in kind.__members__:
        return kind.__members__[member]
    missing = Missing(member)
    missing.held = held
    return missing


_TAKERS: dict[str, Callable[[Any], Any]] = {
    " en": _restore_enum,
    " m": Markup,
    " t": tuple,
    " s": set,
    " fs": frozenset,
    " b": b64decode,
    " u": UUID,
    " dt": datetime.fromisoformat,
    " da": date.fromisoformat,
    " ti": time.fromisoformat,
    " de": Decimal,
    " i": lambda held: int(held, 16),
    " kv": dict,
    " f": _restore_file,
    " fr": lambda held: FileRef(_restore_file(held)),
}


def _restore(held: Any) -> Any:
    """Return the value that ``held`` stands for."""
    if type(held) is list:
        return held if _PLAIN.issuperset(map(type, held)) else [_restore(item) for item in held]
    if type(held) is not dict:
        return held
    if len(held) == 1:
        [(tag, inner)] = held.items()
        if tag == " di":
            return {key: _restore(item) for key, item in inner.items()}
        if tag.startswith(" "):
            return _TAKERS[tag](_restore(inner))
    if _PLAIN.issuperset(map(type, held.values())):
        return held
    return {key: item if type(item) in _PLAIN else _restore(item) for key, item in held.items()}
