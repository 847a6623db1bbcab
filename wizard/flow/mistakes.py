"""Mistakes: what is wrong with a Step, found when it is built. Each message is one line that says the cure."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, FieldList, Form, FormField, SelectField, SelectMultipleField

from . import fields
from .actions import check_actions
from .back import check_back
from .each import keyed_form
from .files import check_file
from .keyed import Keyed
from .names import complaint
from .own import check_functions, check_inline, check_rules_of_fields, check_stated
from .reveals import check_reveals
from .rows import sure_inputs
from .rules import check_rules
from .so_far import takes_typed
from .texts import check_texts

if TYPE_CHECKING:
    from .steps import Step

_LIBRARIES = ("wtforms.", "flask_wtf.")

#: What is no enclosed form, whatever its attributes are.
_PLAIN = (str, bytes, int, float, list, tuple, set, frozenset)


def check(step: Step) -> None:
    """Check that ``step`` can be served.

    :raises FlowError: for the first mistake.
    """
    _check_form(step)
    if step.for_each:
        object.__setattr__(step, "form", keyed_form(step))
    step.needs_bool("optional", "final")
    check_inline(step, step.form)
    _check_functions(step)
    check_rules(step)
    check_reveals(step)
    check_back(step)
    check_actions(step)
    check_texts(step)
    _check_locale(step, step.form)
    known = fields.samples(step.form)
    for name, one in fields.every(known):
        _check_field(step, name, one)
    _check_named(step)


def _check_named(step: Step) -> None:
    known = fields.samples(step.form)
    for what, does, named in (("live", "checks", step.live), ("refresh", "is drawn again with", step.refresh)):
        if isinstance(named, str) or not isinstance(named, Collection):
            step.wrong(f"its {what!r} is {named!r}. Use a list of fields: {what}=['name'].")
        for name in named:
            field = known.get(name)
            encloses = what == "live" and isinstance(fields.of_one(field), (FormField, FieldList))
            if field is None or encloses or isinstance(field, fields.BUTTONS) or fields.is_hidden(field):
                step.wrong(f"it {does} {name!r}, which is no field that a visitor fills in. Name one of its fields.")
    if both := [name for name in step.refresh if name in step.live]:
        step.wrong(f"{both[0]!r} is in 'live' and in 'refresh', which both ask about it. Name it in one of them.")
    if step.chosen_here and not step.refresh:
        step.wrong(
            f"the choices of {step.chosen_here[0]!r} go by what is typed, and nothing draws the page again. "
            "Name the fields with which it is: refresh=['country']."
        )
    if step.brief and (step.brief not in _brief(step)):
        here = ", ".join(map(repr, _brief(step)))
        step.wrong(f"its 'brief' is {step.brief!r}, which is no field whose answer can be shown. Name one of {here}.")
    if step.template and not isinstance(step.template, str):
        step.wrong(f"its 'template' is {step.template!r}. Use the name of a template, such as 'booking/seats.html'.")


def _brief(step: Step) -> list[str]:
    """Return the fields of which one can say an answer in brief."""
    return [name for name in fields.questions(step.form) if name not in (*step.secrets, *step.for_each)]


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
    if _calls_no_parent(step.form):
        step.wrong(
            f"{step.form.__name__}.__init__ does not call super().__init__(*args, **kwargs). Begin it with that."
        )
    try:
        list(fields.every(fields.samples(step.form)))
    except RecursionError:
        step.wrong(f"{step.form.__name__} encloses itself, and would never end. Take the FormField out of it.")
    except TypeError as error:
        step.wrong(f"a field of {step.form.__name__} cannot be made: {error}. Mend its declaration.")
    if not fields.questions(step.form):
        step.wrong(f"{step.form.__name__} has no fields. Give it at least one.")


def _calls_no_parent(form: type[Form]) -> bool:
    """Return whether a form has an ``__init__`` of its own that leaves it without fields."""
    own = inspect.unwrap(form.__init__)
    code = getattr(own, "__code__", None)
    if code is None or own.__module__.startswith(_LIBRARIES) or "__init__" in code.co_names:
        return False
    try:
        return not hasattr(form(formdata=None, data={}, meta={"csrf": False}), "_fields")
    except AttributeError:
        return True
    except Exception:
        # What fails without an application may work within one.
        return False


def _check_locale(step: Step, form: type[Form]) -> None:
    has_locales = any(getattr(vars(one).get("Meta"), "locales", False) for one in form.__mro__)
    for name, one in fields.unbound(form).items():
        sample = fields.samples(form)[name]
        inner = one
        while isinstance(sample, FieldList):
            inner, sample = sample.unbound_field, fields.enclosed(sample)[""]
        if isinstance(sample, FormField):
            _check_locale(step, sample.form_class)
        elif inner.kwargs.get("use_locale") and not has_locales:
            step.wrong(
                f"field {name!r} has use_locale=True, and {form.__name__} does not say which. Give it one: "
                "class Meta: locales = ['en_GB']."
            )


def _check_functions(step: Step) -> None:
    known = fields.samples(step.form)
    for what, given in (("choices", step.choices), ("keep", step.keep)):
        if not isinstance(given, Mapping):
            step.wrong(f"its {what!r} is no dictionary. Use {what}={{'field': function}}.")
    for name, function in step.choices.items():
        if not isinstance(fields.of_one(known.get(name)), SelectField):
            step.wrong(f"it computes choices for {name!r}, which is no field with choices. Name one.")
        if name in step.for_each and takes_typed(function):
            step.wrong(
                f"the choices of {name!r}, which is asked for each of {step.for_each[name]!r}, cannot go by what is "
                "typed. Let them go by the answers alone: lambda answers: ...."
            )
        step.needs_function("choices", function, "answers, typed" if takes_typed(function) else "answers")
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
    check_file(step, name, one)
    if fields.is_secret(one) and name not in step.keep:
        inside = any(not part for part in name.split("."))
        cure = (
            "It is inside a FieldList, where nothing can be kept of it. Take it out."
            if inside
            else f"Use keep={{{name!r}: hash_it}} to store its hash instead."
        )
        step.wrong(f"field {name!r} is a password, and no password may reach the session. {cure}")
    check_value(step, name, one, one.default)
    check_functions(step, name, one)
    for rule in one.validators:
        if text := fields.mistake(rule, step.form, name, one):
            step.wrong(f"field {name!r}: {text}")
    if isinstance(one, SelectField):
        given: Any = one
        check_choices(step, name, one, None if given._choices_callable else given._choices)
    check_rules_of_fields(step, name, one)
    check_stated(step, one, one.default)
    if isinstance(one, FieldList) and not isinstance(one, Keyed):
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
    makes_its_own = not step.form.__init__.__module__.startswith(_LIBRARIES)
    return has_no_choices(one) and name.removesuffix(".") not in step.choices and not makes_its_own


def _check_list(step: Step, name: str, one: Any) -> None:
    entry = fields.enclosed(one)[""]
    encloses = isinstance(entry, (FormField, FieldList))
    is_silent = encloses and not any(sure_inputs(entry, "0"))
    if is_silent and any(isinstance(inner, FieldList) for _, inner in fields.every({"": entry})):
        step.wrong(
            f"an entry of {name!r} has nothing but lists, and where these are empty, a browser does not say that it is "
            "there. Give it a text, or one of its lists min_entries=1."
        )
    if is_silent or isinstance(entry, (BooleanField, SelectMultipleField)):
        step.wrong(
            f"field {name!r} is a list of boxes, and a browser does not say which of them were left empty. Use "
            "Repeat, or a SelectMultipleField."
        )
    for other in fields.beside(step.form, name).values():
        rest = other.name[len(one.name) + 1 :]
        if other is not one and other.name.startswith(one.name) and rest.split("-")[0].isdigit():
            step.wrong(f"WTForms takes the field {other.name!r} for an entry of {name!r}. Call it something else.")


def has_no_choices(field: Any) -> bool:
    """Return whether ``field`` must be given choices, and has been given none."""
    plain = isinstance(field, SelectField) and type(field).iter_choices in fields.PLAIN_CHOICES
    return plain and field._choices is None and field._choices_callable is None


def check_choices(step: Step, name: str, one: Any, choices: Any) -> None:
    """Check that ``choices`` are what ``one``, a sample of the field ``name``, takes.

    :raises FlowError: when they are not.
    """
    if choices is None or callable(choices) or type(one).iter_choices not in fields.PLAIN_CHOICES:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            found = one._choices_from_input(choices)
            # The third of a triple is what its tag has.
            right = None not in found and all(isinstance(choice.render_kw or {}, Mapping) for choice in found)
    except (AttributeError, TypeError, ValueError):
        right = False
    if not right:
        step.wrong(
            f"the choices of field {name!r} cannot be read. Use texts, pairs [('value', 'Label')], or a dictionary "
            "{'value': 'Label'}, in groups {'Group': {'value': 'Label'}}."
        )


def check_value(step: Step, name: str, one: Any, value: Any) -> None:
    """Check that ``value``, a default, is what a field that encloses others takes.

    :raises FlowError: when it is not.
    """
    if value is None or callable(value) or not isinstance(one, (FormField, FieldList)):
        return
    if isinstance(one, FormField):
        if isinstance(value, _PLAIN):
            step.wrong(f"the default of field {name!r} is {type(value).__name__}. Use a dictionary by its fields.")
    elif not isinstance(value, (list, tuple)):
        step.wrong(f"the default of field {name!r} is {type(value).__name__}. Use a list of its entries.")
    else:
        for entry in value:
            check_value(step, name, fields.enclosed(one)[""], entry)
