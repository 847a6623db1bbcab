"""ForEachPage: leads through the pages for each entry of another list. FixedPage: through those of a given one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from .. import htmx
from ..flow import Fixed, ForEach, Loop
from ..flow.entry import entries_of, items, singles
from ..flow.for_each import BETWEEN
from ..flow.loop import Each
from ..languages import listed
from .loop import L, LoopPage
from .page import page_of
from .visit import Visit


class LedPage(LoopPage[L]):
    """Lead to the entry that is asked next. Once all are answered, list them, so that each can be changed."""

    template = "for_each"

    def next_number(self) -> str:
        """Return the id of the first entry that is not answered; empty if there is none."""
        return next((one for one in self.numbers if self.entry(one).path.missing), "")

    def show(self) -> Response:
        if self.path.is_open(self.step) and not self.path.is_answered(self.step) and (number := self.next_number()):
            return htmx.redirect(self.url_into(number))
        return super().show()

    def go_before_entry(self, entry: Visit) -> Response:
        numbers = self.numbers
        at = numbers.index(entry.site.place[-1])
        if entry.site.marks:
            return self.go(self.step)
        for number in reversed(numbers[:at]):
            inner = self.entry(number)
            if inner.path.steps:
                return htmx.redirect(inner.site.url(inner.path.steps[-1]))
        return self.go_before()

    def left(self, entry: Visit) -> Response:
        number = self.next_number()
        return htmx.redirect(self.url_into(number)) if number else self.go_past(self.step)

    def accept(self) -> Response:
        """Go on if all are answered, else to the first that is not."""
        if stopped := self.closed():
            return stopped
        if number := self.next_number():
            return htmx.redirect(self.url_into(number))
        self.visit.gather(self.step, settles=True)
        return self.go_past(self.step)


@page_of.register(ForEach)
class ForEachPage(LedPage[ForEach]):
    """Lead through the entries of another list."""

    step: ForEach

    @property
    def numbers(self) -> list[str]:
        return list(items(self.run, self.path, self.step))

    def each_of(self, number: str) -> Each | None:
        lists = self.path.order.lists_of(self.step.over)
        # With several lists, an id begins with the name of the one that the entry is in.
        over = self.site.flow.get(number.rpartition("-")[0] if len(lists) > 1 else lists[0])
        return self.step.each or (over.each if isinstance(over, Loop) else None)

    def title_of(self, number: str) -> str:
        if not self.step.pairs or self.step.each:
            return super().title_of(number)
        found = singles(self.run, self.path, self.step)
        if not {*number.split(BETWEEN)} <= found.keys():
            return super().title_of(number)
        return listed([self.title_from(one, found[one], [*found].index(one) + 1) for one in number.split(BETWEEN)])

    def answers_of(self, number: str) -> Mapping[str, Any]:
        return items(self.run, self.path, self.step).get(number, {})


@page_of.register(Fixed)
class FixedPage(LedPage[Fixed]):
    """Lead through the entries that were given."""

    step: Fixed

    @property
    def numbers(self) -> list[str]:
        return [number for number, record in entries_of(self.run, self.step.name).items() if record]
