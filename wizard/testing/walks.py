"""walk(): a flow is walked at random, and held to its promises.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
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
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from wtforms import BooleanField, Field, Form, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ..errors import WizardError
from ..flow import Answer, Path, Repeat, Step, fields
from ..flow.earlier import Earlier
from .journeys import Journey, find_wizard
from .page import Page, sent

#: For each step, what a visitor types there: the fields by their names.
Strategies = Mapping[str, st.SearchStrategy[dict[str, Any]]]


def _guess(form: Form, field: Field) -> st.SearchStrategy[Any] | None:
    """Values that ``field`` accepts, where its declaration says so; else ``None``."""
    known: dict[Any, Any] = {type(one): one for one in field.validators}
    required = bool({DataRequired, InputRequired} & known.keys())
    if isinstance(field, BooleanField):
        return st.just(True) if required else st.booleans()
    if isinstance(field, SelectField):
        values = [value for _, options in fields.choices(field) for value, _, _ in options if value]
        if isinstance(field, SelectMultipleField):
            return st.lists(st.sampled_from(values), min_size=required, unique=True) if values else st.just([])
        return st.sampled_from(values) if values else st.none()
    if hasattr(form, f"validate_{field.short_name}") or known.keys() - _UNDERSTOOD:
        return None
    if isinstance(field, IntegerField):
        rule = known.get(NumberRange, NumberRange(0, 100))
        least, most = (rule.min or 0), rule.max
        return st.integers(least, least + 100 if most is None else most)
    if isinstance(field, StringField):
        rule = known.get(Length, Length(0, 30))
        # A secret is long enough not to stand in the session by chance.
        least, most = max(rule.min, 8 if fields.is_secret(field) else required), max(rule.max, rule.min)
        # And it is in letters of its own, so that no other text can be taken for it.
        return st.text("XYZÜ" if fields.is_secret(field) else "abcdé&<", min_size=min(least, most), max_size=most)
    return None


_UNDERSTOOD = {DataRequired, InputRequired, Length, NumberRange, Optional}
FROM_SUMMARY: dict[str, Any] = {"from": "summary"}


@dataclass(eq=False)
class _Tab:
    """A page that was opened. It can be sent at any time and, as from a browser's Back, more than once."""

    step: Step
    number: int | None
    url: str
    page: Page
    #: The versions of the answer that it has shown or made.
    knows: set[int]
    is_sent: bool = False

    @property
    def actions(self) -> set[str]:
        return self.page.sheet(self.url).actions

    @property
    def is_full(self) -> bool:
        """Whether it is a list that takes no more entries, so that there is nothing to type into."""
        return self.step.repeats and self.number is None and "add" not in self.actions


