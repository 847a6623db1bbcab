"""Step, Flow and Path: the plain data of a multi-step form, checked when built. Knows nothing of Flask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from .errors import FlowError
from .fields import SECRET, UNSUPPORTED, declared, is_secret, questions, typed_pairs

Answer = Mapping[str, Any]

#: The addresses that every wizard has beside its steps.
RESERVED = frozenset({"summary", "done", "clear"})

_URL_PART = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True)
class Step:
    """One page of a Flow.

    :param name: its part of the URL, and its key in the Answers: small letters, digits, ``-`` and ``_``.
    :param form: the WTForms form class that asks and validates.
    :param title: the heading, unlike that of any other step.
    :param when: whether the step applies, given the accepted answers of earlier steps. A step whose condition reads
        an answer that is not there yet does not apply yet.
    :param keep: turns the form's clean data into what is stored. A form with a password must have one: a password is
        hashed before it reaches the session.
    """

    name: str
    form: type[Form]
    _: KW_ONLY
    title: str
    when: Callable[[Mapping[str, Answer]], object] | None = None
    keep: Callable[[dict[str, Any]], Answer] | None = None

    def __post_init__(self) -> None:
        where = f"Step {self.name!r}"
        if not _URL_PART.fullmatch(self.name):
            raise FlowError(f"{where}: a step's name is part of its URL. Use small letters, digits, '-' and '_'.")
        if self.name in RESERVED:
            raise FlowError(f"{where}: the name is taken by a page that every wizard has. Use another.")
        fields = declared(self.form)
        if not fields:
            raise FlowError(f"{where}: {self.form.__name__} has no fields. Give it at least one.")
        for name, kind in fields.items():
            if issubclass(kind, UNSUPPORTED):
                raise FlowError(f"{where}: field {name!r} takes a file, which a session cannot hold. Remove it.")
        if self.secrets and self.keep is None:
            raise FlowError(
                f"{where}: field {self.secrets[0]!r} is a password, and no password may reach the session. "
                f"Use 'keep=' to store its hash instead."
            )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the fields whose input is never shown again, nor stored as it is."""
        return tuple(name for name, kind in declared(self.form).items() if issubclass(kind, SECRET))

    def applies(self, earlier: Mapping[str, Answer]) -> bool:
        """Whether the step is on the path, given the answers of ``earlier`` steps."""
        try:
            return self.when is None or bool(self.when(earlier))
        except _NotAnsweredError:
            return False

    def open(self, *, typed: MultiDict[str, str] | None = None, answer: Answer | None = None) -> Form:
        """A form of this step, filled with what was ``typed``, else with an accepted ``answer``, else empty."""
        return self.form(typed, data=dict(answer or {}), meta={"csrf": False})

    def clean(self, form: Form) -> Answer:
        """What is stored of a valid ``form``."""
        data = {field.short_name: field.data for field in questions(form)}
        return data if self.keep is None else self.keep(data)

    def check(self, answer: Answer) -> dict[str, str]:
        """What is wrong by now with an ``answer`` accepted before: the first message of each bad field, by its name.

        The answer is validated as if the visitor had pressed Continue on the step filled with it. What ``keep`` did
        not store under its own name, as a secret, was validated when it was accepted, and cannot be again.
        """
        form = self.open(typed=MultiDict(typed_pairs(questions(self.open(answer=answer)))))
        form.validate()
        return {
            field.short_name: first_message(field.errors)
            for field in questions(form)
            if field.errors and not is_secret(field) and (self.keep is None or field.short_name in answer)
        }


def first_message(errors: Any) -> str:
    """The first message in what WTForms calls ``field.errors``: a list, or nested ones where fields enclose others."""
    while not isinstance(errors, str) and errors:
        errors = next(iter(errors.values() if isinstance(errors, dict) else errors))
    return str(errors)


@dataclass(frozen=True)
class Path:
    """The Steps that apply to some Answers, in order. Derived for every request, never stored.

    :param steps: the steps that apply.
    :param missing: the first of them that has no answer; ``None`` when the visitor can finish.
    """

    steps: tuple[Step, ...]
    missing: Step | None

    def position(self, step: Step) -> int:
        """Which step of the path ``step`` is, counted from 1."""
        return self.steps.index(step) + 1

    def previous(self, step: Step) -> Step | None:
        """The step before ``step``, which need not be on the path itself; ``None`` before the first."""
        return self.steps[self.position(step) - 2] if step in self.steps[1:] else None

    def next(self, step: Step) -> Step | None:
        """The step after ``step``; ``None`` after the last."""
        return self.steps[self.position(step)] if step in self.steps[:-1] else None

    def is_open(self, step: Step) -> bool:
        """Whether ``step`` may be shown: it is on the path, and every step before it is answered."""
        if step not in self.steps:
            return False
        return self.missing is None or self.position(step) <= self.position(self.missing)


class Flow:
    """An ordered, immutable list of Steps.

    :param steps: the steps, in the order in which they are asked.
    :raises FlowError: for a mistake that can be seen without a visitor; the message says the cure.
    """

    def __init__(self, *steps: Step) -> None:
        self.steps = steps
        self._by_name = {step.name: step for step in steps}
        if not steps:
            raise FlowError("A Flow needs at least one Step.")
        names = [step.name for step in steps]
        for name in names:
            if names.count(name) > 1:
                raise FlowError(f"Two steps are named {name!r}. Give each a name of its own.")
        titles = [step.title for step in steps]
        for title in titles:
            if titles.count(title) > 1:
                raise FlowError(f"Two steps have the title {title!r}, which is their heading. Give each its own.")

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def get(self, name: str) -> Step | None:
        """The step of that name, or ``None``."""
        return self._by_name.get(name)

    def path(self, answers: Mapping[str, Answer]) -> Path:
        """The Path that ``answers`` lead along."""
        steps: list[Step] = []
        missing: Step | None = None
        for step in self.steps:
            if step.applies(_Earlier(self, step, steps, answers)):
                steps.append(step)
                if missing is None and step.name not in answers:
                    missing = step
        return Path(tuple(steps), missing)


class _NotAnsweredError(KeyError):
    """A condition read a step that has no answer, or that is not on the path."""


class _Earlier(Mapping[str, Answer]):
    """The answers that the condition of ``step`` may read: those of earlier steps, as far as they are on the path."""

    def __init__(self, flow: Flow, step: Step, path: list[Step], answers: Mapping[str, Answer]) -> None:
        self._flow = flow
        self._step = step
        self._answers = {one.name: answers[one.name] for one in path if one.name in answers}

    def __getitem__(self, name: str) -> Answer:
        if name in self._answers:
            return self._answers[name]
        earlier = [step.name for step in self._flow.steps[: self._flow.steps.index(self._step)]]
        if name not in earlier:
            raise FlowError(
                f"Step {self._step.name!r}: its 'when' reads {name!r}, which is no earlier step. "
                f"It can read {', '.join(map(repr, earlier)) or 'none: it is the first step'}."
            )
        raise _NotAnsweredError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)
