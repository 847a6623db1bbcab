"""Flow: the steps in their order, checked when it is built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from secrets import token_urlsafe
from types import MappingProxyType
from typing import Any

from ..errors import FlowError
from .base import TASKS, BaseStep, in_words, silent
from .derived import Reads
from .driven import Driven
from .each import ENTRY, ForEntry, check_sources
from .earlier import Answer, NotAnsweredError, step_of
from .for_each import NUMBER, PAIR, ForEach, has_entries
from .functions import is_async
from .joined import Joined, with_joined
from .loop import Loop
from .needs import reads_of
from .path import Path
from .run import Run
from .section import Order, Section
from .steps import Step
from .trial import Domains, Way, outcomes, reads_only_answers, texts, ways
from .typed import Speaking
from .value import Value

#: Carries over the answers of an older Flow, and what was typed to give them. It gets and returns both, by step.
Migrate = Callable[[dict[str, Answer], dict[str, Any]], tuple[Mapping[str, Answer], Mapping[str, Any]]]


class Flow:
    """An ordered, immutable list of Steps, in Sections where there are any.

    :param parts: the steps, in the order in which they are asked, and among them the values that are computed; or the
        sections in which all steps stand.
    :param any_order: whether the visitor may do the sections in any order. They begin at a list of them, which says of
        each whether it is completed, is in progress, is not started, or cannot start yet: what its steps read of other
        sections is answered first. Only a section further up can be read.
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

    def __init__(
        self, *parts: BaseStep | Section | Value, any_order: bool = False, migrate: Migrate | None = None
    ) -> None:
        sections = _sections(parts)
        if not isinstance(any_order, bool):
            raise FlowError(f"The Flow's 'any_order' is {any_order!r}. Use True or False.")
        if any_order and not sections:
            raise FlowError(
                "The Flow's 'any_order' is for sections, and it has none. Use Section(name, step, title=...)."
            )
        if migrate is not None and (not callable(migrate) or is_async(migrate)):
            raise FlowError(f"The Flow's 'migrate' is {migrate!r}. Use a function of answers and of what was typed.")
        every = chain.from_iterable(one.parts if isinstance(one, Section) else [one] for one in parts)
        #: All steps and values, in their order.
        self.parts = with_joined(tuple(every))
        self.steps = tuple(one for one in self.parts if not isinstance(one, Value))
        self.values = [one for one in self.parts if isinstance(one, Value)]
        if not self.steps:
            raise FlowError("A Flow needs at least one Step.")
        self.sections = sections
        self.any_order = any_order
        self.migrate = migrate
        self._by_name = {step.name: step for step in self.steps}
        if name := _twice([step.name for step in self.steps]):
            raise FlowError(f"Two steps are named {name!r}. Give each a name of its own.")
        for value in self.values:
            if [one.name for one in self.parts].count(value.name) > 1:
                value.wrong("something else in the flow has the same name. Give each a name of its own.")
        if any_order and TASKS in self._by_name:
            self._by_name[TASKS].wrong("the list of sections has this name. Use another.")
        self.order = Order(self.parts, sections, any_order)
        self.order.domains = self._domains_before
        self._domains: dict[str, Any] = {step.name: step.domains for step in self.steps}
        for value in self.values:
            self._check_ring(value)
        for value in self.values:
            self._domains[value.name] = outcomes(value.name, value.function, self._domains_before(value))
        for section in sections:
            self._check_reachable(section)
        for step in self.steps:
            if isinstance(step, Step) and step.for_each:
                before = self._parts_before(step)
                check_sources(
                    step, before, [name for name, one in before.items() if has_entries(one)], bool(self._around)
                )
            self._try(step)
            self._check_sign_in(step)
            self._check_back(step)
        self._check_end()
        self.order.twins = self._find_twins()
        #: The steps that have entries of several pages, and for each the flow of one entry.
        self.loops = [step for step in self.steps if isinstance(step, Loop)]
        #: These, and the steps that ask for each entry of a list: their answers follow those to others.
        self.followers = [
            step for step in self.steps if isinstance(step, Loop) or (isinstance(step, Step) and step.for_each)
        ]
        self._inner = {loop.name: self._flow_of_entry(loop) for loop in self.loops}
        if any_order:
            self.order.needs = {section.name: self._needs(section) for section in sections}

    def _check_ring(self, value: Value, before: tuple[str, ...] = ()) -> None:
        """Raise a FlowError where ``value`` is computed from itself, perhaps by way of others."""
        if value.name in before:
            ring = " -> ".join(map(repr, [*before[before.index(value.name) :], value.name]))
            value.wrong(f"it is computed from itself: {ring}. Let it read what comes before it.")
        reads = self._read_by(value)
        for one in self.values:
            if one.name in reads:
                self._check_ring(one, (*before, value.name))

    def _read_by(self, value: Value) -> set[str]:
        """Return the names of the steps and values that ``value`` may read, wherever they stand."""
        everything = {**self._domains, **dict.fromkeys(one.name for one in self.values)}
        return set(map(step_of, reads_of(value.name, value.function, everything)))

    def computed_from(self, value: Value) -> list[str]:
        """Return the names of the steps and values that ``value`` is computed from, in their order."""
        reads = self._read_by(value)
        return [one.name for one in self.parts if one.name in reads]

    def _try(self, step: BaseStep) -> None:
        for what, function in step.functions:
            self._ways(step, function, what)
        for what, function in step.texts:
            texts(step.name, function, self._domains_for(step, function), what)
        self._check_reachable(step)
        if step.when and step.name in self.order.gates and self._never(step, [step]):
            step.wrong("no answer leads to it within its section. Mend its 'when', or that of the section.")
        # Of all exits together there may be too many ways: that somebody comes to the end is checked once, below.
        exits = self._exits_before(step) if self._whens(step) else []
        if any(self._never(step, [step], [one]) for one in exits):
            step.wrong("every journey that would lead to it ends before. Mend its 'when', or that of an exit.")

    def _flow_of_entry(self, loop: Loop) -> Flow:
        before = self._parts_before(loop)
        around = {**self._around, **self._domains_before(loop), ENTRY: {NUMBER: None}}
        if isinstance(loop, ForEach):
            loop.check_over(before, {one.name: one for one in self.parts})
            around[ENTRY] = dict.fromkeys(PAIR) if loop.pairs else _entry_of([before[name] for name in loop.over])
        if ENTRY in self._by_name:
            self._by_name[ENTRY].wrong(
                f"the steps of the list {loop.name!r} read their own entry under this name. Use another."
            )
        for step in loop.steps:
            if step.name in self._by_name or step.name in around:
                step.wrong(f"a step around the list {loop.name!r} has the same name. Give it a name of its own.")
        flow = _FlowOfEntry(around, loop)
        if loop.each is not None and not loop.over:
            # It is given the answers of an entry, by the names of its own steps alone.
            ways(loop.name, loop.each, flow._domains, "each")
        return flow

    def following(self, lists: Collection[str]) -> set[str]:
        """Return the names of the steps that are asked for each entry of one of these ``lists``."""
        found = set()
        for step in self.followers:
            over = step.over if isinstance(step, Loop) else [*getattr(step, "for_each", {}).values()]
            found |= {step.name} if set(self.order.lists_of(over)) & set(lists) else set()
        return found

    def inner(self, loop: Loop) -> Flow:
        """Return the flow of the steps that ``loop`` asks of each entry."""
        return self._inner[loop.name]

    def _check_reachable(self, one: BaseStep | Section) -> None:
        unreachable = one.when and all(outcome is False for _, outcome in self.conditions(one))
        if unreachable and reads_only_answers(one.when):
            one.wrong(f"no answer leads to it. Mend its 'when', or remove the {one.kind.lower()}.")

    def _exits_before(self, step: BaseStep) -> list[BaseStep]:
        """Return the exits at which a journey to ``step`` may end."""
        start = self.order.stretches[self.order.stretch_of.get(step.name, 0)].start
        return [one for one in self.steps[start : self.order.index[step.name]] if one.ends]

    def _whens(self, step: BaseStep) -> list[Callable[[Mapping[str, Answer]], object]]:
        """Return the conditions of ``step``: that of its section, and its own."""
        section = self.section(step)
        return [one.when for one in (section, step) if one is not None and one.when is not None]

    def _needs(self, section: Section) -> list[str]:
        """Return the names of the steps in other sections that ``section`` may read, known from trying it."""
        seen = {name for one in (section, *section) for name in self._reads_of(one)}
        own = {step.name for step in section}
        return [step.name for step in self.steps if step.name in seen - own]

    def _reads_of(self, one: BaseStep | Section) -> set[str]:
        """Return the names of the steps that the functions of ``one`` may read."""
        functions = [] if one.when is None else [one.when]
        functions += [function for _, function in (*one.functions, *one.texts)] if isinstance(one, BaseStep) else []
        seen = {
            step_of(read)
            for function in functions
            for read in reads_of(one.name, function, self._domains_for(one, function))
        }
        if isinstance(one, Step):
            seen.update(map(step_of, one.for_each.values()))
        if isinstance(one, Loop):
            inner = self.inner(one)
            seen.update(one.over, *map(inner._reads_of, inner))
        for value in reversed(self.values):
            seen |= self._read_by(value) if value.name in seen else set()
        return seen

    def _find_twins(self) -> dict[str, set[str]]:
        """Return for each step that shares a title with others their names. No two of them are ever on one path."""
        twins: dict[str, set[str]] = {}
        by_title: dict[tuple[Section | None, str], list[BaseStep]] = {}
        for step in self.steps:
            exits = self._exits_before(step)
            for title in {*self.titles(step), *self.titles(step, step.called)}:
                alike = by_title.setdefault((self.section(step), title), [])
                for one in alike:
                    if not self._never(step, [one, step], exits, compares=True):
                        raise FlowError(
                            f"Two steps are called {title!r} by their 'title' or 'short', and one path may have both: "
                            f"{one.name!r} and {step.name!r}. Give each its own, or let the 'when' of each exclude the "
                            "other."
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
        conditions = [when for one in (*together, *without) for when in self._whens(one)]
        if not compares and not all(map(reads_only_answers, conditions)):
            return False

        def applies(answers: Mapping[str, Answer]) -> bool:
            return all(self._applies(one, answers) for one in together) and not any(
                self._applies(one, answers) for one in without
            )

        found = self._ways(at, applies, "when", compares=compares)
        return not any(outcome is not False for _, outcome in found)

    def _check_sign_in(self, step: BaseStep) -> None:
        named = getattr(step, "sign_in", "")
        name, _, field = named.partition(".")
        before = {one.name: one for one in self.steps[: self.steps.index(step)]}
        if named and (name not in before or field not in (before[name].domains or {}) or field in before[name].secrets):
            step.wrong(f"its 'sign_in' is {named!r}. Name a field of an earlier step, such as 'account.email'.")

    def _check_back(self, step: BaseStep) -> None:
        before = [one.name for one in self.steps[: self.order.index[step.name]] if not one.ends]
        for value, name in getattr(step, "back", {}).items():
            if name not in before:
                here = f"Name one of {', '.join(map(repr, before))}." if before else "There is none."
                step.wrong(f"its 'back' leads from {value!r} to {name!r}, which is no earlier step. {here}")
            if getattr(self._by_name[name], "final", False):
                step.wrong(
                    f"its 'back' leads to {name!r}, whose answer is not changed. Lead to a step that is not final."
                )

    def _applies(self, step: BaseStep, answers: Mapping[str, Answer]) -> bool:
        try:
            return all(when(answers) for when in self._whens(step))
        except NotAnsweredError:
            return False

    def titles(self, step: BaseStep, what: str = "title") -> list[str]:
        """Return what the title, or ``short``, of ``step`` may be. An answer is named: ``How old is {you.first}?``."""
        if not callable(said := getattr(step, what)):
            return [str(said)]
        return texts(step.name, said, self._domains_before(step), what) or [in_words(step.name)]

    def conditions(self, one: BaseStep | Section | Value) -> list[Way]:
        """Return every way through the condition of a step or a section, as far as it can be known without answers."""
        return [] if one.when is None else self._ways(one, one.when, "when")

    def _ways(
        self, one: BaseStep | Section | Value, function: Callable[[Mapping[str, Answer]], Any], what: str, **how: Any
    ) -> list[Way]:
        return ways(one.name, function, self._domains_for(one, function), what, kind=one.kind, **how)

    def _domains_for(self, one: BaseStep | Section | Value, function: Callable[..., Any]) -> Domains:
        """Return what is known of the answers that ``function`` may read, which is one of ``one``."""
        before = self._domains_before(one)
        if not isinstance(function, ForEntry):
            return before
        name, dot, _ = function.source.partition(".")
        there = {part.name: part for part in self.parts}
        return {**before, ENTRY: None if dot else _entry_of([there[name]])}

    def _parts_before(self, one: BaseStep | Value) -> dict[str, BaseStep | Value]:
        return {part.name: part for part in self.parts[: self.parts.index(one)]}

    def _domains_before(self, one: BaseStep | Section | Value) -> Domains:
        steps, values = self.order.before[one.steps[0].name if isinstance(one, Section) else one.name]
        names = [*(step.name for step in self.steps[:steps]), *(value.name for value in self.values[:values])]
        return {**self._around, **{name: self._domains[name] for name in names}}

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

    @cached_property
    def forms(self) -> dict[str, str]:
        """Return the fingerprint of each step by its name."""
        return {step.name: step.fingerprint for step in self.steps}

    def section(self, step: BaseStep) -> Section | None:
        """Return the section that ``step`` stands in, where there are any."""
        return self.order.section_of.get(step.name)

    def run(self, values: Mapping[str, Any], *, key: str = "", language: str = "", speak: Speaking = silent) -> Driven:
        """Go through the flow without a browser: for imports, tests, admin pages and APIs.

        What is given is what a browser would send, and is validated in the very same way. What a browser does not send,
        such as a box that is not ticked, is left out. A page to read counts as read.

        :param values: for each step its values by the names of its fields, texts or what is written as one; of a list,
            a list of that. What a field encloses may be a dictionary or a list. A file is a pair of its name and its
            bytes, and several are a list of these: ``{"cv": ("cv.pdf", b"…")}``.
        :param key: what ``on_finish`` gets as the key of the run; a new one by default. Give the same one for the same
            record, and it is finished once, however often it is imported.
        :param language: the language that texts such as "1.234" are read in, where there are several.
        :param speak: returns the context in which input is read in a language, such as ``flask_babel.force_locale``.
        :returns: what is accepted, missing and wrong so far.
        :raises WizardError: for a step that there is not.

        >>> from wizard import Step
        >>> from wtforms import Form, StringField
        >>> from wtforms.validators import InputRequired
        >>> class Name(Form):
        ...     name = StringField("Name", [InputRequired("Enter a name")])
        >>> flow = Flow(Step("you", Name, title="You"), Step("pet", Name, title="Your pet"))
        >>> run = flow.run({"you": {"name": " Ada "}, "pet": {"name": ""}}, key="row 1")
        >>> run.answers, run.missing, run.errors
        ({'you': {'name': 'Ada'}}, [], {'pet': {'name': 'Enter a name'}})
        >>> run.give({"pet": {"name": "Rex"}}).finish(lambda answers, key: f"{key}: {answers['pet']['name']}")
        'row 1: Rex'
        """
        run = Run({}, "run")
        run.change(run=key or token_urlsafe(16))
        return Driven(self, run, language=language, speak=speak).give(values)

    def path(self, answers: Mapping[str, Answer], reads: Mapping[str, Reads] | None = None) -> Path:
        """Return the Path that ``answers`` lead along.

        :param answers: the answers, by the name of their step.
        :param reads: by the names of steps, what they had read when their answers were accepted. Without it, every
            answer counts.
        """
        return Path(self.order, answers, reads or {})

    def path_of(self, run: Run) -> Path:
        """Return the Path that the answers of ``run`` lead along."""
        return Path(self.order, run.answers, run.reads, ids=run.ids)


class _FlowOfEntry(Flow):
    """The steps of one entry of a list. They may read what is ``around`` the list, too."""

    def __init__(self, around: Domains, loop: Loop) -> None:
        self._around = around
        super().__init__(*loop.steps)


def _entry_of(lists: Sequence[BaseStep | Value]) -> Mapping[str, list[Any] | None]:
    """Return what is known of an entry of one of these ``lists``: the names of its fields, or of its steps."""
    names = [
        [step.name for step in one.steps] if isinstance(one, Loop) else [*(getattr(one, "questions", ()))]
        for every in lists
        for one in (every.lists if isinstance(every, Joined) else [every])
    ]
    return dict.fromkeys([name for every in names for name in every])


def _sections(parts: tuple[BaseStep | Section | Value, ...]) -> tuple[Section, ...]:
    """Return the sections of a flow, checked; none where it has none."""
    if not parts:
        raise FlowError("A Flow needs at least one Step.")
    for one in parts:
        if isinstance(one, (list, tuple)):
            raise FlowError("A Flow takes its steps one by one. Use Flow(*steps), not Flow(steps).")
        if not isinstance(one, (BaseStep, Section, Value)):
            raise FlowError(f"{one!r} in a Flow is no Step. Use Step(name, Form, title=...).")
    sections = tuple(one for one in parts if isinstance(one, Section))
    outside = [one for one in parts if not isinstance(one, Section)]
    if sections and outside:
        outside[0].wrong("it stands in no section, and other steps do. Put every step into a Section, or none.")
    for what, values in (
        ("are named", [one.name for one in sections]),
        ("have the title", [str(one.title) for one in sections]),
    ):
        if twice := _twice(values):
            raise FlowError(f"Two sections {what} {twice!r}. Give each another.")
    return sections


def _twice(values: list[str]) -> str | None:
    return next((value for value, count in Counter(values).items() if count > 1), None)
