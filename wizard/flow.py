"""Step, Repeat, Path and Flow: the plain data of a multi-step form, checked when built. Knows nothing of Flask."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, cast

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField

from .earlier import Answer, Earlier, NotAnsweredError, Way, reads_only_answers, ways
from .errors import FlowError
from .fields import (
    BUTTONS,
    SECRET,
    UNSUPPORTED,
    declared,
    fingerprint,
    is_secret,
    known_values,
    questions,
    typed_pairs,
)

#: The addresses that every wizard has beside its steps.
RESERVED = frozenset({"summary", "done", "clear"})

_URL_PART = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

Reads = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Step:
    """One page of a Flow.

    ``when``, ``choices`` and ``defaults`` are functions of the accepted answers to earlier steps. The flow notes which
    of them they read; when one of those changes, this step is asked again, filled in as it was. They are called at
    most once a request, and tried once when the Flow is built, so they must do nothing but answer.

    :param name: its part of the URL, and its key in the Answers: small letters, digits, ``-`` and ``_``.
    :param form: the WTForms form class that asks and validates.
    :param title: the heading, unlike that of any other step.
    :param when: whether the step applies. One that reads an answer that is not there yet does not apply yet.
    :param choices: for each field whose choices depend on earlier answers, a function that returns them.
    :param defaults: what the fields hold at first, by their names.
    :param live: the fields that are checked as soon as they were changed, not only when the step is sent.
    :param keep: turns the form's clean data into what is stored. A form with a password must have one: a password is
        hashed before it reaches the session.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> from wtforms import Form, RadioField
    >>> class PlanForm(Form):
    ...     plan = RadioField("Plan", choices={"personal": "Personal", "team": "Team"})
    >>> Step("plan", PlanForm, title="Choose a plan").name
    'plan'
    """

    name: str
    form: type[Form]
    _: KW_ONLY
    title: str
    when: Callable[[Mapping[str, Answer]], object] | None = None
    choices: Mapping[str, Callable[[Mapping[str, Answer]], Any]] = field(default_factory=dict)
    defaults: Callable[[Mapping[str, Answer]], Mapping[str, Any]] | None = None
    live: Collection[str] = ()
    keep: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None

    #: Whether the answer is a list of entries.
    repeats: ClassVar[bool] = False

    def __post_init__(self) -> None:
        where = f"Step {self.name!r}"
        if not _URL_PART.fullmatch(self.name):
            raise FlowError(f"{where}: a step's name is part of its URL. Use small letters, digits, '-' and '_'.")
        if self.name in RESERVED:
            raise FlowError(f"{where}: the name is taken by a page that every wizard has. Use another.")
        fields = declared(self.form)
        if all(issubclass(kind, BUTTONS) for kind in fields.values()):
            raise FlowError(f"{where}: {self.form.__name__} has no fields. Give it at least one.")
        for name, kind in fields.items():
            if issubclass(kind, UNSUPPORTED):
                raise FlowError(f"{where}: field {name!r} takes a file, which a session cannot hold. Remove it.")
        for name in self.choices:
            if not issubclass(fields.get(name, object), SelectField):
                raise FlowError(f"{where}: it computes choices for {name!r}, which is no field with choices. Name one.")
        for name in self.live:
            if name not in fields:
                raise FlowError(f"{where}: it checks {name!r}, which is no field of {self.form.__name__}. Name one.")
        if self.secrets and self.keep is None:
            raise FlowError(
                f"{where}: field {self.secrets[0]!r} is a password, and no password may reach the session. "
                f"Use 'keep=' to store its hash instead."
            )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the fields whose input is never shown again, nor stored as it is."""
        return tuple(name for name, kind in declared(self.form).items() if issubclass(kind, SECRET))

    @cached_property
    def fingerprint(self) -> str:
        """A name for what the step asks and accepts, so that an answer of an older one can be told."""
        return ("list." if self.repeats else "") + fingerprint(self.form)

    def applies(self, earlier: Earlier) -> bool:
        """Whether the step is on the path, given the answers of ``earlier`` steps."""
        try:
            return self.when is None or bool(earlier.call("when", self.when))
        except NotAnsweredError:
            return False

    def open(
        self,
        earlier: Earlier | None = None,
        *,
        typed: MultiDict[str, str] | None = None,
        answer: Mapping[str, Any] | None = None,
    ) -> Form:
        """A form of this step, filled with what was ``typed``, else with an accepted ``answer``, else with defaults."""
        if earlier is None:
            earlier = Earlier(self.name, (), {})
        data = {**self._computed(earlier, "defaults", self.defaults), **(answer or {})}
        form = self.form(typed, data=data, meta={"csrf": False})
        for name, function in self.choices.items():
            cast("SelectField", form[name]).choices = self._computed(earlier, "choices", function)
        return form

    def _computed(self, earlier: Earlier, what: str, function: Callable[[Mapping[str, Answer]], Any] | None) -> Any:
        try:
            return {} if function is None else earlier.call(what, function)
        except NotAnsweredError:
            return {}

    def clean(self, form: Form) -> Answer:
        """What is stored of a valid ``form``."""
        data = {field.short_name: field.data for field in questions(form)}
        return data if self.keep is None else dict(self.keep(data))

    def is_whole(self, answer: Answer) -> bool:
        """Whether ``answer`` is all that the step asks for."""
        return isinstance(answer, Mapping)

    def check(self, answer: Answer, earlier: Earlier | None = None) -> dict[str, str]:
        """What is wrong by now with an ``answer`` accepted before: the first message of each bad field, by its name.

        The answer is validated as if the visitor had pressed Continue on the step filled with it. What ``keep`` did
        not store under its own name, as a secret, was validated when it was accepted, and cannot be again.
        """
        form = self._replay(answer, earlier)
        form.validate()
        return {
            field.short_name: first_message(field.errors)
            for field in questions(form)
            if field.errors and not is_secret(field) and (self.keep is None or field.short_name in answer)
        }

    def _replay(self, answer: Answer, earlier: Earlier | None) -> Form:
        return self.open(earlier, typed=MultiDict(typed_pairs(questions(self.open(earlier, answer=answer)))))

    def renewed(self, answer: Answer, earlier: Earlier) -> Answer | None:
        """An ``answer`` that an older form accepted, as this one would store it; None when it has to be asked again."""
        if self.keep is not None or not isinstance(answer, Mapping):
            return None
        form = self._replay(answer, earlier)
        return self.clean(form) if form.validate() else None


