"""What the engine knows of WTForms fields: which are secret, what a browser would send for one, how one is read out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from wtforms import (
    BooleanField,
    ButtonField,
    Field,
    FieldList,
    FileField,
    Form,
    FormField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    SubmitField,
)

SECRET = (PasswordField,)
BUTTONS = (ButtonField, SubmitField)
UNSUPPORTED = (FileField, MultipleFileField)


def declared(form: type[Form]) -> dict[str, type[Field]]:
    """The fields that a form class declares, by name, without making a form (which may need a request)."""
    unbound = {name: getattr(form, name) for name in dir(form) if not name.startswith("_")}
    found = [(field.creation_counter, name, field) for name, field in unbound.items() if hasattr(field, "_formfield")]
    return {name: field.field_class for _, name, field in sorted(found)}


def is_secret(field: Field) -> bool:
    """Whether what is typed into ``field`` must never be shown again, nor stored as it is."""
    return isinstance(field, SECRET)


def questions(form: Form) -> list[Field]:
    """The fields of ``form`` that ask the visitor something: all but buttons."""
    return [field for field in form if not isinstance(field, BUTTONS)]


def typed(field: Field) -> list[str]:
    """The values a browser would send for ``field`` as it stands: what was typed, else what its data comes to."""
    if is_secret(field):
        return []
    if isinstance(field, BooleanField):
        return ["y"] if field.data else []
    if isinstance(field, SelectMultipleField):
        return [str(value) for value in field.data or ()]
    if isinstance(field, SelectField):
        return [] if field.data is None else [str(field.data)]
    if hasattr(field, "_value"):
        return [str(field._value())]
    return [] if field.data is None else [str(field.data)]


def typed_pairs(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    """The name and value pairs that a browser would send for ``fields``, enclosed fields included."""
    for field in fields:
        if isinstance(field, (FormField, FieldList)):
            yield from typed_pairs(field)
        else:
            for value in typed(field):
                yield field.name, value


def choices(field: SelectField) -> Iterator[tuple[str | None, list[tuple[str, str, bool]]]]:
    """The choices of ``field`` in their groups (one group without a name where it has none): value, words, chosen."""
    chosen = set(typed(field))
    groups = field.iter_groups() if field.has_groups() else [(None, field.iter_choices())]
    for group, options in groups:
        yield group, [(str(option[0]), str(option[1]), str(option[0]) in chosen) for option in options]


def words(field: Field, value: Any) -> str:
    """How ``value``, accepted for ``field``, is read out to the visitor: a choice by its label, a date in words."""
    if value is None or value == "" or value == []:
        return "Not provided"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(field, SelectField):
        labels = {key: label for _, options in choices(field) for key, label, _ in options}
        values = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(one), str(one)) for one in values)
    if isinstance(value, datetime.datetime):
        return f"{value.day} {value:%B %Y, %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(str(one) for one in value.values())
    return str(value)


def kind(field: Field) -> str:
    """Which part of the field template draws ``field``."""
    if isinstance(field, (FormField, FieldList)):
        return "group"
    if isinstance(field, RadioField):
        return "radio"
    if isinstance(field, SelectMultipleField):
        return "checkboxes"
    if isinstance(field, SelectField):
        return "select"
    if isinstance(field, BooleanField):
        return "checkbox"
    if getattr(field.widget, "input_type", None) == "hidden":
        return "hidden"
    return "input" if hasattr(field.widget, "input_type") else "textarea"
