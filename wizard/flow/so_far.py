"""SoFar: what is in the fields of a step while it is filled in, for functions that go by it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from wtforms import Form, SelectField, SelectMultipleField
from wtforms.widgets import Select

from . import bound, fields
from .earlier import Answer, Earlier, NotAnsweredError
from .reveals import hidden
from .served import NO_ANSWER
from .trial import Trial

if TYPE_CHECKING:
    from .steps import Step


class SoFar(Mapping[str, Any]):
    """What is in the fields of a bound ``form`` so far, by their names: read as an answer is, and not validated.

    It is ``None`` where there is nothing, where it cannot be read, where it is not among the choices, and where the
    field is hidden. A list from which nothing was chosen has its first choice, as a browser shows it. There are no
    secrets.
    """

    def __init__(self, step: Step, form: Form, earlier: Earlier) -> None:
        self._step = step
        self._form = form
        self._earlier = earlier
        self._pending = set(step.chosen_here)
        self._doing: list[str] = []

    def put_choices(self) -> None:
        """Put the choices that go by what is typed into the form."""
        while self._pending:
            self._put(next(name for name in self._step.choices if name in self._pending))

    def _put(self, name: str) -> None:
        if name in self._doing:
            names = " and ".join(map(repr, self._doing))
            self._step.wrong(f"the choices of {names} go by what is chosen there. Let them go by something else.")
        self._doing.append(name)
        try:
            found = self._earlier.ask("choices", lambda answers: self._step.found_choices(name, answers, self))
        except NotAnsweredError:
            found = {}
        cast("SelectField", self._form[name]).choices = found
        self._doing.remove(name)
        self._pending.discard(name)

    @cached_property
    def _hidden(self) -> tuple[str, ...]:
        return hidden(self._step.reveals, self._form) if self._step.reveals else ()

    def __getitem__(self, name: str) -> Any:
        if name not in readable(self._step):
            self._step.wrong(
                f"it reads {name!r} of what is typed, and has no such field. "
                f"It has {', '.join(map(repr, readable(self._step)))}."
            )
        if name in self._pending:
            self._put(name)
        field = self._form._fields[name]
        if name in self._hidden:
            return None
        return _stands(field) if isinstance(field, SelectField) else bound.value_of(field)

    def __iter__(self) -> Iterator[str]:
        return iter(readable(self._step))

    def __len__(self) -> int:
        return len(readable(self._step))


def readable(step: Step) -> list[str]:
    """Return the fields of ``step`` of which functions are told what is typed: none with a secret in it."""
    secret = {name.partition(".")[0] for name in step.secrets}
    return [name for name in fields.questions(step.form) if name not in secret]


def _stands(field: Any) -> Any:
    """Return what is chosen in ``field``, as a browser shows it."""
    if not field.validate_choice and field.data is not None:
        return field.data
    offered = [_coerced(field, choice.value) for choice in field._choices_from_input(field.choices or ()) or ()]
    if isinstance(field, SelectMultipleField):
        return [one for one in field.data or () if one in offered]
    first = offered[0] if offered and isinstance(field.widget, Select) else None
    return field.data if field.data in offered else None if first is NO_ANSWER else first


def _coerced(field: Any, value: Any) -> Any:
    try:
        return field.coerce(value)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return NO_ANSWER


def takes_typed(function: Callable[..., Any]) -> bool:
    """Return whether ``function`` is one of the answers and of what is typed."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [one for one in parameters if one.default is one.empty and one.kind in _POSITIONAL]
    return len(needed) == 2


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def tried(step: Step, answers: Mapping[str, Answer]) -> Mapping[str, Any]:
    """Return made-up data of ``step``, with which its functions are tried when the Flow is built."""
    assert isinstance(answers, Trial)
    known = {name: None if name in step.choices else fields.known_values(step.form, name) for name in readable(step)}
    return answers.own({name: [*dict.fromkeys([*values, None])] if values else None for name, values in known.items()})
