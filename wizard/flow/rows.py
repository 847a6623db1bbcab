"""Rows: the entries of FieldLists, at any depth: how their inputs are numbered, and what is one more or one less."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from wtforms import Field, FieldList, Form, FormField

from . import fields
from .keyed import NO_KEYS, Keyed
from .parts import PartsField

#: For the name of each input the values that were typed.
Values = Mapping[str, list[str]]

#: How many entries a FieldList without ``max_entries`` takes.
MOST_ENTRIES = 200


def renumbered(
    form: type[Form], names: Collection[str], keys: Mapping[str, Collection[str]] = NO_KEYS
) -> dict[str, str]:
    """Return what each of the inputs with these ``names`` is called; of a list that has too many, those that it has.

    The entries of each list are numbered anew from 0, as WTForms does when it binds them.

    :param keys: see :func:`receive`. What is sent for another entry is for none.
    """
    if keys:
        names = fields.in_place(form, names, keys)
    if not fields.has_lists(form):
        return {name: name for name in names}
    around = {name: _lists_around(form, name) for name in names}
    numbers: dict[str, dict[int, int]] = {}
    for sample, called in {called: (one, called) for lists in around.values() for one, called in lists}.values():
        indices = {found[0] for name in names if (found := fields.index_of(sample, name, called))}
        kept = sorted(indices)[: sample.max_entries or MOST_ENTRIES]
        numbers[called] = {old: new for new, old in enumerate(kept)}
    renamed = {name: _renamed(name, lists, numbers) for name, lists in around.items()}
    return {old: new for old, new in renamed.items() if new}


def _lists_around(form: type[Form], name: str) -> list[tuple[Any, str]]:
    """Return the lists around the input ``name`` whose entries are numbered, the outermost first."""
    return [one for one in fields.lists_around(form, name) if not isinstance(one[0], Keyed)]


def _renamed(name: str, lists: Sequence[tuple[Any, str]], numbers: Mapping[str, Mapping[int, int]]) -> str:
    """Return what the input ``name`` is called where the entries of each list have these ``numbers``; "" where not."""
    new, at = "", 0
    for sample, called in lists:
        found = fields.index_of(sample, name, called)
        if found is None or found[0] not in numbers[called]:
            return ""
        new += f"{name[at : len(called)]}{sample._separator}{numbers[called][found[0]]}"
        at = len(name) - len(found[1])
    return new + name[at:]


def change_list(form: type[Form], typed: Values, action: str, name: str) -> dict[str, list[str]] | None:
    """Return ``typed`` with one entry more or less of a FieldList.

    :param action: ``add`` or ``remove``.
    :param name: the name of the list to add to; or of the entry to remove, such as ``tags-1``.
    :returns: ``None`` where ``form`` has no such list, or it has no room.
    """
    for sample, called in _lists_around(form, name):
        of = [found[0] for key in typed if (found := fields.index_of(sample, key, called))]
        count = max([sample.min_entries, *(index + 1 for index in of)])
        if action == "add" and name == called and count < (sample.max_entries or MOST_ENTRIES):
            return {**{key: [""] for key in _first_inputs(sample, called, count)}, **typed}
        index, rest = fields.index_of(sample, name, called) or (count, "")
        if index >= count:
            return None
        if action == "remove" and not rest and count > sample.min_entries:
            return _without_entry(sample, called, typed, index)
    return None


def _without_entry(sample: Any, called: str, typed: Values, removed: int) -> dict[str, list[str]]:
    kept = {}
    for key, values in typed.items():
        index, rest = fields.index_of(sample, key, called) or (-1, "")
        moved = f"{called}{sample._separator}{index - 1}{rest}" if index > removed else key
        if index != removed:
            kept[moved] = values
    return kept


def _first_inputs(sample: Any, called: str, index: int) -> list[str]:
    """Return the inputs that show that there are entries up to number ``index``."""
    names = []
    for number in range(index + 1):
        start, inner = f"{called}{sample._separator}{number}", fields.enclosed(sample)[""]
        if isinstance(inner, (FormField, FieldList)):
            names.append(next(sure_inputs(inner, start)))
        else:
            names.append(f"{start}{fields.inputs_of(inner)[-1].removeprefix(inner.name)}")
    return names


def sure_inputs(field: Any, called: str) -> Iterator[str]:
    """Yield the inputs of ``field`` that a browser sends whatever the visitor does: all but boxes and buttons.

    :param called: the name of the field, where it is enclosed.
    """
    if isinstance(field, FormField):
        for one in fields.enclosed(field).values():
            yield from sure_inputs(one, f"{called}{field.separator}{one.name}")
    elif isinstance(field, FieldList):
        if field.min_entries:
            yield from sure_inputs(fields.enclosed(field)[""], f"{called}{field._separator}0")  # type: ignore[attr-defined]
    elif isinstance(field, PartsField):
        yield from (called + name.removeprefix(field.name) for name in field.inputs.values())
    elif not isinstance(field, fields.BUTTONS) and not _may_be_silent(field):
        yield called


def _may_be_silent(sample: Field) -> bool:
    return fields.is_choice(sample) and getattr(sample.widget, "multiple", True)
