"""Rules: what earlier answers say of the answer to a step: the bounds of its fields, and its check."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from copy import deepcopy
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from wtforms import DateField, DateTimeField, DecimalField, Field, FloatField, Form, IntegerField, TimeField
from wtforms import validators as wtforms_validators
from wtforms.validators import NumberRange

from . import bound, fields
from .each import asked, for_entry, said_of
from .earlier import NO_TEXT, Answer, Earlier, NotAnsweredError
from .messages import HOW_TO_FILL_IN, is_filled_in
from .parts import PartsField
from .reveals import hidden
from .trial import Trial

if TYPE_CHECKING:
    from .steps import Step

_DateRange: Any = wtforms_validators.DateRange  # type: ignore[attr-defined]

#: Returns what is wrong, by the names of inputs, given the earlier answers and the clean data.
Check = Callable[[Mapping[str, Answer], Mapping[str, Any]], Mapping[str, Any]]

#: For ``min`` and ``max`` a function of the earlier answers that returns it; for ``message`` what is said of a value
#: that is beyond them.
Bounds = Mapping[str, Any]

_SIDES = ("min", "max")

#: The fields that can have bounds, and of which type these are; the first that fits.
_TYPES: tuple[tuple[tuple[type[Field], ...], tuple[type, ...], str], ...] = (
    ((IntegerField, DecimalField, FloatField), (int, float, Decimal), "a number"),
    ((TimeField,), (datetime.time,), "a datetime.time"),
    ((DateField,), (datetime.date,), "a datetime.date"),
    ((DateTimeField,), (datetime.datetime,), "a datetime.datetime"),
)


def type_of(field: Field | None) -> tuple[tuple[type, ...], str] | None:
    """Return the types of the values that ``field`` can be compared with, and what they are called; None if none."""
    if isinstance(field, PartsField):
        return ((field.bounded[0],), field.bounded[1]) if field.bounded else None
    return next(((types, words) for kinds, types, words in _TYPES if isinstance(field, kinds)), None)


def check_rules(step: Step) -> None:
    """Check that the rules of ``step`` can be kept.

    :raises FlowError: for the first mistake.
    """
    if step.check is not None:
        step.needs_function("check", step.check, "answers, data")
    if not isinstance(step.bounds, Mapping):
        step.wrong("its 'bounds' is no dictionary. Use bounds={'field': {'min': function}}.")
    known = fields.samples(step.form)
    for name, given in step.bounds.items():
        field = fields.of_one(known.get(name))
        if type_of(field) is None:
            step.wrong(f"its 'bounds' names {name!r}, which is no field of a number, a date or a time. Use 'check='.")
        if not isinstance(given, Mapping) or not set(_SIDES) & given.keys() or given.keys() - {*_SIDES, "message"}:
            step.wrong(f"its 'bounds' for {name!r} is {given!r}. Use {{'min': function, 'max': function}}, or one.")
        for side in _SIDES:
            if side in given:
                step.needs_function("bounds", given[side])
        if not is_filled_in(given.get("message")):
            step.wrong(f"its 'bounds' for {name!r} has the message {given['message']!r}, which {HOW_TO_FILL_IN}")
        if not given.get("message") and not isinstance(field, (IntegerField, DecimalField, FloatField)):
            step.wrong(f"its 'bounds' for {name!r} has no message in words of people. Give it one: 'message': '...'.")


def functions(step: Step) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
    """Return the functions of these rules, each with what it is for, as they are tried when the Flow is built."""
    sides = [(name, side) for name, given in step.bounds.items() for side in _SIDES if side in given]
    check = [("check", partial(_tried, step))] if step.check else []
    bounds = [("bounds", for_entry(step, name, partial(_bound, step, name, side))) for name, side in sides]
    return [*bounds, *check]


def _bound(step: Step, name: str, side: str, answers: Mapping[str, Answer]) -> Any:
    value = step.bounds[name][side](answers)
    types, words = type_of(fields.of_one(fields.samples(step.form)[name])) or ((), "")
    # A moment is a date to Python, and True a number.
    is_other = isinstance(value, (bool, datetime.datetime)) and datetime.datetime not in types
    if value is not None and (is_other or not isinstance(value, types)):
        step.wrong(f"its 'bounds' for {name!r} returned {type(value).__name__}. Let it return {words}.")
    return value


def put_bounds(step: Step, form: Form, earlier: Earlier) -> None:
    """Put the bounds of ``step`` into a bound ``form``, where they are validated, and stand on its inputs."""
    for name in step.bounds:
        for field, about in asked(step, form, name, earlier):
            _put_bounds(step, name, field, about)


def _put_bounds(step: Step, name: str, field: Any, earlier: Earlier) -> None:
    given, found = step.bounds[name], {}
    for side in _SIDES:
        if side in given:
            try:
                found[side] = earlier.call("bounds", partial(_bound, step, name, side), f"{name} {side}")
            except NotAnsweredError:
                continue
    if not found:
        return
    types, _ = type_of(field) or ((), "")
    rule: Any = (NumberRange if int in types else _DateRange)(**found, message=given.get("message"))
    field.validators = [*field.validators, rule]
    for side, value in found.items():
        stated = getattr(field.flags, side)
        is_tighter = stated is None or callable(stated) or (stated < value if side == "min" else stated > value)
        if is_tighter:
            setattr(field.flags, side, value)


def broken(step: Step, form: Form, earlier: Earlier) -> dict[str, str]:
    """Return what the check of ``step`` says is wrong with a valid ``form``, by the names of its inputs."""
    data = deepcopy(bound.clean(form, hidden(step.reveals, form) if step.reveals else ()))
    for name in step.secrets:
        *outer, own = name.split(".")
        holder = data
        for one in outer:
            holder = holder[one] or {}
        holder.pop(own, None)
    try:
        found = earlier.ask("check", partial(_said, step, data))
    except NotAnsweredError:
        return {}
    said: dict[str, str] = {}
    for name, text in found.items():
        said |= said_of(form._fields[name], text) if name in form._fields else {name: str(text)} if text else {}
    return said


def _said(step: Step, data: Mapping[str, Any], answers: Mapping[str, Answer]) -> Mapping[str, Any] | None:
    assert step.check is not None
    found = step.check(answers, data)
    if found is None:
        return None
    if not isinstance(found, Mapping):
        step.wrong(
            f"its 'check' returned {type(found).__name__}. Let it return a dictionary of messages by its fields."
        )
    known = fields.samples(step.form)
    for name, text in found.items():
        if isinstance(text, NO_TEXT) and text and name not in step.for_each:
            step.wrong(f"its 'check' says {text!r} of {name!r}. Let it say a text, and nothing where all is well.")
        if name and name not in known and fields.find(step.form, name) is None:
            here = ", ".join(map(repr, fields.questions(step.form)))
            step.wrong(f"its 'check' names {name!r}, which is no field. Name one of {here}, or '' for the step.")
    return found


def _tried(step: Step, answers: Mapping[str, Answer]) -> Any:
    assert isinstance(answers, Trial)
    known = {
        name: None if name in step.choices else fields.known_values(step.form, name) or None
        for name in fields.questions(step.form)
        if name not in step.secrets
    }
    return _said(step, answers.own(known), answers)
