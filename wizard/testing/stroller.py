"""Stroller: a visitor who is held against the Model, request by request.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from html import escape
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from wtforms import Form, ValidationError

from ..errors import Refused
from ..flow import BaseStep, Loop, Proven, Repeat, Run, Step, fields
from ..flow.base import TASKS
from ..flow.files import files_among
from ..flow.fingerprint import same
from ..flow.typed import receive
from ..languages import speaking
from ..pages import ListPage, StepPage, page_of
from .browser import Browser, readable
from .clock import Clock
from .fakes import fake_shelf, fakes
from .finishes import Finishes
from .guesses import check_choices, leaves, typing
from .journeys import Journey
from .lists import Lister
from .model import Model, Outcome
from .page import Page, sent_for
from .proofs import prove
from .tab import Tab, input_lost

#: For each step, what a visitor types there: the fields by their names.
Strategies = Mapping[str, st.SearchStrategy[dict[str, Any]]]


class Stroller(Browser):
    """A visitor of one Wizard, and a :class:`~wizard.testing.model.Model` of each run."""

    def __init__(
        self, app: Flask, stack: ExitStack, name: str | None, typed: Strategies, refused: dict[str, Any], clock: Clock
    ) -> None:
        app.config["PROPAGATE_EXCEPTIONS"] = True
        journey = Journey(app, name)
        if journey.wizard.files:
            app.extensions["wizard_files"] = fake_shelf()
        super().__init__(journey, Finishes(journey.wizard, stack), clock)
        self.strategies, self.refused = typed, refused
        # Forms are judged in the visitor's own last request: they may look at the session.
        stack.enter_context(self.client)
        self.secrets = set[str]()
        #: What came of the runs that are over, by their keys: where a page of theirs leads; empty when it was cleared.
        self.over: dict[str, str] = {}
        self.has_receipt = False
        self.begin()

    def begin(self) -> None:
        """A run of which nothing is known, and nothing is left of the one before."""
        self.model = Model(self.wizard.flow)
        if self.wizard.many:
            self.journey = Journey(self.journey.app, self.journey.mounted, self.client)
            self.has_receipt = False
        self.key = self.journey.key
        self.last = None

    # Pages

    def open(self, data: st.DataObject, step: BaseStep, entry: str | None = None, **query: Any) -> Tab | None:
        """Open the page of ``step``, where it is the visitor's turn. What was typed there has to be shown."""
        path = self.model.path
        url = self.journey.address(step.name, entry, **query)
        response = self.get(url)
        is_known = isinstance(step, Step) and page_of.dispatch(type(step)) in (StepPage, ListPage)
        if not path.is_open(step) or path.is_final(step):
            if not is_known and step.asks:
                return None
            led = self.journey.led(response)
            at = self.model.next_page
            assert led == at, f"{step.name!r} is not open, or final, and leads to {led!r}, not {at!r}."
            return None
        if not is_known or not isinstance(step, Step):
            self.press(data, step, url, response)
            return None
        assert response.status_code == 200, f"{step.name!r} is open, but answers {response.status}."
        tab = self.tab(step, entry, url, response)
        tab.blank = self.model.blank(step, path.earlier(step))
        typed = self.model.shown(step, entry) or {}
        name = input_lost(tab, typed)
        shown = tab.page.sheet(tab.url).values.getlist(name)
        assert not name, f"{step.name!r}: {typed.get(name)} was typed into {name!r}, but {shown} is shown."
        return tab

    def tab(self, step: Step, entry: str | None, url: str, response: TestResponse) -> Tab:
        """Return a page that shows the answer to ``step`` as it is now."""
        page = Page(response)
        knows, saw = self.model.knows(step, entry)
        run = page.sheet(url).values.get("_run", "")
        return Tab(step, entry, url, page, run, knows, saw)

    def press(self, data: st.DataObject, step: BaseStep, url: str, response: TestResponse) -> None:
        """Press Continue on a page of the author's own, of which nothing is known, and believe what comes of it."""
        if isinstance(step, Loop):
            Lister(self, data).visit(self.journey, step)
            return
        page = Page(response)
        if response.status_code != 200 or not page.has_sheet(url):
            return
        if isinstance(step, Proven):
            value = data.draw(self.strategies.get(step.name, st.just(True)), label=step.name)
            self.story.append(f"{step.name!r} is proven by {value!r}")
            with self.author(self.story[-1]):
                prove(self.journey, step.name, value)
            self.last = None
            self.model.believe(step, self.record)
            return
        if step.ends:
            led = self.journey.led(self.post(url, page.filled(url, {}, "back")))
            before = self.model.path.previous(step)
            at = before.name if before else TASKS if self.model.flow.any_order else None
            assert led == at, f"Back leads from the exit {step.name!r} to {led!r}."
            return
        typed = data.draw(self.strategies.get(step.name, st.just({})), label=step.name)
        self.post(url, page.filled(url, typed, ""))
        self.model.believe(step, self.record)
        assert step.asks or self.model.path.is_answered(step), f"{step.name!r} was read, but is not marked as read."

    def typed(self, data: st.DataObject, tab: Tab, *, wrong: bool = False) -> dict[str, Any]:
        """Return what the visitor types on a page."""
        step, path = tab.step, self.model.path
        if tab.is_full or not path.is_open(step):
            return {}
        earlier = path.earlier(step)
        with self.author(f"The form of {step.name!r}"):
            form = step.open(earlier, receive(step.form, tab.page.sheet(tab.url).values).typed)
            asked = [one.name for _, one in leaves(form)]
        if step.name in self.strategies:
            typing_here = self.strategies[step.name]
        else:
            form, first = self.refreshed(data, tab, form)
            # There may be none yet that go by something else on the page.
            if not step.chosen_here:
                check_choices(step.name, form)
            typing_here = typing(form).map(lambda typed: {**typed, **first})
        typed = dict(data.draw(typing_here, label=step.name))
        kept = step.secrets and self.model.shown(step, tab.entry) is not None
        if kept and data.draw(st.booleans(), label="secrets left empty"):
            typed = {name: one for name, one in typed.items() if not _secrets(step, MultiDict([(name, "********")]))}
        if wrong and asked:
            spoiled = data.draw(st.sampled_from(asked), label="spoiled")
            typed[spoiled] = data.draw(st.sampled_from(["", "?", None]), label="with")
        # Nobody types a file.
        files = {name: typed[name] for name in files_among(step.form, typed) if name in typed}
        typed |= {name: fakes(None if one in ("", "?") else one) for name, one in files.items()}
        return typed

    def refreshed(self, data: st.DataObject, tab: Tab, form: Form) -> tuple[Form, dict[str, Any]]:
        """Return the form once the visitor has typed what choices on the same page go by, and what that is."""
        step = tab.step
        if not step.chosen_here:
            return form, {}
        asked = [fields.samples(step.form)[name] for name in step.refresh]
        typed = data.draw(typing(form), label=f"{step.name}, first")
        first = {name: one for name, one in typed.items() if any(fields.takes(field, name) for field in asked)}
        values = tab.page.filled(tab.url, sent_for(step, first), "")
        return step.open(self.model.path.earlier(step), receive(step.form, values).typed), first

    # What comes of it

    def send(self, tab: Tab, typed: Mapping[str, Any], action: str) -> Tab | None:
        """Send a page, and hold what comes of it against the rules. Return the page that is shown instead, if any."""
        step, name = tab.step, tab.step.name
        values = tab.page.filled(tab.url, sent_for(step, typed), action)
        self.secrets |= _secrets(step, values)
        if tab.run in self.over:
            self.send_late(tab, values)
            return None
        if action == "save" or action.startswith("do."):
            self.act(tab, values, action)
            return None
        before = self.model.answers.get(name)
        what = f"{name!r}, sent {readable(values)} when {before} was stored,"
        with self.author(f"Judging {what}"):
            expected = self.model.expect(tab, values, action)
        response = self.post(tab.url, values)
        now = self.record.get("answers", {}).get(name)
        status = response.status_code
        if expected.accepts and status == 422 and step.secrets and self.is_refused_by_keep(tab, values):
            assert same(now, before), f"{what} was not accepted, but {now} is stored."
            return None
        if expected.accepts:
            assert status != 422, f"{what} is valid, but was refused: {Page(response).said}."
        elif status == 303 and expected.status == 422:
            raise AssertionError(f"{what} is not valid, but was accepted: {expected.why}.")
        elif status == 303 and expected.status == 409:
            raise AssertionError(f"{what} overwrote an answer that the page had not shown: {expected.why}.")
        assert status == expected.status, f"{what} answered {response.status}, not {expected.status}: {expected.why}."
        if not expected.accepts:
            assert same(now, before), f"{what} was not accepted, but {now} is stored."
            if status in (409, 422):
                self.refused.setdefault(name, Page(response).said)
            return self.page_after(tab, response)
        self.check_accepted(what, tab, expected)
        self.model.accept(tab, expected, now)
        self.believe()
        self.refused[name] = {}
        return None

    def believe(self) -> None:
        """Take over what is stored for what may follow any other answer, such as lists asked in several pages."""
        for step in self.wizard.flow.followers:
            self.model.believe(step, self.record)

    def act(self, tab: Tab, values: MultiDict[str, str], action: str) -> None:
        """Press a button of the author's own, or save for later, and believe the Draft. It accepts nothing."""
        step, before = tab.step, self.record.get("answers", {})
        response = self.post(tab.url, values)
        said = f"{action!r} of {step.name!r}"
        assert response.status_code in (303, 409, 422), f"{said} answered {response.status}."
        assert same(self.record.get("answers", {}), before), f"{said} has changed answers: {before}."
        for name in {step.name, step.name if tab.entry is None else f"{step.name}.{tab.entry}"}:
            self.model.believe_draft(name, tab, self.record)

    def is_refused_by_keep(self, tab: Tab, values: MultiDict[str, str]) -> bool:
        """Whether the author's ``keep`` refuses a secret that the form accepts."""
        step = tab.step
        form = step.open(self.model.path.earlier(step), receive(step.form, values).typed)
        try:
            step.clean(form, self.model.answers.get(step.name))
        except (ValidationError, Refused):
            return True
        return False

    def page_after(self, tab: Tab, response: TestResponse) -> Tab | None:
        """Return the page that a refused form is shown on, or that asks which of two answers is meant."""
        page, step = Page(response), tab.step
        if response.status_code not in (409, 422) or not page.has_sheet(tab.url):
            return None
        new = self.tab(step, tab.entry, tab.url, response)
        new.blank = tab.blank
        if response.status_code == 422:
            # It is still the page that the visitor began with.
            new.knows, new.saw, new.made = tab.knows, tab.saw, tab.made
        elif tab.step.name in self.model.answers:
            # It has just shown what there is now.
            new.knows = {self.model.versions[tab.step.name]}
            new.saw = None if tab.entry is None else self.model.entry(step, tab.entry)
        return new

    def check_accepted(self, what: str, tab: Tab, expected: Outcome) -> None:
        """See what was accepted stored, and nothing else."""
        step, record = tab.step, self.record
        now = record.get("answers", {}).get(step.name)
        assert same(expected.answer, now), f"{what} was accepted, but {now} is stored."
        if isinstance(step, Repeat):
            ids = record["notes"][step.name].get("ids")
            assert ids == expected.ids, f"{what} was accepted, but its entries are called {ids}, not {expected.ids}."

    def send_late(self, tab: Tab, values: MultiDict[str, str]) -> None:
        """Send a page of a run that is over: it leads to the Receipt or says so, and starts nothing."""
        before, leads = self.stored(), self.over[tab.run]
        response = self.post(tab.url, values)
        now = self.stored()
        # The Receipt says so, and nothing else does.
        is_unchanged = _without_after(now) == _without_after(before)
        assert is_unchanged, f"A page of a run that is over has changed the session: {before} became {now}."
        if leads:
            led = self.journey.led(response)
            assert led == leads, f"A page of a finished run leads to {led!r}, not to its Receipt."
        else:
            status = response.status
            assert response.status_code == 409, (
                f"A page of a run that was cleared answered {status}, and does not say it."
            )

    # The end

    @property
    def run(self) -> str:
        """The key of this run; empty before there is one."""
        key: str = self.record.get("run", "")
        return key

    def clear(self) -> None:
        """Clear the answers."""
        url = self.journey.url("clear")
        values = Page(self.get(url)).filled(url, {}, "")
        run = self.run
        response = self.post(url, values)
        assert response.status_code == 303, f"Clear answered {response.status}."
        left = {what: one for what, one in self.record.items() if what not in ("format", "cleared", "at")}
        assert not left, f"Clear has left {left}."
        if not self.wizard.many:
            self.over = dict.fromkeys(self.over, "")
        if run:
            self.over[run] = ""
        self.has_receipt = False
        self.begin()

    def finish(self) -> None:
        """Finish, and press the button twice."""
        summary = self.journey.url("summary")
        response, done, run = self.get(summary), len(self.finishes.calls), self.run
        if self.model.path.missing:
            self.finish_too_early(response)
            return
        assert response.status_code == 200, f"Every step is answered, but the summary answers {response.status}."
        values = Page(response).filled(summary, {}, "")
        path = self.model.path
        on_path = {step.name: self.model.answers[step.name] for step in path.steps} | path.values_before()
        response = self.post(summary, values)
        if response.status_code == 422:
            assert len(self.finishes.calls) == done, "It was finished, but answered 422."
            self.check_refused(response)
            return
        calls = self.finishes.calls[done:]
        assert calls == [(run, on_path)], f"on_finish was called with {calls}, not once with {(run, on_path)}."
        left = {what: self.record[what] for what in ("answers", "typed", "drafts") if self.record.get(what)}
        assert not left, f"It was finished, but {left} is kept."
        led = self.journey.led(response)
        receipt = self.finishes.receipt
        assert led == (receipt if self.finishes.is_location else "done"), f"Finishing leads to {led!r}."
        twice = self.post(summary, values)
        assert self.journey.led(twice) == led, (
            f"The button was pressed twice, and leads to {self.journey.led(twice)!r}."
        )
        assert len(self.finishes.calls) == done + 1, "The button was pressed twice, and it was finished twice."
        if led == "done":
            page = self.get(self.journey.url("done")).text
            assert escape(receipt) in page or receipt in page, f"The last page does not show the Receipt {receipt!r}."
        self.over[run] = led
        self.has_receipt = True
        self.begin()

    def finish_too_early(self, response: TestResponse) -> None:
        """See that nobody finishes while an answer is missing."""
        clear, at, done = self.journey.url("clear"), self.model.next_page, len(self.finishes.calls)
        led = self.journey.led(response)
        assert led == at, f"An answer is missing, but the summary leads to {led!r}, not to {at!r}."
        has_run = bool(self.run)
        led = self.journey.led(self.post(self.journey.url("summary"), Page(self.get(clear)).filled(clear, {}, "")))
        assert len(self.finishes.calls) == done, "on_finish was called though an answer is missing."
        # Before a run is begun, the button is one of the run before.
        expected = at if has_run or not self.has_receipt else led
        assert led == expected, f"An answer is missing, but finishing leads to {led!r}, not to {at!r}."

    def check_refused(self, response: TestResponse) -> None:
        """See that the author has refused at the end, not the engine: what was accepted can be finished."""
        if self.finishes.was_refused:
            return
        path, run = self.model.path, Run({self.key: self.record}, self.key)
        for step in path.steps:
            if isinstance(step, Step):
                now = step.recheck(path.earlier(step), run[step.name], run.typed(step), speaking)
                if now.errors:
                    return
        raise AssertionError(f"Every answer is valid, but it cannot be finished: {Page(response).said}.")

    def check(self) -> None:
        """See that what was accepted is stored, and nothing else."""
        response = self.get(self.journey.url(""))
        stored, model = self.record.get("answers", {}), self.model.answers
        assert same(model, stored), f"{model} was accepted, but {stored} is stored."
        leaked = [secret for secret in self.secrets if secret in str(self.last)]
        assert not leaked, f"The secret {leaked[0]!r} is in the session: {self.last}."
        led, at = self.journey.led(response), self.model.next_page
        assert led == at, f"The first address leads to {led!r}, not to {at!r}."


def _secrets(step: Step, values: MultiDict[str, str]) -> set[str]:
    """What was typed into secret inputs, as far as it is too long to be anywhere by chance."""
    return {
        one
        for name in values
        if (sample := fields.find(step.form, name)) is not None and fields.is_secret(sample)
        for one in values.getlist(name)
        if len(one) >= 8
    }


def _without_after(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is ``stored`` without the notes, in Receipts, of what was sent after a run was finished, and when."""
    return {
        key: {**record, "receipts": [{**one, "after": ""} for one in record.get("receipts", [])], "at": 0}
        for key, record in stored.items()
    }
