"""Fields: what a form class says of its fields, and what a bound form has accepted or found wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import cache
from hashlib import blake2b
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
from wtforms.validators import Optional

_INDEX = re.compile(r"([0-9]{1,6})(\D.*)?", re.DOTALL)

BUTTONS = (ButtonField, SubmitField, CSRFTokenField)


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
    return {name: _sample(field, field.name or name) for name, field in unbound(form).items()}


def _sample(field: Any, name: str) -> Field:
    field = copy(field)
    # A number that is written as the locale does asks the form for it.
    field.kwargs = {key: value for key, value in field.kwargs.items() if key != "use_locale"}
    holder = SimpleNamespace(meta=DefaultMeta())
    sample: Field = field.bind(holder, name=name, translations=DummyTranslations(), _meta=holder.meta)
    return sample


def enclosed(field: Field) -> Mapping[str, Field]:
    """Return the samples that ``field`` encloses: those of a FormField's form, or of the one entry of a FieldList."""
    if isinstance(field, FormField):
        return samples(field.form_class)
    if isinstance(field, FieldList):
        return {"": _entry(field.unbound_field)}
    return {}


@cache
def _entry(unbound: Any) -> Field:
    return _sample(unbound, "0")


def every(fields: Mapping[str, Field], dotted: str = "") -> Iterator[tuple[str, Field]]:
    """Yield each of ``fields`` and of those that they enclose, with its dotted name: ``address.street``, ``tags.``."""
    for name, field in fields.items():
        yield f"{dotted}{name}", field
        yield from every(enclosed(field), f"{dotted}{name}.")


def find(form: type[Form], name: str) -> Field | None:
    """Return the sample of the field that takes the input ``name``, such as ``tags-2`` or ``address-street``."""
    return next((_inside(field, name) for field in samples(form).values() if _takes(field, name)), None)


def _takes(field: Field, name: str) -> bool:
    return _inside(field, name) is not None


def _inside(field: Field, name: str) -> Field | None:
    if isinstance(field, FormField):
        start = field.name + field.separator
        rest = name.removeprefix(start) if name.startswith(start) else ""
        return find(field.form_class, rest) if rest else None
    if isinstance(field, FieldList):
        found = index_of(field, name)
        return _inside(enclosed(field)[""], "0" + found[1]) if found else None
    return field if name == field.name else None


def index_of(field: Any, name: str) -> tuple[int, str] | None:
    """Return the number of the entry of a FieldList that the input ``name`` is in, and the rest of the name."""
    start = field.name + field._separator
    found = _INDEX.fullmatch(name, len(start)) if name.startswith(start) else None
    return (int(found[1]), found[2] or "") if found else None


def served(form: type[Form]) -> type[Form]:
    """Return ``form``, or a class derived from it as it is served.

    No enclosed form wants a CSRF token of its own, and a choice that a ``coerce`` fails at is no choice, however it
    fails: WTForms knows that of a ValueError, and neither of the KeyError of an enum nor of what Decimal raises.
    """
    changed = {name: new for name, field in unbound(form).items() if (new := _served(field)) is not field}
    return type(form.__name__, (form,), {"__module__": form.__module__, **changed}) if changed else form


def _served(field: Any) -> Any:
    sample = _sample(field, "0")
    if isinstance(sample, SelectField):
        # A text never fails.
        return field if sample.coerce is str else _with(field, "coerce", _careful)
    if isinstance(sample, FieldList):
        inner = _served(sample.unbound_field)
        return field if inner is sample.unbound_field else _with(field, "unbound_field", lambda _: inner)
    if isinstance(sample, FormField):
        inner = served(sample.form_class)
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


# What is known of one field, bound or a sample


def _drawn_as(field: Field) -> object:
    """Return the type of the input that ``field`` is drawn as, whether ``render_kw`` or its widget says so."""
    return (field.render_kw or {}).get("type") or getattr(field.widget, "input_type", None)


