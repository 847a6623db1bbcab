"""Path: the steps that apply to some answers, derived and never stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from .base import BaseStep
from .earlier import Answer, Earlier, step_of

#: What was read of other answers, each with a stamp of its value: see :attr:`~wizard.flow.earlier.Earlier.reads`.
Reads = Mapping[str, str]

#: Noted as read by an answer that no longer validates: it never has this value, so that the step is asked again.
NEVER: Reads = {"": ""}

#: Noted as read by a list with an entry that is not finished: it never has this value either, but what is finished
#: can be read.
UNFINISHED: Reads = {"?": ""}


def is_refused(reads: Reads) -> bool:
    """Return whether these are the ``reads`` of an answer that no longer validates."""
    return "" in reads


class _Before(Collection[str]):
    """The names of the first ``count`` steps, as a collection that copies nothing."""

    def __init__(self, positions: Mapping[str, int], count: int) -> None:
        self._positions = positions
        self._count = count

    def __contains__(self, name: object) -> bool:
        return self._positions.get(name, self._count) < self._count  # type: ignore[call-overload, no-any-return]

    def __iter__(self) -> Iterator[str]:
        return islice(self._positions, self._count)

    def __len__(self) -> int:
        return self._count


class Path:
    """The Steps that apply to some Answers, in order: derived for every request, never stored.

    It is derived in one pass, no further than it is needed, and each condition is evaluated once.

    :param steps: all steps of the flow.
    :param answers: the answers, as they are when the path is derived.
    :param reads: by the names of steps, what was read when their answers were accepted.
    :param twins: for the name of a step those of the steps with the same title, of which no path has two.
    :param around: where these are the steps of an entry, what they may read of the answers around it.

    >>> from wizard import Flow, Step
    >>> from wtforms import Form, StringField
    >>> class Name(Form):
    ...     name = StringField("Name")
    >>> flow = Flow(Step("you", Name, title="You"), Step("pet", Name, title="Your pet"))
    >>> path = flow.path({"you": {"name": "Ada"}})
    >>> path.missing.name, path.position(path.missing), path.previous(path.missing).name
    ('pet', 2, 'you')
    """

    def __init__(
        self,
        steps: tuple[BaseStep, ...],
        answers: Mapping[str, Answer],
        reads: Mapping[str, Reads],
        twins: Mapping[str, Collection[str]] | None = None,
        around: Earlier | None = None,
    ) -> None:
        self._all = steps
        self._answers = answers
        self._reads = reads
        self._twins = twins or {}
        self._around = around
        self._index = {step.name: index for index, step in enumerate(steps)}
        #: How many of all steps it is derived for.
        self._derived = 0
        self._steps: list[BaseStep] = []
        self._ahead: list[BaseStep] = []
        #: The answers on the path as far as it is derived, and where on it each step is, counted from 0.
        self._known: dict[str, Answer] = {}
        self._place: dict[str, int] = {}
        self._answered: dict[str, bool] = {}
        #: Made for the steps that read something: to make one for each step took half the time of a long path.
        self._earlier: dict[str, Earlier] = {}

    def _derive(self, count: int) -> None:
        for step in self._all[self._derived : count]:
            ends = bool(self._steps) and self._steps[-1].ends
            if not ends and (step.always or step.applies(self._view(step))):
                self._place[step.name] = len(self._steps)
                self._steps.append(step)
                self._learn(step)
            self._derived += 1

    def _view(self, step: BaseStep) -> Earlier:
        name = step.name
        if name not in self._earlier:
            before = _Before(self._index, self._index[name])
            if self._around is None:
                self._earlier[name] = Earlier(name, before, self._known)
            else:
                self._earlier[name] = self._around.around(name, before, self._known)
        return self._earlier[name]

    def _learn(self, step: BaseStep) -> None:
        if step.name in self._answers and not self._is_refused(step):
            self._known[step.name] = self._answers[step.name]

    def _is_refused(self, step: BaseStep) -> bool:
        return is_refused(self._reads.get(step.name, {}))

    def _is_marked(self, step: BaseStep) -> bool:
        return not self._reads.get(step.name, {}).keys().isdisjoint((*NEVER, *UNFINISHED))

    def accept(self, step: BaseStep, answers: Mapping[str, Answer], reads: Mapping[str, Reads]) -> None:
        """Take ``answers`` in which the answer to ``step`` is new, and derive what comes after it anew.

        :param reads: what is read by now, for all steps.
        """
        self._answers, self._reads = answers, reads
        index = self._index[step.name]
        self._ahead = []
        for later in self._all[index + 1 : self._derived]:
            for known in (self._known, self._place, self._earlier):
                known.pop(later.name, None)
        for one in self._all[index:]:
            self._answered.pop(one.name, None)
        del self._steps[len(self._place) :]
        self._derived = min(self._derived, index + 1)
        self._known.pop(step.name, None)
        if step.name in self._place:
            self._learn(step)

    @property
    def whole(self) -> Path:
        """Return the path of the whole flow, where this one is that of an entry of a list."""
        return self

    def top(self, step: BaseStep | None) -> BaseStep | None:
        """Return the step of the whole flow that ``step`` is a part of: the list that its entry is in, or itself."""
        return step

    def knows(self, name: str) -> bool:
        """Return whether the flow has a step of that name."""
        return name in self._index

    def asks(self, name: str) -> bool:
        """Return whether the flow has a step of that name, and asks for something there."""
        return name in self._index and self._all[self._index[name]].asks

    def earlier(self, step: BaseStep) -> Earlier:
        """Return what ``step`` may read."""
        self._derive(self._index[step.name] + 1)
        return self._view(step)

    @property
    def steps(self) -> list[BaseStep]:
        """Return the steps that apply."""
        self._derive(len(self._all))
        return self._steps

    @property
    def ahead(self) -> list[BaseStep]:
        """Return the steps that apply, and among them those of which it is not known yet whether they will.

        A condition is not known yet when it has read a step that is still to be answered. An exit is no part of the
        way, and after one that applies nothing is known. Of steps with one title, there is one at most.
        """
        self._derive(len(self._all))
        if not self._ahead:
            unanswered: set[str] = set()
            ended = False
            for step in self._all:
                if step.ends:
                    ended |= step.name in self._place
                elif ended or step.name in self._place or unanswered.intersection(map(step_of, self._view(step).reads)):
                    if not self._twins or not self._is_twin(step):
                        self._ahead.append(step)
                    if step.name not in self._answers:
                        unanswered.add(step.name)
        return self._ahead

    def _is_twin(self, step: BaseStep) -> bool:
        """Return whether another step stands for ``step``, which has the same title and may apply in its place."""
        twins = self._twins.get(step.name, ())
        return step.name not in self._place and any(one.name in twins for one in (*self._steps, *self._ahead))

    @property
    def marks(self) -> list[tuple[BaseStep, bool, bool]]:
        """Return the steps of :attr:`ahead`, each with whether it is sure to apply, and whether it is answered."""
        return [(step, step.name in self._place, self.is_answered(step)) for step in self.ahead]

    @property
    def count(self) -> int:
        """Return how many pages there may be from the first to the last: those of :attr:`ahead`, and the summary."""
        return len(self.ahead) + 1

    @property
    def names(self) -> list[str]:
        """Return the names of the steps that apply."""
        return [step.name for step in self.steps]

    @property
    def missing(self) -> BaseStep | None:
        """Return the first step that has to be answered; ``None`` when the visitor can finish."""
        return next((step for step in self.steps if not self.is_answered(step)), None)

    @property
    def again(self) -> list[BaseStep]:
        """Return the steps that are asked again, because what they depend on has changed since they were answered."""
        asked = [step for step in self.steps if step.name in self._answers and not self.is_answered(step)]
        return [step for step in asked if not self._is_marked(step) and not self._still_counts(step)]

    def is_unchanged(self, step: BaseStep) -> bool:
        """Return whether everything that ``step`` read when it was answered still has the same value."""
        reads = self._reads.get(step.name)
        return not reads or self.earlier(step).is_unchanged(reads)

    def _still_counts(self, step: BaseStep) -> bool:
        if not self.is_unchanged(step):
            return False
        return step.fits_always or step.fits(self.earlier(step), self._answers[step.name])

    def is_answered(self, step: BaseStep) -> bool:
        """Return whether ``step`` has an answer that counts."""
        found = self._answered.get(step.name)
        if found is None:
            answer = self._answers.get(step.name)
            found = answer is not None and step.is_whole(answer) and self._still_counts(step)
            self._answered[step.name] = found
        return found

    def is_open(self, step: BaseStep) -> bool:
        """Return whether ``step`` may be shown: it is on the path, and every step before it is answered."""
        self._derive(self._index[step.name] + 1)
        place = self._place.get(step.name)
        return place is not None and all(map(self.is_answered, self._steps[:place]))

    def is_last_missing(self, step: BaseStep) -> bool:
        """Return whether every step but ``step`` is answered, so that its answer leads to the summary."""
        return all(one is step or self.is_answered(one) for one in self.steps)

    def is_read(self, step: BaseStep) -> bool:
        """Return whether a later step reads the answer to ``step``, so that another one may lead to more questions.

        Of what a later answer has to fit beside, that is known once it was looked at, as :meth:`is_answered` does.
        """
        self._derive(len(self._all))
        now = [read for earlier in self._earlier.values() for read in (*earlier.reads, *earlier.beside)]
        then = [read for name, reads in self._reads.items() if name in self._index for read in reads]
        return step.name in map(step_of, (*now, *then))

    def position(self, step: BaseStep) -> int:
        """Return the number of ``step`` on the path, counted from 1; 1 also for a step that is not on it."""
        self._derive(len(self._all))
        return self._place.get(step.name, 0) + 1

    def previous(self, step: BaseStep) -> BaseStep | None:
        """Return the step before ``step``, which need not be on the path itself; ``None`` before the first."""
        self._derive(self._index[step.name] + 1)
        place = self._place.get(step.name, 0)
        return self._steps[place - 1] if place else None

    def next(self, step: BaseStep) -> BaseStep | None:
        """Return the step after ``step``; ``None`` after the last."""
        self._derive(len(self._all))
        place = self._place.get(step.name)
        return None if place is None or place + 1 == len(self._steps) else self._steps[place + 1]
