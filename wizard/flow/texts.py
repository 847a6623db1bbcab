"""Texts: titles, labels, hints and the like that are functions of earlier answers. A step does not depend on them."""

from __future__ import annotations

from collections import UserString
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import escape
from wtforms import Form, SelectField

from . import fields
from .each import asked, for_entry
from .earlier import NO_TEXT, Answer, Earlier

if TYPE_CHECKING:
    from .steps import Step


class Said(UserString):
    """A text that is made when it is shown: in the language of the page, and only if it is.

    :param say: returns the text; or what one of its methods has made of it.
    """

    def __init__(self, say: Callable[[], Any] | str) -> None:
        self._say = say

    @property
    def data(self) -> Any:  # type: ignore[override]
        """Return the text."""
        return self._say() if callable(self._say) else self._say

    def __html__(self) -> str:
        return escape(self.data)


# The texts of a step with a form


def check_texts(step: Step) -> None:
    """Check that the texts of ``step`` are of fields and choices that it has.

    :raises FlowError: for the first mistake.
    """
    known = {name: one for name, one in fields.every(fields.samples(step.form)) if not isinstance(one, fields.BUTTONS)}
    for what in ("labels", "hints", "options"):
        given = getattr(step, what)
        if not isinstance(given, Mapping):
            step.wrong(f"its {what!r} is no dictionary. Use {what}={{'field': ...}}.")
        for name in given:
            if name not in known or "" in name.split("."):
                here = ", ".join(repr(one) for one in known if "" not in one.split("."))
                step.wrong(f"its {what!r} names {name!r}, which is no field. Name one of {here}.")
    for what, name, text in _given(step):
        if callable(text):
            step.needs_function(what, text)
        elif text is None or isinstance(text, NO_TEXT):
            step.wrong(f"its {what!r} for {name!r} is {text!r}. Use a text, or a function: lambda answers: ....")
    for name, texts in step.options.items():
        _check_options(step, name, fields.of_one(known[name]), texts)


def _check_options(step: Step, name: str, field: Any, texts: Any) -> None:
    if not isinstance(field, SelectField) or type(field).iter_choices not in fields.PLAIN_CHOICES:
        step.wrong(f"its 'options' names {name!r}, which is no field whose choices are given. Name one.")
    if not isinstance(texts, Mapping):
        step.wrong(f"its 'options' for {name!r} is no dictionary. Use {{'value': text}}.")
    if name in step.choices or field._choices_callable or field._choices is None:
        return
    values = [str(one.value) for one in fields.listed(field, field._choices)]
    for value in texts:
        if str(value) not in values:
            here = ", ".join(map(repr, values))
            step.wrong(f"its 'options' for {name!r} names {value!r}, which is no choice. Name one of {here}.")


def _given(step: Step) -> Iterator[tuple[str, str, Any]]:
    """Yield the texts of the fields of ``step``: what each is, where it stands, and the text or function."""
    for what in ("labels", "hints"):
        for name, text in getattr(step, what).items():
            yield what, name, text
    for name, texts in step.options.items():
        if isinstance(texts, Mapping):
            for value, text in texts.items():
                yield "options", f"{name} {value}", text


def functions(step: Step) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
    """Return the functions among the texts of the fields of ``step``, each with what it is for."""
    return [
        (what, for_entry(step, name.partition(" ")[0], text)) for what, name, text in _given(step) if callable(text)
    ]


def put_texts(step: Step, form: Form, earlier: Earlier) -> None:
    """Put the texts of ``step`` into a bound ``form``, where they are made when they are shown."""
    for name, text in step.labels.items():
        for field, about in asked(step, form, name, earlier):
            field.label.text = _lazy(about, "labels", text, name, field.label.text)
    for name, text in step.hints.items():
        for field, about in asked(step, form, name, earlier):
            field.description = _lazy(about, "hints", text, name, "")
    for name, texts in step.options.items():
        said = {str(value): text for value, text in texts.items()}
        for field, about in asked(step, form, name, earlier):
            field.choices = [
                replace(one, label=_lazy(about, "options", said[value], f"{name} {value}", one.label))
                if (value := str(one.value)) in said
                else one
                for one in fields.listed(field, field.choices)
            ]


def _lazy(earlier: Earlier, what: str, text: Any, field: str, otherwise: Any) -> Any:
    return Said(partial(earlier.say, what, text, field, otherwise)) if callable(text) else text
