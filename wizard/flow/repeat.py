"""Repeat: a step whose answer is a list of entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from .base import Rechecked, silent
from .earlier import Answer, Earlier, NotAnsweredError
from .steps import Step
from .typed import Speaking

#: How many entries there can be where the author does not say.
MOST = 50


@dataclass(frozen=True, eq=False, kw_only=True)
class Repeat(Step):
    """A Step whose answer is a list of entries: the visitor adds, changes and removes them one by one.

    ``form`` asks for one entry. In ``answers`` the step is a list, of a mapping for each entry.

    :param least: how many entries there must be.
    :param most: how many there can be; or a function of the answers that returns it. Where it allows fewer later than
        there are, the step is asked again.
    :param counted: a function of the answers and of how many entries there are, which says so: "2 of 12 seats". It may
        read the steps before; the step does not depend on what it reads.
    :param add: the words on the button that adds an entry; "Add" where there are none.

    >>> from wtforms import Form, StringField
    >>> class Guest(Form):
    ...     name = StringField("Name")
    >>> Repeat("guests", Guest, title="Your guests", most=8, add="Add this guest").is_whole([])
    True
    """

    least: int = 0
    most: int | Callable[[Mapping[str, Answer]], int] = MOST
    add: str = ""
    counted: Callable[[Mapping[str, Answer], int], str] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if callable(self.most):
            self.needs_function("most", self.most)
        most = max(self.least, MOST) if callable(self.most) else self.most
        # True is a number to Python.
        if {type(self.least), type(most)} != {int} or not 0 <= self.least <= most or not most:
            self.wrong(
                f"it takes {self.least!r} to {most!r} entries. Use least=0 or more, and most=1 or more, at least "
                "as much as 'least'."
            )

    #: Nothing is known of a list but its length.
    domains: ClassVar[None] = None

    @cached_property
    def fingerprint(self) -> str:
        return f"list.{super().fingerprint}"

    def describe(self) -> list[str]:
        return [*super().describe(), f"{self.least} {'or more' if callable(self.most) else f'to {self.most}'} entries"]

    @property
    def functions(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        return [*super().functions, *([("most", self.most)] if callable(self.most) else [])]

    def most_beside(self, earlier: Earlier) -> int:
        """Return how many entries there can be beside the ``earlier`` answers. The step does not depend on them."""
        if not callable(self.most):
            return self.most
        try:
            most = earlier.apart().call("most", self.most)
        except NotAnsweredError:
            return MOST
        if type(most) is not int or most < 0:
            self.wrong(f"its 'most' returned {most!r}. Let it return how many entries there can be.")
        return int(most)

    def fits(self, earlier: Earlier, answer: Answer) -> bool:
        return len(answer) <= self.most_beside(earlier)

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
