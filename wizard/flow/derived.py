"""Derived: which steps apply to some answers, and which of these are answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from .base import BaseStep
from .earlier import Answer, Both, Earlier
from .fingerprint import stamp
from .known import Before, Known, WithValues
from .section import Order, Stretch

#: What was read of other answers, each with a stamp of its value: see :attr:`~wizard.flow.earlier.Earlier.reads`.
Reads = Mapping[str, str]

#: Noted as read by an answer that no longer validates: it never has this value, so that the step is asked again.
NEVER: Reads = {"": ""}

#: Noted as read by a list with an entry that is not finished: it never has this value either, but what is finished
#: can be read.
UNFINISHED: Reads = {"?": ""}

#: These two.
MARKS = frozenset({*NEVER, *UNFINISHED})


def is_refused(reads: Reads) -> bool:
    """Return whether these are the ``reads`` of an answer that no longer validates."""
    return "" in reads


class Part:
    """What is derived of a stretch of the flow."""

    def __init__(self, stretch: Stretch) -> None:
        self.start, self.stop, self.section = stretch.start, stretch.stop, stretch.section
        #: Up to which of all steps it is derived.
        self.derived = stretch.start
        #: The steps that apply.
        self.steps: list[BaseStep] = []
        self.ahead: list[BaseStep] | None = None


class Derived:
    """What is derived of the answers: in one pass, no further than it is needed, and each condition once.

    Its parameters are those of :class:`~wizard.flow.path.Path`, which answers what pages ask.
    """

    def __init__(
        self,
        order: Order,
        answers: Mapping[str, Answer],
        reads: Mapping[str, Reads],
        around: Earlier | None = None,
        ids: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        self.order = order
        self._all = order.steps
        self._index = order.index
        self._answers = answers
        self._reads = reads
        self._around = around
        self._noted_ids = ids
        #: The parts as far as they were looked at, by their numbers.
        self._made: dict[int, Part] = {}
        #: The answers on the path as far as it is derived, and where in its part each step is, counted from 0.
        self._learned: dict[str, Answer] = {}
        self._place: dict[str, int] = {}
        self._known: Mapping[str, Answer] = self._learned
        if len(order.stretches) > 1:
            self._known = Known(self._reach, self._learned, self._index)
        #: What has computed a value, by its name.
        self._computed: dict[str, Earlier] = {}
        if order.values:
            names = [value.name for value in order.values]
            self._known = WithValues(self._known, names, self._compute)
        self._answered: dict[str, bool] = {}
        self._settled: dict[str, bool] = {}
        #: Made for the steps that read something: to make one for each step took half the time of a long path.
        self._earlier: dict[str, Earlier] = {}
        #: What the condition of a section has read, and whether it holds, by where the section starts.
        self._gates: dict[int, tuple[Earlier, bool]] = {}

    def _part(self, name: str) -> Part:
        return self._part_at(self.order.stretch_of.get(name, 0))

    def _part_at(self, number: int) -> Part:
        part = self._made.get(number)
        if part is None:
            part = self._made[number] = Part(self.order.stretches[number])
        return part

    @property
    def _parts(self) -> list[Part]:
        """Return all parts."""
        made = self._made
        if len(made) < len(self.order.stretches):
            for number, stretch in enumerate(self.order.stretches):
                if number not in made:
                    made[number] = Part(stretch)
        return [made[number] for number in range(len(made))]

    def _reach(self, name: str) -> None:
        """Derive the part that the step of that name stands in, as far as there."""
        # What is on the path was reached before.
        if name in self._index and name not in self._place:
            self._derive(self._part(name), self._index[name] + 1)

    def _derive(self, part: Part, stop: int) -> None:
        gates, answers, reads = self.order.gates, self._answers, self._reads
        for step in self._all[part.derived : stop]:
            name = step.name
            is_let_in = not (part.steps and part.steps[-1].ends) and (name not in gates or self._gate(step)[1])
            if is_let_in and (step.always or step.applies(self._view(step))):
                self._place[name] = len(part.steps)
                part.steps.append(step)
                # Most answers have read nothing. To look at them no further, here and below, spares a long path much.
                answer = answers.get(name)
                # What was skipped is to others as if it were not answered.
                if answer is not None and (name not in reads or "" not in reads[name]):
                    self._learned[name] = answer
            part.derived += 1

    def _gate(self, step: BaseStep) -> tuple[Earlier, bool]:
        """Return what the condition of its section has read, on which ``step`` depends, and whether it holds."""
        start, section = self.order.gates[step.name]
        if start not in self._gates:
            gate = Earlier(section.name, self._before(section.steps[0].name), self._known, "Section")
            self._gates[start] = gate, section.applies(gate)
        return self._gates[start]

    def _view(self, step: BaseStep) -> Earlier:
        name = step.name
        if name not in self._earlier:
            before = self._before(name)
            if self._around is None:
                self._earlier[name] = Earlier(name, before, self._known)
            else:
                self._earlier[name] = self._around.around(name, before, self._known)
            self._earlier[name].ids = self._ids
            if name in self.order.gates:
                self._earlier[name].reads.update(self._gate(step)[0].reads)
        return self._earlier[name]

    def _ids(self, name: str) -> list[str]:
        """Return the ids of the entries of a list on the path, or of several that are one under the name of another."""
        own = self.order.lists_of((name,))
        for one in own:
            self._reach(one)
        there = [one for one in own if one in self._place]
        if self._noted_ids is None:
            return [str(at) for at in range(1, 1 + len(self._known.get(name, ())))]
        if len(own) == 1:
            return [number for one in there for number in self._noted_ids(one)]
        return [stamp([one, number]) for one in there for number in self._noted_ids(one)]

    def _before(self, name: str) -> Collection[str]:
        """Return the names of the steps and values that stand before the one of that name."""
        if not self.order.values:
            return Before(self._index, self._index[name])
        steps, values = self.order.before[name]
        return Both([value.name for value in self.order.values[:values]], Before(self._index, steps))

    def _compute(self, name: str) -> Answer:
        if name not in self._computed:
            self._computed[name] = Earlier(name, self._before(name), self._known, "Value")
        value = self.order.values[self.order.before[name][1]]
        return self._computed[name].call("function", value.function)

    def accept(self, step: BaseStep, answers: Mapping[str, Answer], reads: Mapping[str, Reads]) -> None:
        """Take ``answers`` in which the answer to ``step`` is new, and derive what comes after it anew.

        :param reads: what is read by now, for all steps.
        """
        self._answers, self._reads = answers, reads
        index = self._index[step.name]
        self._computed = {name: one for name, one in self._computed.items() if self.order.before[name][0] <= index}
        for one in self._all[index:]:
            for known in (self._learned, self._place, self._answered):
                known.pop(one.name, None)
            if one is not step:
                self._earlier.pop(one.name, None)
        self._settled = {}
        self._gates = {start: gate for start, gate in self._gates.items() if start <= index}
        for part in self._made.values():
            part.ahead = None
            if part.derived > index:
                part.derived = max(part.start, index)
                part.steps = [one for one in part.steps if one.name in self._place]

    def earlier(self, step: BaseStep) -> Earlier:
        """Return what ``step`` may read."""
        self._derive(self._part(step.name), self._index[step.name] + 1)
        return self._view(step)

    @property
    def steps(self) -> list[BaseStep]:
        """Return the steps that apply."""
        parts = self._parts
        for part in parts:
            if part.derived < part.stop:
                self._derive(part, part.stop)
        return parts[0].steps if len(parts) == 1 else [step for part in parts for step in part.steps]

    @property
    def names(self) -> list[str]:
        """Return the names of the steps that apply."""
        return [step.name for step in self.steps]

    # What is answered

    def is_unchanged(self, step: BaseStep) -> bool:
        """Return whether everything that ``step`` read when it was answered still has the same value."""
        reads = self._reads.get(step.name)
        if not reads:
            return True
        # What is on the path has its view by now.
        earlier = self._earlier[step.name] if step.name in self._place and step.name in self._earlier else None
        earlier = self.earlier(step) if earlier is None else earlier
        # Mostly, it has read the same by now.
        return earlier.reads == reads or earlier.is_unchanged(reads)

    def _moved(self) -> set[tuple[str, str]]:
        """Return what was read for any answer and has another value by now, each with the stamp that it had then."""
        read = set[tuple[str, str]]().union(*(reads.items() for reads in self._reads.values()))
        if read and len(self.order.stretches) == 1:
            self._derive(self._part_at(0), len(self._all))
        everything: Collection[str] = Before(self._index, len(self._all))
        if self.order.values:
            everything = Both([value.name for value in self.order.values], everything)
        around = self._around
        view = Earlier("", everything, self._known) if around is None else around.around("", everything, self._known)
        view.ids = self._ids
        return {one for one in read if not view.is_unchanged(dict([one]))}

    def _still_counts(self, step: BaseStep) -> bool:
        if not self.is_unchanged(step):
            return False
        return step.fits_always or step.fits(self.earlier(step), self._answers[step.name])

    def is_answered(self, step: BaseStep) -> bool:
        """Return whether ``step`` has an answer that counts."""
        name = step.name
        found = self._answered.get(name)
        if found is None:
            answer = self._answers.get(name)
            found = step.optional and name in self._answers if answer is None else step.is_whole(answer)
            if found and (name in self._reads or not step.fits_always):
                found = self._still_counts(step)
            self._answered[name] = found
        return found
