"""Rules: validators for what WTForms has none, such as choices that exclude each other."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from babel.dates import format_date
from wtforms import Field, Form, SelectMultipleField, ValidationError

from ..flow.fields import Rule
from ..flow.parts import PartsField
from ..flow.rules import type_of
from ..languages import conventions, gettext


class Alone(Rule):
    """Choices that exclude all others, such as "None of these" beside checkboxes.

    The page says "or" before them. Ticking one unticks the others where there are scripts; without, choosing both is an
    error that says what to do.

    :param values: the values of these choices.
    :param message: what is said instead; ``%(choice)s`` is the label of the one that was chosen.

    >>> from wtforms import Form
    >>> class Pets(Form):
    ...     pets = SelectMultipleField("Pets", [Alone("none")], choices={"cat": "Cat", "dog": "Dog", "none": "None"})
    """

    def __init__(self, *values: Any, message: Any = None) -> None:
        self.values = tuple(map(str, values))
        self.message = message
        self.field_flags = {"alone": self.values}

    def mistake(self, beside: Mapping[str, Field], field: Field) -> str:
        if not isinstance(field, SelectMultipleField):
            return "only one of its choices can be chosen anyway. Remove its Alone, or make it a SelectMultipleField."
        known: Any = field
        if known.choices is None or known._choices_callable:
            return ""
        offered = [str(choice.value) for choice in known._choices_from_input(known.choices)]
        other = next((one for one in self.values if one not in offered), None)
        return "" if other is None else f"its Alone names {other!r}, which is no choice of it. Name one of its values."

    def __call__(self, form: Form, field: Any) -> None:
        """Refuse one of these choices beside another.

        :raises ValidationError: where there are both.
        """
        if len(field.data or ()) < 2:
            return
        value = next((one for one in self.values if self._is_chosen(field, one)), None)
        if value is not None:
            labels = {str(choice.value): choice.label for choice in field._choices_from_input(field.choices)}
            said = self.message or gettext("Select “%(choice)s” or other options, not both")
            raise ValidationError(str(said) % {"choice": labels.get(value) or value})

    @staticmethod
    def _is_chosen(field: Any, value: str) -> bool:
        try:
            return value in (field.raw_data or ()) or field.coerce(value) in field.data
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return False


class NotBefore(Rule):
    """The end of a range, which must be on or after its beginning: two dates, years, times, numbers or durations.

    It says nothing while either is missing.

    :param fieldname: the field beside it that says when the range begins.
    :param message: what is said instead; ``%(label)s`` is the label of that field, and ``%(value)s`` what was answered.

    >>> from wtforms import Form
    >>> from wizard.fields import MemorableDateField
    >>> class Stay(Form):
    ...     begins = MemorableDateField("First night")
    ...     ends = MemorableDateField("Last night", [NotBefore("begins")])
    """

    def __init__(self, fieldname: str, message: Any = None) -> None:
        self.fieldname = fieldname
        self.message = message

    def mistake(self, beside: Mapping[str, Field], field: Field) -> str:
        if type_of(field) is None:
            return "its NotBefore compares dates, times and numbers, and it is none. Remove it."
        if type_of(beside.get(self.fieldname)) != type_of(field):
            return f"its NotBefore names {self.fieldname!r}, which is no field beside it of its kind. Name one."
        return ""

    def __call__(self, form: Form, field: Any) -> None:
        """Refuse what is before the other field's data.

        :raises ValidationError: where it is.
        """
        other: Any = form[self.fieldname]
        if field.data is None or other.data is None or field.data >= other.data:
            return
        said = self.message or gettext("This must not be before “%(label)s”: %(value)s")
        raise ValidationError(str(said) % {"label": other.label.text, "value": _words(other)})


def _words(field: Any) -> str:
    if isinstance(field, PartsField):
        return field.words(field.data)
    if isinstance(field.data, datetime.date) and not isinstance(field.data, datetime.datetime):
        return format_date(field.data, "long", locale=conventions())
    return str(field._value())
