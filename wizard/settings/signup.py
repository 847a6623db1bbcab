"""Signup: what the signup reads beside the engine, the outbox in any application included."""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

from flask import Flask

from .. import checks, instance, mail_settings, themes
from .engine import ENGINE, THEIRS
from .reading import join, read
from .setting import Setting, count, lifetime, store, truth

#: What an outbox reads.
MAIL = {
    "MAIL_FROM": Setting(
        None,
        mail_settings.mail_from,
        "address",
        "who mails are from: `hello@example.com` or `Acme <hello@example.com>`",
    ),
    "MAIL_URL": Setting(
        None,
        mail_settings.mail_url,
        "URL",
        "the server that mails are sent through: `smtp://user:password@host:587`, which begins with STARTTLS, or "
        "`smtps://…`. Needs `PUBLIC_URL`",
    ),
    "PUBLIC_URL": Setting(
        None,
        checks.public_url,
        "URL",
        "where visitors open the site: `https://example.com`, or with a prefix. Addresses that leave the site begin "
        "with it",
    ),
}

_MEGABYTE = count(1, "Use a number of bytes, such as 1000000.")

#: What the signup reads. With a lifetime of one day, a signup begun in the evening goes on in the morning.
SIGNUP = MAIL | {
    "DATABASE_URL": Setting(None, store, "URL", "where accounts are kept: any SQLAlchemy URL"),
    "HTTPS_ONLY": Setting(
        False,
        truth,
        "true or false",
        "whether HTTP is redirected to `PUBLIC_URL`, which must then begin with `https://`, and every cookie is "
        "`Secure`. Behind a proxy, set `TRUSTED_PROXIES` too. `/healthz` is answered over HTTP as well",
    ),
    "LANGUAGES": ENGINE["LANGUAGES"]._replace(default=["en", "de", "es"]),
    "MAX_CONTENT_LENGTH": Setting(1_000_000, _MEGABYTE, "bytes", "how many bytes one request may send"),
    "MAX_FORM_MEMORY_SIZE": Setting(
        1_000_000, _MEGABYTE, "bytes", "how many bytes of a request that are no file may be kept in memory"
    ),
    "PERMANENT_SESSION_LIFETIME": Setting(
        timedelta(days=1), lifetime, "seconds", "for how many seconds answers are kept after the last change"
    ),
    "SECRET_KEY": Setting(
        None,
        checks.key,
        "key",
        "signs the cookie and seals the sessions; must be given where a store is shared between machines. Without it, "
        "they are lost",
    ),
    "SECRET_KEY_FALLBACKS": THEIRS["SECRET_KEY_FALLBACKS"],
    "SESSION_COOKIE_DOMAIN": Setting(
        None, checks.domain, "host", "which hosts the cookie is sent to, if not to this host alone"
    ),
    "SESSION_COOKIE_HTTPONLY": Setting(True, truth, "true or false", "whether the cookie is out of reach of scripts"),
    "SESSION_COOKIE_NAME": Setting(
        "session",
        checks.name_of_cookie,
        "name",
        "the cookie's name. Over HTTPS, `__Host-` stands before it, unless there is a domain or a path",
    ),
    "SESSION_COOKIE_PARTITIONED": Setting(
        False,
        truth,
        "true or false",
        "whether the cookie is kept apart for each site that embeds the pages; only with `Secure`",
    ),
    "SESSION_COOKIE_PATH": Setting(
        None, checks.path, "path", "which addresses the cookie is sent to, if not to all of this host"
    ),
    "SESSION_COOKIE_SAMESITE": Setting(
        None,
        checks.same_site,
        "word",
        "whether requests from other sites carry the cookie: `Strict`, `Lax`, also where none is set, or `None`, which "
        "needs `Secure`",
    ),
    "SESSION_COOKIE_SECURE": Setting(
        False,
        truth,
        "true or false",
        "whether the cookie is sent over HTTPS alone. It always is when it was set over HTTPS",
    ),
    "SESSION_URL": Setting(
        None, store, "URL", "where sessions are kept: any SQLAlchemy URL, `redis://…`, or `cookie:`"
    ),
    "TRUSTED_HOSTS": Setting(
        None,
        checks.hosts,
        "list of hosts",
        """which hosts a request may name, as a list: `'["example.com", ".example.org"]'`, the second with its """
        "subdomains. Any other is answered with a 400, also to a health check",
    ),
    "TRUSTED_PROXIES": Setting(
        0,
        count(0, "Use how many proxies stand before the server, such as 1."),
        "number",
        "how many proxies stand before the server and tell it the visitor's address and scheme",
    ),
    "WIZARD_METRICS": Setting(False, truth, "true or false", "whether `/metrics` says what is counted, for Prometheus"),
    # It has pages that are no step's, which no framework draws.
    "WIZARD_THEME": ENGINE["WIZARD_THEME"]._replace(check=checks.one_of(*themes.OURS)),
}


def configure(app: Flask, config: Mapping[str, Any]) -> None:
    """Read the settings of the signup: those of ``config``, then those of the environment, then the defaults.

    :raises SettingError: when one cannot work; the message names the cure.
    """
    settings = ENGINE | SIGNUP
    join(app, settings)
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
