"""Guesses: what a visitor may type into a field, as far as its declaration says so.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import strategies as st
from wtforms import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    FieldList,
    FileField,
    FloatField,
    Form,
    FormField,
    IntegerField,
    MonthField,
    SelectMultipleField,
    StringField,
    TimeField,
    WeekField,
    validators,
)
from wtforms import fields as wtforms_fields
from wtforms.fields.choices import SelectFieldBase

from .. import fields as fields_of_ours
from ..errors import WizardError
from ..fields import (
    AddressField,
    Alone,
    DurationField,
    MemorableDateField,
    MonthYearField,
    NotBefore,
    YearField,
)
from ..flow import Verbatim, bound, fields, parts
from ..pages.drawing import views
from ..pages.value import WIRE_FORMATS
from .fakes import files_for

_V: Any = validators
_COLOR: type[Field] = wtforms_fields.ColorField

#: The validators whose rules are kept below. What any other refuses is not known.
_KNOWN = {
    _V.AnyOf, _V.DataRequired, _V.DateRange, _V.Email, _V.EqualTo, _V.InputRequired, _V.IPAddress, _V.Length,
    _V.MacAddress, _V.NoneOf, _V.NumberRange, _V.Optional, _V.Regexp, _V.URL, _V.UUID, Alone, NotBefore, Verbatim,
}  # fmt: skip

#: What makes a field of the author's own read its input in a way of its own.
_READS = ("process", "process_formdata", "pre_validate", "post_validate", "validate")

#: Where the fields come from that read their input as is known.
_LIBRARIES = ("wtforms.", parts.__name__, fields_of_ours.__name__)

_WIRE = {one for formats in WIRE_FORMATS.values() for one in formats}

#: How many values longer than the shortest are tried, and how many years.
_MORE, _YEARS = 10, 20


def leaves(form: Form) -> Iterator[tuple[Form, Field]]:
    """Yield the inputs of a bound ``form`` that a visitor can use, enclosed ones included, each with its form."""
    for field in bound.questions(form).values():
        yield from _leaves(form, field)


def _leaves(form: Form, field: Any) -> Iterator[tuple[Form, Field]]:
    if isinstance(field, FormField):
        yield from leaves(field.form)
    elif isinstance(field, FieldList):
        for one in field.entries:
            yield from _leaves(form, one)
    elif not fields.is_hidden(field) and not _is_fixed(field):
        yield form, field


def _is_fixed(field: Field) -> bool:
    said = field.render_kw or {}
    return any(getattr(field.flags, flag) or said.get(flag) for flag in ("disabled", "readonly"))


def _fill(field: Any) -> None:
    """Let each list in ``field`` have an entry."""
    if isinstance(field, FieldList) and not field.entries:
        field.append_entry()
    inner = bound.questions(field.form).values() if isinstance(field, FormField) else getattr(field, "entries", ())
    for one in inner:
        _fill(one)


def unknown(form: Form) -> str | None:
    """Return the name of the first input of ``form`` of which nobody can say what may be typed there, if any."""
    for field in bound.questions(form).values():
        _fill(field)
    return next((one.name for holder, one in leaves(form) if guess(holder, one) is None), None)


def typing(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Return what a visitor may type into a bound ``form``: values by the names of inputs."""
    guessed: dict[str, st.SearchStrategy[Any]] = {}
    same: dict[str, str] = {}
    after: dict[str, str] = {}
    for holder, field in leaves(form):
        rules = _rules(field)
        equal = rules.get(_V.EqualTo)
        if equal is not None and equal.fieldname in holder._fields:
            same[field.name] = holder._fields[equal.fieldname].name
        elif (values := guess(holder, field)) is not None:
            guessed[field.name] = values
            beginning = rules.get(NotBefore)
            if beginning is not None and beginning.fieldname in holder._fields:
                after[field.name] = holder._fields[beginning.fieldname].name
    return st.fixed_dictionaries(guessed).map(
        lambda typed: {
            **typed,
            **{name: typed[other] for name, other in same.items() if other in typed},
            **{name: _later(typed[name], typed[other]) for name, other in after.items() if typed.get(other)},
        }
    )


def _later(end: str, beginning: str) -> str:
    """Return an ``end`` that is not before the ``beginning``, as far as their texts say so."""
    return max(end, beginning, key=lambda text: (len(text), text)) if end else end


def options(field: Field) -> list[str]:
    """Return what a browser can send for a field with choices, but for a blank one."""
    [view] = views([field], {})
    return [one.value for one in view.options if one.value and not one.disabled]