@dataclass(frozen=True, eq=False, kw_only=True)
class Repeat(Step):
    """A Step whose answer is a list of entries: the visitor adds, changes and removes them one by one.

    ``form`` asks for one entry. In ``answers`` the step is a list, of a mapping for each entry.

    :param least: how few entries will do.
    :param most: how many there can be.
    :param add: the words on the button that adds an entry; "Add" where there are none.

    >>> from wtforms import Form, StringField
    >>> class Guest(Form):
    ...     name = StringField("Name")
    >>> Repeat("guests", Guest, title="Your guests", most=8, add="Add this guest").is_whole([])
    True
    """

    least: int = 0
    most: int = 50
    add: str = ""

    repeats: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.least <= self.most or not self.most:
            raise FlowError(
                f"Step {self.name!r}: it takes {self.least} to {self.most} entries. Use least=0 or more, and most=1 or "
                "more, at least as much as 'least'."
            )

    def is_whole(self, answer: Answer) -> bool:
        return isinstance(answer, list) and len(answer) >= self.least

    def check(self, answer: Answer, earlier: Earlier | None = None) -> dict[str, str]:
        """As for one answer; the field ``name`` of the second entry is ``2.name``."""
        return {
            f"{number}.{name}": message
            for number, entry in enumerate(answer, 1)
            for name, message in super(Repeat, self).check(entry, earlier).items()
        }

    def renewed(self, answer: Answer, earlier: Earlier) -> Answer | None:
        entries = [super(Repeat, self).renewed(entry, earlier) for entry in answer]
        return None if None in entries or not isinstance(answer, list) else entries


def first_message(errors: Any) -> str:
    """The first message in what WTForms calls ``field.errors``: a list, or nested ones where fields enclose others."""
    while isinstance(errors, (list, tuple, dict)) and errors:
        errors = next(iter(errors.values() if isinstance(errors, dict) else errors))
    return str(errors)


