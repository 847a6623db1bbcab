"""Dates in parts: a day that people know by heart, and a month of a year."""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from unicodedata import combining, normalize

from babel import Locale
from babel.dates import format_date, format_skeleton

from ..flow.parts import Part, PartsField
from ..languages import conventions, gettext
from .hints import Exampled

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?")
#: In a date that is written as one text: its numbers, and the words between them.
_WORDS = re.compile(r"\d+|[^\s\d,./-]+")
#: A number, as it is written in a date: 31, 31., 31st, 31日.
_NUMBER = re.compile(r"(\d{1,4})\s*(?:st|nd|rd|th|[.,º日月年])?", re.IGNORECASE)
_QUOTED = re.compile(r"'[^']*'")

#: As many letters of the name of a month are understood.
_FEWEST_LETTERS = 3


class DatePartsField(Exampled, PartsField):
    """The base of dates that are asked in several inputs, in the order in which the page's language writes a date.

    The month is a number or a name in that language, in full or cut short.
    """

    bounded = (datetime.date, "a datetime.date")

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        example: datetime.date | None = datetime.date(1980, 3, 31),
        **options: Any,
    ) -> None:
        self.example = example
        super().__init__(label, validators, **options)

    def _order(self) -> list[str]:
        return [part for part in _order(str(conventions())) if part in self.part_names]

    def write(self, example: datetime.date) -> str:
        texts = self.take_apart(example)
        return " ".join(texts[part] for part in self._order())

    def parts(self) -> Sequence[Part]:
        said = {
            # A month may be written as a name, for which a keyboard of digits has no letters.
            "day": Part("day", gettext("Day"), 2, {"inputmode": "numeric"}),
            "month": Part("month", gettext("Month"), 2, {"autocapitalize": "none", "spellcheck": "false"}),
            "year": Part("year", gettext("Year"), 4, {"inputmode": "numeric"}),
        }
        return [said[part] for part in self._order()]

    def read(self, part: str, text: str) -> int:
        if part == "month" and (month := _month(text)):
            return month
        found = _NUMBER.fullmatch(text)
        number = int(found[1]) if found else 0
        if part == "year":
            is_right = bool(number) and found is not None and len(found[1]) == 4
        else:
            is_right = 1 <= number <= (31 if part == "day" else 12)
        if not is_right:
            raise ValueError(text)
        return number

    def combine(self, values: Mapping[str, Any]) -> datetime.date:
        return datetime.date(values["year"], values["month"], values.get("day", 1))

    def split(self, text: str) -> Mapping[str, str] | None:
        if found := _ISO.fullmatch(text):
            texts = zip(("year", "month", "day"), found.groups(), strict=True)
            taken = {part: text for part, text in texts if text}
            if "day" not in self.part_names and int(taken.get("day", 1)) == 1:
                # The value of a month is its first day.
                taken.pop("day", None)
            return taken if taken.keys() == set(self.part_names) else None
        words = [word for word in _WORDS.findall(text) if word.isdecimal() or _month(word)]
        if len(words) != len(self.part_names):
            return None
        order = self._order()
        named = [number for number, word in enumerate(words) if not word.isdecimal()]
        years = [number for number, word in enumerate(words) if word.isdecimal() and len(word) == 4]
        if len(named) > 1 or len(years) > 1:
            return None
        if years and order.index("year") != years[0]:
            order.remove("year")
            by_size = ["year", *(part for part in ("month", "day") if part in order)]
            order = by_size if years[0] == 0 else [*order[: years[0]], "year", *order[years[0] :]]
        if named and order.index("month") != named[0]:
            order.remove("month")
            order.insert(named[0], "month")
        return dict(zip(order, words, strict=True))

    def take_apart(self, value: datetime.date) -> Mapping[str, str]:
        texts = {"day": str(value.day), "month": str(value.month), "year": f"{value.year:04}"}
        return {part: texts[part] for part in self.part_names}

    def complaint(self, part: str, text: str) -> str:
        if part == "day":
            return gettext("Enter the day as a number from 1 to 31") if text else gettext("Enter a day")
        if part == "month":
            wrong = gettext("Enter the month as a number from 1 to 12 or by its name")
            return wrong if text else gettext("Enter a month")
        return gettext("Enter the year with four digits") if text else gettext("Enter a year")

    def mismatch(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        locale, first = conventions(), datetime.date(values["year"], values["month"], 1)
        said = gettext(
            "%(day)s %(month)s does not exist: %(month_and_year)s has %(days)s days",
            day=values["day"],
            month=locale.months["format"]["wide"][first.month],
            month_and_year=format_skeleton("yMMMM", first, locale=locale),
            days=monthrange(first.year, first.month)[1],
        )
        return {"day": said}


class MemorableDateField(DatePartsField):
    """A date that people know by heart, such as a birthday. Its value is a ``datetime.date``.

    It is asked in three inputs, in the order in which the page's language writes a date. The month is a number or a
    name in that language, in full or cut short. Under its own name it takes a date as one text, as programs send it:
    ``date_of_birth=1980-03-31``.

    ``autocomplete="bday"`` in ``render_kw`` becomes ``bday-day``, ``bday-month`` and ``bday-year``.

    :param example: the date in the hint, behind the description if there is one: "For example, 31 3 1980". ``None``
        leaves it out.
    :param invalid_value_message: what is said of one text that is no date, such as a program's.

    >>> from wtforms import Form
    >>> class Profile(Form):
    ...     born = MemorableDateField("Date of birth", render_kw={"autocomplete": "bday"})
    """

    part_names = ("day", "month", "year")

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "format": "date"}

    def words(self, value: Any) -> str:
        return format_date(value, "long", locale=conventions()) if isinstance(value, datetime.date) else ""

    def complaint_of_whole(self, text: str) -> str:
        own: Any = vars(self)["invalid_value_message"]
        return str(own or gettext("Enter a day, a month and a year"))