def check_choices(step: str, form: Form) -> None:
    """Raise a WizardError for a field in which something has to be chosen, and nothing can be."""
    for _, field in leaves(form):
        if isinstance(field, SelectFieldBase) and _is_required(_rules(field)) and not options(field):
            raise WizardError(
                f"Step {step!r}: something must be chosen in {field.name!r}, and it has no choices. Give it some, or "
                "do not ask the step then."
            )


def guess(form: Form, field: Field) -> st.SearchStrategy[Any] | None:
    """Return values that ``field`` accepts, where its declaration says so; else ``None``."""
    rules = _rules(field)
    required = _is_required(rules)
    if isinstance(field, BooleanField):
        return st.just(True) if required else st.booleans()
    if isinstance(field, SelectFieldBase):
        values = options(field)
        if isinstance(field, SelectMultipleField) and Alone in rules:
            alone = [[one] for one in values if one in rules[Alone].values]
            values = [one for one in values if [one] not in alone]
            others = st.lists(st.sampled_from(values), min_size=required, unique=True) if values else st.nothing()
            return st.one_of(others, *map(st.just, alone))
        if isinstance(field, SelectMultipleField):
            return st.lists(st.sampled_from(values), min_size=required, unique=True) if values else st.just([])
        return st.sampled_from(values) if values else st.none()
    if isinstance(field, FileField):
        return files_for(form, field)
    has_own_rule = hasattr(form, f"validate_{field.short_name}") or rules.keys() - _KNOWN
    is_known = all(getattr(type(field), one).__module__.startswith(_LIBRARIES) for one in _READS)
    if has_own_rule or not is_known:
        return None
    for kind, values_of in _KINDS.items():
        if isinstance(field, kind):
            found = values_of(field, rules)
            return st.one_of(st.just(""), found) if found is not None and _V.Optional in rules else found
    return None


def _rules(field: Field) -> Mapping[type, Any]:
    return {type(one): one for one in field.validators}


def _is_required(rules: Mapping[type, Any]) -> bool:
    return _V.InputRequired in rules or _V.DataRequired in rules


def _bounds(rule: Any) -> tuple[Any, Any]:
    """The least and the most that a validator allows; each may be computed when it is asked for."""
    given = (getattr(rule, "min", None), getattr(rule, "max", None))
    least, most = (one() if callable(one) else one for one in given)
    return least, most


# Numbers


def _number(field: Any, rules: Mapping[type, Any]) -> st.SearchStrategy[str] | None:
    given = [one if one is not None and math.isfinite(one) else None for one in _bounds(rules.get(_V.NumberRange))]
    least, most = (None if one is None else Decimal(str(one)) for one in given)
    if least is None:
        least = Decimal(0) if most is None or most >= 0 else most - 100
    if most is None:
        most = least + 100
    # How a fraction is written depends on the language, where the field says so.
    is_whole = isinstance(field, IntegerField) or getattr(field, "use_locale", False)
    for places in range(0 if is_whole else 2, 1 if is_whole else 9):
        low, high = math.ceil(least.scaleb(places)), math.floor(most.scaleb(places))
        if low <= high:
            return st.integers(low, high).map(partial(_written, places))
    return None


def _written(places: int, number: int) -> str:
    return f"{Decimal(number).scaleb(-places):f}"


# Dates and times


def _moment(field: Any, rules: Mapping[type, Any]) -> st.SearchStrategy[str]:
    # A date in parts is split when it is sent.
    given = getattr(field, "format", "%Y-%m-%d")
    formats = [given] if isinstance(given, str) else list(given)
    wire = next((one for one in formats if one in _WIRE), formats[0])
    if isinstance(field, TimeField):
        return st.times().map(lambda one: one.strftime(wire))
    least, most = map(_naive, _bounds(rules.get(_V.DateRange)))
    span = datetime.timedelta(days=365 * _YEARS)
    if least is None:
        least = datetime.datetime(2000, 1, 1) if most is None or most.year > 2000 else most - span
    if most is None:
        most = least + span
    if isinstance(field, MonthYearField):
        # The first of a month that begins within the bounds.
        months = st.integers(_month(least - datetime.timedelta(seconds=1)) + 1, _month(most))
        return months.map(lambda one: f"{one // 12:04}-{one % 12 + 1:02}")
    if isinstance(field, (DateField, MemorableDateField)):
        # A day counts from its midnight on, a month from its first day, a week from its Monday.
        days = st.dates(min((least + datetime.timedelta(hours=23, minutes=59)).date(), most.date()), most.date())
        if isinstance(field, MonthField):
            days = days.map(lambda one: one.replace(day=1))
        elif isinstance(field, WeekField):
            days = days.map(lambda one: one - datetime.timedelta(days=one.weekday()))
        return days.map(lambda one: one.strftime(wire))
    return st.datetimes(min(least, most), most).map(lambda one: one.strftime(wire))


