"""walk(): a flow is walked at random, and held to its promises.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, cast

from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as Settings  # noqa: N812  (a parameter has its name)
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from jinja2.bccache import Bucket, BytecodeCache

from ..errors import WizardError
from ..flow import BaseStep, Flow, Loop, Proof, Repeat, Step
from ..flow.earlier import Earlier
from .clock import Clock, TimeIsOver
from .guesses import check_choices, unknown
from .opened import find_wizard
from .stroller import Strategies, Stroller
from .tab import Tab

#: How many seconds a walk may take for each of its examples, before it stops where it is.
SECONDS = 3


class _Compiled(BytecodeCache):
    """Keeps the templates that one application has compiled for the next one of the same walk."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


class _Walk(RuleBasedStateMachine):
    """A visitor who does anything, in any order."""

    def __init__(
        self, app: Flask, stack: ExitStack, name: str | None, typed: Strategies, refused: dict[str, Any], clock: Clock
    ) -> None:
        super().__init__()
        self.stack, self.clock = stack, clock
        self.tabs: list[Tab] = []
        self.visitor = Stroller(app, stack, name, typed, refused, clock)

    def teardown(self) -> None:
        self.clock.note_failure(self.visitor.story)
        self.stack.close()

    def pick(self, data: st.DataObject, steps: list[BaseStep]) -> BaseStep:
        by_name = {step.name: step for step in steps}
        return by_name[data.draw(st.sampled_from(list(by_name)), label="step")]

    def a_step(self, data: st.DataObject) -> BaseStep:
        """One that may be shown."""
        path = self.visitor.model.path
        return self.pick(data, [one for one in self.visitor.wizard.flow if path.is_open(one)])

    def lists(self) -> list[BaseStep]:
        """The steps with an entry that can be changed."""
        model = self.visitor.model
        path = model.path
        return [
            one
            for one in self.visitor.wizard.flow
            if isinstance(one, Repeat) and model.answers.get(one.name) and path.is_open(one)
        ]

    def keep(self, tab: Tab | None) -> None:
        """Leave a page open."""
        self.tabs = [*self.tabs, *([tab] if tab else [])][-6:]

    def do(self, data: st.DataObject, tab: Tab | None, *, wrong: bool = False) -> None:
        """Type something on a page, press a button, and perhaps do it again on the same page."""
        if tab is None:
            return
        visitor = self.visitor
        action = data.draw(st.sampled_from(["", *sorted(tab.actions)]), label="button")
        # Most go on from a list without adding to it.
        empty = isinstance(tab.step, Repeat) and not action and tab.entry is None and data.draw(st.booleans(), "empty")
        typed = {} if empty else visitor.typed(data, tab, wrong=wrong)
        again = data.draw(st.sampled_from(["", "", "the same", "something else"]), label="again")
        answer = visitor.send(tab, typed, action)
        if again:
            visitor.send(tab, typed if again == "the same" else visitor.typed(data, tab, wrong=wrong), action)
        elif answer is not None:
            # A page that asks which of two answers is meant, or that says what is wrong, can be sent, too.
            self.keep(answer)

    @initialize(data=st.data(), steps=st.integers(0, 9))
    def begin_anywhere(self, data: st.DataObject, steps: int) -> None:
        self.go_on(data, steps)

    @rule(data=st.data(), steps=st.integers(1, 9))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """Most visitors answer what they are asked."""
        visitor = self.visitor
        for _ in range(steps):
            missing = visitor.model.missing
            step = self.pick(data, missing) if missing else None
            tab = visitor.open(data, step) if step else None
            if step is None or (tab is None and step in visitor.model.missing):
                return
            if tab is None:
                # It was a page without a form that is known, and its button was pressed.
                continue
            adds = isinstance(step, Repeat) and len(visitor.model.answers.get(step.name, ())) < step.least
            typed = visitor.typed(data, tab) if adds or not isinstance(step, Repeat) else {}
            visitor.send(tab, typed, "add" if adds else "")

    @rule(data=st.data())
    def open_any(self, data: st.DataObject) -> None:
        self.visitor.open(data, self.pick(data, list(self.visitor.wizard.flow)))

    @rule(data=st.data(), wrong=st.booleans())
    def answer(self, data: st.DataObject, wrong: bool) -> None:
        self.do(data, self.visitor.open(data, self.a_step(data)), wrong=wrong)

    @precondition(lambda self: self.visitor.model.path.missing is None)
    @rule(data=st.data())
    def change_from_the_summary(self, data: st.DataObject) -> None:
        self.do(data, self.visitor.open(data, self.a_step(data), **{"from": "summary"}))

    @precondition(lambda self: any(self.lists()))
    @rule(data=st.data(), later=st.booleans())
    def change_an_entry(self, data: st.DataObject, later: bool) -> None:
        step = self.pick(data, self.lists())
        number = data.draw(st.sampled_from(self.visitor.model.ids[step.name]), label="entry")
        tab = self.visitor.open(data, step, number)
        if later:
            self.keep(tab)
        else:
            self.do(data, tab)

    @rule(data=st.data())
    def leave_a_page_open(self, data: st.DataObject) -> None:
        self.keep(self.visitor.open(data, self.a_step(data)))

    @precondition(lambda self: self.tabs)
    @rule(data=st.data(), wrong=st.booleans())
    def send_a_page_left_open(self, data: st.DataObject, wrong: bool) -> None:
        self.do(data, self.tabs[data.draw(st.integers(0, len(self.tabs) - 1), label="page")], wrong=wrong)

    @rule(data=st.data(), entry=st.booleans(), same=st.booleans())
    def answer_in_two_tabs(self, data: st.DataObject, entry: bool, same: bool) -> None:
        """The second has not seen what the first has made."""
        step, number = self.a_step(data), None
        if entry and (lists := self.lists()):
            step = self.pick(data, lists)
            number = data.draw(st.sampled_from(self.visitor.model.ids[step.name]), label="entry")
        tabs = [self.visitor.open(data, step, number), self.visitor.open(data, step, number)]
        typed = None
        for tab in tabs:
            if tab is not None and tab.run not in self.visitor.over:
                typed = typed if typed is not None and same else self.visitor.typed(data, tab)
                action = data.draw(st.sampled_from(["", *sorted(tab.actions)]), label="button")
                self.visitor.send(tab, typed, action)

    @rule(data=st.data(), finishes=st.booleans())
    def end_in_another_tab(self, data: st.DataObject, finishes: bool) -> None:
        """Then a page that was left open is of a run that is over."""
        lists = self.lists()
        of_entry: bool = data.draw(st.booleans(), label="an entry")
        if lists and of_entry:
            step = self.pick(data, lists)
            tab = self.visitor.open(data, step, self.visitor.model.ids[step.name][0])
        else:
            tab = self.visitor.open(data, self.a_step(data))
        if finishes:
            self.visitor.finish()
        else:
            self.visitor.clear()
        self.do(data, tab)

    @rule()
    def finish(self) -> None:
        self.visitor.finish()

    @invariant()
    def nothing_but_what_was_accepted_is_stored(self) -> None:
        self.visitor.check()


