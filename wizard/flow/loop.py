"""Loop: a step that asks steps of its own for each entry of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import ClassVar

from .base import BaseStep
from .earlier import Answer, Text
from .fingerprint import stamp

#: Returns the title of an entry, given its answers by the names of their steps.
Each = Callable[[Mapping[str, Answer]], object]


class Loop(BaseStep):
    """The base of the steps whose answer is a list of entries, of which each is asked in steps of its own.

    An entry is a small run: it has a path, answers and Drafts of its own. In ``answers`` the step is a list of the
    entries that are finished, each a dictionary by the names of its steps.

    :param steps: what is asked of each entry, in order. A step of them may read the steps before it in its entry, and
        those before the list.
    :param each: the title of an entry: a function of its answers.
    :raises FlowError: for a mistake in these; the message says the cure.
    """

    #: Nothing is known of a list but its length.
    domains: ClassVar[None] = None
    #: The names of the lists whose entries it goes over; none where it has entries of its own.
    over: tuple[str, ...] = ()

    def __init__(
        self,
        name: str,
        *steps: BaseStep,
        title: Text,
        when: Callable[[Mapping[str, Answer]], object] | None = None,
        each: Each | None = None,
    ) -> None:
        self.steps = steps
        self.each = each
        super().__init__(name, title=title, when=when)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.steps:
            self.wrong("it asks nothing of an entry. Give it steps: Step(name, Form, title=...).")
        for step in self.steps:
            if not isinstance(step, BaseStep):
                self.wrong(f"{step!r} is no step of an entry. Use Step(name, Form, title=...).")
            if step.ends:
                self.wrong(f"the exit {step.name!r} would end the journey within an entry. Put it after the list.")
        if self.each is not None:
            self.needs_function("each", self.each, "entry")

    @cached_property
    def fingerprint(self) -> str:
        return stamp([type(self).__qualname__, *((step.name, step.fingerprint) for step in self.steps)])

    def is_whole(self, answer: Answer) -> bool:
        return isinstance(answer, list)
