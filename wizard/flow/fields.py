"""Fields: what a form class says of its fields, enclosed ones too, without making a form."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from copy import copy
from functools import cache
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

from wtforms import (
    BooleanField,
    ButtonField,
    Field,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    SubmitField,
)
from wtforms.csrf.core import CSRFTokenField
from wtforms.fields.choices import SelectFieldBase
from wtforms.i18n import DummyTranslations
from wtforms.meta import DefaultMeta
from wtforms.validators import Email, Optional

from .keyed import Keyed
from .parts import PartsField

_INDEX = re.compile(r"([0-9]{1,6})(\D.*)?", re.DOTALL)

BUTTONS = (ButtonField, SubmitField, CSRFTokenField)

#: Fields that have no choices but those that are given list them in one of these ways.
PLAIN_CHOICES = (SelectField.iter_choices, SelectMultipleField.iter_choices)


class Verbatim:
    """Take what is typed into a field as it is, blanks at the ends included. As a validator, it refuses nothing.

    >>> from wtforms import Form, StringField
    >>> class Search(Form):
    ...     text = StringField("Find exactly", [Verbatim()])
    """

    def __init__(self) -> None:
        self.field_flags = {"verbatim": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Accept everything."""


class Rule:
    """The base of validators that say, when a flow is built, what is wrong with where they stand."""

    def mistake(self, beside: Mapping[str, Field], field: Field) -> str:
        """Return what is wrong with this rule of ``field``, with the cure; empty where nothing is.

        :param beside: the samples of the fields of the same form, by their names.
        """
        raise NotImplementedError


def mistake(rule: object, form: type[Form], name: str, field: Field) -> str:
    """Return what is wrong with a ``rule`` of ``field``, whose dotted name is ``name``; empty where nothing is."""
    if isinstance(rule, Rule):
        return rule.mistake(beside(form, name), field)
    if isinstance(rule, Email) and find_spec("email_validator") is None:
        return "its Email() needs email-validator, which is not installed. Install it: pip install 'wtforms[email]'."
    return ""


# What a form class declares


def unbound(form: type[Form]) -> dict[str, Any]:
    """Return the unbound fields of a form class by their attributes, in order, without making a form."""
    found = {name: getattr(form, name) for name in dir(form) if not name.startswith("_")}
    fields = [(field.creation_counter, name, field) for name, field in found.items() if hasattr(field, "_formfield")]
    return {name: field for _, name, field in sorted(fields, key=lambda one: one[:2])}


@cache
def samples(form: type[Form]) -> Mapping[str, Field]:
    """Return an empty sample of each field that a form class declares, by its attribute.

    A sample knows what only a bound field does, such as the form that a FormField encloses, and needs no form, which
    may itself need a request.
    """
    return {name: sample(field, field.name or name) for name, field in unbound(form).items()}


def sample(field: Any, name: str) -> Field:
    """Return what an unbound field makes, called ``name``, without a form."""
    field = copy(field)
    # A number that is written as the locale does asks the form for it.
    field.kwargs = {key: value for key, value in field.kwargs.items() if key != "use_locale"}
    holder = SimpleNamespace(meta=DefaultMeta())
    made: Field = field.bind(holder, name=name, translations=DummyTranslations(), _meta=holder.meta)
    return made


def questions(form: type[Form]) -> Mapping[str, Field]:
    """Return the samples of the fields that take an answer: all but buttons and tokens."""
    return {name: one for name, one in samples(form).items() if not isinstance(one, BUTTONS)}


def enclosed(field: Field) -> Mapping[str, Field]:
    """Return the samples that ``field`` encloses: those of a FormField's form, or of the one entry of a FieldList."""
    if isinstance(field, FormField):
        return samples(field.form_class)
    if isinstance(field, FieldList):
        return {"": _entry(field.unbound_field)}
    return {}


@cache
def _entry(unbound: Any) -> Field:
    return sample(unbound, "0")


def every(fields: Mapping[str, Field], dotted: str = "") -> Iterator[tuple[str, Field]]:
    """Yield each of ``fields`` and of those that they enclose, with its dotted name: ``address.street``, ``tags.``."""
    for name, field in fields.items():
        yield f"{dotted}{name}", field
        yield from every(enclosed(field), f"{dotted}{name}.")


def beside(form: type[Form], dotted: str) -> Mapping[str, Field]:
    """Return the samples of the fields that stand beside the one with that dotted name, itself included."""
    found = samples(form)
    for name in dotted.split(".")[:-1]:
        found = enclosed(found[name])
    return found


def find(form: type[Form], name: str) -> Field | None:
    """Return the sample of the field that takes the input ``name``, such as ``tags-2`` or ``address-street``."""
    return next((_inside(field, name) for field in samples(form).values() if takes(field, name)), None)


def takes(field: Field, name: str) -> bool:
    """Return whether ``field``, a sample, or one that it encloses takes the input ``name``."""
    return _inside(field, name) is not None


def _inside(field: Field, name: str) -> Field | None:
    if isinstance(field, FormField):
        start = field.name + field.separator
        rest = name.removeprefix(start) if name.startswith(start) else ""
        return find(field.form_class, rest) if rest else None
    if isinstance(field, FieldList):
        found = place_of(field, name)
        return _inside(enclosed(field)[""], "0" + found[1]) if found else None
    return field if name in inputs_of(field) else None


