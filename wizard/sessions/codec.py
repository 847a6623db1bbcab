"""The data of a session as text: JSON, with the types that a form can give surviving the round trip."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flask.json.tag import (
    JSONTag,
    PassDict,
    PassList,
    TagBytes,
    TagDict,
    TaggedJSONSerializer,
    TagMarkup,
    TagTuple,
    TagUUID,
)


class _TagDateTime(JSONTag):
    """A datetime to the microsecond and with its offset; Flask's own tag keeps whole seconds in UTC."""

    __slots__ = ()
    key = " dt"

    def check(self, value: Any) -> bool:
        return isinstance(value, datetime)

    def to_json(self, value: Any) -> str:
        return str(value.isoformat())

    def to_python(self, value: Any) -> datetime:
        return datetime.fromisoformat(value)


class _TagDate(_TagDateTime):
    __slots__ = ()
    key = " da"

    def check(self, value: Any) -> bool:
        return isinstance(value, date)

    def to_python(self, value: Any) -> Any:
        return date.fromisoformat(value)


class _TagTime(_TagDateTime):
    __slots__ = ()
    key = " ti"

    def check(self, value: Any) -> bool:
        return isinstance(value, time)

    def to_python(self, value: Any) -> Any:
        return time.fromisoformat(value)


class _TagDecimal(JSONTag):
    __slots__ = ()
    key = " de"

    def check(self, value: Any) -> bool:
        return isinstance(value, Decimal)

    def to_json(self, value: Any) -> str:
        return str(value)

    def to_python(self, value: Any) -> Decimal:
        return Decimal(value)


class _Serializer(TaggedJSONSerializer):
    # The order matters: a datetime is a date too.
    default_tags = [  # noqa: RUF012  (declared so by Flask)
        TagDict,
        PassDict,
        TagTuple,
        PassList,
        TagBytes,
        TagMarkup,
        TagUUID,
        _TagDateTime,
        _TagDate,
        _TagTime,
        _TagDecimal,
    ]

    def dumps(self, value: Any) -> str:
        # Not the application's own JSON, which sorts keys, and may have been taught anything.
        return json.dumps(self.tag(value), separators=(",", ":"))


serializer = _Serializer()


def encode(data: dict[str, Any]) -> str:
    """``data`` as text, in ASCII alone: no database has to agree with us on an encoding."""
    return serializer.dumps(data)


def decode(text: str) -> dict[str, Any]:
    """The data that ``text`` was encoded from. Nothing in it is ever executed."""
    data: dict[str, Any] = serializer.loads(text)
    return data
