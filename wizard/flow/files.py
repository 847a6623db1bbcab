"""Files: what a form class says of the fields that take files, enclosed ones too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from wtforms import Field, FieldList, FileField, Form, FormField, MultipleFileField

from . import fields

if TYPE_CHECKING:
    from .steps import Step


@cache
def file_inputs(form: type[Form]) -> Mapping[str, Field]:
    """Return the samples of the fields of ``form`` that take files, by the names of their inputs.

    Of each FieldList that has some, it is those of the first entry.
    """
    return {name: field for one in fields.samples(form).values() for name, field in _inputs(one, one.name)}


def files_among(form: type[Form], names: Iterable[str]) -> Mapping[str, Field]:
    """Return the samples of the fields that take files, of each FieldList for those entries that ``names`` have.

    :param names: those of inputs.
    """
    declared = file_inputs(form)
    alone = {name: field for name, field in declared.items() if not is_listed(form, name)}
    if len(alone) == len(declared):
        return declared
    found = {name: fields.find(form, name) for name in names}
    return alone | {name: field for name, field in found.items() if isinstance(field, FileField)}


def is_listed(form: type[Form], name: str) -> bool:
    """Return whether the input ``name`` is in an entry of a FieldList."""
    return bool(fields.lists_around(form, name))


def emptied(form: type[Form], name: str) -> list[str]:
    """Return what is typed into an input without a file: of one in a FieldList, that its entry is there."""
    return [""] if is_listed(form, name) else []


def _inputs(field: Any, name: str) -> Iterator[tuple[str, Field]]:
    if isinstance(field, FileField):
        yield name, field
    elif isinstance(field, FieldList):
        yield from _inputs(fields.enclosed(field)[""], f"{name}{field._separator}0")  # type: ignore[attr-defined]
    elif isinstance(field, FormField):
        for one in fields.enclosed(field).values():
            yield from _inputs(one, f"{name}{field.separator}{one.name}")


def file_names(form: type[Form]) -> list[str]:
    """Return the dotted names of the fields of ``form`` that take files."""
    return [name for name, field in fields.every(fields.samples(form)) if isinstance(field, FileField)]


def takes_many(field: Field) -> bool:
    """Return whether ``field`` takes several files."""
    return isinstance(field, MultipleFileField)


def check_file(step: Step, name: str, one: Any) -> None:
    """Check that a field that takes files can be served.

    :raises FlowError: when it cannot.
    """
    if not fields.is_file(one):
        return
    if not isinstance(one, FileField):
        step.wrong(f"field {name!r} is drawn as a file, and is a {type(one).__name__}. Make it a FileField.")
    if name in step.live or name in step.refresh:
        what = "live" if name in step.live else "refresh"
        step.wrong(f"its {what!r} names {name!r}, and a file is sent with the page alone. Take it out.")
    if one.filters:
        step.wrong(f"field {name!r} takes a file, and has filters. Use a validator, or read the file in on_finish.")
