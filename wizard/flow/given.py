"""Given: what a program gives in place of a browser, as a browser would send it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from wtforms import FieldList, FileField, Form, FormField

from ..errors import WizardError
from ..files.stored import held
from . import fields
from .keyed import NO_KEYS, Keyed

#: Values by the names of fields or of inputs.
Given = Mapping[str, Any]


def texts(value: Any) -> list[str]:
    """Return what a browser sends where ``value`` was typed, ticked or chosen: a text, or several, or nothing.

    >>> texts("Ada"), texts(12), texts(["tea", "bees"]), texts(True), texts(False), texts(None)
    (['Ada'], ['12'], ['tea', 'bees'], ['y'], [], [])
    """
    if isinstance(value, (list, tuple, set, frozenset)):
        return [
            text for one in (sorted(value) if isinstance(value, (set, frozenset)) else value) for text in texts(one)
        ]
    return [] if value is None or value is False else ["y" if value is True else str(value)]


def listed(what: str, value: Any) -> list[Any]:
    """Return ``value``, which is given for a list.

    :raises WizardError: where it is none.
    """
    if not isinstance(value, (list, tuple)):
        raise WizardError(f"{what} is a list, and was given {type(value).__name__}. Give it a list.")
    return list(value)


def by_name(what: str, value: Any, of: str, names: Collection[str] = ()) -> Mapping[str, Any]:
    """Return ``value``, which is given by the names of ``of`` what; only of those ``names``, where they are known.

    :raises WizardError: where it is no dictionary, or has another name.
    """
    if not isinstance(value, Mapping):
        raise WizardError(f"{what} was given {type(value).__name__}. Give it a dictionary by its {of}.")
    for name in value if names else ():
        if name not in names:
            raise WizardError(f"There is no step {name!r}. There is {', '.join(map(repr, names))}.")
    return value


def sent(form: type[Form], given: Given, keys: Mapping[str, Sequence[str]] = NO_KEYS) -> dict[str, list[str]]:
    """Return what is ``given`` for a form by the names of its inputs.

    What a field encloses may be given as it is in the answers: a dictionary, or a list.

    :param keys: for each field that is asked for each entry of a list the keys of these.

    >>> from wtforms import StringField
    >>> class Street(Form):
    ...     street = StringField("Street")
    >>> class Home(Form):
    ...     address = FormField(Street)
    ...     tags = FieldList(StringField("Tag"))
    >>> sent(Home, {"address": {"street": "12 High Street"}, "tags": ["quiet"]})
    {'address-street': ['12 High Street'], 'tags-0': ['quiet']}
    """
    known = fields.samples(form)
    pairs = [
        pair
        for name, value in given.items()
        for pair in (
            _flat(known[name], known[name].name, value, keys.get(name, ())) if name in known else [(name, texts(value))]
        )
    ]
    return dict(pairs)


def unknown(form: type[Form], typed: Mapping[str, Any], keys: Mapping[str, Sequence[str]] = NO_KEYS) -> list[str]:
    """Return the names in ``typed`` that are no inputs of ``form``.

    :param keys: see :func:`sent`.
    """
    there = fields.in_place(form, list(typed), keys) if keys else typed
    return [name for name in typed if name not in there or fields.find(form, name) is None]


def secret(form: type[Form], typed: Mapping[str, Any]) -> list[str]:
    """Return the names in ``typed`` that are inputs of secrets."""
    return [name for name in typed if (one := fields.find(form, name)) is not None and fields.is_secret(one)]


def _flat(field: Any, name: str, value: Any, keys: Sequence[str] = ()) -> Iterator[tuple[str, list[str]]]:
    if isinstance(field, FormField) and isinstance(value, Mapping):
        for inner, one in sent(field.form_class, value).items():
            yield f"{name}{field.separator}{inner}", one
    elif isinstance(field, FieldList) and isinstance(value, (list, tuple)):
        entry, between = fields.enclosed(field)[""], field._separator  # type: ignore[attr-defined]
        # Of more than there are entries, the rest is for none.
        numbers = [*keys, *repeat("more", len(value))] if isinstance(field, Keyed) else range(len(value))
        for number, one in zip(numbers, value, strict=False):
            yield from _flat(entry, f"{name}{between}{number}", one)
    elif isinstance(value, Mapping):
        # Of a field without parts, these are inputs that there are not.
        for part, one in value.items():
            yield f"{name}-{part}", texts(one)
    elif isinstance(field, FileField):
        yield name, list(held(value))
    else:
        yield name, texts(value)
