"""Repeat: a step whose answer is a list of entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as parameters_of
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, overload

from wtforms import Form

from ..errors import FlowError
from . import fields, messages
from .base import BaseStep, Rechecked, silent
from .counts import MOST, Counts
from .earlier import Answer, Earlier, Text
from .entries import Entries, Fixed
from .steps import Step
from .typed import Speaking


@dataclass(frozen=True, eq=False, kw_only=True)
class Repeat(Counts, Step):
    """A Step whose answer is a list of entries: the visitor adds, changes and removes them one by one.

    An entry is asked on one page, by a form, or in steps that are given in its place. In ``answers`` it is a list of
    the entries: each is a dictionary by the fields of the form, or by the steps. A step of an entry reads the steps
    before it in that entry, those before the list, and which entry it is: ``answers["entry"]["number"]``, from 1.

    A list with a form takes what a :class:`Step` takes, too.

    :param asked: the form, or the steps in order.
    :param title: the heading of the list.
    :param least: how many entries there must be.
    :param most: how many there can be; or a function of the answers that returns it. Where it allows fewer later than
        there are, the step is asked again.
    :param counted: a function of the answers and of how many entries there are, which says so: "2 of 12 seats". It may
        read the steps before; the step does not depend on what it reads.
    :param add: the words on the button that adds an entry, as a title is given; "Add" where there are none.
    :param unique: the name of a field in which no two entries are the same, whatever the case of a text.
    :param each: the title of an entry that is asked in steps: a function of its answers.
    :param sortable: whether the visitor can put entries that are asked in steps in another order.
    :param fixed: whether a program gives its entries, to which the visitor adds none, and of which they remove none,
        where an entry is asked in steps.
    :param into: the name of a list that this one and others make together, where an entry is asked in steps. Each shows
        the entries of all, which are read under that name by what stands behind the last of them.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> from wtforms import Form, StringField
    >>> class Guest(Form):
    ...     name = StringField("Name")
    >>> Repeat("guests", Guest, title="Your guests", most=8, add="Add this guest").is_whole([])
    True
    """

    least: int = 0
    most: int | Callable[[Mapping[str, Answer]], int] = MOST
    add: Text = ""
    counted: Callable[[Mapping[str, Answer], int], str] | None = None
    unique: str = ""
    into: str = ""
    fixed: bool = False

    if TYPE_CHECKING:
        # To a type checker, it is a Repeat either way.
        @overload
        def __init__(self, name: str, form: type[Form], *, title: Text, **given: Any) -> None: ...
        @overload
        def __init__(self, name: str, form: BaseStep, *steps: BaseStep, title: Text, **given: Any) -> None: ...
        def __init__(self, name: str, form: Any, *steps: Any, **given: Any) -> None: ...

    def __new__(cls, name: str = "", *asked: Any, **given: Any) -> Any:
        if cls is Repeat and (asked or given):
            check_kind(name, asked, given)
        if cls is Repeat and asked and isinstance(asked[0], BaseStep):
            return Fixed(name, *asked, **given) if given.pop("fixed", False) else Entries(name, *asked, **given)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check_counts()
        if self.into:
            self.wrong(
                "its entries go into another list, which those asked in steps alone can: Repeat(name, Step(...), "
                f"into={self.into!r})."
            )
        if self.fixed:
            self.wrong(
                "it is fixed, which those lists can be whose entries are asked in steps: Repeat(name, Step(...), "
                "fixed=True)."
            )
        if self.unique and self.unique not in fields.questions(self.form):
            here = ", ".join(map(repr, fields.questions(self.form)))
            self.wrong(f"its 'unique' is {self.unique!r}, which is no field of an entry. Name one of {here}.")
        if self.unique in self.secrets:
            self.wrong(f"its 'unique' is {self.unique!r}, which is a secret, and those are not stored to be compared.")
        if self.for_each:
            self.wrong(
                "an entry of it is asked on one page, and has a 'for_each'. Ask in a step within the entry: "
                "Repeat(name, Repeat(...), Step(..., for_each=...))."
            )
        if self.optional:
            self.wrong("it is optional, and a list can be empty anyway. Use least=0.")
        if self.final:
            self.wrong("it is final, and a list is answered entry by entry. Put a step that is final behind it.")
        if self.back:
            self.wrong(
                "an entry of a list leads nowhere, and it has a 'back'. Ask in a Step of its own, after the list."
            )

    said: ClassVar[tuple[str, ...]] = (*Step.said, "add")

    #: Nothing is known of a list but its length.
    domains: ClassVar[None] = None

    @cached_property
    def fingerprint(self) -> str:
        return f"list.{super().fingerprint}"

    def describe(self) -> list[str]:
        return [*super().describe(), self.said_counts]

    @property
    def questions(self) -> list[str]:
        """Return the names of the fields of an entry."""
        return list(fields.questions(self.form))

    def repeated(self, entry: Answer, others: Iterable[Answer]) -> dict[str, str]:
        """Return what is wrong with ``entry`` where one of the ``others`` is the same in the field that is unique."""
        if not self.unique or (value := _compared(entry[self.unique])) in (None, ""):
            return {}
        return {self.unique: messages.TWICE} if value in [_compared(one[self.unique]) for one in others] else {}

    def recheck(self, earlier: Earlier, answer: Answer, typed: Any, speak: Speaking = silent) -> Rechecked:
        """Validate each entry once more.

        :param answer: the entries.
        :param typed: for the id of each entry, in order, what was typed into it.
        """
        errors: dict[str, str] = {}
        entries: list[Answer] = []
        for (number, one), entry in zip(typed.items(), answer, strict=True):
            found = super().recheck(earlier, entry, one, speak)
            wrong = found.errors or self.repeated(found.answer, entries)
            errors |= {f"{number}.{name}": text for name, text in wrong.items()}
            if not wrong:
                entries.append(found.answer)
        return Rechecked(None if errors else entries, errors)


def check_kind(name: str, asked: Sequence[Any], given: Collection[str]) -> None:
    """Raise a FlowError where a list is ``given`` what one of the other kind takes, or ``asked`` with neither kind."""
    of_steps = _OF_ENTRIES & set(given)
    if asked and isinstance(asked[0], BaseStep):
        if other := [one for one in given if one in _OF_FORM]:
            raise FlowError(
                f"Step {name!r}: it has {other[0]!r}, which a list with a form takes. Give that to one of its steps, "
                "or leave it out."
            )
    elif of_steps:
        raise FlowError(
            f"Step {name!r}: it has {min(of_steps)!r}, which those lists take whose entries are asked in steps: "
            f"Repeat(name, Step(...), {min(of_steps)}=...)."
        )
    elif len(asked) > 1 or (not asked and "form" not in given):
        raise FlowError(
            f"Step {name!r}: an entry of it is asked by one form, or in steps. Use Repeat(name, Form, title=...), or "
            "Repeat(name, Step(...), title=...)."
        )


def _compared(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


#: What a list takes whose entries are asked in steps and no other, and the other way round.
_OF_ENTRIES = frozenset({"each", "sortable"})
_OF_FORM = frozenset(one.name for one in parameters_of(Repeat)) - frozenset(
    {"name", "title", "when", "least", "most", "counted", "add", "into", "fixed"}
)
