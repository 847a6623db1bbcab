"""Words: an answer in words, as the summary shows it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from enum import Enum, IntEnum, StrEnum
from typing import Any

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal
from markupsafe import Markup, escape
from wtforms import Field, FieldList, FileField, FormField
from wtforms.fields.choices import SelectFieldBase

from ..flow.keyed import Keyed
from ..languages import conventions, gettext
from .attributes import plain_text
from .choice import choices_of, plain_pairs
from .files import file_words
from .kind import hides, is_asked

#: How an enum is written that does not say it itself: by its name in the code.
_PLAIN = (Enum.__str__, IntEnum.__str__, int.__str__, str.__str__)

#: How many digits before the point, or noughts behind it, are still written out.
_LONGEST = 40

_WEEK = re.compile(r"(\d+)-W(\d+)")

#: Makes a text of an answer what is shown: a text, and whether the visitor has typed it.
Say = Callable[[str, bool], str]


def _as_text(text: str, is_typed: bool) -> str:  # noqa: ARG001  (see Say)
    return text


def _as_markup(text: str, is_typed: bool) -> Markup:
    return Markup('<span translate="no">%s</span>') % text if is_typed else escape(text)


def words(field: Field, value: Any) -> str:
    """Return ``value``, an answer to ``field``, in words: a choice by its label, a date as people write it."""
    return _said(field, value) or gettext("Not provided")


def marked_words(field: Field, value: Any) -> Markup:
    """Return ``value`` in words, and mark what was typed: a browser that translates the page leaves that as it is."""
    return escape(_said(field, value, _as_markup) or gettext("Not provided"))


def in_words(value: Any) -> str:
    """Return a value that is of no field."""
    return _plain(value) or gettext("Not provided")


def entry_words(questions: Mapping[str, Field], entry: Mapping[str, Any]) -> str:
    """Return one entry of a list in one line: what was answered, without what is secret or hidden."""
    said = (_said(field, entry.get(name)) for name, field in questions.items() if is_asked(field) and not hides(field))
    return ", ".join(filter(None, said)) or gettext("Nothing filled in")


def entry_parts(questions: Mapping[str, Field], entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return one entry of a list as pairs of what was asked and answered, without what is secret or hidden."""
    asked = {name: field for name, field in questions.items() if is_asked(field) and not hides(field)}
    said = [(plain_text(field.label.text), _said(field, entry.get(name))) for name, field in asked.items()]
    return [(label, answer) for label, answer in said if answer] or [("", gettext("Nothing filled in"))]


def entry_names(entries: Sequence[Sequence[tuple[str, str]]]) -> list[str]:
    """Return what people call the entries of a list: by the first answer, or by all of them where others have that too.

    :param entries: each as :func:`entry_parts` returns it. One in which nothing is filled in has a number for its name.
    """
    firsts = [parts[0] for parts in entries]
    return [
        gettext("Number %(number)s", number=number)
        if parts[0] == ("", gettext("Nothing filled in"))
        else parts[0][1]
        if firsts.count(parts[0]) == 1
        else ", ".join(answer for _, answer in parts)
        for number, parts in enumerate(entries, 1)
    ]


def initials(text: str) -> str:
    """Return the first letters of the first word and of the last; nothing of a text that begins with no letter.

    >>> initials("Ada Lovelace"), initials("mary"), initials("12 chairs")
    ('AL', 'M', '')
    """
    each = text.split()
    found = "".join(word[0] for word in (*each[:1], *each[1:][-1:]))
    return found.upper() if found.isalpha() else ""


def _said(field: Any, value: Any, say: Say = _as_text) -> str:
    """Return ``value`` in words; nothing where there is none."""
    if value is None or (isinstance(value, (str, list, tuple, set, frozenset, Mapping)) and not value):
        return ""
    if hides(field):
        return say(gettext("Hidden"), False)
    # Of the class: a FormField has the attributes of the form that it encloses.
    if callable(own := getattr(type(field), "words", None)) and (text := own(field, value)):
        return say(str(text), getattr(field, "is_verbatim", isinstance(value, str)))
    if isinstance(field, FileField):
        return say(file_words(value), True)
    if isinstance(field, SelectFieldBase):
        return say(_chosen(field, value), False)
    if isinstance(field, FormField):
        return _enclosed(field, value, say)
    if isinstance(field, Keyed) and field.entries:
        return _labelled(zip(field.entries, value, strict=False), say)
    if isinstance(field, FieldList):
        inner = _entry(field)
        entries = list(filter(None, (_said(inner, one, say) for one in value)))
        return say("; " if isinstance(inner, FormField) else ", ", False).join(entries)
    text = _plain(value, field)
    return say(text, isinstance(value, str)) if text else ""


