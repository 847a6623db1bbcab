"""Settings: every one that is read, its default, and the check that says in one line what is wrong and the cure.

The engine's own begin with ``WIZARD_`` and are read in anybody's application. The rest are the signup's, and Flask's.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus, urlsplit

from babel import Locale, UnknownLocaleError
from flask import Flask
from flask.sansio.app import App

from . import checks, instance, mail_settings
from .errors import SettingError

#: The characters that a session can have, unless it is set: far more than people type.
SESSION_BYTES = 262_144

#: The bytes that all files of a run can have, unless it is set, or one page takes more.
FILES_BYTES = 200_000_000

TEN_YEARS = timedelta(days=3650)

URLS = "Use sqlite:////path/to/file, postgresql+psycopg://user:password@host/name or redis://host:6379/0."


class Setting(NamedTuple):
    """A setting that can be read.

    :param default: what it is when nobody sets it.
    :param check: returns the value to use; raises ValueError with the mistake and the cure.
    """

    default: Any
    check: Callable[[Any], Any]


def _count(least: int, cure: str) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        # JSON's true is a number to Python.
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"not a number{f' above {least - 1}' if least else ''}. {cure}")
        return value

    return check


def _parts(value: Any) -> int | None:
    return None if value is None else _count(1, "Use how many inputs a form may send, such as 1000.")(value)


def _truth(value: Any) -> bool:
    # The text "False" would count as true.
    if not isinstance(value, bool):
        raise ValueError("neither true nor false. Write it in small letters: true or false.")
    return value


def _lifetime(value: Any) -> timedelta:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        value = timedelta(seconds=min(value, 2 * TEN_YEARS.total_seconds()))
    if not isinstance(value, timedelta) or not timedelta(seconds=1) <= value <= TEN_YEARS:
        raise ValueError("not a number of seconds between 1 and ten years. Use 86400 for a day.")
    return value


def _languages(value: Any) -> list[str]:
    if not isinstance(value, list) or not value:
        raise ValueError("""not a list. Write the codes like this: '["en", "de"]'.""")
    for code in value:
        try:
            Locale.parse(str(code), sep="-")
        except (UnknownLocaleError, ValueError):
            raise ValueError(f"{code!r} is no language. Use codes such as 'de' or 'pt-BR'.") from None
    return value


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(f"not a text. {URLS}")
    return value or None


#: What the engine reads, in anybody's application.
ENGINE = {
    "WIZARD_MOST_RUNS": Setting(50, _count(1, "Use how many unfinished runs a visitor may have, such as 50.")),
    "WIZARD_SEAL_SESSIONS": Setting(True, _truth),
    "WIZARD_SESSION_BYTES": Setting(SESSION_BYTES, _count(1, f"Use a number of bytes, such as {SESSION_BYTES}.")),
    "SESSION_ABSOLUTE_LIFETIME": Setting(timedelta(days=7), _lifetime),
    "WIZARD_FILES_BYTES": Setting(FILES_BYTES, _count(1, f"Use a number of bytes, such as {FILES_BYTES}.")),
    "WIZARD_FILES_URL": Setting(None, checks.files_url),
    "WIZARD_LIMIT_BEGIN": Setting({"address": "120 per hour", "run": "30 per hour"}, checks.limit),
    "WIZARD_LIMIT_CHECKS": Setting({"address": "600 per minute", "run": "120 per minute"}, checks.limit),
    "WIZARD_LIMIT_FINISH": Setting({"address": "600 per 10 minutes", "run": "20 per minute"}, checks.limit),
    "WIZARD_LIMIT_REFUSED": Setting({"address": "300 per minute", "run": "60 per minute"}, checks.limit),
    "WIZARD_LIMIT_SIGN_IN": Setting(
        {"address": "100 per 10 minutes", "account": "10 per 10 minutes; 100 per day"},
        partial(checks.limit, by="account"),
    ),
    "WIZARD_LOG_ADDRESS": Setting("network", checks.one_of("full", "network", "none")),
    "WIZARD_LOG_FORMAT": Setting("text", checks.one_of("text", "json")),
    "WIZARD_METRICS_TOKEN": Setting(None, checks.token),
    "LANGUAGES": Setting(["en"], _languages),
    "WTF_CSRF_TIME_LIMIT": Setting(3600, checks.time_limit),
}

_A_MEGABYTE = Setting(1_000_000, _count(1, "Use a number of bytes, such as 1000000."))

#: What the signup reads beside that. With a lifetime of one day, a signup begun in the evening goes on in the morning.
SIGNUP = {
    "DATABASE_URL": Setting(None, _text),
    "HTTPS_ONLY": Setting(False, _truth),
    "LANGUAGES": Setting(["en", "de", "es"], _languages),
    "MAIL_FROM": Setting(None, mail_settings.mail_from),
    "MAIL_URL": Setting(None, mail_settings.mail_url),
    "MAX_CONTENT_LENGTH": _A_MEGABYTE,
    "MAX_FORM_MEMORY_SIZE": _A_MEGABYTE,
    "PERMANENT_SESSION_LIFETIME": Setting(timedelta(days=1), _lifetime),
    "RATELIMIT_ENABLED": Setting(True, _truth),
    "PUBLIC_URL": Setting(None, checks.public_url),
    "SECRET_KEY": Setting(None, checks.key),
    "SECRET_KEY_FALLBACKS": Setting(None, checks.old_keys),
    "SESSION_COOKIE_DOMAIN": Setting(None, checks.domain),
    "SESSION_COOKIE_HTTPONLY": Setting(True, _truth),
    "SESSION_COOKIE_NAME": Setting("session", checks.name_of_cookie),
    "SESSION_COOKIE_PARTITIONED": Setting(False, _truth),
    "SESSION_COOKIE_PATH": Setting(None, checks.path),
    "SESSION_COOKIE_SAMESITE": Setting(None, checks.same_site),
    "SESSION_COOKIE_SECURE": Setting(False, _truth),
    "SESSION_URL": Setting(None, _text),
    "TRUSTED_HOSTS": Setting(None, checks.hosts),
    "WIZARD_METRICS": Setting(False, _truth),
    "TRUSTED_PROXIES": Setting(0, _count(0, "Use how many proxies stand before the server, such as 1.")),
}

#: Flask's own and Flask-WTF's, of which a wrong one would fail only while a request is answered.
THEIRS = {
    "APPLICATION_ROOT": Setting("/", checks.root),
    "MAX_FORM_PARTS": Setting(None, _parts),
    "PREFERRED_URL_SCHEME": Setting("http", checks.one_of("http", "https")),
    "SERVER_NAME": Setting(None, checks.server),
    "WTF_CSRF_FIELD_NAME": Setting("csrf_token", checks.name_of_input),
    "WTF_CSRF_HEADERS": Setting([], checks.names_of_headers),
    "WTF_CSRF_SECRET_KEY": Setting(None, checks.own_key),
}


def read(app: App, name: str, settings: Mapping[str, Setting] = ENGINE) -> Any:
    """Return the setting ``name`` of ``app``, or its default.

    :raises SettingError: when it cannot work; the message names the cure.
    """
    default, check = settings[name]
    try:
        return check(app.config.get(name, default))
    except ValueError as error:
        raise SettingError(f"{name}: {error}") from None


def check(app: App) -> None:
    """See that ``app`` has a key, and that each setting that a Wizard needs can work. Called for every Wizard.

    :raises SettingError: when one cannot; the message names the cure.
    """
    require_key(app)
    needed = ENGINE | THEIRS
    for name in needed:
        read(app, name, needed)


def require_key(app: App) -> None:
    """See that ``app`` has a key to sign its cookies and forms with.

    :raises SettingError: when it has none; the message names the cure.
    """
    if not app.config.get("SECRET_KEY"):
        raise SettingError(
            "SECRET_KEY: is not set, and nothing can be signed without it. Set app.secret_key before a wizard is "
            f"registered, to a key that you make once with: {checks.MAKE_A_KEY}"
        )


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


def configure(app: Flask, config: Mapping[str, Any]) -> None:
    """Read the settings of the signup: those of ``config``, then those of the environment, then the defaults.

    :raises SettingError: when one cannot work; the message names the cure.
    """
    settings = ENGINE | SIGNUP
    # A copy: the environment can set one entry of a default that has several, such as WIZARD_LIMIT_CHECKS__run.
    app.config.from_mapping({name: deepcopy(setting.default) for name, setting in settings.items()})
    app.config.from_prefixed_env()
    for name in ("DATABASE_URL", "SECRET_KEY", "SESSION_URL", "WIZARD_METRICS_TOKEN"):
        # from_prefixed_env reads JSON where it can, and makes a number of a key of digits.
        if (given := os.environ.get(f"FLASK_{name}")) is not None:
            app.config[name] = given
    app.config.from_mapping(config)
    for name in settings:
        app.config[name] = read(app, name, settings)
    checks.check_https(app.config)
    checks.check_cookie(app.config)
    if app.config["DATABASE_URL"] is None:
        app.config["DATABASE_URL"] = f"sqlite:///{instance.folder(app) / 'wizard.db'}"
    app.config["SESSION_URL"] = app.config["SESSION_URL"] or app.config["DATABASE_URL"]
