"""URLs: the addresses of stores, and what is said of one, without the passwords in it."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus, urlsplit

from ..errors import SettingError

URLS = "Use sqlite:////path/to/file, postgresql+psycopg://user:password@host/name or redis://host:6379/0."


def url(name: str, value: object) -> str:
    """Return ``value`` as the URL of a store. No message repeats any of it: there may be a password in it.

    :param name: the setting it comes from.
    :raises SettingError: when it cannot work; the message names the cure.
    """
    if not isinstance(value, str) or "://" not in value or not value.isprintable():
        raise SettingError(f"{name}: no database driver for this URL. {URLS}")
    scheme, _, rest = value.partition("://")
    place = rest.partition("?")[0]
    if scheme.startswith("sqlite") and (place in ("", "/") or ":memory:" in rest or "mode=memory" in rest):
        raise SettingError(
            f"{name}: a database in memory is another one for each connection. Use a file: sqlite:////path/to/file."
        )
    credentials = "" if place.startswith("/") else place.rpartition("@")[0]
    if set(credentials) & set("@/# "):
        raise SettingError(
            f"{name}: the user or the password holds a character that ends it. Use %40 for @, %2F for /, %3F for ?, "
            "%23 for # and %20 for a blank."
        )
    try:
        _ = urlsplit(value).port
    except ValueError:
        raise SettingError(f"{name}: the host or the port in this URL is none. {URLS}") from None
    return value


def without_secrets(text: str, address: str) -> str:
    """Return what a driver says, without the passwords that stand in the URL it was given.

    :param text: one line.
    :param address: the URL.
    """
    parts = urlsplit(address)
    hidden = [parts.netloc.rpartition("@")[0].partition(":")[2]]
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if re.search("pass|pwd|secret|key|token|auth|cred", name, re.IGNORECASE):
            hidden.append(value)
    for secret in sorted({form for one in hidden for form in (one, unquote(one), unquote_plus(one))}, key=len)[::-1]:
        text = text.replace(secret, "***") if secret else text
    return text
