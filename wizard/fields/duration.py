"""How long something is: in years and months."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from babel.dates import format_timedelta

from ..flow.parts import Part, PartsField
from ..languages import conventions, gettext, listed
from .hints import Exampled

#: As programs write it (ISO 8601): ``P2Y6M``, ``P18M``.
_ISO = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,3})M)?")
_NUMBERS = re.compile(r"\d+")
_NUMBER = re.compile(r"\d{1,3}")

_YEAR = 12

#: How long a year and a month are to Babel; and more of them than it would ever round to a longer unit.
_DAYS: Mapping[str, int] = {"year": 365, "month": 30}
_NEVER = 10**9


class DurationField(Exampled, PartsField):
    """How long something is, in years and months. Its value is an ``int``, the number of months in all.

    One of the two inputs may stay empty, and counts as 0. ``divmod(months, 12)`` are the years and months. Under its
    own name it takes one text, as programs send it: ``stay=P2Y6M``.

    :param example: the months in the hint, behind the description if there is one: "For example, 2 years and 6 months".
        ``None`` leaves it out.
    :param invalid_value_message: what is said of one text that is no duration, such as a program's.

    >>> from wtforms import Form
    >>> from wtforms.validators import NumberRange
    >>> class Rent(Form):
    ...     stay = DurationField("How long do you want to stay?", [NumberRange(6, message="Stay for 6 months or more")])
    """

    part_names = optional_parts = ("years", "months")
    bounded = (int, "a number of months")

    def __init__(self, label: Any = None, validators: Any = None, *, example: int | None = 30, **options: Any) -> None:
        self.example = example
        super().__init__(label, validators, **options)

    def write(self, example: int) -> str:
        return self.words(example)

    def parts(self) -> Sequence[Part]:
        numeric = {"inputmode": "numeric"}
        return [Part("years", gettext("Years"), 2, numeric), Part("months", gettext("Months"), 2, numeric)]

    def read(self, part: str, text: str) -> int:
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)
        return int(text)

    def combine(self, values: Mapping[str, Any]) -> int:
        return int(values.get("years", 0) * _YEAR + values.get("months", 0))

    def split(self, text: str) -> Mapping[str, str] | None:
        if found := _ISO.fullmatch(text):
            return {part: number for part, number in zip(self.part_names, found.groups(), strict=True) if number}
        numbers = _NUMBERS.findall(text)
        return dict(zip(self.part_names, numbers, strict=True)) if len(numbers) == len(self.part_names) else None

    def join(self, texts: Mapping[str, str]) -> str:
        return " ".join(texts.get(part, "").strip() or "0" for part in self.part_names)

    def schema(self) -> Mapping[str, Any]:
        # Its bounds are those of the months.
        return {"type": "string", "pattern": r"^P(?=\d)(\d{1,3}Y)?(\d{1,3}M)?$"}

    def take_apart(self, value: int) -> Mapping[str, str]:
        return dict(zip(self.part_names, map(str, divmod(value, _YEAR)), strict=True))

    def words(self, value: Any) -> str:
        if type(value) is not int:
            return ""
        years, months = divmod(value, _YEAR)
        said = [_said(years, "year")] if years else []
        return listed([*said, _said(months, "month")] if months or not said else said)

    def complaint(self, part: str, text: str) -> str:
        if part == "years":
            return gettext("Enter the years as a whole number, such as 2")
        return gettext("Enter the months as a whole number, such as 6")

    def complaint_of_whole(self, text: str) -> str:
        own: Any = vars(self)["invalid_value_message"]
        return str(own or gettext("Enter years and months"))


def _said(number: int, unit: Literal["year", "month"]) -> str:
    # Babel knows these words in every language here, and not where it writes units.
    days = datetime.timedelta(days=number * _DAYS[unit])
    return format_timedelta(days, unit, threshold=_NEVER, locale=conventions())
