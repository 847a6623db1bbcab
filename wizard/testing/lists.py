"""Lists: a visitor who fills in a list that is asked in several pages, and what must be true of it.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from werkzeug.test import TestResponse

from ..flow import Entry, EntryPath, Flow, Loop, Path, Proven, Run, Step
from ..flow.entry import entries_of, items
from ..flow.fingerprint import same
from ..flow.typed import receive
from .guesses import check_choices, typing
from .journeys import Journey
from .model import KeptNothing
from .page import Page, sent_for
from .proofs import prove
from .tab import Tab, input_lost

if TYPE_CHECKING:
    from .stroller import Stroller

#: How many pages somebody fills in of one entry before they do something else.
PAGES = 4


class Lister:
    """Somebody who adds, changes, removes and restores entries, and leaves some half filled in.

    :param visitor: the visitor.
    :param data: what Hypothesis decides.
    """

    def __init__(self, visitor: Stroller, data: st.DataObject) -> None:
        self.visitor = visitor
        self.data = data

    def visit(self, at: Journey, loop: Loop, around: str = "") -> None:
        """Open the page of ``loop``, which is open, and press one of its buttons, or change an entry.

        :param around: the names of the lists around it.
        """
        url, place = at.url(loop.name), f"{around}{loop.name}/"
        response = self.visitor.get(url)
        if response.status_code == 303:
            # It leads to the first entry that is not answered.
            return self.fill(at, loop, at.led(response).split("/")[-2], place)
        assert response.status_code == 200, f"{place} is open, but answers {response.status}."
        page = Page(response)
        actions = page.sheet(url).actions - {"back", "save"}
        entries = [f"change.{number}" for number in self._listed(at, loop)]
        action: str = self.data.draw(st.sampled_from(["", *sorted(actions), *entries]), label=place)
        verb, _, number = action.partition(".")
        if verb == "change":
            return self.fill(at, loop, number, place)
        name, _, number = number.rpartition(".")
        # It may be an entry of another list, which is shown here.
        of = next((one for one in at.flow.loops if one.name == name), loop)
        before = self._stored(at, of)
        response = self.visitor.post(url, page.filled(url, {}, action))
        self.check()
        if verb == "add" and response.status_code == 303:
            led = at.led(response).split("/")
            return self.fill(at, loop, led[-2], place)
        if verb in ("remove", "elsewhere"):
            left = self._listed(at, of)
            assert number not in left, f"An entry of {place} was removed, and is there still."
            url = at.url(of.name)
            page = Page(self.visitor.get(url))
            self.visitor.post(url, page.filled(url, {}, "undo"))
            self.check()
            after = self._stored(at, of)
            assert same(after, before), f"Undo has not brought back what was removed of {place}: {before} is {after}."
        return None

    def fill(self, at: Journey, loop: Loop, number: str, place: str) -> None:
        """Fill in some pages of an entry: what is missing, else any."""
        inner = at.within(loop.name, number)
        for _ in range(self.data.draw(st.integers(1, PAGES), label="pages")):
            with inner._stored() as run:
                path = inner.scope(run)[1]
                step = path.missing or self.data.draw(st.sampled_from(path.steps), label="page")
            if isinstance(step, Loop):
                self.visit(inner, step, place)
            else:
                self._answer(inner, step, f"{place}{step.name}")

    def _answer(self, at: Journey, step: Any, name: str) -> None:
        url = at.url(step.name)
        response = self.visitor.get(url)
        if response.status_code == 303 or not Page(response).has_sheet(url):
            # It is not open by now.
            return
        if isinstance(step, Proven):
            prove(at, step.name, self.data.draw(self.visitor.strategies.get(name, st.just(True)), label=name))
            self.visitor.last = None
            self.check()
            return
        page, typed = Page(response), {}
        if isinstance(step, Step):
            typed = self._typed(at, step, name, page, url)
        actions = [one for one in ("", "back") if not one or one in page.sheet(url).actions]
        action: str = self.data.draw(st.sampled_from(["", "", *actions]), label="button")
        values = page.filled(url, sent_for(step, typed), action)
        response = self.visitor.post(url, values)
        self.check()
        if isinstance(step, Step) and not action:
            self._judge(at, step, name, values, response, url)

    def _typed(self, at: Journey, step: Step, name: str, page: Page, url: str) -> dict[str, Any]:
        with at._stored() as run, self.visitor.author(f"The form of {name!r}"):
            form = step.open(at.scope(run)[1].earlier(step), receive(step.form, page.sheet(url).values).typed)
            strategy = self.visitor.strategies.get(name)
            if strategy is None:
                check_choices(name, form)
                strategy = typing(form)
        return dict(self.data.draw(strategy, label=name))

    def _judge(self, at: Journey, step: Step, name: str, values: Any, response: TestResponse, url: str) -> None:
        with at._stored() as run:
            entry, path = at.scope(run)
            sent = receive(step.form, values)
            form = step.open(path.earlier(step), sent.typed)
            stored = entry.get(step.name)
            errors = step.validate(form, sent.refusals, step.staying(form, stored))
            clean = None if errors else step.clean(form, stored, KeptNothing())
        if errors and response.status_code == 422:
            tab = Tab(step, None, url, Page(response), "")
            lost = input_lost(tab, sent.typed)
            assert not lost, f"{name!r}: what was typed into {lost!r} was refused, and is not shown any more."
        elif response.status_code == 303:
            assert not errors, f"{name!r} is not valid, but was accepted: {errors}."
            assert same(clean, stored), f"{name!r} was accepted, but {stored} is stored, not {clean}."

    def check(self) -> None:
        """See that the answers of every list are what is finished in it, and nothing else."""
        visitor = self.visitor
        visitor.believe()
        with visitor.journey._stored() as run:
            path = visitor.wizard.flow.path_of(run)
            for what, found, expected in _wrong(run, path, visitor.wizard.flow):
                raise AssertionError(f"Of {what!r}, {found} is in the answers, and {expected} is finished.")

    def _listed(self, at: Journey, loop: Loop) -> list[str]:
        with at._stored() as run:
            scope, path = at.scope(run)[:2]
            listed = items(scope, path, loop) if loop.over else entries_of(scope, loop.name)
            return [number for number, record in listed.items() if record]

    def _stored(self, at: Journey, loop: Loop) -> Any:
        with at._stored() as run:
            scope = at.scope(run)[0]
            return [(number, one) for number, one in entries_of(scope, loop.name).items() if one]


def _wrong(run: Run, path: Path, flow: Flow) -> Iterator[tuple[str, Any, Any]]:
    for loop in flow.loops:
        if loop.name not in path.names:
            continue
        over = items(run, path, loop) if loop.over else None
        finished = []
        for number, record in entries_of(run, loop.name).items():
            if not record or (over is not None and number not in over):
                continue
            entry = Entry(run, loop, number, record)
            inner = EntryPath(entry, path, flow.inner(loop), None if over is None else over[number])
            yield from _wrong(entry, inner, flow.inner(loop))
            if inner.missing is None:
                finished.append(number)
        found = run.note(loop.name).get("ids", [])
        if over is None and found != finished:
            yield loop.name, found, finished