class _Walk(RuleBasedStateMachine):
    """A visitor who does anything, and a dictionary of what was accepted."""

    def __init__(
        self, app: Flask, stack: ExitStack, name: str | None, typed: Strategies, refused: dict[str, Any]
    ) -> None:
        super().__init__()
        self.stack, self.strategies, self.refused = stack, typed, refused
        self.journey = Journey(app, name)
        self.client, self.wizard = self.journey.client, self.journey.wizard
        self.calls: list[tuple[str, dict[str, Answer]]] = []
        on_finish = self.wizard.on_finish
        stack.callback(setattr, self.wizard, "on_finish", on_finish)

        def counted(answers: Mapping[str, Answer], key: str) -> str:
            receipt = on_finish(answers, key)
            self.calls.append((key, dict(answers)))
            return receipt

        self.wizard.on_finish = counted
        # Forms are judged in the visitor's own last request: they may look at the session.
        stack.enter_context(self.client)
        self.versions, self.secrets, self.tabs = dict[str, int](), set[str](), list[_Tab]()
        self.begin()

    def teardown(self) -> None:
        self.stack.close()

    def begin(self) -> None:
        """A run of which nothing is known, and nothing is left of the one before."""
        self.answers: dict[str, Answer] = {}
        self.reads: dict[str, dict[str, str]] = {}
        self.drafts: dict[str, list[tuple[str, str]]] = {}
        if self.wizard.many:
            self.journey = Journey(self.journey.app, self.wizard.name, self.client)
            self.tabs.clear()
        self.look("")

    # What is there

    def kept(self) -> dict[str, Any]:
        key = self.journey.key
        with self.client.session_transaction() as session:
            return dict(session.get(key) or {})

    @property
    def path(self) -> Path:
        return self.wizard.flow.path(self.answers, lambda name: self.reads.get(name, {}))

    @property
    def next_page(self) -> str:
        return self.path.missing.name if self.path.missing else "summary"

    def look(self, page: str, number: int | None = None, **query: Any) -> TestResponse:
        """GET a page, which changes nothing."""
        url, before = self.journey.url(page, number, **query), self.kept()
        response = self.client.get(url)
        assert self.kept() == before, f"GET {url} has changed the session: {before} became {self.kept()}."
        return response

    def open(self, step: Step, number: int | None = None, **query: Any) -> _Tab | None:
        """Open the page of ``step``, where it is the visitor's turn."""
        response = self.look(step.name, number, **query)
        if not self.path.is_open(step):
            led = self.journey.led(response)
            assert led == self.next_page, f"{step.name!r} is not open, and leads to {led!r}, not {self.next_page!r}."
            return None
        assert response.status_code == 200, f"{step.name!r} is open, but answers {response.status}."
        knows = {self.versions[step.name]} if step.name in self.answers else set[int]()
        tab = _Tab(step, number, self.journey.url(step.name, number, **query), Page(response), knows)
        for name, text in self.drafts.get(step.name, ()) if number is None and not tab.is_full else ():
            shown = tab.page.sheet(tab.url).values.getlist(name)
            assert text in shown, f"{step.name!r}: {text!r} was typed into {name!r} before Back, but {shown} is shown."
        return tab

    # What the visitor does

    def typed(self, data: st.DataObject, step: Step, *, wrong: bool = False) -> dict[str, Any]:
        form = step.open(self.path.earlier(step))
        asked = fields.questions(form)
        guessed = {one.short_name: guess for one in asked if (guess := _guess(form, one)) is not None}
        typed = dict(data.draw(self.strategies.get(step.name, st.fixed_dictionaries(guessed)), label=step.name))
        if wrong:
            spoiled = data.draw(st.sampled_from([one.short_name for one in asked]), label="spoiled")
            typed[spoiled] = data.draw(st.sampled_from(["", "?", None]), label="with")
        self.secrets |= {text for one in asked if fields.is_secret(one) for text in sent(typed.get(one.short_name))}
        return typed

    def do(self, data: st.DataObject, tab: _Tab | None, *, wrong: bool = False) -> None:
        """Type something on a page, press a button, and perhaps do it again on the same page."""
        if tab is None:
            return
        action = data.draw(st.sampled_from(["", *sorted(tab.actions)]), label="button")
        typed = {} if tab.is_full else self.typed(data, tab.step, wrong=wrong)
        if tab.step.repeats and tab.number is None and not action and data.draw(st.booleans(), label="empty"):
            typed = {}
        if self.send(tab, typed, action):
            again = data.draw(st.sampled_from(["nothing", "the same", "something else"]), label="sent again")
            if again == "the same":
                self.send(tab, typed, action, twice=True)
            elif again == "something else" and not tab.is_full:
                other = self.typed(data, tab.step, wrong=wrong)
                self.send(tab, other, action, twice=other == typed)

    def send(self, tab: _Tab, typed: Mapping[str, Any], action: str, *, twice: bool = False) -> bool:
        """Send a page, and hold what comes of it against the rules: whether it was accepted."""
        step, name = tab.step, tab.step.name
        pick, _, row = action.partition(".")
        removed = int(row) if pick == "remove" else None
        number = removed or tab.number
        values = tab.page.filled(tab.url, typed, action)
        before, path = self.answers.get(name), self.path
        is_open, earlier = path.is_open(step), path.earlier(step)
        outdated = before is not None and self.versions[name] not in tab.knows
        valid, new, form = self.expected(tab, earlier, values, removed)
        response = self.client.post(tab.url, data=values)
        status, kept = response.status_code, self.kept()
        now = kept.get("answers", {}).get(name)
        what = f"{name!r}, sent {dict(typed)} when {before} was stored,"
        if action == "back" or (status == 303 and (pick == "change" or (step.choices and not is_open))):
            assert status == 303, f"{what} did not go back: {response.status}."
            self.note_draft(tab, form)
            return False
        if status == 404 and number and before is None:
            return False
        if status != 303:
            asked = status == 409 and (outdated or tab.is_sent)
            assert status == 422 or asked, f"{what} answered {response.status}."
            assert status != 422 or not valid, f"{what} is valid, but was refused: {Page(response).said}."
            assert now == before, f"{what} was not accepted, but {now} is stored."
            self.refused.setdefault(name, Page(response).said)
            return False
        assert valid, f"{what} is not valid, but was accepted."
        if isinstance(step, Repeat):
            assert not (outdated and number), f"{what} changed an entry that the page had not shown."
            there = [before] if twice or (removed and tab.is_sent) else [new]
            if (outdated or tab.is_sent) and not number and before and new[-1] in before:
                there.append(before)
            assert now in there, f"{what} was accepted, but {now} is stored."
        else:
            lost = outdated and (step.secrets or new != before)
            assert not lost, f"{what} overwrote an answer that the page had not shown."
            same = now == new if step.keep is None else now is not None and now.keys() == new.keys()
            assert same, f"{what} was accepted, but {now} is stored."
        self.answers[name], self.reads[name] = now, dict(earlier.reads)
        if removed:
            self.note_draft(tab, form)
        elif not number:
            self.drafts.pop(name, None)
        self.versions[name] = self.versions.get(name, 0) + 1
        tab.knows.add(self.versions[name])
        tab.is_sent, self.refused[name] = True, {}
        if step.repeats and tab in self.tabs:
            # What it would add, if it were sent once more, cannot be told from a second click.
            self.tabs.remove(tab)
        return True

    def note_draft(self, tab: _Tab, form: Form) -> None:
        """What was typed and not accepted: it is shown when the page is opened again."""
        if tab.is_full:
            return
        self.drafts[tab.step.name] = [
            (one.name, fields.typed(one)[0])
            for one in form
            if fields.kind(one) in ("input", "textarea") and not fields.is_secret(one)
        ]
        self.open(tab.step)
        if tab.step.name not in self.kept().get("drafts", {}):
            del self.drafts[tab.step.name]

    def expected(
        self, tab: _Tab, earlier: Earlier, values: MultiDict[str, str], removed: int | None
    ) -> tuple[bool, Answer, Form]:
        """Whether what is sent is valid, what is stored then, and the form that says so."""
        step, before = tab.step, self.answers.get(tab.step.name)
        entries = list(before or ()) if step.repeats else []
        number = tab.number
        old = entries[number - 1] if number and number <= len(entries) else None if step.repeats else before
        form = step.open(earlier, typed=values, answer=old)
        valid = form.validate()
        clean = step.clean(form) if valid else None
        if not isinstance(step, Repeat):
            return valid, clean, form
        if removed:
            return True, entries[: removed - 1] + entries[removed:], form
        if number:
            return valid, [*entries[: number - 1], clean, *entries[number:]], form
        adds = values.get("_action") == "add"
        blank = step.open(earlier)
        if adds or not fields.is_untouched(form, blank):
            # What this page, or another tab, has added already is no entry more.
            is_old = tab.is_sent or (before is not None and self.versions[step.name] not in tab.knows)
            valid = valid and (len(entries) < step.most or (is_old and clean in entries))
            entries.append(clean)
        else:
            valid = True
        if valid and not adds:
            valid = len(entries) >= step.least and not step.check(entries, earlier)
        return valid, entries, form

    # The rules

    def a_step(self, data: st.DataObject) -> Step:
        """One that may be shown."""
        return self.pick(data, [one for one in self.wizard.flow if self.path.is_open(one)])

    def pick(self, data: st.DataObject, steps: Iterable[Step]) -> Step:
        by_name = {step.name: step for step in steps}
        return by_name[data.draw(st.sampled_from(list(by_name)), label="step")]

    @rule(data=st.data())
    def open_any(self, data: st.DataObject) -> None:
        self.open(self.pick(data, self.wizard.flow))

    @initialize(data=st.data(), steps=st.integers(0, 9))
    def begin_anywhere(self, data: st.DataObject, steps: int) -> None:
        self.go_on(data, steps)

    @rule(data=st.data(), steps=st.integers(1, 9))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """Most visitors answer what they are asked."""
        for _ in range(steps):
            step = self.path.missing
            if step and (tab := self.open(step)):
                adds = isinstance(step, Repeat) and len(self.answers.get(step.name, ())) < step.least
                typed = self.typed(data, step) if adds or not step.repeats else {}
                self.send(tab, typed, "add" if adds else "")

    @rule(data=st.data(), wrong=st.booleans())
    def answer(self, data: st.DataObject, wrong: bool) -> None:
        self.do(data, self.open(self.a_step(data)), wrong=wrong)

    @precondition(lambda self: self.next_page == "summary")
    @rule(data=st.data())
    def change_from_the_summary(self, data: st.DataObject) -> None:
        self.do(data, self.open(self.a_step(data), **FROM_SUMMARY))

    @precondition(lambda self: any(self.lists()))
    @rule(data=st.data(), later=st.booleans())
    def change_an_entry(self, data: st.DataObject, later: bool) -> None:
        step = self.pick(data, self.lists())
        number = data.draw(st.integers(1, len(self.answers[step.name])), label="number")
        tab = self.open(step, number)
        if tab and later:
            self.tabs.append(tab)
        else:
            self.do(data, tab)

    @rule(data=st.data())
    def leave_a_page_open(self, data: st.DataObject) -> None:
        if tab := self.open(self.a_step(data)):
            self.tabs.append(tab)

    @precondition(lambda self: self.tabs)
    @rule(data=st.data(), wrong=st.booleans())
    def send_a_page_left_open(self, data: st.DataObject, wrong: bool) -> None:
        tab = self.tabs[data.draw(st.integers(0, len(self.tabs) - 1), label="page")]
        self.do(data, tab, wrong=wrong)

    @rule()
    def clear(self) -> None:
        key = self.journey.key
        self.journey.clear()
        with self.client.session_transaction() as session:
            assert key not in session, f"Clear has left {session[key]}."
        self.begin()

    @rule()
    def finish(self) -> None:
        summary, clear = self.journey.url("summary"), self.journey.url("clear")
        response, calls = self.look("summary"), len(self.calls)
        if self.path.missing:
            values = Page(self.look("clear")).filled(clear, {}, "")
            for one in (response, self.client.post(summary, data=values)):
                assert self.journey.led(one) == self.next_page, f"The summary does not lead to {self.next_page!r}."
            assert len(self.calls) == calls, "on_finish was called though an answer is missing."
            return
        values = Page(response).filled(summary, {}, "")
        response = self.client.post(summary, data=values)
        if response.status_code == 422:
            assert len(self.calls) == calls, "It was finished, but answered 422."
            return
        led = self.journey.led(response)
        assert led == "done", f"Finishing leads to {led!r}."
        self.client.post(summary, data=values)
        on_path = {step.name: self.answers[step.name] for step in self.path.steps}
        given = [answers for _, answers in self.calls[calls:]]
        assert given == [on_path], f"on_finish was called with {given}, not once with {on_path}."
        keys = [key for key, _ in self.calls]
        assert len(keys) == len(set(keys)), "on_finish was called twice with the same key."
        left = {what: self.kept()[what] for what in ("answers", "drafts") if self.kept().get(what)}
        assert not left, f"It was finished, but {left} is kept."
        self.begin()

    def lists(self) -> list[Step]:
        """The steps with an entry that can be changed."""
        return [
            one for one in self.wizard.flow if one.repeats and self.answers.get(one.name) and self.path.is_open(one)
        ]

    @invariant()
    def nothing_but_what_was_accepted_is_stored(self) -> None:
        kept = self.kept()
        stored = kept.get("answers", {})
        assert stored == self.answers, f"{self.answers} was accepted, but {stored} is stored."
        leaked = [secret for secret in self.secrets if len(secret) >= 8 and secret in str(kept)]
        assert not leaked, f"The secret {leaked[0]!r} is in the session: {kept}."
        led = self.journey.led(self.look(""))
        assert led == self.next_page, f"The first address leads to {led!r}, not to {self.next_page!r}."


