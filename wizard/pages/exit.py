"""ExitPage: the page where a journey ends early."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Response

from ..flow import Exit
from .page import page_of
from .text import TextPage


@page_of.register(Exit)
class ExitPage(TextPage):
    """Say why the journey ends, and lead back to what has led there."""

    buttons: ClassVar[Mapping[str, str]] = {"back": "go_back"}
    template = "exit"

    def page(self, status: int = 200, alert: str = "", **context: Any) -> Response:
        read = self.path.sources(self.path.earlier(self.step).reads)
        changes = [one for one in self.path.before(self.step) if one.name in read and one.asks]
        return super().page(status, alert, changes=changes, **context)
