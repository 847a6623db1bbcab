"""Reveals: the fields of a step that are shown with a choice, and hidden while that is not chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, Form, SelectField, SelectMultipleField

from . import fields

if TYPE_CHECKING:
    from .steps import Step

#: For each field that is shown with a choice, the field of the choice, and the choice: a value, or for a box whether it
#: is ticked.
Reveals = Mapping[str, tuple[str, Any]]

_NOTHING = object()


def check_reveals(step: Step) -> None:
    """Check that the fields which ``step`` reveals can be.

    :raises FlowError: for the first mistake.
    """
    if not isinstance(step.reveals, Mapping):
        step.wrong("its 'reveals' is no dictionary. Use reveals={'other': ('how', 'other')}.")
    for name, given in step.reveals.items():
        if wrong := fields.not_seen(step.form, name):
            step.wrong(f"it reveals {name!r}, {wrong}")
        if not isinstance(given, (tuple, list)) or len(given) != 2:
            step.wrong(f"its 'reveals' for {name!r} is {given!r}. Use the field and its choice: ('how', 'other').")
        _check_choice(step, name, *given)
    for name in step.reveals:
        seen, by = {name}, step.reveals[name][0]
        while by in step.reveals:
            if by in seen:
                step.wrong(
                    f"the fields {', '.join(map(repr, sorted(seen)))} reveal each other. Show one of them always."
                )
            seen.add(by)
            by = step.reveals[by][0]


def _check_choice(step: Step, name: str, by: str, option: Any) -> None:
    field: Any = fields.questions(step.form).get(by)
    if not isinstance(field, (SelectField, BooleanField)) or fields.is_hidden(field):
        step.wrong(f"{name!r} is revealed by {by!r}, which is no field with choices and no box. Name one.")
    if isinstance(field, BooleanField):
        if not isinstance(option, bool):
            step.wrong(f"{name!r} is revealed by {option!r} of the box {by!r}. Use True or False.")
        return
    if by in step.choices or field._choices_callable or field.choices is None:
        return
    values = [choice.value for choice in field._choices_from_input(field.choices) or ()]
    if not any(is_choice(field, value, option) for value in values):
        here = ", ".join(map(repr, values))
        step.wrong(f"{name!r} is revealed by {option!r} of {by!r}, which is no choice of it. It has {here}.")


def is_choice(field: Any, value: Any, option: Any) -> bool:
    """Return whether ``value``, as it is sent for ``field``, is the choice ``option``."""
    wanted = _coerced(field, option)
    return wanted is not _NOTHING and bool(_coerced(field, value) == wanted)


def _coerced(field: Any, value: Any) -> Any:
    try:
        return field.coerce(value)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return _NOTHING


def hidden(reveals: Reveals, form: Form) -> tuple[str, ...]:
    """Return the fields of a bound ``form`` that are hidden, by what is chosen in it."""
    shown: dict[str, bool] = {}

    def is_shown(name: str) -> bool:
        if name not in shown:
            by, option = reveals.get(name, ("", None))
            shown[name] = not by or (is_shown(by) and _is_chosen(form._fields[by], option))
        return shown[name]

    return tuple(name for name in reveals if not is_shown(name))


def _is_chosen(field: Any, option: Any) -> bool:
    if isinstance(field, BooleanField):
        return bool(field.data) is option
    wanted = _coerced(field, option)
    return wanted in (field.data or ()) if isinstance(field, SelectMultipleField) else bool(field.data == wanted)