class Path:
    """The Steps that apply to some Answers, in order: derived for every request, never stored.

    It is derived as far as it is asked for, and each condition is evaluated once. So a handler that accepts an answer
    asks for nothing beyond that step before it has.

    :param steps: all steps of the flow.
    :param answers: the answers, as they are whenever they are read.
    :param reads: gives for a step's name what was read when its answer was accepted.

    >>> from wtforms import Form, StringField
    >>> class Name(Form):
    ...     name = StringField("Name")
    >>> flow = Flow(Step("you", Name, title="You"), Step("pet", Name, title="Your pet"))
    >>> path = flow.path({"you": {"name": "Ada"}})
    >>> path.missing.name, path.position(path.missing), path.previous(path.missing).name
    ('pet', 2, 'you')
    """

    def __init__(
        self, steps: tuple[Step, ...], answers: Mapping[str, Answer], reads: Callable[[str], Reads] | None = None
    ) -> None:
        self._all = steps
        self._names = [step.name for step in steps]
        self._answers = answers
        self._reads = reads or (lambda _: {})
        self._earlier: list[Earlier] = []
        self._steps: list[Step] = []

    def _derive(self, count: int) -> list[Step]:
        while len(self._earlier) < count:
            step = self._all[len(self._earlier)]
            known = {one.name: self._answers[one.name] for one in self._steps if one.name in self._answers}
            self._earlier.append(Earlier(step.name, self._names[: len(self._earlier)], known))
            if step.applies(self._earlier[-1]):
                self._steps.append(step)
        return self._steps

    def earlier(self, step: Step) -> Earlier:
        """What ``step`` may read."""
        self._derive(self._all.index(step) + 1)
        return self._earlier[self._all.index(step)]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that apply."""
        return tuple(self._derive(len(self._all)))

    @property
    def missing(self) -> Step | None:
        """The first of them that is to be answered; ``None`` when the visitor can finish."""
        return next((step for step in self.steps if not self.is_answered(step)), None)

    @property
    def again(self) -> tuple[Step, ...]:
        """Those of them that are asked again, because what they read has changed since they were answered."""
        return tuple(step for step in self.steps if step.name in self._answers and not self.is_unchanged(step))

    def is_unchanged(self, step: Step) -> bool:
        """Whether everything that ``step`` read when it was answered still has the same value."""
        return self.earlier(step).is_unchanged(self._reads(step.name))

    def is_answered(self, step: Step) -> bool:
        """Whether ``step`` has an answer that counts."""
        answer = self._answers.get(step.name)
        return answer is not None and step.is_whole(answer) and self.is_unchanged(step)

    def is_open(self, step: Step) -> bool:
        """Whether ``step`` may be shown: it is on the path, and every step before it is answered."""
        before = [one for one in self._derive(self._all.index(step) + 1) if one in self._all[: self._all.index(step)]]
        return step in self._steps and all(map(self.is_answered, before))

    def position(self, step: Step) -> int:
        """Which step of the path ``step`` is, counted from 1."""
        return self.steps.index(step) + 1

    def previous(self, step: Step) -> Step | None:
        """The step before ``step``, which need not be on the path itself; ``None`` before the first."""
        return self.steps[self.position(step) - 2] if step in self.steps[1:] else None

    def next(self, step: Step) -> Step | None:
        """The step after ``step``; ``None`` after the last."""
        return self.steps[self.position(step)] if step in self.steps[:-1] else None


class Flow:
    """An ordered, immutable list of Steps.

    :param steps: the steps, in the order in which they are asked.
    :param migrate: carries over answers that an older Flow accepted, such as those of a step that has another name
        now: given all answers, it returns them as this Flow has them. It is called when a form has changed since, with
        the answers of whichever older version.
    :raises FlowError: for a mistake that can be seen without a visitor; the message says the cure.

    >>> from wtforms import Form, StringField
    >>> class Name(Form):
    ...     name = StringField("Name")
    >>> flow = Flow(
    ...     Step("you", Name, title="You"),
    ...     Step("pet", Name, title="Your pet", when=lambda answers: answers["you"]["name"] == "Ada"),
    ... )
    >>> [step.name for step in flow.path({"you": {"name": "Ada"}}).steps]
    ['you', 'pet']
    >>> Flow(Step("you", Name, title="You"), Step("you", Name, title="Your pet"))
    Traceback (most recent call last):
    ...
    wizard.errors.FlowError: Two steps are named 'you'. Give each a name of its own.
    """

    def __init__(
        self, *steps: Step, migrate: Callable[[dict[str, Answer]], Mapping[str, Answer]] | None = None
    ) -> None:
        self.steps = steps
        self.migrate = migrate
        self._by_name = {step.name: step for step in steps}
        if not steps:
            raise FlowError("A Flow needs at least one Step.")
        names = [step.name for step in steps]
        for name in names:
            if names.count(name) > 1:
                raise FlowError(f"Two steps are named {name!r}. Give each a name of its own.")
        titles = [str(step.title) for step in steps]
        for title in titles:
            if titles.count(title) > 1:
                raise FlowError(f"Two steps have the title {title!r}, which is their heading. Give each its own.")
        for step in steps:
            self._try(step)

    def _try(self, step: Step) -> None:
        for function in [*step.choices.values(), step.defaults]:
            if function is not None:
                self._ways(step, function)
        unreachable = step.when and all(outcome is False for _, outcome in self.conditions(step))
        if unreachable and reads_only_answers(step.when):
            raise FlowError(f"Step {step.name!r}: no answer leads to it. Mend its 'when', or remove the step.")

    def conditions(self, step: Step) -> list[Way]:
        """Every way through the condition of ``step``, as far as it can be known without answers."""
        return [] if step.when is None else self._ways(step, step.when)

    def _ways(self, step: Step, function: Callable[[Mapping[str, Answer]], Any]) -> list[Way]:
        domains = {}
        for one in self.steps[: self.steps.index(step)]:
            fields = [name for name, kind in declared(one.form).items() if not issubclass(kind, BUTTONS)]
            domains[one.name] = (
                {name: None if name in one.choices else known_values(one.form, name) for name in fields}
                if one.keep is None and not one.repeats
                else None
            )
        return ways(step.name, function, domains)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def get(self, name: str) -> Step | None:
        """The step of that name, or ``None``."""
        return self._by_name.get(name)

    def path(self, answers: Mapping[str, Answer], reads: Callable[[str], Reads] | None = None) -> Path:
        """The Path that ``answers`` lead along.

        :param answers: the answers, step by step.
        :param reads: what each was accepted on: see :class:`Path`. Without it, every answer counts.
        """
        return Path(self.steps, answers, reads)
