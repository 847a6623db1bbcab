"""Zones: where the visitor is, as the browser says it: the time zone, which day it is there, and the country."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import has_request_context, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from . import checks

#: The script of the page keeps it in this cookie. It ends with the browser's session.
COOKIE = checks.TIMEZONE_COOKIE

#: A language with a country, such as de-AT or zh-Hant-TW.
_REGIONAL = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?-([A-Za-z]{2})(?:-.*)?")

_NAME = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")


def timezone() -> ZoneInfo | None:
    """Return the time zone that the visitor's browser has; ``None`` where it does not say one that is known."""
    name = request.cookies.get(COOKIE, "") if has_request_context() else ""
    if not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        # A name of no zone, or of the folder of several, such as "America".
        return None


def today() -> datetime.date:
    """Return which day it is for the visitor: in the time zone of the browser, else in that of the server.

    Use it in place of ``date.today()`` in a validator, as for "in the past". A browser without JavaScript says no zone.

    >>> from datetime import timedelta
    >>> today() - timedelta(days=1) < today()
    True
    """
    return datetime.datetime.now(timezone()).date()


def region() -> str | None:
    """Return the country of the language that the visitor's browser asks for first: ``AT`` for ``de-AT``.

    It is ``None`` where the browser names none: ``de`` alone says nothing, and neither do the languages after it.
    As the default of a field it is a suggestion, and becomes an answer once the visitor sends it:

    >>> from wtforms import Form, SelectField
    >>> class Address(Form):
    ...     country = SelectField("Country", choices={"AT": "Austria", "DE": "Germany"}, default=region)
    """
    return _first_region(request.headers.get("Accept-Language")) if has_request_context() else None


# The same header comes with every page.
@lru_cache(maxsize=256)
def _first_region(header: str | None) -> str | None:
    first = parse_accept_header(header, LanguageAccept).best
    found = _REGIONAL.fullmatch(first or "")
    return found[1].upper() if found else None
