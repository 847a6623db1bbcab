"""DonePage: the page that shows the Receipt, also after a refresh."""

from __future__ import annotations

from flask import Response

from .. import htmx
from ..flow import BaseStep
from .page import Page


class DonePage(Page[BaseStep]):
    """Show the Receipt."""

    while_it_runs = False

    def show(self) -> Response:
        receipt = self.visit.receipt
        if receipt is None:
            return htmx.redirect(self.site.url_of("start"))
        # Its button to start again knows of no run that was begun since.
        return self.go_to_receipt(receipt) if "location" in receipt else self.render("done", receipt=receipt, run="")
