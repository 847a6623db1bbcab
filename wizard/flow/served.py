"""Served: a form class as it is served, which is not always as its author wrote it."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from wtforms import FieldList, Form, FormField, SelectField

from .fields import sample, unbound


def served(form: type[Form]) -> type[Form]:
    """Return ``form``, or a class derived from it as it is served.

    No enclosed form wants a CSRF token of its own, and a choice that a ``coerce`` fails at is no choice, however it
    fails: WTForms knows that of a ValueError, and neither of the KeyError of an enum nor of what Decimal raises.
    """
    changed = {name: new for name, field in unbound(form).items() if (new := _served(field)) is not field}
    return type(form.__name__, (form,), {"__module__": form.__module__, **changed}) if changed else form


def _served(field: Any) -> Any:
    made = sample(field, "0")
    if isinstance(made, SelectField):
        # A text never fails.
        return field if made.coerce is str else _with(field, "coerce", _careful)
    if isinstance(made, FieldList):
        inner = _served(made.unbound_field)
        return field if inner is made.unbound_field else _with(field, "unbound_field", lambda _: inner)
    if isinstance(made, FormField):
        inner = served(made.form_class)
        tokenless = type("Meta", (), {"csrf": False})
        inner = type(inner.__name__, (inner,), {"__module__": inner.__module__, "Meta": tokenless})
        return _with(field, "form_class", lambda _: inner)
    return field


def _careful(coerce: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def careful(value: Any) -> Any:
        try:
            return coerce(value)
        except (ArithmeticError, AttributeError, LookupError) as error:
            raise ValueError(value) from error

    return careful


def _with(field: Any, argument: str, changed: Callable[[Any], Any]) -> Any:
    """Return a copy of an unbound field that makes the same field, and then ``changed`` one ``argument`` of it."""
    kind = field.field_class

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807  (it becomes one)
        kind.__init__(self, *args, **kwargs)
        setattr(self, argument, changed(getattr(self, argument)))

    field = copy(field)
    field.field_class = type(kind.__name__, (kind,), {"__module__": kind.__module__, "__init__": __init__})
    return field


def tolerant(coerce: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return ``coerce`` for comparing choices with an answer: one that it cannot take, a blank, is no answer."""
    if coerce is str:
        # It never fails.
        return coerce

    def compared(value: Any) -> Any:
        try:
            return coerce(value)
        except (ValueError, TypeError):
            return NO_ANSWER

    return compared


#: What no choice is.
NO_ANSWER = object()