def walk(
    make_app: Callable[[], Flask | AbstractContextManager[Flask]],
    name: str | None = None,
    answers: Strategies | None = None,
    settings: Settings | None = None,
) -> None:
    """Walk through a flow at random, again and again, and hold it to its promises. The first that is broken is shown.

    The visitor types what is right and what is wrong, goes back, jumps, changes what was answered, leaves pages open
    and sends them later or twice, clears and finishes. Nothing that was accepted may be lost or changed by that,
    nothing else stored, and nothing finished twice.

    :param make_app: returns a fresh application, or a context manager that gives one and cleans up after it.
    :param name: the Wizard's, where there are several.
    :param answers: for each step, what is typed there: a Hypothesis strategy of dictionaries. It may give what the form
        refuses, too. It can be left out where the form says which values it takes: choices, boxes, numbers, plain text.
        A password must be like nothing else that is typed, or it is taken for one that has leaked.
    :param settings: those of Hypothesis. The default takes a minute or two; ``max_examples=10`` takes seconds.

    >>> def test_no_visitor_breaks_the_flow():
    ...     emails = st.emails().map(lambda email: {"email": email})
    ...     walk(make_app, answers={"account": emails})
    """

    def machine() -> _Walk:
        stack = ExitStack()
        return _Walk(_made(make_app, stack), stack, name, strategies, refused)

    strategies, refused = dict(answers or {}), dict[str, Any]()
    with ExitStack() as stack:
        app = _made(make_app, stack)
        stack.enter_context(app.test_request_context())
        flow = find_wizard(app, name).flow
        for step in flow:
            form = step.open(flow.path({}).earlier(step))
            unclear = [one.short_name for one in fields.questions(form) if _guess(form, one) is None]
            if unclear and step.name not in strategies:
                raise WizardError(
                    f"Step {step.name!r}: what can be typed into {unclear[0]!r} is not known. "
                    f"Use walk(..., answers={{{step.name!r}: ...}}) with a strategy of dictionaries of its fields."
                )
        for one in strategies:
            if flow.get(one) is None:
                raise WizardError(f"walk(): 'answers' names the step {one!r}, and the flow has none of that name.")
    default = Settings(max_examples=50, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(cast("type[_Walk]", machine), settings=settings or default)
    for one, said in refused.items():
        if said:
            raise AssertionError(f"Step {one!r}: nothing that was typed was ever accepted. It says: {said}.")


def _made(make_app: Callable[[], Flask | AbstractContextManager[Flask]], stack: ExitStack) -> Flask:
    made = make_app()
    return made if isinstance(made, Flask) else stack.enter_context(made)