def inputs_of(field: Field) -> list[str]:
    """Return the names under which a value may be sent for ``field``: its own, and those of its parts."""
    return [field.name, *field.inputs.values()] if isinstance(field, PartsField) else [field.name]


def place_of(field: Any, name: str, called: str = "") -> tuple[int | str, str] | None:
    """Return the number or the key of the entry that the input ``name`` is in, and the rest of the name.

    :param called: the name of the list, where it is enclosed.
    """
    return field.key_of(name, called) if isinstance(field, Keyed) else index_of(field, name, called)


@cache
def has_lists(form: type[Form]) -> bool:
    """Return whether a form class has a FieldList, at any depth."""
    return any(isinstance(one, FieldList) for _, one in every(samples(form)))


def lists_around(form: type[Form], name: str) -> list[tuple[Any, str]]:
    """Return each list around the input ``name``, or of that name: its sample, and what it is called there.

    The outermost comes first: around ``rows-2-tags-0`` are ``rows`` and ``rows-2-tags``.
    """
    if not has_lists(form):
        return []
    return [found for field in samples(form).values() for found in _lists_around(field, field.name, name)]


def _lists_around(field: Any, called: str, name: str) -> Iterator[tuple[Any, str]]:
    if isinstance(field, FormField) and name.startswith(start := called + field.separator):
        for one in samples(field.form_class).values():
            yield from _lists_around(one, start + one.name, name)
    elif isinstance(field, FieldList):
        place = place_of(field, name, called)
        if place or name == called:
            yield field, called
        if place:
            entry = name.removesuffix(place[1]) if place[1] else name
            yield from _lists_around(enclosed(field)[""], entry, name)


def in_place(form: type[Form], names: Collection[str], keys: Mapping[str, Collection[str]]) -> list[str]:
    """Return those of the ``names`` of inputs that are not for an entry of a list which is not there.

    :param keys: for each field that is asked for each entry of a list the keys of these.
    """
    keyed = [(one, keys[name]) for name, one in samples(form).items() if isinstance(one, Keyed) and name in keys]
    places = {name: [(one.key_of(name), there) for one, there in keyed] for name in names}
    return [name for name, of in places.items() if all(place is None or place[0] in there for place, there in of)]


def of_one(field: Any) -> Any:
    """Return ``field``, a sample; of one that is asked for each entry of a list, that for one of them."""
    return enclosed(field)[""] if isinstance(field, Keyed) else field


def index_of(field: Any, name: str, called: str = "") -> tuple[int, str] | None:
    """Return the number of the entry of a FieldList that the input ``name`` is in, and the rest of the name.

    :param called: the name of the list, where it is enclosed.
    """
    start = (called or field.name) + field._separator
    found = _INDEX.fullmatch(name, len(start)) if name.startswith(start) else None
    return (int(found[1]), found[2] or "") if found else None


# What is known of one field, bound or a sample


def listed(field: Field, choices: Any) -> list[Any]:
    """Return ``choices`` as WTForms reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found: list[Any] = field._choices_from_input(choices) or []
    return found


def _drawn_as(field: Field) -> object:
    """Return the type of the input that ``field`` is drawn as, whether ``render_kw`` or its widget says so."""
    return (field.render_kw or {}).get("type") or getattr(field.widget, "input_type", None)


def is_secret(field: Field) -> bool:
    """Return whether ``field`` is drawn as a password, so that its input may be neither shown again nor stored."""
    return isinstance(field, PasswordField) or _drawn_as(field) == "password"


def is_hidden(field: Field) -> bool:
    """Return whether ``field`` is for programs and not for people."""
    return isinstance(field, HiddenField) or _drawn_as(field) == "hidden"


def not_seen(form: type[Form], name: str) -> str:
    """Return what is wrong with ``name`` as that of a field of ``form`` which a visitor sees; nothing if it is one."""
    known = questions(form)
    if name in known and not is_hidden(known[name]):
        return ""
    return f"which is no field that a visitor sees. Name one of {', '.join(map(repr, known))}."


def is_file(field: Field) -> bool:
    """Return whether ``field`` takes a file."""
    return isinstance(field, FileField) or _drawn_as(field) == "file"


def is_choice(field: Field) -> bool:
    """Return whether ``field`` offers values to choose from, which must not be trimmed."""
    return isinstance(field, (SelectFieldBase, BooleanField))


def secrets(form: type[Form]) -> tuple[str, ...]:
    """Return the dotted names of the secret fields of a form class: ``password``, ``login.password``."""
    return tuple(name for name, field in every(samples(form)) if is_secret(field))


def known_values(form: type[Form], name: str) -> list[Any] | None:
    """Return every value that the field ``name`` can come to, where its declaration says so; else ``None``."""
    field = samples(form)[name]
    if field.filters or hasattr(form, f"filter_{name}"):
        return None
    if type(field) is BooleanField:
        return [True, False]
    multiple = isinstance(field, SelectMultipleField)
    if not isinstance(field, SelectField) or multiple or not field.validate_choice or field._choices_callable:
        return None
    values: list[Any] = [None] if any(isinstance(one, Optional) for one in field.validators) else []
    for choice in field._choices_from_input(field.choices) or []:
        try:
            value = field.coerce(choice.value)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # Such as the blank one of a field with coerce=int.
            value = None
        values += [] if value in values else [value]
    return values
