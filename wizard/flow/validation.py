"""Validation of a bound form, apart from input that was refused before and secrets that are not stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from wtforms import Field, Form, FormField, ValidationError
from wtforms.validators import Length, NumberRange

from .bound import errors, holder, leaves
from .fields import inputs_of
from .parts import PartsField

#: An integer of more than this is too large for a float, as which ``NumberRange`` looks at it.
_MOST_BITS = 1023

#: The digits that a decimal number may have before or after its point: "1e999999" is short, and writes a megabyte.
_MOST_DIGITS = 308

#: The words of WTForms, which translates them.
_NO_DECIMAL, _NO_INTEGER = "Not a valid decimal value.", "Not a valid integer value."


class _SecretRead(Exception):
    """A rule has read a secret that was validated when it was sent, and is no longer there."""


class _Absent:
    """A secret that is not there, in a form: it is valid, and reading it raises :class:`_SecretRead`."""

    errors = ()

    def validate(self, *_: Any) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        raise _SecretRead(name)


class _Hidden:
    """A field that is not shown, in a form: it is valid, and holds nothing."""

    data = raw_data = object_data = None
    errors = ()

    def __init__(self, field: Field) -> None:
        self._field = field

    def validate(self, *_: Any) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._field, name)


def validate(
    form: Form,
    *,
    refused: Mapping[str, str],
    absent: Collection[str] = (),
    hidden: Collection[str] = (),
    only: str = "",
) -> dict[str, str]:
    """Validate ``form`` once, and return the first message of each input that is wrong; of the form under ``""``.

    A text that is longer than its Length allows gets no other validator: some take quadratic time.

    :param refused: for each input that must not be validated, the message to show instead.
    :param absent: the dotted names of secrets that are not there. They count as valid, and so does each rule of the
        form that reads one: it was checked when the secret was sent.
    :param hidden: the attributes of the fields that are not shown. They count as valid, and hold nothing.
    :param only: the attribute of the one field to validate, without the rules of the form; empty for all.
    """
    field: Any
    for field in leaves(form):
        if found := {name: refused[name] for name in inputs_of(field) if name in refused}:
            field.validate = _refused(field, found)
        elif rule := _broken_length(field):
            field.validate = _said(field, partial(_message, rule, form, field))
        elif text := _uncountable(field):
            field.validate = _said(field, text)
    places = [holder(form, name) for name in absent]
    taken = [(inner, name, inner._fields[name]) for inner, name in places]
    for inner, name in places:
        _put(inner, name, _Absent())
    for name in hidden:
        taken.append((form, name, form._fields[name]))
        _put(form, name, _Hidden(form._fields[name]))
    inputs: dict[str, Any] = dict(form._fields)
    for name, one in inputs.items():
        if only and name != only:
            one.validate = _passed
        elif places and not isinstance(one, _Absent):
            one.validate = _unless_secret(one, one.validate)
    try:
        valid = Form.validate(form) if only else form.validate()
    except _SecretRead:
        valid = not any(field.errors for field in form._fields.values())
    finally:
        for inner, name, field in taken:
            _put(inner, name, field)
    wrong = errors(form)
    return wrong if valid or wrong else {"": ""}


def _put(form: Any, name: str, field: Any) -> None:
    form._fields[name] = field
    setattr(form, name, field)


def _passed(*_: Any) -> bool:
    return True


def _said(field: Any, text: str | Callable[[], str]) -> Callable[..., bool]:
    def validate(*_: Any) -> bool:
        field.errors = [text() if callable(text) else text]
        return False

    return validate


def _refused(field: Any, texts: Mapping[str, str]) -> Callable[..., bool]:
    if not isinstance(field, PartsField):
        return _said(field, texts[field.name])

    def validate(*_: Any) -> bool:
        field.refuse(texts)
        return False

    return validate


def _unless_secret(field: Any, validate: Callable[..., bool]) -> Callable[..., bool]:
    def guarded(*args: Any, **kwargs: Any) -> bool:
        try:
            return validate(*args, **kwargs)
        except _SecretRead:
            if not isinstance(field, FormField):
                field.errors = []
            return True

    return guarded


def _broken_length(field: Field) -> Any:
    size = len(field.data) if isinstance(field.data, str) else 0
    return next((one for one in field.validators if isinstance(one, Length) and 0 <= one.max < size), None)


def _uncountable(field: Field) -> str:
    """What is said of a number that no rule can compare with another: Python would raise, as no rule expects."""
    data: Any = field.data
    if isinstance(data, Decimal) and (data.is_snan() or _is_endless(data)):
        text = field.gettext(_NO_DECIMAL)
    elif type(data) is int and data.bit_length() > _MOST_BITS:
        text = field.gettext(_NO_INTEGER)
    else:
        return ""
    rules: list[Any] = [one for one in field.validators if isinstance(one, NumberRange) and one.message]
    return str(rules[0].message % {"min": rules[0].min, "max": rules[0].max} if rules else text)


def _is_endless(data: Decimal) -> bool:
    return data.is_finite() and max(abs(data.adjusted()), -int(data.as_tuple().exponent)) > _MOST_DIGITS


def _message(rule: Any, form: Form, field: Field) -> str:
    try:
        rule(form, field)
    except ValidationError as error:
        return str(error.args[0])
    return ""
