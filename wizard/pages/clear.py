"""ClearPage: the page that asks whether to clear the answers, and clears them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask import Response, request

from .. import htmx, signals
from ..flow import BaseStep
from .page import Page


class ClearPage(Page[BaseStep]):
    """Ask whether to clear the answers."""

    while_it_runs = False
    buttons: ClassVar[Mapping[str, str]] = {"": "clear"}

    def show(self) -> Response:
        key = request.args.get("run", "")
        if not self.run.is_called(key):
            # It was asked on a page that was open when its run was finished, or cleared, elsewhere.
            if receipt := self.run.receipt(key):
                return self.go_to_receipt(receipt)
            if not self.run.key:
                return htmx.redirect(self.site.url_of("start"))
        return self.render("clear")

    def show_again(self, alert: str, status: int) -> Response:
        return self.render("clear", status, alert=alert, problems=[("", alert)])

    def clear(self) -> Response:
        """Erase everything, and redirect to the start."""
        self.visit.tells(signals.cleared)
        self.run.clear()
        return htmx.redirect(self.site.url_of("start"))
