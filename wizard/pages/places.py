"""Places: which page serves an address within an entry of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, abort, request

from .. import htmx
from ..flow import Loop, Repeat, Run, Step
from ..flow.entry import issue
from ..flow.typed import Sent, without_secrets
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
    inner = visit.enter(loop, number)
    if inner is None:
        return GoneEntryPage(loop, visit, place)
    name, *rest = rest
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

    :param place: the id of the entry, and what follows it in the address.
    """

    def __init__(self, step: Loop, visit: Visit, place: Sequence[str]) -> None:
        super().__init__(step, visit)
        self.place = place

    def show(self) -> Response:
        abort(404)

    def press(self) -> Response:
        page = self._page() if request.method == "POST" else None
        if page is not None and (token.is_stale() or self.visit.is_of_another_run):
            return page.press()
        is_new = not self.run.key
        listed = page_of(self.step, self.visit)
        assert isinstance(listed, LoopPage)
        kept = self._keep(page.sent()) if isinstance(page, FormPage) else None
        if is_new:
            # The answers were cleared, and what was typed here begins them anew.
            return htmx.redirect(kept.action) if kept else listed.go_on() if page else self.show()
        return listed.show_again(str(CHANGED), 409)

    def rescue(self) -> None:
        """Keep nothing more: the page itself cannot fail."""

    def _keep(self, sent: Sent) -> FormPage[Any] | None:
        """Keep what was ``sent`` in a new entry, and return the page on which it is shown, where there can be one."""
        page = None if sent.is_too_much else self._page(issue)
        if not isinstance(page, FormPage):
            return None
        page.visit.keep_draft(page.draft_name, without_secrets(page.step.form, sent.typed))
        self.visit.gather(self.step)
        return page

    def _page(self, issue: Callable[[Run, str], str] | None = None) -> Page[Any] | None:
        """Return the page of this place where there is nothing yet, if there is one.

        :param issue: gives each list on the way an entry; else the ids are those of the address.
        """
        visit, loop, place = self.visit, self.step, self.place
        while issue is None or not loop.over:
            number, *rest = place
            inner = visit.enter(loop, number if issue is None else issue(visit.run, loop.name), {})
            step = inner.site.flow.get(rest[0]) if inner and rest else None
            if inner is None or step is None:
                return None
            if isinstance(step, Loop) and len(rest) > 1:
                visit, loop, place = inner, step, rest[1:]
                continue
            # What was typed into an entry that is asked on one page is offered as another.
            is_page = len(rest) == 1 or (isinstance(step, Repeat) and len(rest) == 2)
            return page_of(step, inner) if is_page else None
        return None