def _month(moment: datetime.datetime) -> int:
    return moment.year * 12 + moment.month - 1


def _year(_field: Any, rules: Mapping[type, Any]) -> st.SearchStrategy[str]:
    least, most = _bounds(rules.get(_V.NumberRange))
    least = max(1, least if least is not None else 1900 if most is None else most - _YEARS)
    return st.integers(least, least + _YEARS if most is None else most).map(lambda one: f"{one:04}")


def _duration(_field: Any, rules: Mapping[type, Any]) -> st.SearchStrategy[str]:
    least, most = _bounds(rules.get(_V.NumberRange))
    least = max(0, least or 0)
    return st.integers(least, least + 30 if most is None else most).map(lambda one: f"P{one // 12}Y{one % 12}M")


def _address(field: Any, _rules: Mapping[type, Any]) -> st.SearchStrategy[str]:
    needed = [one for one in field.part_names if one not in field.optional_parts]
    return st.lists(_LETTERS, min_size=len(needed), max_size=len(needed)).map(", ".join)


def _naive(bound: Any) -> datetime.datetime | None:
    if isinstance(bound, datetime.datetime):
        return bound.replace(tzinfo=None)
    return None if bound is None else datetime.datetime.combine(bound, datetime.time())


# Text


def _text(field: Field, rules: Mapping[type, Any]) -> st.SearchStrategy[str]:
    size: Any = rules.get(_V.Length)
    least = max(getattr(size, "min", 0), int(_is_required(rules)), 0)
    most = getattr(size, "max", -1)
    if _V.AnyOf in rules:
        return st.sampled_from([str(one) for one in rules[_V.AnyOf].values])
    if _V.Regexp in rules:
        return _matching(rules[_V.Regexp].regex, least, most)
    for rule, values in _WRITTEN.items():
        if rule in rules:
            return values
    if isinstance(field, _COLOR):
        return st.integers(0, 0xFFFFFF).map(lambda one: f"#{one:06x}")
    # A secret is long enough not to stand in the session by chance, and in letters of its own, so that no other text
    # can be taken for it.
    secret = fields.is_secret(field)
    least = max(least, 8) if secret else least
    least = least if most < 0 else min(least, most)
    return st.text(
        "XYZÜ" if secret else "abcdé&<",
        min_size=least,
        max_size=least + _MORE if most < 0 else min(most, least + _MORE),
    )


def _matching(pattern: Any, least: int, most: int) -> st.SearchStrategy[str]:
    """Texts that match, as far as they come in the right length: to filter for that might never end."""
    letters = st.characters(exclude_categories=["C", "Zl", "Zp"])

    def fit(texts: list[str]) -> str:
        longer = [one + one[-1:] * (least - len(one)) for one in texts]
        shorter = [one[:most] for one in texts if most >= 0]
        fitting = (one for one in [*texts, *longer, *shorter] if least <= len(one) and (most < 0 or len(one) <= most))
        return next((one for one in fitting if one == one.strip() and pattern.match(one)), texts[0])

    return st.lists(st.from_regex(pattern, fullmatch=True, alphabet=letters), min_size=3, max_size=3).map(fit)


_LETTERS = st.text("abcdefgh", min_size=1, max_size=10)

#: For a validator of text that is written in one way the texts that it accepts.
_WRITTEN: Mapping[type, st.SearchStrategy[str]] = {
    _V.Email: _LETTERS.map(lambda name: f"{name}@example.com"),
    _V.URL: _LETTERS.map(lambda name: f"https://example.com/{name}"),
    _V.UUID: st.uuids().map(str),
    _V.IPAddress: st.ip_addresses(v=4).map(str),
    _V.MacAddress: st.binary(min_size=6, max_size=6).map(lambda one: one.hex(":")),
}

_KINDS: Mapping[Any, Callable[[Any, Mapping[type, Any]], st.SearchStrategy[str] | None]] = {
    YearField: _year,
    IntegerField: _number,
    DecimalField: _number,
    FloatField: _number,
    DateTimeField: _moment,
    MemorableDateField: _moment,
    MonthYearField: _moment,
    DurationField: _duration,
    AddressField: _address,
    StringField: _text,
}
