"""Path: the steps that apply to some answers, derived and never stored."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ..errors import FlowError
from .base import BaseStep, in_words
from .derived import MARKS, Part
from .section import Section
from .valued import Valued


class Path(Valued):
    """The Steps that apply to some Answers, in order: derived for every request, never stored.

    It is derived in one pass, no further than it is needed, and each condition is evaluated once. Where the sections of
    the flow can be done in any order, each is a part of its own: what can be asked first in it is open, once everything
    is answered that it reads of the others.

    :param order: the steps of the flow.
    :param answers: the answers, as they are when the path is derived.
    :param reads: by the names of steps, what was read when their answers were accepted.
    :param around: where these are the steps of an entry, what they may read of the answers around it.
    :param ids: returns the ids of the entries of a list, by its name; by default, they are counted from 1.

    >>> from wizard import Flow, Step
    >>> from wtforms import Form, StringField
    >>> class Name(Form):
    ...     name = StringField("Name")
    >>> flow = Flow(Step("you", Name, title="You"), Step("pet", Name, title="Your pet"))
    >>> path = flow.path({"you": {"name": "Ada"}})
    >>> path.missing.name, path.position(path.missing), path.previous(path.missing).name
    ('pet', 2, 'you')
    """

    @property
    def whole(self) -> Path:
        """Return the path of the whole flow, where this one is that of an entry of a list."""
        return self

    def top(self, step: BaseStep | None) -> BaseStep | None:
        """Return the step of the whole flow that ``step`` is a part of: the list that its entry is in, or itself."""
        return step

    def knows(self, name: str) -> bool:
        """Return whether the flow has a step or a value of that name."""
        return name in self.order.before

    def asks(self, name: str) -> bool:
        """Return whether the flow has a step of that name, and asks for something there."""
        return name in self._index and self._all[self._index[name]].asks

    def has(self, name: str) -> bool:
        """Return whether the step of that name applies."""
        self._reach(name)
        return name in self._place

    def step(self, name: str) -> BaseStep | None:
        """Return the step of that name, if it applies."""
        return self._all[self._index[name]] if self.has(name) else None

    def before(self, step: BaseStep) -> list[BaseStep]:
        """Return the steps that apply and come before ``step``, in other sections too."""
        index = self._index[step.name]
        return [one for one in self.steps if self._index[one.name] < index]

    # Sections

    @property
    def any_order(self) -> bool:
        """Return whether the visitor may do the sections in any order."""
        return self.order.any_order

    @property
    def sections(self) -> list[tuple[Section | None, list[BaseStep]]]:
        """Return the steps that apply, those of one section together; without sections, all together."""
        return [(section, list(steps)) for section, steps in groupby(self.steps, self.section)]

    @property
    def all_sections(self) -> tuple[Section, ...]:
        """Return the sections of the flow, whether they apply or not."""
        return self.order.sections

    def section(self, step: BaseStep) -> Section | None:
        """Return the section that ``step`` stands in, where there are any."""
        return self.order.section_of.get(step.name)

    def section_of(self, name: str) -> Section:
        """Return the section that the step of that name stands in.

        :raises KeyError: where there are none.
        """
        return self.order.section_of[name]

    def steps_of(self, section: Section) -> list[BaseStep]:
        """Return the steps of ``section`` that apply."""
        part = self._part(section.steps[0].name)
        if part.section is None:
            return [step for step in self.steps if self.order.section_of[step.name] is section]
        self._derive(part, part.stop)
        return part.steps

    def missing_in(self, section: Section) -> BaseStep | None:
        """Return the first step of ``section`` that has to be answered."""
        return next((step for step in self.steps_of(section) if not self.is_answered(step)), None)

    def awaited(self, section: Section) -> list[str]:
        """Return the names of the steps of other sections that have to be answered before ``section`` can start.

        It waits for whatever it reads, and cannot be known yet.
        """
        needs = self.order.needs.get(section.name, ())
        return [name for name in needs if not (self._settled.get(name) or self._is_settled(name))]

    def _is_settled(self, name: str) -> bool:
        """Return whether a step of another section is answered, or is known not to apply."""
        if name not in self._settled:
            step, part = self._all[self._index[name]], self._part(name)
            self._derive(part, self._index[name] + 1)
            before = [one for one in part.steps if self._index[one.name] < self._index[name]]
            asked = [step] if name in self._place else before
            is_free = part.section is None or not self.awaited(part.section)
            self._settled[name] = is_free and all(map(self.is_answered, asked))
        return self._settled[name]

    # What is ahead

    @property
    def ahead(self) -> list[BaseStep]:
        """Return the steps that apply, and among them those of which it is not known yet whether they will.

        A condition is not known yet when it has read a step that is still to be answered. An exit is no part of the
        way, and after one that applies nothing is known. Of steps with one title, there is one at most.
        """
        return [step for part in self._parts for step in self._ahead_in(part)]

    def _ahead_in(self, part: Part) -> list[BaseStep]:
        self._derive(part, part.stop)
        if part.ahead is None:
            part.ahead = []
            unanswered = set(self.awaited(part.section) if part.section else ())
            ended = False
            for step in self._all[part.start : part.stop]:
                if step.ends:
                    ended |= step.name in self._place
                elif ended or step.name in self._place or unanswered.intersection(self.sources(self._view(step).reads)):
                    if not self.order.twins or not self._is_twin(step, part):
                        part.ahead.append(step)
                    if step.name not in self._answers:
                        unanswered.add(step.name)
        return part.ahead

    def _is_twin(self, step: BaseStep, part: Part) -> bool:
        """Return whether another step stands for ``step``, which has the same title and may apply in its place."""
        twins = self.order.twins.get(step.name, ())
        return step.name not in self._place and any(one.name in twins for one in (*part.steps, *(part.ahead or ())))

    def title(self, step: BaseStep) -> Any:
        """Return what ``step`` is called on any page. A function that fails does so on the step's own page alone."""
        try:
            return self.text(step, step.called)
        except FlowError:
            return in_words(step.name)

    def text(self, step: BaseStep, what: str) -> Any:
        """Return what ``step`` says beside these answers, such as its ``intro``. One that is not there is "…" in it.

        :raises FlowError: when the function of the author fails.
        """
        said = getattr(step, what)
        if not callable(said):
            return said
        found = self.earlier(step).say(what, said)
        return in_words(step.name) if what in ("title", "short") and not str(found).strip() else found

    @property
    def count(self) -> int:
        """Return how many pages there may be from the first to the last: those of :attr:`ahead`, and the summary."""
        return len(self.ahead) + 1

    def count_beside(self, step: BaseStep) -> int:
        """Return how many pages :meth:`position` counts: those of the section, or of the whole."""
        section = self.section(step)
        return self.count if section is None else len(self._ahead_of(section))

    def _ahead_of(self, section: Section) -> list[BaseStep]:
        ahead = self._ahead_in(self._part(section.steps[0].name))
        return ahead if self.any_order else [one for one in ahead if self.section(one) is section]

    def marks_beside(self, step: BaseStep | None) -> list[tuple[BaseStep | Section, bool, bool, bool]]:
        """Return what the progress shows at ``step``, each with whether it is here, is done, and is sure to come.

        These are the steps of :attr:`ahead`; of a flow in sections these, or in any order the steps of one.
        """
        section = step and self.section(step)
        if self.any_order or not self.order.sections:
            ahead = self._ahead_of(section) if section else self.ahead
            return [(one, one is step, self.is_answered(one), one.name in self._place) for one in ahead]
        marks: list[tuple[BaseStep | Section, bool, bool, bool]] = []
        for one, own in groupby(self.ahead, self.section):
            assert one
            ahead = list(own)
            sure = [step for step in ahead if step.name in self._place]
            marks.append((one, one is section, bool(sure) and all(map(self.is_answered, sure)), bool(sure)))
        return marks

    # What is answered

    @property
    def missing(self) -> BaseStep | None:
        """Return the first step that has to be answered; ``None`` when the visitor can finish."""
        for part in self._parts:
            self._derive(part, part.stop)
            for step in part.steps:
                if not self.is_answered(step):
                    return step
        return None

    @property
    def again(self) -> list[BaseStep]:
        """Return the steps that are asked again, because what they depend on has changed since they were answered."""
        reads, answers, moved = self._reads, self._answers, self._moved()
        asked = [
            step
            for step in self._all
            if step.name in answers
            and (not step.fits_always or (step.name in reads and not moved.isdisjoint(reads[step.name].items())))
            and MARKS.isdisjoint(reads.get(step.name, ()))
        ]
        return [step for step in asked if self.has(step.name) and not self._still_counts(step)]

    def is_open(self, step: BaseStep) -> bool:
        """Return whether ``step`` may be shown: it is on the path, and everything before it is answered.

        Where the order of sections is free, that is what is before it in its section, and what the section reads.
        """
        part = self._part(step.name)
        self._derive(part, self._index[step.name] + 1)
        place = self._place.get(step.name)
        if place is None or (part.section is not None and self.awaited(part.section)):
            return False
        return all(map(self.is_answered, part.steps[:place]))

    def is_last_missing(self, step: BaseStep) -> bool:
        """Return whether every step but ``step`` is answered, so that its answer leads to the summary."""
        return all(one is step or self.is_answered(one) for one in self.steps)

    def is_read(self, step: BaseStep) -> bool:
        """Return whether a later step reads the answer to ``step``, so that another one may lead to more questions.

        So may one that leads back.
        Of what a later answer has to fit beside, that is known once it was looked at, as :meth:`is_answered` does.
        """
        if step.turns:
            return True
        for part in self._parts:
            self._derive(part, part.stop)
        now = [read for earlier in self._earlier.values() for read in (*earlier.reads, *earlier.beside)]
        then = [read for name, reads in self._reads.items() if name in self._index for read in reads]
        return step.name in self.sources((*now, *then))

    # Where a step stands

    def position(self, step: BaseStep) -> int:
        """Return the number of ``step`` on the path, or in its section, from 1; 1 also for one that is not on it."""
        self._reach(step.name)
        section = self.section(step)
        if section is None or self.any_order:
            return self._place.get(step.name, 0) + 1
        before = [one for one in section if one.name in self._place and self._index[one.name] < self._index[step.name]]
        return len(before) + 1

    def is_final(self, step: BaseStep) -> bool:
        """Return whether ``step`` has an answer that nobody can change any more."""
        return step.final and self.is_answered(step)

    def previous(self, step: BaseStep) -> BaseStep | None:
        """Return the step before ``step`` that can be gone back to; ``None`` before the first.

        ``step`` need not be on the path itself.
        """
        self._reach(step.name)
        before = self._part(step.name).steps[: self._place.get(step.name, 0)]
        return next((one for one in reversed(before) if not one.final or not self.is_answered(one)), None)

    def next(self, step: BaseStep) -> BaseStep | None:
        """Return the step after ``step``; ``None`` after the last."""
        part = self._part(step.name)
        self._derive(part, part.stop)
        place = self._place.get(step.name)
        return None if place is None or place + 1 == len(part.steps) else part.steps[place + 1]
