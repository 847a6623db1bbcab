"""What the engine knows of WTForms fields: which are secret, what a browser would send for one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
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


def known_values(form: type[Form], name: str) -> list[Any] | None:
    """Every value that the field ``name`` can come to, where its declaration says so; else ``None``."""
    unbound = getattr(form, name)
    if issubclass(unbound.field_class, BooleanField):
        return [True, False]
    choices = unbound.kwargs.get("choices")
    multiple = issubclass(unbound.field_class, SelectMultipleField)
    if not issubclass(unbound.field_class, SelectField) or multiple or not isinstance(choices, (dict, list)):
        return None
    coerce = unbound.kwargs.get("coerce", str)
    if isinstance(choices, dict) and any(isinstance(label, (list, tuple, Mapping)) for label in choices.values()):
        return None
    values = [getattr(one, "value", one) for one in choices]
    return [coerce(value) for value in values] if all(isinstance(one, (str, int)) for one in values) else None


#: What is said to the visitor, and how it looks: nothing that makes an answer good or bad.
_WORDS = re.compile(r"label|description|render_kw|widget|(\w+_)?message|field_flags")


def fingerprint(form: type[Form]) -> str:
    """A name for what ``form`` asks and accepts: the same in every process, another when fields or validators change.

    It cannot see inside functions. What they refuse is found when the answers are checked at the end.
    """
    return stamp([(name, _plain(getattr(form, name))) for name in declared(form)])


def _plain(thing: Any) -> Any:
    if hasattr(thing, "_formfield"):
        # The label, if it is there: a text, or one that is looked up when it is shown.
        args = thing.args[1:] if thing.args and not isinstance(thing.args[0], (list, tuple)) else thing.args
        return [thing.field_class.__qualname__, _plain(args), _plain(thing.kwargs)]
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
    """A short name for ``value``: another for every other value, and nothing of the value in it."""
    return blake2b(repr(value).encode(), digest_size=6).hexdigest()


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


def is_untouched(form: Form, fresh: Form) -> bool:
    """Whether ``form`` is what a browser sends of the ``fresh`` one when its visitor has typed nothing."""
    for field, before in zip(questions(form), questions(fresh), strict=True):
        was = [pair for pair in typed_pairs([before]) if pair[1]]
        now = [pair for pair in typed_pairs([field]) if pair[1]]
        if kind(field) == "select" and not was:
            # A browser has chosen the first.
            was = [(field.name, value) for _, options in choices(before) for value, _, _ in options][:1]
            was = [pair for pair in was if pair[1]]
        if now != was or (is_secret(field) and field.data):
            return False
    return True


def choices(field: SelectField) -> Iterator[tuple[str | None, list[tuple[str, str, bool]]]]:
    """The choices of ``field`` in their groups (one group without a name where it has none): value, words, chosen."""
    chosen = set(typed(field))
    groups = field.iter_groups() if field.has_groups() else [(None, field.iter_choices())]
    for group, options in groups:
        yield group, [(str(option[0]), str(option[1]), str(option[0]) in chosen) for option in options]


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
