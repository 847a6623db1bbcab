"""LoopEntryPage: all answers of one entry of a list, each with a link to change it."""

from __future__ import annotations

from flask import Response, abort

from ..flow import Loop
from .loop import LoopPage
from .page import Page, page_of
from .summary import land, lines_of
from .visit import Visit


class LoopEntryPage(Page[Loop]):
    """Show the answers of one entry once it is finished; until then, lead to what is missing."""

    def __init__(self, step: Loop, visit: Visit, number: str) -> None:
        super().__init__(step, visit)
        self.number = number
        self.inner = visit.enter(step, number)

    @property
    def name(self) -> str:
        return f"{super().name}/{self.number}"

    def show(self) -> Response:
        if not self.path.is_open(self.step):
            return self.go_on()
        if self.inner is None:
            abort(404)
        if self.inner.path.missing:
            return page_of(self.inner.path.missing, self.inner).go_on()
        self.inner.site.changes_from = str(len(self.inner.site.place))
        self.inner.at = self.name
        list_page = page_of(self.step, self.visit)
        assert isinstance(list_page, LoopPage)
        sections = lines_of(self.inner, self.inner.path.steps, {})
        lands = land(self.inner, sections)
        return self.render(
            "loop_entry",
            sections=sections,
            inner_path=self.inner.path,
            answers=self.inner.run.answers,
            entry=list_page.title_of(self.number),
            lands=lands,
        )

    def show_again(self, alert: str, status: int) -> Response:
        return self.show()
