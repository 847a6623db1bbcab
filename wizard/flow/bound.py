"""Bound: what a form holds that is bound to what was typed: its inputs, its clean data, and what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from wtforms import Field, FieldList, FileField, Form, FormField

from ..files.stored import answer_of
from .fields import BUTTONS
from .parts import PartsField


def questions(form: Form) -> dict[str, Field]:
    """Return the fields of a bound ``form`` that take an answer, by their attributes: all but buttons and tokens."""
    return {name: field for name, field in form._fields.items() if not isinstance(field, BUTTONS)}


def clean(form: Form, hidden: Collection[str] = ()) -> dict[str, Any]:
    """Return the clean data of a valid ``form``, secrets included; enclosed forms as dictionaries, lists as lists.

    :param hidden: the fields that are not shown, of which there is nothing.
    """
    return {name: None if name in hidden else value_of(field) for name, field in questions(form).items()}


def value_of(field: Field) -> Any:
    """Return what a bound ``field`` comes to, with what it encloses."""
    if isinstance(field, FormField):
        return clean(field.form)
    if isinstance(field, FileField):
        return answer_of(field.data)
    return [value_of(entry) for entry in field.entries] if isinstance(field, FieldList) else field.data


def errors(form: Form) -> dict[str, str]:
    """Return the first message of each field that is wrong, by the name of its input; of the form itself under ``""``.

    A message about an enclosed form or a list as a whole is under the name of the field that encloses it; one about
    a part of a field is under the name of its own input.
    """
    found = {name: text for field in form._fields.values() for name, text in _errors(field)}
    if form.form_errors:
        found[""] = str(form.form_errors[0])
    return found


def _errors(field: Field) -> Iterator[tuple[str, str]]:
    if isinstance(field, FormField):
        for name, text in errors(field.form).items():
            yield name or field.name, text
    elif isinstance(field, FieldList):
        for entry in field.entries:
            yield from _errors(entry)
        own = [one for one in field.errors if not isinstance(one, (list, tuple, dict))]
        if own:
            yield field.name, str(own[0])
    elif isinstance(field, PartsField) and field.errors and field.part_errors:
        yield from ((name, str(text)) for name, text in field.part_errors.items())
    elif field.errors:
        yield field.name, str(field.errors[0])


def leaves(form: Iterable[Field]) -> Iterator[Field]:
    """Yield the fields of a bound ``form`` that are inputs, enclosed ones included."""
    for field in form:
        if isinstance(field, FormField):
            yield from leaves(field.form)
        elif isinstance(field, FieldList):
            yield from leaves(field.entries)
        else:
            yield field


def holder(form: Any, dotted: str) -> tuple[Any, str]:
    """Return the form, perhaps an enclosed one, that has the field with that dotted name, and its name there."""
    *outer, own = dotted.split(".")
    for name in outer:
        form = form._fields[name].form
    return form, own
