"""Files: what a form class says of the fields that take files, enclosed ones too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from wtforms import Field, FileField, Form, FormField, MultipleFileField

from . import fields

if TYPE_CHECKING:
    from .steps import Step


@cache
def file_inputs(form: type[Form]) -> Mapping[str, Field]:
    """Return the samples of the fields of ``form`` that take files, by the names of their inputs."""
    return dict(_inputs(form))


def _inputs(form: type[Form], start: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields.samples(form).values():
        if isinstance(field, FormField):
            yield from _inputs(field.form_class, f"{start}{field.name}{field.separator}")
        elif isinstance(field, FileField):
            yield f"{start}{field.name}", field


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
    if any(not part for part in name.split(".")):
        step.wrong(
            f"field {name!r} takes a file inside a FieldList. Use a MultipleFileField, or ask for each in an entry of "
            "a Repeat."
        )
    if name in step.live or name in step.refresh:
        what = "live" if name in step.live else "refresh"
        step.wrong(f"its {what!r} names {name!r}, and a file is sent with the page alone. Take it out.")
    if one.filters:
        step.wrong(f"field {name!r} takes a file, and has filters. Use a validator, or read the file in on_finish.")
