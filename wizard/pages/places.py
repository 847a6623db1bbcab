"""Places: which page serves an address within an entry of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, request

from ..flow import Loop, Repeat, Step
from ..flow.entry import issue
from ..flow.typed import without_secrets
from . import token
from .check import CheckPage
from .entry import EntryPage
from .form import FormPage
from .list import CHANGED
from .loop import LoopPage
from .loop_entry import LoopEntryPage
from .page import Page, page_of
from .visit import Visit


def page_at(visit: Visit, loop: Loop, place: Sequence[str]) -> Page[Any]:
    """Return the page at a ``place`` in ``loop``: the id of an entry, and what follows it in the address.

    Where there is none, the answer is a 404 page.
    """
    number, *rest = place
    if not rest:
        return LoopEntryPage(loop, visit, number)
    name, *rest = rest
    inner = visit.enter(loop, number)
    if inner is None:
        return GoneEntryPage(loop, visit, name)
    step = inner.site.flow.get(name)
    if step is not None and not rest:
        return page_of(step, inner)
    if isinstance(step, Loop):
        return page_at(inner, step, rest)
    if isinstance(step, Repeat) and len(rest) == 1:
        return EntryPage(step, inner, rest[0])
    if isinstance(step, Step) and len(rest) == 2 and rest[0] == "check":
        return CheckPage(step, inner, rest[1])
    return abort(404)


class GoneEntryPage(Page[Loop]):
    """Say that an entry is gone. What is sent for it, as it was removed in another tab, is kept in a new one.

    :param name: the name of the step in the entry.
    """

    def __init__(self, step: Loop, visit: Visit, name: str) -> None:
        super().__init__(step, visit)
        self.inner_step = visit.site.flow.inner(step).get(name)

    def show(self) -> Response:
        abort(404)

    def press(self) -> Response:
        listed = page_of(self.step, self.visit)
        assert isinstance(listed, LoopPage)
        page = self._page("")
        if page is None or self.step.over:
            return listed.show_again(str(CHANGED), 409) if self.run.key else self.show()
        if token.is_stale() or self.visit.is_of_another_run:
            return page.press()
        sent = page.sent()
        kept = self._page(issue(self.run, self.step.name))
        if kept is not None and not sent.is_too_much:
            kept.visit.keep_draft(kept.draft_name, without_secrets(kept.step.form, sent.typed))
            self.visit.gather(self.step)
        return listed.show_again(str(CHANGED), 409)

    def rescue(self) -> None:
        """Keep nothing more: the page itself cannot fail."""

    def _page(self, number: str) -> FormPage[Any] | None:
        """Return the page of a new entry on which what was sent is shown, if it is one with a form."""
        if self.step.over or self.inner_step is None or request.method != "POST":
            return None
        inner = self.visit.enter(self.step, number, {})
        page = page_of(self.inner_step, inner) if inner else None
        return page if isinstance(page, FormPage) else None
