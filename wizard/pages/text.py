"""TextPage: a page to read, whose text is a template of the author's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Response

from .. import flow
from ..flow.page import READ
from .page import Page, page_of


@page_of.register(flow.Page)
class TextPage(Page[flow.Page]):
    """Show a text, and go on once it is read."""

    buttons: ClassVar[Mapping[str, str]] = {"": "accept", "back": "go_back", "go.": "go_to"}
    template = "page"

    def show(self) -> Response:
        if not self.path.is_open(self.step):
            return self.go_on()
        self.tell_shown()
        return self.page()

    def page(self, status: int = 200, alert: str = "", **context: Any) -> Response:
        """Render the page. Its text may say what was answered before."""
        answers = self.visit.answers_before(self.step)
        problems = [("", alert)] if alert else []
        action = self.site.url(self.step, None, **self.site.query)
        return self.render(
            self.template, status, answers=answers, alert=alert, problems=problems, action=action, **context
        )

    def show_again(self, alert: str, status: int) -> Response:
        return self.page(status, alert) if self.path.is_open(self.step) else self.go_on()

    def accept(self) -> Response:
        """Mark the page as read, and go on."""
        if stopped := self.closed():
            return stopped
        self.visit.accept(self.step, dict(READ), reads={})
        return self.go_past(self.step)

    def go_back(self) -> Response:
        """Redirect to the step before."""
        return self.go_before()