def walk(
    make_app: Callable[[], Flask | AbstractContextManager[Flask]],
    name: str | None = None,
    answers: Strategies | None = None,
    settings: Settings | None = None,
) -> None:
    """Walk through a flow at random, again and again, and hold it to its promises. The first that is broken is shown.

    The visitor types what is right and what is wrong, goes back, jumps, changes what was answered, leaves pages open
    and sends them later or twice, clears and finishes. Nothing that was accepted may be lost or changed by that,
    nothing else stored, and nothing finished twice. What was refused must still be there on the page, a GET may change
    nothing, and a page of a run that is over must start nothing. ``on_finish`` is called twice with each key, as after
    a crash, and has to return the same both times.

    :param make_app: returns a fresh application, or a context manager that gives one and cleans up after it.
    :param name: the Wizard's, where there are several.
    :param answers: for each step, what is typed there: a Hypothesis strategy of dictionaries. It may give what the form
        refuses, too. It can be left out where the form says which values it takes: choices, boxes, numbers, dates,
        plain text, email addresses, patterns. A password must be like nothing else that is typed, or it is taken for
        one that has leaked. For a Proof it gives what is proven, such as ``st.just({"reference": "P-1"})``. A step of
        an entry of a list has the name of that before its own: ``people/name``.
    :param settings: those of Hypothesis. The default takes seconds; more examples find rarer faults. Where the
        application is so slow that an example takes more than two seconds, fewer are tried.

    >>> def test_no_visitor_breaks_the_flow():
    ...     ages = st.integers(17, 99).map(lambda age: {"age": age})
    ...     walk(make_app, answers={"person": ages})
    """
    settings = settings or Settings(max_examples=15, stateful_step_count=12, deadline=None)
    settings = Settings(settings, suppress_health_check=list(HealthCheck))
    strategies, refused, clock = dict(answers or {}), dict[str, Any](), Clock(SECONDS * settings.max_examples)

    compiled = _Compiled()

    def machine() -> _Walk:
        clock.tick()
        stack = ExitStack()
        app = _made(make_app, stack)
        app.jinja_env.bytecode_cache = app.jinja_env.bytecode_cache or compiled
        return _Walk(app, stack, name, strategies, refused, clock)

    _check(make_app, name, strategies)
    try:
        run_state_machine_as_test(cast("type[_Walk]", machine), settings=settings)
    except TimeIsOver:
        if clock.failure is not None:
            raise clock.failure from clock.failure.__cause__
    for one, said in refused.items():
        if said:
            raise AssertionError(f"Step {one!r}: nothing that was typed was ever accepted. It says: {said}.")