def _chosen(field: Any, value: Any) -> str:
    """Return the labels of what was chosen."""
    if isinstance(value, str) and (label := dict(reversed(plain_pairs(field) or ())).get(value)):
        return label
    choices = [choice for _, group in choices_of(field) for choice in group]
    values = _listed(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    said = sorted((_label(field, choices, one) for one in values), key=lambda one: one[0])
    return ", ".join(label for _, label in said if label)


def _label(field: Any, choices: Sequence[Any], value: Any) -> tuple[int, str]:
    """Return the number and the label of the choice that ``value`` is; what is no choice comes last."""
    same_text: tuple[int, str] | None = None
    for number, choice in enumerate(choices):
        label = plain_text(choice.label or choice.value)
        try:
            if choice.value is value or (coerced := field.coerce(choice.value)) == value:
                return number, label
        except (AttributeError, TypeError, ValueError):
            coerced = choice.value
        # A session may hold the text of what the form made of it, or the value of an enum.
        if str(value) in (str(choice.value), str(coerced), str(getattr(coerced, "value", coerced))):
            same_text = same_text or (number, label)
    return same_text or (len(choices), _plain(value))


def _enclosed(field: Any, value: Any, say: Say) -> str:
    """Return the answers of an enclosed form, each after its label."""
    if not isinstance(value, Mapping):
        return say(_plain(value), True)
    asked = {name: one for name, one in field.form._fields.items() if is_asked(one) and not hides(one)}
    if len(asked) == 1:
        [(name, one)] = asked.items()
        return _said(one, value.get(name), say)
    return _labelled(((one, value.get(name)) for name, one in asked.items()), say)


def _labelled(answers: Iterable[tuple[Field, Any]], say: Say) -> str:
    """Return these answers, each after the label of its field."""
    said = [(plain_text(field.label.text), answer) for field, value in answers if (answer := _said(field, value, say))]
    labelled = say(gettext("%(label)s: %(answer)s"), False)
    return say(", ", False).join(labelled % {"label": label, "answer": answer} for label, answer in said)


def _entry(field: Any) -> Any:
    """Return a field like each entry of a list, which itself may be empty."""
    if field.entries:
        return field.entries[0]
    options = {"name": f"{field.name}-0", "id": f"{field.id}-0", "_meta": field.meta}
    entry = field.meta.bind_field(field._form, field.unbound_field, options)
    entry.process(None)
    return entry


def _plain(value: Any, field: Any = None) -> str:
    """Return a value that is its own label."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Enum):
        own = isinstance(value, StrEnum) or type(value).__str__ not in _PLAIN
        return str(value) if own else value.name.replace("_", " ").capitalize()
    if isinstance(value, (datetime.date, datetime.time)):
        return _moment(value, getattr(getattr(field, "widget", None), "input_type", ""), field)
    if isinstance(value, (Decimal, float)):
        return _number(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {text}" for key, one in value.items() if (text := _plain(one)))
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(filter(None, map(_plain, _listed(value))))
    return "" if value is None else plain_text(value).strip() if isinstance(value, str) else str(value)


def _listed(value: Iterable[Any]) -> list[Any]:
    """Return what is in ``value``, that of a set in an order that is always the same."""
    return sorted(value, key=str) if isinstance(value, (set, frozenset)) else list(value)


def _number(value: Decimal | float) -> str:
    """Return a number as it is written in the language of the page, with every digit that it has."""
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    # Nobody reads a number of a thousand digits.
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        return str(value)
    locale = conventions()
    pattern = locale.decimal_formats[None].pattern.partition(".")[0]
    if isinstance(value, float):
        number = number.normalize()
    # Of a price, the last nought is said as well.
    places = max(0, -int(number.as_tuple().exponent))
    if places:
        pattern += f".{'0' * places}"
    with localcontext(prec=_LONGEST + places):
        return format_decimal(number, pattern, locale, decimal_quantization=False)


def _moment(value: datetime.date | datetime.time, drawn_as: str, field: Any) -> str:
    locale = conventions()
    if isinstance(value, datetime.time):
        return format_time(value, "HH:mm:ss" if value.second else "HH:mm", locale=locale)
    if isinstance(value, datetime.datetime):
        return f"{_moment(value.date(), '', field)}, {_moment(value.time(), '', field)}"
    if drawn_as == "month":
        return str(format_skeleton("yMMMM", value, locale=locale))
    if drawn_as == "week":
        # The number that was typed. WTForms counts the weeks from the first Monday, calendars do not.
        formats = getattr(field, "format", None) or "%G-W%V"
        match = _WEEK.search(value.strftime(formats if isinstance(formats, str) else formats[0]))
        year, week = map(int, match.groups()) if match else value.isocalendar()[:2]
        return gettext("Week %(week)s of %(year)s", week=week, year=year)
    return str(format_date(value, "long", locale=locale))