def is_secret(field: Field) -> bool:
    """Return whether ``field`` is drawn as a password, so that its input may be neither shown again nor stored."""
    return isinstance(field, PasswordField) or _drawn_as(field) == "password"


def is_hidden(field: Field) -> bool:
    """Return whether ``field`` is for programs and not for people."""
    return isinstance(field, HiddenField) or _drawn_as(field) == "hidden"


def is_file(field: Field) -> bool:
    """Return whether ``field`` takes a file."""
    return isinstance(field, FileField) or _drawn_as(field) == "file"


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


# A name for what a form asks and accepts

#: Words and looks, which do not decide whether an answer is valid.
_WORDS = re.compile(r"label|description|render_kw|widget|(\w+_)?message|field_flags")


def fingerprint(form: type[Form]) -> str:
    """Return a name for what ``form`` asks and accepts: another one when its fields or validators change.

    It is the same in every process. It does not see inside functions: what a changed one refuses is found at the end.
    """
    return stamp([(name, _plain(field)) for name, field in unbound(form).items()])


def _plain(thing: Any) -> Any:
    if hasattr(thing, "_formfield"):
        # The label, if it is there: a text, or one that is looked up when it is shown.
        args = thing.args[1:] if thing.args and not isinstance(thing.args[0], (list, tuple)) else thing.args
        first = [one for one in thing.args[:1] if hasattr(one, "_formfield") or isinstance(one, type)]
        return [thing.field_class.__qualname__, _plain(first), _plain(args), _plain(thing.kwargs)]
    if isinstance(thing, type) and issubclass(thing, Form):
        return fingerprint(thing)
    if isinstance(thing, Mapping):
        return [(key, _plain(value)) for key, value in thing.items() if not _WORDS.fullmatch(str(key))]
    if isinstance(thing, (list, tuple, set, frozenset)):
        return sorted(map(repr, thing)) if isinstance(thing, (set, frozenset)) else [_plain(one) for one in thing]
    if isinstance(thing, re.Pattern):
        return thing.pattern
    if callable(thing) and hasattr(thing, "__qualname__"):
        return thing.__qualname__
    if hasattr(thing, "__dict__"):
        return [type(thing).__qualname__, _plain(vars(thing))]
    return repr(thing)


def stamp(value: Any) -> str:
    """Return a short hash of ``value``, from which the value cannot be read."""
    if isinstance(value, (set, frozenset)):
        value = sorted(map(repr, value))
    return blake2b(repr(value).encode(), digest_size=6).hexdigest()


def same(one: Any, other: Any) -> bool:
    """Return whether two clean values are the same; a number that is none (NaN) is unlike itself only to Python."""
    return repr(one) == repr(other) or bool(one == other)


# A bound form


def questions(form: Form) -> dict[str, Field]:
    """Return the fields of a bound ``form`` that take an answer, by their attributes: all but buttons and tokens."""
    return {name: field for name, field in form._fields.items() if not isinstance(field, BUTTONS)}


def clean(form: Form) -> dict[str, Any]:
    """Return the clean data of a valid ``form``, secrets included; enclosed forms as dictionaries, lists as lists."""
    return {name: _clean(field) for name, field in questions(form).items()}


def _clean(field: Field) -> Any:
    if isinstance(field, FormField):
        return clean(field.form)
    return [_clean(entry) for entry in field.entries] if isinstance(field, FieldList) else field.data


def errors(form: Form) -> dict[str, str]:
    """Return the first message of each field that is wrong, by the name of its input; of the form itself under ``""``.

    A message about an enclosed form or a list as a whole is under the name of the field that encloses it.
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
    elif field.errors:
        yield field.name, str(field.errors[0])


def is_choice(field: Field) -> bool:
    """Return whether ``field`` offers values to choose from, which must not be trimmed."""
    return isinstance(field, (SelectFieldBase, BooleanField))