class MonthYearField(DatePartsField):
    """A month of a year. Its value is a ``datetime.date``, the first of the month.

    It is asked in two inputs, as :class:`MemorableDateField` is in three. Under its own name it takes one text, as
    programs send it: ``moved=2024-03``, or ``2024-03-01``.

    ``autocomplete="cc-exp"`` in ``render_kw`` becomes ``cc-exp-month`` and ``cc-exp-year``.

    :param example: the date whose month is in the hint, behind the description if there is one: "For example, 3 1980".
        ``None`` leaves it out.
    :param invalid_value_message: what is said of one text that is no month, such as a program's.

    >>> from wtforms import Form
    >>> class Home(Form):
    ...     moved = MonthYearField("When did you move in?")
    """

    part_names = ("month", "year")

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}(-01)?$"}

    def words(self, value: Any) -> str:
        return format_skeleton("yMMMM", value, locale=conventions()) if isinstance(value, datetime.date) else ""

    def complaint_of_whole(self, text: str) -> str:
        own: Any = vars(self)["invalid_value_message"]
        return str(own or gettext("Enter a month and a year"))


@cache
def _order(locale: str) -> tuple[str, ...]:
    """Return the parts of a date in the order in which people write it."""
    pattern = _QUOTED.sub("", Locale.parse(locale).date_formats["long"].pattern)
    letters = {"day": "d", "month": "ML", "year": "yYu"}
    places = {part: re.search(f"[{found}]", pattern) for part, found in letters.items()}
    return tuple(sorted(letters, key=lambda part: place.start() if (place := places[part]) else len(pattern)))


def _month(text: str) -> int | None:
    """Return the number of the month that ``text`` is the name of, in full or cut short."""
    names, wanted = _months(str(conventions())), _folded(text)
    if wanted in names:
        return names[wanted]
    if len(wanted) < _FEWEST_LETTERS or not wanted.isalpha():
        return None
    found = {number for name, number in names.items() if name.startswith(wanted)}
    return found.pop() if len(found) == 1 else None


@cache
def _months(locale: str) -> Mapping[str, int]:
    names: dict[str, int] = {}
    for by_width in Locale.parse(locale).months.values():
        for width in ("wide", "abbreviated"):
            for number, name in by_width[width].items():
                names.setdefault(_folded(name), number)
    return names


def _folded(text: str) -> str:
    """Return ``text`` without what people leave out of a name: capitals, accents, dots, the dot of a Turkish i."""
    plain = "".join(one for one in normalize("NFKD", text.casefold()) if not combining(one))
    return plain.replace("\N{LATIN SMALL LETTER DOTLESS I}", "i").strip(" .")
