"""Step and Repeat: one page of a Flow, and what it does with what is typed on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, cast

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField

from ..errors import FlowError
from .earlier import Answer, Earlier, NotAnsweredError
from .fields import (
    BUTTONS,
    SECRET,
    UNSUPPORTED,
    declared,
    fingerprint,
    is_secret,
    questions,
    typed_pairs,
)

#: The addresses that every wizard has beside its steps.
RESERVED = frozenset({"summary", "done", "clear"})

_URL_PART = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


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
