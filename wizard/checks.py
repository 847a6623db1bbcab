"""Checks of the settings that concern HTTP: hosts, addresses, cookies, the keys that sign them, and limits.

Each returns the value to use, and raises ValueError with the mistake and the cure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from ipaddress import ip_address
from typing import Any

from .errors import SettingError
from .rates import rates_in

#: The cookies that hold the language that a visitor has chosen, and the time zone of the browser.
LANGUAGE_COOKIE, TIMEZONE_COOKIE = "language", "wizard_timezone"

#: What makes a key. It is also what the docs say.
MAKE_A_KEY = "python3 -c 'import secrets; print(secrets.token_hex(32))'"

#: A key that has less can be found by trying.
KEY_BYTES = 32

LIMIT = """Write it like this: '{"address": "600 per minute", "run": "100 per hour"}'."""

_IPV6 = r"\[[0-9A-Fa-f:.]+\]"
_HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?"


def name_of_cookie(value: Any) -> str:
    """Return the name of a cookie."""
    if not isinstance(value, str) or not re.fullmatch(r"[!#$%&'*+.^`|~\w-]+", value, re.ASCII):
        raise ValueError("not a name that a cookie can have. Use letters, digits, '-' and '_', such as session.")
    for taken, what in ((LANGUAGE_COOKIE, "language"), (TIMEZONE_COOKIE, "time zone")):
        if value == taken:
            raise ValueError(f"the name of the cookie that keeps the {what}. Use another one, such as session.")
    return value


def domain(value: Any) -> str | None:
    """Return the domain that a cookie is for."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not re.fullmatch(rf"\.?{_HOST}", value, re.ASCII):
        raise ValueError("not a domain. Use its name alone, such as example.com.")
    return value


def files_url(value: Any) -> str | None:
    """Return the URL of the store of files."""
    if value is not None and (not isinstance(value, str) or "://" not in value):
        raise ValueError(
            "no URL of a store of files. Use a database (sqlite:////path/to/file), a folder (file:///var/lib/files) or "
            "a bucket (s3://bucket/prefix)."
        )
    return value or None


def server(value: Any) -> str | None:
    """Return the host, and perhaps the port, that addresses outside of a request begin with."""
    if value is not None and (
        not isinstance(value, str) or not re.fullmatch(rf"(?:{_HOST}|{_IPV6})(?::\d{{1,5}})?", value, re.ASCII)
    ):
        raise ValueError("not a host. Use its name, with a port if it needs one, such as example.com:8000.")
    return value


def root(value: Any) -> str:
    """Return the path below which an application is."""
    found = path(value)
    if found is None:
        raise ValueError("not the beginning of an address. Use / or a path such as /signup.")
    return found


def path(value: Any) -> str | None:
    """Return the path that a cookie is for."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not re.fullmatch(r"/[!-:<-~]*", value, re.ASCII):
        raise ValueError("not the beginning of an address. Use / or a path such as /signup.")
    return value


def same_site(value: Any) -> str | None:
    """Return which requests from other sites a cookie goes with."""
    if value is not None and value not in ("Lax", "Strict", "None"):
        raise ValueError("not one that browsers know. Use Lax, Strict or None.")
    return value  # type: ignore[no-any-return]


def key(value: Any) -> str | bytes | None:
    """Return the key that cookies and forms are signed with."""
    if value is None or value == "":
        return None
    if not isinstance(value, str | bytes):
        raise ValueError(f"not a text. Make one with: {MAKE_A_KEY}")
    if size(value) < KEY_BYTES:
        raise ValueError(f"shorter than {KEY_BYTES} bytes, so that it can be guessed. Make one with: {MAKE_A_KEY}")
    return value


def token(value: Any) -> str | None:
    """Return what a program sends to be let in."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not re.fullmatch(rf"[!-~]{{{KEY_BYTES},}}", value):
        raise ValueError(f"not {KEY_BYTES} letters, digits or signs without a blank. Make one with: {MAKE_A_KEY}")
    return value


def size(key: str | bytes) -> int:
    """Return how many bytes a key has."""
    return len(key.encode(errors="replace") if isinstance(key, str) else key)


def old_keys(value: Any) -> list[str | bytes]:
    """Return the keys whose signatures are still believed."""
    if value is not None and not isinstance(value, list | tuple):
        raise ValueError("""not a list. Write the old keys like this: '["old key"]'.""")
    return [one if isinstance(one, bytes) else str(one) for one in value or () if one not in ("", None)]


def own_key(value: Any) -> str | bytes | None:
    """Return the key that tokens are signed with, where that is another one."""
    if value is not None and not isinstance(value, str | bytes):
        raise ValueError(f"not a text. Make one with: {MAKE_A_KEY}")
    return value


def name_of_input(value: Any) -> str:
    """Return the name of the input that holds the token of a form."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][\w.-]*", value, re.ASCII):
        raise ValueError("not a name that the input of the token can have. Use letters and '_', such as csrf_token.")
    return value


def names_of_headers(value: Any) -> list[str]:
    """Return the headers that may hold the token of a form."""
    is_list = isinstance(value, list | tuple | set | frozenset)
    if not is_list or not all(isinstance(one, str) and re.fullmatch(r"[\w-]+", one, re.ASCII) for one in value):
        raise ValueError("""not a list of headers. Write them like this: '["X-CSRFToken"]'.""")
    return list(value)


def time_limit(value: Any) -> int | None:
    """Return for how many seconds a page can be sent after it was opened; ``None`` for as long as its session."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ValueError("not a number of seconds above 0. Use 3600 for an hour, or null for as long as the session.")
    return value


def hosts(value: Any) -> list[str] | None:
    """Return the hosts that a request may name, in small letters."""
    if value is None or value == "":
        return None
    if not isinstance(value, list) or not value:
        raise ValueError("""not a list. Write the hosts like this: '["example.com", ".example.org"]'.""")
    for host in value:
        # werkzeug knows no address of version 6 again.
        if not isinstance(host, str) or not re.fullmatch(rf"\.?{_HOST}", host, re.ASCII):
            raise ValueError(f"{host!r} is no host. Use its name without scheme and port, such as example.com.")
    return [host.lower() for host in value]


def public_url(value: Any) -> str | None:
    """Return the address at which visitors open the site, without a slash at its end."""
    if value is None or value == "":
        return None
    known = re.fullmatch(rf"https?://(?:{_HOST}|{_IPV6})(?::(\d{{1,5}}))?(?:/[\w.~%-]+)*/?", str(value), re.ASCII)
    if known is None or int(known[1] or 1) not in range(1, 65536):
        raise ValueError(
            "not an address that visitors can open. Use https://example.com or https://example.com/prefix."
        )
    return str(value).rstrip("/")


def is_loopback(host: str) -> bool:
    """Return whether ``host``, a name or an address, is this machine."""
    try:
        address = ip_address(host)
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def one_of(*known: str) -> Callable[[Any], str]:
    """Return the check of a setting that is one of a few words."""

    def check(value: Any) -> str:
        if value not in known:
            raise ValueError(f"not one of them. Use {', '.join(known[:-1])} or {known[-1]}.")
        return str(value)

    return check


def limit(value: Any, by: str = "run") -> dict[str, str] | None:
    """Return how often something is allowed, by ``address`` and by ``run``, or what stands in its place."""
    if value is None or value == "":
        return None
    cure = LIMIT.replace("run", by)
    if not isinstance(value, dict) or not set(value) <= {"address", by}:
        raise ValueError(f"not a limit by address and by {by}. {cure}")
    for text in value.values():
        try:
            rates_in(text)
        except (TypeError, ValueError):
            raise ValueError(f"{text!r} is no limit. {cure}") from None
    return value


# What two settings say together


def check_https(config: MutableMapping[str, Any]) -> None:
    """See that ``HTTPS_ONLY`` has an address to redirect to, and let no cookie go over HTTP."""
    if not config["HTTPS_ONLY"]:
        return
    if not (config["PUBLIC_URL"] or "").startswith("https://"):
        raise SettingError(
            "HTTPS_ONLY: needs the address that visitors are redirected to. Set PUBLIC_URL, such as https://example.com."
        )
    config["SESSION_COOKIE_SECURE"] = True


def check_cookie(config: Mapping[str, Any]) -> None:
    """See that a browser will take the cookie. It drops one that breaks these rules, without a word."""
    name, secure = config["SESSION_COOKIE_NAME"], config["SESSION_COOKIE_SECURE"]
    needs_secure = {
        "SESSION_COOKIE_SAMESITE": config["SESSION_COOKIE_SAMESITE"] == "None",
        "SESSION_COOKIE_PARTITIONED": config["SESSION_COOKIE_PARTITIONED"],
        "SESSION_COOKIE_NAME": name.lower().startswith(("__host-", "__secure-")),
    }
    for setting, needed in needs_secure.items():
        if needed and not secure:
            raise SettingError(
                f"{setting}: browsers take such a cookie over HTTPS alone. Set SESSION_COOKIE_SECURE to true as well."
            )
    for setting in ("SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH"):
        if name.lower().startswith("__host-") and config[setting] not in (None, "/"):
            raise SettingError(
                f"{setting}: browsers take no cookie whose name begins with __Host- where it is set. Leave it empty, "
                "or change SESSION_COOKIE_NAME."
            )
