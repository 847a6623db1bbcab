"""Zones: the time zone of the visitor, and which day it is there."""

from __future__ import annotations

import datetime
import re
from zoneinfo import ZoneInfo

from flask import has_request_context, request

from . import checks

#: The script of the page keeps it in this cookie. It ends with the browser's session.
COOKIE = checks.TIMEZONE_COOKIE

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
