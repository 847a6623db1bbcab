"""Section: a group of steps. Order: how the steps of a flow stand, in groups where there are any."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from .base import BaseStep, Named
from .earlier import Answer, Earlier, NotAnsweredError
from .joined import Joined
from .touched import Touched
from .trial import Domains
from .value import Value


@dataclass(frozen=True, eq=False, init=False)
class Section(Named):
    """A group of Steps. The summary is grouped by sections, and so is the progress.

    In a flow with ``any_order=True``, each section is a task on a list. Within a section, steps are asked in order.

    :param name: its part of the URL: small letters, digits, ``-`` and ``_``.
    :param parts: the steps, in the order in which they are asked; and among them the values that are computed.
    :param title: its heading, unlike that of any other section. Steps of two sections may have the same title.
    :param when: whether its steps apply, see :class:`~wizard.flow.base.BaseStep`. They all depend on it.
    :param summary: whether it ends with a page of its own, on which its answers are checked.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> from wizard.flow import Page
    >>> rules = Section("rules", Page("house", title="House rules", template="house.html"), title="Rules")
    >>> [step.name for step in rules]
    ['house']
    """

    name: str
    parts: tuple[BaseStep | Value, ...]
    steps: tuple[BaseStep, ...]
    title: str
    when: Callable[[Mapping[str, Answer]], object] | None
    summary: bool

    kind: ClassVar[str] = "Section"

    def __init__(
        self,
        name: str,
        *parts: BaseStep | Value,
        title: str,
        when: Callable[[Mapping[str, Answer]], object] | None = None,
        summary: bool = False,
    ) -> None:
        steps = tuple(one for one in parts if not isinstance(one, Value))
        given = {"name": name, "parts": parts, "steps": steps, "title": title, "when": when, "summary": summary}
        for what, value in given.items():
            object.__setattr__(self, what, value)
        self.check_name()
        self.needs_bool("summary")
        if callable(title):
            self.wrong("its 'title' is a function, which only that of a step can be. Use a text: title='Your home'.")
        if not steps:
            self.wrong("it has no step. Give it one: Section(name, step, title=...).")
        for step in steps:
            # It is whatever an author gave.
            if not isinstance(step, BaseStep):
                self.wrong(f"{step!r} in it is no Step. Use Section(name, step, step, title=...).")

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the names of its steps."""
        return frozenset(step.name for step in self.steps)

    def __iter__(self) -> Iterator[BaseStep]:
        return iter(self.steps)

    def applies(self, earlier: Earlier) -> bool:
        """Return whether its steps may apply, given the answers of ``earlier`` steps."""
        try:
            return self.when is None or bool(earlier.call("when", self.when))
        except NotAnsweredError:
            return False


@dataclass(frozen=True)
class Stretch:
    """The steps from number ``start`` to before number ``stop``, which are asked in their order."""

    start: int
    stop: int
    section: Section | None = None


class Order:
    """What a Flow fixes about its steps: their order, and what belongs together.

    :param parts: all steps, and the values that stand among them.
    :param sections: the sections in which all steps stand, or none.
    :param any_order: whether the visitor may do the sections in any order.
    """

    def __init__(
        self, parts: Sequence[BaseStep | Value], sections: tuple[Section, ...] = (), any_order: bool = False
    ) -> None:
        self.parts = parts
        self.sections = sections
        self.any_order = any_order
        self.steps = steps = tuple(one for one in parts if not isinstance(one, Value))
        self.values: list[Value] = []
        #: How many steps and how many values there are before each of these, by its name.
        self.before: dict[str, tuple[int, int]] = {}
        for one in parts:
            self.before.setdefault(one.name, (len(self.before) - len(self.values), len(self.values)))
            if isinstance(one, Value):
                self.values.append(one)
        #: The names of the lists that are one under the name of another.
        self.joined = {one.name: [own.name for own in one.lists] for one in self.values if isinstance(one, Joined)}
        #: Where each step stands, by its name.
        self.index = {step.name: index for index, step in enumerate(steps)}
        #: In which section a step stands, where there are any.
        self.section_of = {step.name: section for section in sections for step in section}
        starts = {section.name: self.index[section.steps[0].name] for section in sections}
        #: What can be asked in any order: each section, or the flow as a whole.
        self.stretches = [Stretch(0, len(steps))]
        if any_order:
            self.stretches = [
                Stretch(starts[section.name], starts[section.name] + len(section.steps), section)
                for section in sections
            ]
        #: In which of these a step stands, where there are several.
        self.stretch_of = {
            step.name: at
            for at, one in enumerate(self.stretches)
            for step in steps[one.start : one.stop]
            if len(self.stretches) > 1
        }
        #: For each step in a section that has a condition, that section, and where it starts.
        self.gates = {
            name: (starts[section.name], section)
            for name, section in self.section_of.items()
            if section.when is not None
        }
        #: For the name of a step those of the steps with the same title, of which no path has two.
        self.twins: Mapping[str, Collection[str]] = {}
        #: For the name of a section those of the steps in other sections that its own may read.
        self.needs: Mapping[str, Sequence[str]] = {}
        #: What is known of the answers that a step, a section or a value may read.
        self.domains: Callable[[BaseStep | Section | Value], Domains] = lambda _: {}

    @cached_property
    def touched(self) -> Touched:
        """Return which steps another answer may bring onto the path or take off it."""
        return Touched(self, self.domains)

    def parts_of(self, section: Section) -> Sequence[BaseStep | Value]:
        """Return what stands in ``section``, with the lists that others make behind the last of these."""
        following = self.sections[self.sections.index(section) + 1 :][:1]
        stop = [self.parts.index(one.parts[0]) for one in following]
        return self.parts[self.parts.index(section.parts[0]) : (stop or [len(self.parts)])[0]]

    def lists_of(self, names: Sequence[str]) -> Sequence[str]:
        """Return the names of the lists that hold the entries of those called ``names``."""
        return [own for name in names for own in self.joined.get(name, [name])] if self.joined else names
