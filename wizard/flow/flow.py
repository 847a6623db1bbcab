"""Flow: the steps in their order, checked when it is built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

from ..errors import FlowError
from .base import BaseStep
from .earlier import Answer, NotAnsweredError
from .for_each import ENTRY, ForEach
from .loop import Loop
from .mistakes import is_async
from .path import Path, Reads
from .trial import Domains, Way, reads_only_answers, ways

#: Carries over the answers of an older Flow, and what was typed to give them. It gets and returns both, by step.
Migrate = Callable[[dict[str, Answer], dict[str, Any]], tuple[Mapping[str, Answer], Mapping[str, Any]]]


class Flow:
    """An ordered, immutable list of Steps.

    :param steps: the steps, in the order in which they are asked.
    :param migrate: carries over what an older Flow accepted, such as the answers to a step that has another name now.
        Given two dictionaries, of the answers by step and of what was typed to give them, it returns both as this Flow
        has them; what was typed is then validated again. It is called when a form has changed since, with the answers
        of whichever older version.
    :raises FlowError: for a mistake that can be seen without a visitor; the message says the cure.

    >>> from wizard import Step
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

    #: What the steps may read that are around those of an entry.
    _around: Domains = MappingProxyType({})

    def __init__(self, *steps: BaseStep, migrate: Migrate | None = None) -> None:
        if not steps:
            raise FlowError("A Flow needs at least one Step.")
        for step in steps:
            if isinstance(step, (list, tuple)):
                raise FlowError("A Flow takes its steps one by one. Use Flow(*steps), not Flow(steps).")
            if not isinstance(step, BaseStep):
                raise FlowError(f"{step!r} in a Flow is no Step. Use Step(name, Form, title=...).")
        if migrate is not None and (not callable(migrate) or is_async(migrate)):
            raise FlowError(f"The Flow's 'migrate' is {migrate!r}. Use a function of answers and of what was typed.")
        self.steps = steps
        self.migrate = migrate
        self._by_name = {step.name: step for step in steps}
        if name := _twice([step.name for step in steps]):
            raise FlowError(f"Two steps are named {name!r}. Give each a name of its own.")
        self._domains = {step.name: step.domains for step in steps}
        for step in steps:
            self._try(step)
            self._check_sign_in(step)
        self._check_end()
        self.twins = self._find_twins()
        #: The steps that have entries of several pages, and for each the flow of one entry.
        self.loops = [step for step in steps if isinstance(step, Loop)]
        self._inner = {loop.name: self._flow_of_entry(loop) for loop in self.loops}

    def _try(self, step: BaseStep) -> None:
        for what, function in step.functions:
            self._ways(step, function, what)
        unreachable = step.when and all(outcome is False for _, outcome in self.conditions(step))
        if unreachable and reads_only_answers(step.when):
            raise FlowError(f"Step {step.name!r}: no answer leads to it. Mend its 'when', or remove the step.")
        # Of all exits together there may be too many ways: that somebody comes to the end is checked once, below.
        exits = [one for one in self.steps[: self.steps.index(step)] if one.ends and step.when]
        if any(self._never(step, [step], [one]) for one in exits):
            step.wrong("every journey that would lead to it ends before. Mend its 'when', or that of an exit.")

    def _flow_of_entry(self, loop: Loop) -> Flow:
        before = {one.name: one for one in self.steps[: self.steps.index(loop)]}
        if isinstance(loop, ForEach):
            loop.check_over(before, self._by_name)
        around = {**self._around, **self._domains_before(loop)}
        if isinstance(loop, ForEach):
            around[ENTRY] = _entry_of([before[name] for name in loop.over])
        for step in loop.steps:
            if step.name in self._by_name or step.name in around:
                step.wrong(f"a step around the list {loop.name!r} has the same name. Give it a name of its own.")
        return _FlowOfEntry(around, loop)

    def inner(self, loop: Loop) -> Flow:
        """Return the flow of the steps that ``loop`` asks of each entry."""
        return self._inner[loop.name]

    def _find_twins(self) -> dict[str, set[str]]:
        """Return for each step that shares its title with others their names. No two of them are ever on one path."""
        twins: dict[str, set[str]] = {}
        by_title: dict[str, list[BaseStep]] = {}
        for place, step in enumerate(self.steps):
            alike = by_title.setdefault(str(step.title), [])
            exits = [one for one in self.steps[:place] if one.ends]
            for one in alike:
                if not self._never(step, [one, step], exits, compares=True):
                    raise FlowError(
                        f"Two steps have the title {str(step.title)!r}, which is their heading, and one path may have "
                        f"both: {one.name!r} and {step.name!r}. Give each its own, or let the 'when' of each exclude "
                        "the other."
                    )
                twins.setdefault(one.name, set()).add(step.name)
                twins.setdefault(step.name, set()).add(one.name)
            alike.append(step)
        return twins

    def _check_end(self) -> None:
        exits = [one for one in self.steps if one.ends]
        if exits and self._never(self.steps[-1], [], exits):
            raise FlowError("No journey through this Flow can be finished: each ends at an exit. Mend their 'when'.")

    def _never(
        self,
        at: BaseStep,
        together: Sequence[BaseStep],
        without: Sequence[BaseStep] = (),
        *,
        compares: bool = False,
    ) -> bool:
        """Return whether no answers to the steps before ``at`` lead to all steps ``together`` and ``without`` others.

        :param compares: whether values that can be anything may be compared, see :class:`~wizard.flow.trial.Trial`.
        """
        conditions = [one.when for one in (*together, *without) if one.when]
        if not compares and not all(map(reads_only_answers, conditions)):
            return False

        def applies(answers: Mapping[str, Answer]) -> bool:
            return all(_applies(one, answers) for one in together) and not any(
                _applies(one, answers) for one in without
            )

        found = ways(at.name, applies, self._domains_before(at), compares=compares)
        return not any(outcome is not False for _, outcome in found)

    def _check_sign_in(self, step: BaseStep) -> None:
        named = getattr(step, "sign_in", "")
        name, _, field = named.partition(".")
        before = {one.name: one for one in self.steps[: self.steps.index(step)]}
        if named and (name not in before or field not in (before[name].domains or {}) or field in before[name].secrets):
            step.wrong(f"its 'sign_in' is {named!r}. Name a field of an earlier step, such as 'account.email'.")

    def conditions(self, step: BaseStep) -> list[Way]:
        """Return every way through the condition of ``step``, as far as it can be known without answers."""
        return [] if step.when is None else self._ways(step, step.when, "when")

    def _ways(self, step: BaseStep, function: Callable[[Mapping[str, Answer]], Any], what: str) -> list[Way]:
        return ways(step.name, function, self._domains_before(step), what)

    def _domains_before(self, step: BaseStep) -> Domains:
        return {**self._around, **dict(islice(self._domains.items(), self.steps.index(step)))}

    @property
    def every(self) -> Iterator[BaseStep]:
        """Yield all steps, those of the entries of lists included, each after the list."""
        for step in self.steps:
            yield step
            if isinstance(step, Loop):
                yield from self.inner(step).every

    def __iter__(self) -> Iterator[BaseStep]:
        return iter(self.steps)

    def get(self, name: str) -> BaseStep | None:
        """Return the step of that name, or ``None``."""
        return self._by_name.get(name)

    def path(self, answers: Mapping[str, Answer], reads: Mapping[str, Reads] | None = None) -> Path:
        """Return the Path that ``answers`` lead along.

        :param answers: the answers, by the name of their step.
        :param reads: by the names of steps, what they had read when their answers were accepted. Without it, every
            answer counts.
        """
        return Path(self.steps, answers, reads or {}, self.twins)


class _FlowOfEntry(Flow):
    """The steps of one entry of a list. They may read what is ``around`` the list, too."""

    def __init__(self, around: Domains, loop: Loop) -> None:
        self._around = around
        super().__init__(*loop.steps)


def _entry_of(lists: Sequence[BaseStep]) -> Mapping[str, list[Any] | None]:
    """Return what is known of an entry of one of these ``lists``: the names of its fields, or of its steps."""
    names = [
        [step.name for step in one.steps] if isinstance(one, Loop) else [*(getattr(one, "questions", ()))]
        for one in lists
    ]
    return dict.fromkeys([name for every in names for name in every])


def _applies(step: BaseStep, answers: Mapping[str, Answer]) -> bool:
    try:
        return step.when is None or bool(step.when(answers))
    except NotAnsweredError:
        return False


def _twice(values: list[str]) -> str | None:
    return next((value for value, count in Counter(values).items() if count > 1), None)
