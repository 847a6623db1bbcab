"""ClearPage: the page that asks whether to clear the answers, and clears them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Response, request, session

from .. import htmx, signals
from ..flow import BaseStep
from . import owned
from .page import Page
from .visit import SUMMARY


class ClearPage(Page[BaseStep]):
    """Ask whether to clear the answers."""

    while_it_runs = False
    when_moved = True
    buttons: ClassVar[Mapping[str, str]] = {"": "clear"}

    def show(self) -> Response:
        key = request.args.get("run", "")
        if not self.run.is_called(key):
            # It was asked on a page that was open when its run was finished, or cleared, elsewhere.
            if receipt := self.run.receipt(key):
                return self.go_to_receipt(receipt)
            if not self.run.key:
                return htmx.redirect(self.site.url_of("start"))
        return self.ask()

    def show_again(self, alert: str, status: int) -> Response:
        return self.ask(status, alert=alert, problems=[("", alert)])

    def ask(self, status: int = 200, **context: Any) -> Response:
        """Render the page. Who keeps the answers goes on where this was asked."""
        at = request.args.get("at", "")
        step = self.site.flow.get(at)
        if step is not None and self.path.is_open(step):
            back = self.site.url(step)
        else:
            back = self.site.url(None) if at == SUMMARY and self.path.missing is None else self.site.url_of("start")
        return self.render("clear", status, back=back, **context)

    def clear(self) -> Response:
        """Erase everything, and redirect to the start. A page that knows of no run is asked first, if there is one."""
        if self.run.key and request.form.get("_run") == "":
            return htmx.redirect(self.site.url_of("clear"))
        self.visit.tells(signals.cleared)
        self.run.clear()
        if self.visit.moved:
            owned.forget_saved(self.site, session, self.site.key)
        return htmx.redirect(self.site.url_of("start"))
