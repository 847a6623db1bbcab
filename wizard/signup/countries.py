"""Every ISO 3166 country: its two-letter code and its name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale

#: Codes that Unicode's list has beside those of ISO 3166: regions, unions and codes for testing.
_NOT_ISO_3166 = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])


@cache
def countries(language: str = "en") -> dict[str, str]:
    """The name of each country in ``language`` by its code, sorted by the names."""
    names = Locale.parse(language).territories.items()
    found = [(code, name) for code, name in names if re.fullmatch("[A-Z]{2}", code) and code not in _NOT_ISO_3166]
    return dict(sorted(found, key=lambda country: _sort_key(country[1])))


def _sort_key(name: str) -> str:
    """``name`` without its accents, which would else come after every letter."""
    return "".join(part for part in unicodedata.normalize("NFKD", name) if not unicodedata.combining(part)).casefold()
