"""Path: the steps that apply to some answers, derived and never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .earlier import Answer, Earlier
from .steps import Step

Reads = Mapping[str, str]


class Path:
    """The Steps that apply to some Answers, in order: derived for every request, never stored.

    It is derived as far as it is asked for, and each condition is evaluated once. So a handler that accepts an answer
    asks for nothing beyond that step before it has.

    :param steps: all steps of the flow.
    :param answers: the answers, as they are whenever they are read.
    :param reads: gives for a step's name what was read when its answer was accepted.

    >>> from wizard import Flow
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
