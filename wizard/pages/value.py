"""Value: the text in an input, as a browser would send it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from wtforms import BooleanField

#: How a browser writes what an input of each of these types holds.
WIRE_FORMATS = {
    "date": ("%Y-%m-%d",),
    "month": ("%Y-%m",),
    "week": ("%Y-W%W", "%G-W%V", "%Y-W%V"),
    "time": ("%H:%M", "%H:%M:%S"),
    "datetime-local": ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"),
}

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_LINE_END = re.compile(r"\r\n|\r|\n")


def input_type(field: Any, render_kw: Mapping[str, Any]) -> str:
    """Return the type of the ``<input>`` that ``field`` is drawn with."""
    given = render_kw.get("type")
    if given:
        return str(given)
    kind: str = field.widget.input_type
    # A browser shows no word of what it does not take for a number, and changes numbers when a wheel is turned.
    # It knows no type "datetime".
    if kind in ("number", "datetime"):
        return "text"
    # It would drop a date that is written in another way, and send its own, which the field does not read.
    return "text" if kind in WIRE_FORMATS and not _wire_formats(field, kind) else kind


def _wire_formats(field: Any, kind: str) -> list[str]:
    known = WIRE_FORMATS[kind]
    formats = getattr(field, "format", None)
    if formats is None:
        return list(known)
    return [one for one in known if one in ([formats] if isinstance(formats, str) else formats)]


def typed(field: Any) -> str:
    """Return what was typed into ``field``, else its data as text."""
    raw = field.raw_data
    if isinstance(field, BooleanField):
        return "y" if field.data else ""
    if raw:
        return " ".join(map(str, raw)) if hasattr(field, "format") else str(raw[0])
    # A filter may have made something else of the default than a text.
    data, before = field.data, getattr(field, "object_data", None)
    if isinstance(before, str) and data is not None and not isinstance(data, str):
        return before
    try:
        value = field._value() if hasattr(field, "_value") else data
    except (ArithmeticError, ValueError):
        value = data
    return "" if value is None or value is False else str(value)


def in_textarea(text: str) -> str:
    """Return ``text`` with the line ends that a page has."""
    return _LINE_END.sub("\n", text)


def in_line(text: str) -> str:
    """Return ``text`` as an input of one line holds it."""
    return _LINE_END.sub("", text)


def in_input(field: Any, kind: str, attributes: Mapping[str, Any]) -> str:
    """Return the value of the ``<input>`` of the type ``kind``, with what a browser changes of it changed already."""
    text = typed(field)
    if attributes.get("readonly") and not field.raw_data and type(field.data) is Decimal and _loses(text, field):
        # What nobody can change is sent back as it is, with the places that are not shown elsewhere.
        text = format(field.data, "f")
    if not text and not field.raw_data:
        text = str(attributes.get("value") or "")
    if kind == "range":
        return _in_range(text, attributes)
    if kind == "color":
        return text.lower() if _COLOR.fullmatch(text) else "#000000"
    if kind in WIRE_FORMATS:
        return _moment(field, kind, text)
    if kind == "hidden":
        return text
    text = in_line(text)
    return text.strip() if kind in ("email", "url") else text


def on_the_wire(field: Any, kind: str, limit: Any) -> Any:
    """Return ``limit``, the ``min`` or ``max`` of an input, as a browser reads it."""
    limit = limit() if callable(limit) else limit
    if isinstance(limit, Decimal):
        return format(limit, "f")
    if kind in WIRE_FORMATS and hasattr(limit, "strftime"):
        return limit.strftime((_wire_formats(field, kind) or WIRE_FORMATS[kind])[0])
    if hasattr(limit, "strftime") and getattr(field, "format", None):
        return limit.strftime(field.format if isinstance(field.format, str) else field.format[0])
    return limit


def _moment(field: Any, kind: str, text: str) -> str:
    """Return a date or a time as a browser writes it; what it would not understand as it was typed."""
    formats = _wire_formats(field, kind)
    data = field.data
    if not text or not formats or text == (data.strftime(formats[0]) if hasattr(data, "strftime") else None):
        return text
    if kind == "datetime-local":
        # WTForms has brought it into the zone of the field, in its first format.
        data = _parsed(text, [*getattr(field, "strptime_format", ()), *formats])
    elif field.raw_data:
        return text
    # A year before 1000 is written with three digits, which no browser reads.
    if not hasattr(data, "strftime") or getattr(data, "year", 1000) < 1000:
        return text
    with_seconds = getattr(data, "second", 0) and len(formats) > 1
    written: str = data.strftime(formats[-1] if with_seconds and kind != "week" else formats[0])
    return written


def _parsed(text: str, formats: list[str]) -> datetime.datetime | None:
    for one in formats:
        try:
            return datetime.datetime.strptime(text, one)
        except ValueError:
            continue
    return None


def _loses(text: str, field: Any) -> bool:
    return not getattr(field, "use_locale", False) and field.data.is_finite() and _number(text) != field.data


def _number(text: Any) -> Decimal | None:
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _in_range(text: str, attributes: Mapping[str, Any]) -> str:
    """Return what a slider holds: its middle where there is no number, else the nearest that it can stand at."""
    least = _number(attributes.get("min")) or Decimal(0)
    most = _number(attributes.get("max"))
    most = Decimal(100) if most is None else most
    wanted = _number(text)
    value = least + max(most - least, Decimal(0)) / 2 if wanted is None else max(least, min(wanted, most))
    step = _number(attributes.get("step", 1))
    if step is None or step <= 0:
        step = Decimal(0 if attributes.get("step") == "any" else 1)
    if step and (value - least) % step:
        value = least + ((value - least) / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        if value > most:
            value -= step
    if value == wanted:
        return text
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written
