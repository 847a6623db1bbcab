"""Actions: the author's own buttons on the page of a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import fields
from .given import secret, sent, unknown

if TYPE_CHECKING:
    from .steps import Step

#: For the name of each button its words, and what it does: a function of the earlier answers and of what is typed.
Actions = Mapping[str, tuple[Any, Callable[[Mapping[str, Any], Mapping[str, Any]], Any]]]

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def check_actions(step: Step) -> None:
    """Check that the buttons of ``step`` can be drawn and pressed.

    :raises FlowError: for the first mistake.
    """
    if not isinstance(step.actions, Mapping):
        step.wrong("its 'actions' is no dictionary. Use actions={'save': ('Save for later', function)}.")
    for name, given in step.actions.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            step.wrong(f"its 'actions' names {name!r}. Use small letters, digits, '-' and '_'.")
        if not isinstance(given, (tuple, list)) or len(given) != 2:
            step.wrong(f"its 'actions' for {name!r} is {given!r}. Use its words and a function: ('Save', function).")
        if callable(given[0]) or not str(given[0] or "").strip():
            step.wrong(f"its 'actions' for {name!r} has no words, which stand on the button. Use a text.")
        step.needs_function("actions", given[1], "answers, typed")


def to_type(step: Step, name: str, found: Mapping[str, Any], keys: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return what the button ``name`` has typed into fields, as a browser would send it.

    :param keys: for each field that is asked for each entry of a list the keys of these.
    """
    typed = sent(step.form, found, keys)
    wrong = [*unknown(step.form, typed, keys), *secret(step.form, typed)]
    wrong += [one for one in typed if isinstance(fields.find(step.form, one), fields.BUTTONS)]
    if wrong:
        here = ", ".join(map(repr, fields.questions(step.form)))
        step.wrong(f"its 'actions' for {name!r} fills in {wrong[0]!r}, which is no field for that. It has {here}.")
    return typed
