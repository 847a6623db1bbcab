"""Hints: an example in the hint of a field, in the language of the page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from wtforms import Field

from ..languages import gettext


class Exampled(Field):
    """A field with an example in its hint, behind what the author says there: "For example, 31 3 1980"."""

    #: What is written in the example; ``None`` where there is none.
    example: Any = None

    def write(self, example: Any) -> str:
        """Return the ``example`` as somebody may type it."""
        raise NotImplementedError

    @property
    def description(self) -> Any:
        if self.example is None:
            return self._description
        example = gettext("For example, %(date)s", date=self.write(self.example))
        # Whether it is empty is not asked of a text that would be translated for that.
        said = self._description if isinstance(self._description, Markup) else str(self._description or "")
        return said + Markup(". ") + example if isinstance(said, Markup) else f"{said}. {example}" if said else example

    @description.setter
    def description(self, said: Any) -> None:
        self._description = said
