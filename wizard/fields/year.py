"""A year alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wtforms import IntegerField
from wtforms.widgets import TextInput

from ..languages import gettext
from .hints import Exampled

_YEAR = re.compile(r"\d{4}")


class YearField(Exampled, IntegerField):
    """A year, of four digits. Its value is an ``int``, which ``NumberRange`` and ``bounds`` can bound.

    :param example: the year in the hint, behind the description if there is one: "For example, 1998". ``None`` leaves
        it out.
    :param invalid_value_message: what is said of what is no year.

    >>> from wtforms import Form
    >>> class House(Form):
    ...     built = YearField("When was it built?")
    """

    # A browser that draws an input for a number writes a comma into it, or turns it with the wheel of a mouse.
    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        example: int | None = 1998,
        **options: Any,
    ) -> None:
        self.example = example
        said = {"inputmode": "numeric", "size": "4", **(options.pop("render_kw", None) or {})}
        super().__init__(label, validators, render_kw=said, **options)

    def write(self, example: int) -> str:
        return f"{example:04}"

    def schema(self) -> Mapping[str, Any]:
        """Return what it takes, as JSON Schema says it."""
        return {"type": "integer", "minimum": 1000, "maximum": 9999}

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        if not _YEAR.fullmatch(text := str(valuelist[0]).strip()) or not int(text):
            own: Any = vars(self)["invalid_value_message"]
            raise ValueError(str(own or gettext("Enter the year with four digits")))
        self.data = int(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)
