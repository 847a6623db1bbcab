"""The kinds of step: BaseStep, the base of all; Step, a page with a form; Repeat, a list of entries."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, cast

from wtforms import Field, Form, SelectField, ValidationError

from ..errors import FlowError
from . import fields
from .earlier import Answer, Earlier, NotAnsweredError
from .mistakes import check, check_choices, check_value, has_no_choices, is_async
from .typed import Typed, bind, language_of, languages_of
from .validation import NOT_OFFERED, leaves, validate

#: The addresses that every wizard has beside its steps.
RESERVED = frozenset({"summary", "done", "clear"})

_URL_PART = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

#: Returns a context in which input is read in a language: "1.234" is one number in English, and another in German.
Speaking = Callable[[str], AbstractContextManager[Any]]

#: Turns what was typed into a secret field into what is stored in its place; ``None`` stores nothing.
Keep = Callable[[str], Any] | None


def silent(_language: str) -> AbstractContextManager[Any]:
    """Read input in whichever language there is."""
    return nullcontext()


@dataclass(frozen=True, eq=False)
class BaseStep:
    """One page of a Flow. Derive a kind of step of your own from it, and register a page for it.

    :param name: its part of the URL, and its key in the answers: small letters, digits, ``-`` and ``_``.
    :param title: the heading, unlike that of any other step.
    :param when: whether the step applies: a function of the accepted answers to earlier steps. The flow notes which of
        them it reads. One that reads an answer that is not there yet does not apply yet. It is called at most once a
        request, and tried when the Flow is built, so it must do nothing but answer.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> class Notice(BaseStep):
    ...     "A page to read, which has no field."
    >>> notice = Notice("rules", title="House rules")
    >>> notice.is_whole(None), notice.is_whole({"read": True})
    (False, True)
    """

    name: str
    _: KW_ONLY
    title: str
    when: Callable[[Mapping[str, Answer]], object] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _URL_PART.fullmatch(self.name):
            self.wrong("a step's name is part of its URL. Use small letters, digits, '-' and '_'.")
        if self.name in RESERVED:
            self.wrong("the name is taken by a page that every wizard has. Use another.")
        if self.when is not None:
            self.needs_function("when", self.when)

    def wrong(self, text: str) -> None:
        """Raise a FlowError about this step."""
        raise FlowError(f"Step {self.name!r}: {text}")

    def needs_function(self, what: str, function: object, given: str = "answers") -> None:
        """Raise a FlowError where ``function`` cannot be called with one argument."""
        if not callable(function):
            self.wrong(f"its {what!r} is {function!r}. Use a function, such as {what}=lambda {given}: ....")
        try:
            inspect.signature(cast("Callable[..., Any]", function)).bind(None)
        except TypeError:
            self.wrong(f"its {what!r} must take one argument. Begin it with: lambda {given}: ....")
        except ValueError:
            # A function that is not written in Python does not always say what it takes.
            pass
        if is_async(function):
            self.wrong(f"its {what!r} is async, and only on_finish and find may be. Use def in place of async def.")

    @property
    def fingerprint(self) -> str:
        """Return a name for what the step asks and accepts. An answer with another fingerprint is validated again."""
        return type(self).__qualname__

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the dotted names of the fields whose input is neither shown again nor stored as it is."""
        return ()

    @property
    def domains(self) -> Mapping[str, list[Any] | None] | None:
        """Return for each field every value that it can have, ``None`` if unknown; ``None`` if no field is known."""
        return None

    @property
    def functions(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        """Return the functions other than ``when`` that read answers, each with what it is for. The Flow tries them."""
        return []

    def describe(self) -> list[str]:
        """Return what a picture of the flow says of the step, a line each."""
        return []

    def applies(self, earlier: Earlier) -> bool:
        """Return whether the step is on the path, given the answers of ``earlier`` steps."""
        try:
            return self.when is None or bool(earlier.call("when", self.when))
        except NotAnsweredError:
            return False

    def is_whole(self, answer: Answer) -> bool:
        """Return whether ``answer`` is all that the step asks for."""
        return answer is not None

    def recheck(self, earlier: Earlier, answer: Answer, typed: Any, speak: Speaking = silent) -> Rechecked:
        """Validate an ``answer`` once more, from what was ``typed`` to give it, as when the visitor finishes.

        :param speak: returns the context in which input is read in a language.
        """
        return Rechecked(answer, {})


@dataclass(frozen=True)
class Rechecked:
    """The result of validating an accepted answer once more.

    :param answer: what would be stored now; ``None`` where it is refused.
    :param errors: the first message of each bad field, by the name of its input; ``""`` for the form as a whole. The
        field ``name`` of the entry ``7`` of a list is ``7.name``.
    """

    answer: Answer
    errors: dict[str, str]


@dataclass(frozen=True, eq=False)
class Step(BaseStep):
    """One page with a WTForms form.

    ``choices`` and ``defaults`` are functions like ``when``. When something that one of them read has changed, the step
    is asked again, filled in as it was.

    :param form: the WTForms form class that asks and validates.
    :param choices: for each field whose choices depend on earlier answers, a function that returns them.
    :param defaults: what the fields hold at first: a function that returns values by the names of fields.
    :param live: the fields that are checked as soon as they have changed, not only when the step is sent.
    :param keep: for each secret field, by its name (``login.password`` for one that a FormField encloses), a function
        that turns what was typed into what is stored in its place, such as a hash; ``None`` stores nothing. It may
        refuse with a ``ValidationError`` or with :class:`~wizard.errors.Refused`.

    >>> from wtforms import Form, RadioField
    >>> class PlanForm(Form):
    ...     plan = RadioField("Plan", choices={"personal": "Personal", "team": "Team"})
    >>> Step("plan", PlanForm, title="Choose a plan").name
    'plan'
    """

    form: type[Form]
    _: KW_ONLY
    choices: Mapping[str, Callable[[Mapping[str, Answer]], Any]] = field(default_factory=dict)
    defaults: Callable[[Mapping[str, Answer]], Mapping[str, Any]] | None = None
    live: Collection[str] = ()
    keep: Mapping[str, Keep] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self)

    @cached_property
    def _class(self) -> type[Form]:
        return fields.served(self.form)

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        return fields.secrets(self.form)

    @cached_property
    def fingerprint(self) -> str:
        return fields.fingerprint(self.form)

    @property
    def domains(self) -> Mapping[str, list[Any] | None] | None:
        known = {name: one for name, one in fields.samples(self.form).items() if not isinstance(one, fields.BUTTONS)}
        return {
            name: None if name in self.choices or name in self.secrets else fields.known_values(self.form, name) or None
            for name in known
        }

    @property
    def functions(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        defaults = [] if self.defaults is None else [("defaults", self._default_data)]
        return [*(("choices", self._checked_choices(name)) for name in self.choices), *defaults]

    def describe(self) -> list[str]:
        marks = dict.fromkeys(self.secrets, " (secret)") | dict.fromkeys(self.choices, " (computed choices)")
        return [name + marks.get(name, "") for name in self.domains or {}]

    def is_whole(self, answer: Answer) -> bool:
        return isinstance(answer, Mapping)

    def open(self, earlier: Earlier | None = None, typed: Typed | None = None) -> Form:
        """Return the form of this step, bound to what was ``typed``; with its defaults where nothing was.

        :param earlier: the answers that ``choices`` and ``defaults`` may read; none by default.
        :param typed: for the name of each input its values, as a browser sends them.
        """
        if earlier is None:
            earlier = Earlier(self.name, (), {})
        data = self._computed(earlier, "defaults", self._default_data) if self.defaults else {}
        form = self._class(formdata=None if typed is None else bind(typed), data=data, meta={"csrf": False})
        inputs: list[Any] = list(leaves(form))
        for one in inputs:
            if isinstance(one, SelectField):
                one.coerce = _tolerant(one.coerce)
        for one in inputs:
            if any(one.raw_data or ()) and getattr(one, "invalid_choice_message", "") is None:
                one.invalid_choice_message = NOT_OFFERED
        for name in self.choices:
            found = self._computed(earlier, "choices", self._checked_choices(name), name)
            cast("SelectField", form[name]).choices = found
        for one in leaves(form):
            if has_no_choices(one):
                self.wrong(f"field {one.name!r} has no choices. Give it some, or compute them with 'choices='.")
        return form

    def _checked_choices(self, name: str) -> Callable[[Mapping[str, Answer]], Any]:
        def choices(answers: Mapping[str, Answer]) -> Any:
            found = self.choices[name](answers)
            # What can be gone through but once is not checked, or it would be used up.
            if isinstance(found, Collection):
                check_choices(self, name, fields.samples(self.form)[name], found)
            return found

        return choices

    def _default_data(self, answers: Mapping[str, Answer]) -> Any:
        data = self.defaults(answers) if self.defaults else {}
        known = fields.samples(self.form)
        if data is not None and not isinstance(data, Mapping):
            self.wrong(f"its 'defaults' returned {type(data).__name__}. Let it return a dictionary by its fields.")
        for name, value in (data or {}).items():
            if name not in known:
                self.wrong(f"its 'defaults' names {name!r}, which is no field of {self.form.__name__}. Name one.")
            check_value(self, name, known[name], value)
        return data

    def _computed(self, earlier: Earlier, what: str, function: Any, name: str = "") -> Any:
        try:
            return earlier.call(what, function, name)
        except NotAnsweredError:
            return {}

    def read(self, earlier: Earlier, typed: Typed, speak: Speaking = silent) -> Form:
        """Return a form filled with what was ``typed``, each input read in the language that it was typed in."""
        with speak(language_of(typed)):
            form = self.open(earlier, typed)
        for language, names in languages_of(typed).items():
            with speak(language):
                other = {one.name: one for one in leaves(self.open(earlier, typed))}
            for one in leaves(form):
                if one.name in names:
                    one.data = other[one.name].data
                    one.process_errors = other[one.name].process_errors
        return form

    def staying(self, form: Form, stored: Answer) -> tuple[str, ...]:
        """Return the secrets that stay as they are ``stored``, since they were left empty in a bound ``form``.

        A secret that is not kept at all, such as a password typed a second time, may be empty only if those that are
        kept stay.
        """
        empty = [name for name in self.secrets if not _at(form, name).data]
        kept = [name for name in self.secrets if self.keep[name] is not None]
        stay = [name for name in kept if name in empty and value_at(stored, name) is not None]
        if kept and len(stay) == len(kept):
            stay = empty if len(empty) == len(self.secrets) else []
        return tuple(stay)

    def validate(
        self, form: Form, refused: Mapping[str, str], absent: Collection[str] = (), *, only: str = ""
    ) -> dict[str, str]:
        """Validate a bound ``form``, and return what is wrong; see :func:`~wizard.flow.validation.validate`."""
        return validate(form, refused=refused, absent=absent, only=only)

    def clean(self, form: Form, stored: Answer = None, kept: dict[tuple[str, str], Any] | None = None) -> Answer:
        """Return what is stored of a valid ``form``. A secret that was left empty stays as it is ``stored``.

        :param kept: what ``keep`` has made of secrets already, so that a request that is answered again does not keep
            them again.
        :raises ValidationError: when ``keep`` refuses, with the dotted name of the field and the message.
        """
        answer = fields.clean(form)
        stay = self.staying(form, stored)
        done = {} if kept is None else kept
        for name in self.secrets:
            *outer, own = name.split(".")
            holder = answer
            for one in outer:
                holder = holder[one]
            typed, keep = holder.pop(own), self.keep[name]
            if name in stay:
                if keep is not None:
                    holder[own] = value_at(stored, name)
            elif keep is not None:
                if (name, typed) not in done:
                    done[name, typed] = self._keep(name, keep, typed)
                holder[own] = done[name, typed]
        return answer

    def _keep(self, name: str, keep: Callable[[str], Any], typed: str) -> Any:
        try:
            found = keep(typed)
        except ValidationError as error:
            raise ValidationError(input_of(self.form, name), str(error)) from None
        if found is None:
            self.wrong(f"its 'keep' for {name!r} returned nothing. Let it return what is stored, or use None for it.")
        return found

    def recheck(self, earlier: Earlier, answer: Answer, typed: Any, speak: Speaking = silent) -> Rechecked:
        """Validate an ``answer`` once more, but not its secrets, which are not stored, nor the rules that read them."""
        form = self.read(earlier, typed, speak)
        absent = [name for name in self.secrets if self.keep[name] is None or value_at(answer, name) is not None]
        errors = self.validate(form, {}, absent)
        if errors:
            return Rechecked(None, errors)
        now = self.clean(form, answer)
        # What nobody typed, such as a default that is another one each day, is what it was.
        for name, one in fields.samples(self.form).items():
            if name in answer and not any(key.startswith(one.name) for key in typed):
                now[name] = answer[name]
        return Rechecked(now, {})


@dataclass(frozen=True, eq=False, kw_only=True)
class Repeat(Step):
    """A Step whose answer is a list of entries: the visitor adds, changes and removes them one by one.

    ``form`` asks for one entry. In ``answers`` the step is a list, of a mapping for each entry.

    :param least: how many entries there must be.
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

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.least <= self.most or not self.most:
            self.wrong(
                f"it takes {self.least} to {self.most} entries. Use least=0 or more, and most=1 or more, at least as "
                "much as 'least'."
            )

    #: Nothing is known of a list but its length.
    domains: ClassVar[None] = None

    @cached_property
    def fingerprint(self) -> str:
        return f"list.{fields.fingerprint(self.form)}"

    def describe(self) -> list[str]:
        names = [name for name, one in fields.samples(self.form).items() if not isinstance(one, fields.BUTTONS)]
        return [
            *(name + (" (secret)" if name in self.secrets else "") for name in names),
            f"{self.least} to {self.most} entries",
        ]

    def is_whole(self, answer: Answer) -> bool:
        return isinstance(answer, list) and len(answer) >= self.least

    def recheck(self, earlier: Earlier, answer: Answer, typed: Any, speak: Speaking = silent) -> Rechecked:
        """Validate each entry once more.

        :param answer: the entries.
        :param typed: for the id of each entry, in order, what was typed into it.
        """
        errors: dict[str, str] = {}
        entries = []
        for (number, one), entry in zip(typed.items(), answer, strict=True):
            found = super().recheck(earlier, entry, one, speak)
            errors |= {f"{number}.{name}": text for name, text in found.errors.items()}
            entries.append(found.answer)
        return Rechecked(None if errors else entries, errors)


def _tolerant(coerce: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return ``coerce`` for comparing choices with an answer: one that it cannot take, a blank, is no answer."""
    if coerce is str:
        # It never fails.
        return coerce

    def compared(value: Any) -> Any:
        try:
            return coerce(value)
        except (ValueError, TypeError):
            return _NO_ANSWER

    return compared


_NO_ANSWER = object()


def _at(form: Any, dotted: str) -> Field:
    *outer, name = dotted.split(".")
    for one in outer:
        form = form._fields[one].form
    return cast("Field", form._fields[name])


def input_of(form: type[Form], dotted: str) -> str:
    """Return the name of the input of the field with that dotted name: ``login-password`` for ``login.password``."""
    name, _, rest = dotted.partition(".")
    one: Any = fields.samples(form)[name]
    return f"{one.name}{one.separator}{input_of(one.form_class, rest)}" if rest else str(one.name)


def value_at(answer: Answer, dotted: str) -> Any:
    """Return what ``answer`` has of the field with that dotted name; ``None`` where it has nothing."""
    for name in dotted.split("."):
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer
