"""Mail settings: through which server mails are sent, and who they are from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from .checks import is_loopback
from .errors import SettingError

_URLS = "Use smtp://user:password@mail.example.com:587 or smtps://user:password@mail.example.com."

_PORTS = {"smtp": 587, "smtps": 465}


class Server(NamedTuple):
    """A mail server.

    :param is_secure: whether TLS begins with the connection; else it begins with STARTTLS.
    :param may_be_open: whether mails may go there without TLS.
    """

    host: str
    port: int
    user: str
    password: str
    is_secure: bool
    may_be_open: bool

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine, so that nobody stands between."""
        return is_loopback(self.host)


def server(url: str) -> Server:
    """Return the mail server that ``url`` names.

    :raises ValueError: with the mistake and the cure, and nothing of the URL: there may be a password in it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"the host or the port in this URL is none. {_URLS}") from None
    if parts.scheme not in _PORTS or not host or not url.isprintable() or " " in url:
        raise ValueError(f"not the URL of a mail server. {_URLS}")
    if "@" in parts.netloc.rpartition("@")[0] or parts.path.strip("/") or parts.fragment:
        raise ValueError(
            "the user or the password holds a character that ends it. Use %40 for @, %2F for /, %3F for ?, %23 for # "
            "and %20 for a blank."
        )
    return Server(
        host=host,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_secure=parts.scheme == "smtps",
        may_be_open=_may_be_open(parts, host),
    )


def _may_be_open(parts: SplitResult, host: str) -> bool:
    if parts.query not in ("", "tls=none"):
        raise ValueError("what stands after its '?' is not known. Use ?tls=none for a server of yours without TLS.")
    if parts.query and (parts.username or parts.scheme == "smtps"):
        raise ValueError(
            "?tls=none is for smtp:// without a password, which anybody on the way could read. Leave it out."
        )
    return bool(parts.query) or is_loopback(host)


def mail_url(value: Any) -> str | None:
    """Return the URL of the mail server."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError(f"not a text. {_URLS}")
    server(value)
    return value


def mail_from(value: Any) -> str | None:
    """Return who mails are from, such as ``Acme <hello@example.com>``."""
    if value is None or value == "":
        return None
    address = parseaddr(value)[1] if isinstance(value, str) and value.isprintable() else ""
    if not re.fullmatch(r"[^@\s<>,;]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", address, re.ASCII):
        raise ValueError("not an address that mails can be from. Use hello@example.com or Acme <hello@example.com>.")
    return str(value)


def sender(config: Mapping[str, Any]) -> str:
    """Return who mails are from: what ``MAIL_FROM`` says, or an address of the host that visitors open."""
    if given := config.get("MAIL_FROM"):
        return str(given)
    host = urlsplit(config.get("PUBLIC_URL") or "").hostname or "localhost"
    return f"no-reply@{'localhost' if is_loopback(host) or not re.search('[a-z]', host) or ':' in host else host}"


def check(config: Mapping[str, Any]) -> None:
    """See that a mail that leaves the machine can say where the site is.

    :raises SettingError: when it cannot; the message names the cure.
    """
    if config.get("MAIL_URL") and not config.get("PUBLIC_URL"):
        raise SettingError(
            "MAIL_URL: mails need the address that their links begin with, which comes from no request. Set "
            "PUBLIC_URL, such as https://example.com."
        )
