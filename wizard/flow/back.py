"""Back: choices that lead to an earlier step instead of onwards. Such a choice is a Draft, and never an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wtforms import SelectField, SelectMultipleField

from . import fields
from .earlier import Earlier
from .messages import NOT_OFFERED
from .typed import Typed

if TYPE_CHECKING:
    from .steps import Step


def _field(step: Step, value: str) -> Any:
    """Return the sample of the one field of ``step`` that has the choice ``value``; ``None`` where there is none."""
    found = [one for name, one in fields.samples(step.form).items() if value in _choices(step, name, one)]
    return found[0] if len(found) == 1 else None


def _choices(step: Step, name: str, one: Any) -> list[str]:
    if not isinstance(one, SelectField) or isinstance(one, SelectMultipleField) or name in step.choices:
        return []
    field: Any = one
    if type(field).iter_choices not in fields.PLAIN_CHOICES or field._choices_callable or field._choices is None:
        return []
    return [str(choice.value) for choice in fields.listed(field, field._choices)]


def values_of(step: Step, name: str) -> list[str]:
    """Return the choices of the field ``name`` that lead back."""
    one = fields.samples(step.form).get(name)
    return [value for value in step.back if one is not None and _field(step, value) is one]


def check_back(step: Step) -> None:
    """Check that the choices that lead back are choices of ``step``.

    :raises FlowError: for the first mistake.
    """
    if not isinstance(step.back, Mapping):
        step.wrong(f"its 'back' is {step.back!r}. Use back={{'no': 'an-earlier-step'}}.")
    for value in step.back:
        if not isinstance(value, str) or _field(step, value) is None:
            here = [one for name, field in fields.samples(step.form).items() for one in _choices(step, name, field)]
            cure = f"Name one of {', '.join(map(repr, here))}." if here else "Give it a RadioField with choices."
            step.wrong(f"its 'back' names {value!r}, which is no choice of one of its fields alone. {cure}")
    for name, one in fields.samples(step.form).items() if step.back else ():
        onwards = [value for value in _choices(step, name, one) if value and value not in step.back]
        if values_of(step, name) and not onwards:
            step.wrong(f"all choices of {name!r} lead back, so that nobody gets on. Leave one out of its 'back'.")


def input_that_leads_back(step: Step, typed: Typed) -> tuple[str, str] | None:
    """Return the input into which a choice was ``typed`` that leads back, and the name of the step it leads to."""
    for value, to in step.back.items():
        name = _field(step, value).name
        if list(typed.get(name, ())) == [value]:
            return name, to
    return None


def broken(step: Step, form: Any) -> dict[str, str]:
    """Return what is wrong with a bound ``form`` where a choice leads back, which is no answer."""
    typed = {one.name: [str(text) for text in one.raw_data or ()] for one in form}
    found = input_that_leads_back(step, typed)
    return {found[0]: NOT_OFFERED} if found else {}


def depend(step: Step, earlier: Earlier) -> None:
    """Note that ``step`` depends on the answers that it leads back to: it asks whether they are right."""
    for name in step.back.values():
        earlier.note(name)
