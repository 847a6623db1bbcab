"""Own: what a form brings of its own, checked where it is known: the functions of its fields, and their defaults."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wtforms import Form, FormField, SelectField
from wtforms import validators as wtforms_validators
from wtforms.validators import EqualTo, Length, NumberRange

from . import fields
from .earlier import Answer
from .functions import is_async, is_generator, wrong_with
from .messages import HOW_TO_FILL_IN, is_filled_in

if TYPE_CHECKING:
    from .steps import Step

_DateRange: Any = wtforms_validators.DateRange  # type: ignore[attr-defined]

#: Whose fields need nothing but themselves to take and show a value.
_PLAIN = ("wtforms.", "wizard.")


def check_functions(step: Step, name: str, one: Any) -> None:
    """Check that the functions of a field, whose sample and dotted name these are, can be called as WTForms does.

    :raises FlowError: for the first that cannot.
    """
    given: list[tuple[str, object, str]] = [("validator", rule, "form, field") for rule in one.validators]
    given += [("filter", rule, "value") for rule in one.filters]
    given += [("default", one.default, "")] if callable(one.default) else []
    if isinstance(one, SelectField):
        given += [("coerce", one.coerce, "value")]
        computed = getattr(one, "_choices_callable", None)
        given += [("choices", computed, "")] if computed else []
    for what, function, arguments in given:
        if not callable(function):
            step.wrong(f"the {what} of field {name!r} is {function!r}. Use a function: lambda {arguments}: ....")
        if text := wrong_with(function, arguments):
            step.wrong(f"the {what} of field {name!r} {text}")
    # What has none may have a template of the application.
    if one.widget is not None and (not callable(one.widget) or inspect.isclass(one.widget)):
        called = one.widget.__name__ if inspect.isclass(one.widget) else repr(one.widget)
        step.wrong(f"the widget of field {name!r} is {called}. Use an object, such as widget=TextArea().")


def check_inline(step: Step, form: type[Form]) -> None:
    """Check that what a form, or one that it encloses, validates and filters by itself is neither async nor yields.

    :raises FlowError: for the first that is.
    """
    for name, one in fields.samples(form).items():
        for function in filter(None, (getattr(form, f"{what}_{name}", None) for what in ("validate", "filter"))):
            if is_async(function) or is_generator(function):
                what = f"{form.__name__}.{getattr(function, '__name__', name)}"
                step.wrong(f"{what} would never run, since it is async or yields. Use a plain def, without yield.")
        for _, inner in fields.every({"": one}):
            if isinstance(inner, FormField):
                check_inline(step, inner.form_class)


def check_rules_of_fields(step: Step, name: str, one: Any) -> None:
    """Check that the rules of a field can be kept: a field to be equal to is there, and its choices can be chosen.

    :raises FlowError: where one cannot.
    """
    beside = fields.beside(step.form, name)
    makes_its_own = not step.form.__init__.__module__.startswith(("wtforms.", "flask_wtf."))
    for rule in one.validators:
        if isinstance(rule, (Length, NumberRange, _DateRange)) and not is_filled_in(rule.message):
            step.wrong(f"the message {rule.message!r} of field {name!r} {HOW_TO_FILL_IN}")
        if isinstance(rule, EqualTo) and rule.fieldname not in beside and not makes_its_own:
            here = ", ".join(map(repr, beside))
            step.wrong(f"field {name!r} equals {rule.fieldname!r}, which is no field beside it. Name one of {here}.")
    if isinstance(one, SelectField) and not one._choices_callable and not makes_its_own:  # type: ignore[attr-defined]
        for choice in fields.listed(one, one._choices):  # type: ignore[attr-defined]
            if not _can_be_chosen(one.coerce, choice.value):
                step.wrong(
                    f"nobody can choose {choice.value!r} of field {name!r}, since its 'coerce' fails for the text that "
                    "a browser sends of it. Let it take that."
                )


def _can_be_chosen(coerce: Callable[[Any], Any], value: Any) -> bool:
    # A blank one asks to choose another.
    if value is None or not str(value).strip():
        return True
    try:
        coerce(str(value))
    except (TypeError, ValueError):
        return False
    except Exception:
        # What fails without an application may work within one.
        return True
    return True


def check_default(step: Step, field: Any) -> None:
    """Check that a bound ``field``, into which nothing was typed, can take and show its default.

    :raises FlowError: when it cannot, as a date cannot that is a text.
    """
    shown = not field.process_errors
    try:
        if shown and hasattr(field, "_value"):
            field._value()
    except (ArithmeticError, ValueError):
        # A number that cannot be rounded, or a year that has no name, is shown as it is.
        pass
    except Exception:
        # It is whatever else fails where the value is of another type: an attribute, a format.
        shown = False
    if not shown:
        step.wrong(
            f"the default of field {field.name!r} is {type(field.object_data).__name__}, which "
            f"{type(field).__name__} cannot show. Use the type that an answer to it has, such as datetime.date for a "
            "DateField."
        )


def tried_defaults(step: Step, answers: Mapping[str, Answer]) -> Any:
    """Return what ``defaults`` returns of made-up ``answers``, where its fields can take and show that."""
    data = step.default_data(answers)
    for name, value in (data or {}).items():
        check_stated(step, fields.samples(step.form)[name], value)
    return data


def check_stated(step: Step, one: Any, value: Any) -> None:
    """Check that a field can take and show ``value``, its default.

    :param one: a sample of the field.
    :raises FlowError: where it cannot.
    """
    if value is None or callable(value) or not type(one).__module__.startswith(_PLAIN) or fields.enclosed(one):
        return
    # Others go by the sample, and a copy that is made as usual is a field without a form.
    sample: Any = object.__new__(type(one))
    vars(sample).update(vars(one), filters=())
    try:
        sample.process(None, value)
    except Exception:
        # What fails without an application may work within one.
        return
    check_default(step, sample)