def _check(
    make_app: Callable[[], Flask | AbstractContextManager[Flask]], name: str | None, strategies: Strategies
) -> None:
    """Raise a WizardError for what can be known before the first step."""
    with ExitStack() as stack:
        app = _made(make_app, stack)
        stack.enter_context(app.test_request_context())
        flow = find_wizard(app, name).flow
        steps = dict(_places(flow))
        for place, (step, earlier) in steps.items():
            if isinstance(step, Proof) and place not in strategies:
                raise WizardError(
                    f"Step {place!r}: what is proven there is not known. Use walk(..., answers={{{place!r}: "
                    "st.just(...)}) with what is."
                )
            if not isinstance(step, Step) or place in strategies:
                continue
            form = step.open(earlier)
            if not step.choices:
                check_choices(place, form)
            unclear = unknown(form)
            if unclear is not None:
                raise WizardError(
                    f"Step {place!r}: what can be typed into {unclear!r} is not known, as a rule or a field of yours "
                    f"decides. Use walk(..., answers={{{place!r}: ...}}) with a strategy of dictionaries of its fields."
                )
        for one in strategies:
            if one not in steps:
                raise WizardError(f"walk(): 'answers' names the step {one!r}, and the flow has none of that name.")


def _places(flow: Flow, around: str = "") -> Iterator[tuple[str, tuple[BaseStep, Earlier | None]]]:
    """Yield all steps by their names; those of the entries of a list by that of the list too: ``people/name``."""
    path = None if around else flow.path({})
    for step in flow:
        yield f"{around}{step.name}", (step, path.earlier(step) if path else None)
        if isinstance(step, Loop):
            yield from _places(flow.inner(step), f"{around}{step.name}/")


def _made(make_app: Callable[[], Flask | AbstractContextManager[Flask]], stack: ExitStack) -> Flask:
    made = make_app()
    return made if isinstance(made, Flask) else stack.enter_context(made)
