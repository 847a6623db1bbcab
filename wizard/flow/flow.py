"""Flow: the steps in their order, checked when it is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import FlowError
from .earlier import Answer, Way, reads_only_answers, ways
from .fields import BUTTONS, declared, known_values
from .path import Path, Reads
from .steps import Step


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
