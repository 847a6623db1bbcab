"""BaseStep: what every kind of step has and does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any, ClassVar

from ..errors import FlowError
from .earlier import NO_TEXT, Answer, Earlier, NotAnsweredError, Text
from .functions import wrong_with
from .typed import Speaking

#: The addresses that every wizard has beside its steps.
RESERVED = frozenset({"summary", "done", "clear"})

#: The address of the list of sections, where they can be done in any order.
TASKS = "tasks"

_URL_PART = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def in_words(name: str) -> str:
    """Return the name of a step as a heading.

    >>> in_words("date-of-birth")
    'Date of birth'
    """
    return name.replace("-", " ").replace("_", " ").capitalize()


def silent(_language: str) -> AbstractContextManager[Any]:
    """Read input in whichever language there is."""
    return nullcontext()


class Named:
    """What a part of a Flow has that has a name: a step or a section."""

    name: str
    title: Text
    #: What it is called wherever that is not its heading; its title where it is empty.
    short: Text = ""
    when: Callable[[Mapping[str, Answer]], object] | None

    #: What it is called in messages.
    kind: ClassVar[str] = "Step"
    #: Whether visitors see it, so that it has a heading.
    needs_title: ClassVar[bool] = True
    #: Which of its parameters are texts, or functions that return one.
    said: ClassVar[tuple[str, ...]] = ("title",)

    def check_name(self) -> None:
        """Raise a FlowError for a mistake in ``name``, ``title`` or ``when``."""
        if not isinstance(self.name, str) or not _URL_PART.fullmatch(self.name):
            self.wrong(f"a {self.kind.lower()}'s name is part of its URL. Use small letters, digits, '-' and '_'.")
        if self.title is None or (self.needs_title and not str(self.title).strip()):
            self.wrong("it has no title, which is its heading. Give it one: title='Your account'.")
        for what in self.said:
            text = getattr(self, what)
            if callable(text):
                self.needs_function(what, text)
            elif text is None or isinstance(text, NO_TEXT):
                self.wrong(f"its {what!r} is {text!r}. Use a text, or a function: {what}=lambda answers: ....")
        if self.when is not None:
            self.needs_function("when", self.when)

    @cached_property
    def called(self) -> str:
        """Return which of its texts names it wherever that is not its heading."""
        return "short" if callable(self.short) or str(self.short).strip() else "title"

    def wrong(self, text: str) -> None:
        """Raise a FlowError about it."""
        raise FlowError(f"{self.kind} {self.name!r}: {text}")

    def needs_bool(self, *names: str) -> None:
        """Raise a FlowError where one of its parameters with these ``names`` is neither True nor False."""
        for what in names:
            if not isinstance(value := getattr(self, what), bool):
                self.wrong(f"its {what!r} is {value!r}. Use True or False.")

    def needs_function(self, what: str, function: object, given: str = "answers") -> None:
        """Raise a FlowError where ``function`` cannot be called with what it is ``given``."""
        if not callable(function):
            self.wrong(f"its {what!r} is {function!r}. Use a function, such as {what}=lambda {given}: ....")
        if text := wrong_with(function, given):
            self.wrong(f"its {what!r} {text}")


@dataclass(frozen=True, eq=False)
class BaseStep(Named):
    """One page of a Flow. Derive a kind of step of your own from it, and register a page for it.

    :param name: its part of the URL, and its key in the answers: small letters, digits, ``-`` and ``_``.
    :param title: the heading, unlike that of any other step that can be on the same path: a text, or a function of the
        accepted answers to earlier steps that returns it. Of a function, what it reads is not noted: where only a text
        has changed, nothing is asked again. An answer that is not there yet is "…" in it.
    :param short: what it is called where that is no heading of its own page, such as "Plan" for "Choose a plan": in the
        progress, on the summary, and in messages. Given as a title is; the title, where there is none.
    :param button: the words on the button that goes on, as a title is given; "Continue" where there are none.
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
    title: Text
    short: Text = ""
    button: Text = ""
    when: Callable[[Mapping[str, Answer]], object] | None = None

    #: Whether it asks for something, so that visitors are told what becomes of their answer when the path changes.
    asks: ClassVar[bool] = True
    said: ClassVar[tuple[str, ...]] = ("title", "short", "button")
    #: Whether the journey ends there: nothing comes after it on the path, and nobody can finish.
    ends: ClassVar[bool] = False
    #: Whether its page does something once the visitor comes to it by an accepted answer: see ``Page.arrive``.
    arrives: ClassVar[bool] = False

    def __post_init__(self) -> None:
        self.check_name()
        if self.name in RESERVED:
            self.wrong("the name is taken by a page that every wizard has. Use another.")

    @property
    def optional(self) -> bool:
        """Return whether it can be skipped, which makes its answer ``None``."""
        return False

    @property
    def final(self) -> bool:
        """Return whether its answer cannot be changed any more once it is accepted."""
        return False

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

    @property
    def texts(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        """Return the functions that say something to visitors, each with what it is for. The Flow tries them, too."""
        return [(what, text) for what in self.said if callable(text := getattr(self, what))]

    @property
    def turns(self) -> bool:
        """Return whether what is sent there may lead back instead of onwards."""
        return False

    def describe(self) -> list[str]:
        """Return what a picture of the flow says of the step, a line each."""
        return []

    @cached_property
    def always(self) -> bool:
        """Return whether it applies whatever was answered, so that :meth:`applies` need not be asked."""
        return self.when is None and type(self).applies is BaseStep.applies

    def applies(self, earlier: Earlier) -> bool:
        """Return whether the step is on the path, given the answers of ``earlier`` steps."""
        try:
            return self.when is None or bool(earlier.call("when", self.when))
        except NotAnsweredError:
            return False

    def is_whole(self, answer: Answer) -> bool:
        """Return whether ``answer`` is all that the step asks for."""
        return answer is not None

    @cached_property
    def fits_always(self) -> bool:
        """Return whether every answer fits, so that :meth:`fits` need not be asked."""
        return type(self).fits is BaseStep.fits

    def fits(self, earlier: Earlier, answer: Answer) -> bool:
        """Return whether ``answer`` is allowed beside the ``earlier`` answers as they are now.

        It is asked again where it is not, beside where something that it has read has changed.
        """
        return True

    def taken(self, earlier: Earlier, value: Any) -> Answer:
        """Return the answer that a program gives as ``value``, without a browser."""
        return value

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
