"""Mistakes: what is wrong with a Step, found when it is built. Each message is one line that says the cure."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, FieldList, Form, FormField, SelectField, SelectMultipleField

from . import fields
from .names import complaint
from .typed import text_inputs

if TYPE_CHECKING:
    from .steps import Step

#: Fields that have no choices but those that are given.
_PLAIN_CHOICES = (SelectField.iter_choices, SelectMultipleField.iter_choices)


def check(step: Step) -> None:
    """Check that ``step`` can be served.

    :raises FlowError: for the first mistake.
    """
    _check_form(step)
    _check_functions(step)
    known = fields.samples(step.form)
    for name, one in fields.every(known):
        _check_field(step, name, one)
    if isinstance(step.live, str) or not isinstance(step.live, Collection):
        step.wrong(f"its 'live' is {step.live!r}. Use a list of fields: live=['name'].")
    for name in step.live:
        field = known.get(name)
        if field is None or isinstance(field, (FormField, FieldList, *fields.BUTTONS)) or fields.is_hidden(field):
            step.wrong(f"it checks {name!r}, which is no field that a visitor fills in. Name one of its fields.")


def _check_form(step: Step) -> None:
    if not (isinstance(step.form, type) and issubclass(step.form, Form)):
        made = f"{type(step.form).__name__} instead of {type(step.form).__name__}()"
        cure = f"Use its class: {made}." if isinstance(step.form, Form) else "Use a class derived from wtforms.Form."
        called = step.form.__name__ if isinstance(step.form, type) else type(step.form).__name__
        step.wrong(f"{called!r} is no form class. {cure}")
    try:
        inspect.signature(step.form.__init__).bind(None, formdata=None, data={}, meta={})
    except TypeError as error:
        step.wrong(
            f"{step.form.__name__}.__init__ cannot be called as the wizard does, with formdata, data and meta by "
            f"name ({error}). Give its own parameters a default, and pass the others on."
        )
    if not [one for one in fields.samples(step.form).values() if not isinstance(one, fields.BUTTONS)]:
        step.wrong(f"{step.form.__name__} has no fields. Give it at least one.")


def _check_functions(step: Step) -> None:
    known = fields.samples(step.form)
    for what, given in (("choices", step.choices), ("keep", step.keep)):
        if not isinstance(given, Mapping):
            step.wrong(f"its {what!r} is no dictionary. Use {what}={{'field': function}}.")
    for name, function in step.choices.items():
        if not isinstance(known.get(name), SelectField):
            step.wrong(f"it computes choices for {name!r}, which is no field with choices. Name one.")
        step.needs_function("choices", function)
    if step.defaults is not None:
        step.needs_function("defaults", step.defaults)
    for name, keep in step.keep.items():
        if name not in step.secrets:
            here = ", ".join(map(repr, step.secrets)) or "none"
            cure = "Use 'filters' of the field instead." if name in known else f"The step has {here}."
            step.wrong(f"its 'keep' names {name!r}, which is no secret field. {cure}")
        if keep is not None:
            step.needs_function("keep", keep, "password")


def _check_field(step: Step, name: str, one: Any) -> None:
    _check_name(step, name, one)
    if fields.is_file(one):
        step.wrong(f"field {name!r} takes a file, which a session cannot hold. Remove it.")
    if fields.is_secret(one) and name not in step.keep:
        inside = any(not part for part in name.split("."))
        cure = (
            "It is inside a FieldList, where nothing can be kept of it. Take it out."
            if inside
            else f"Use keep={{{name!r}: hash_it}} to store its hash instead."
        )
        step.wrong(f"field {name!r} is a password, and no password may reach the session. {cure}")
    if isinstance(one, FieldList):
        _check_list(step, name, one)
    if _has_no_choices(step, name, one):
        step.wrong(f"field {name!r} has no choices. Give it some, or compute them with 'choices='.")


def _check_name(step: Step, name: str, one: Any) -> None:
    *outer, own = name.split(".")
    beside = fields.samples(step.form) if not outer else ()
    for called in {own, one.name, one.id} - {"", "0"}:
        if text := complaint(called, beside, enclosed=bool(outer)):
            step.wrong(text)


def _has_no_choices(step: Step, name: str, one: Any) -> bool:
    # A form with an __init__ of its own may give them there, and a field of another kind has them from elsewhere.
    makes_its_own = not step.form.__init__.__module__.startswith(("wtforms.", "flask_wtf."))
    return has_no_choices(one) and name not in step.choices and not makes_its_own


def _check_list(step: Step, name: str, one: Any) -> None:
    if "." in name:
        step.wrong(f"field {name!r} is a list within another field, which has no buttons of its own. Use Repeat.")
    entry = fields.enclosed(one)[""]
    inputs = list(text_inputs(entry.form_class)) if isinstance(entry, FormField) else [entry]
    boxes = not inputs or (entry in inputs and isinstance(entry, (BooleanField, SelectMultipleField)))
    if boxes:
        step.wrong(
            f"field {name!r} is a list of boxes, and a browser does not say which of them were left empty. Use "
            "Repeat, or a SelectMultipleField."
        )
    for other in fields.samples(step.form).values():
        rest = other.name[len(one.name) + 1 :]
        if other is not one and other.name.startswith(one.name) and rest.split("-")[0].isdigit():
            step.wrong(f"WTForms takes the field {other.name!r} for an entry of {name!r}. Call it something else.")


def has_no_choices(field: Any) -> bool:
    """Return whether ``field`` must be given choices, and has been given none."""
    plain = isinstance(field, SelectField) and type(field).iter_choices in _PLAIN_CHOICES
    return plain and field._choices is None and field._choices_callable is None
