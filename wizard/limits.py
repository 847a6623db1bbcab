"""Limits: how often a visitor may try what costs something or tells something, by address and by run.

A new kind of limit is a row of :data:`KINDS`, a setting, and an entry in the ``limits`` of the page whose button it is.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, current_app, g, make_response, request
from flask_babel import format_timedelta
from flask_limiter import Limiter, RateLimitExceeded

from . import security_log, settings
from .addresses import network
from .languages import gettext

#: In the environment of a request that is not limited, as those of the test kit are. No header can set it.
UNLIMITED = "wizard.unlimited"

#: Seconds that a request waits for Redis before it counts in memory.
PATIENCE = 0.3


class Kind(NamedTuple):
    """What is limited together.

    :param setting: says how often.
    :param counts: whether a request with this response counts.
    """

    setting: str
    counts: Callable[[Response], bool]


#: What is limited. A page says which of its buttons are of which kind: see ``Page.limits``.
KINDS = {
    "check": Kind("WIZARD_LIMIT_CHECKS", lambda response: response.status_code != 429),
    "refused": Kind("WIZARD_LIMIT_REFUSED", lambda response: response.status_code == 422),
    "finish": Kind("WIZARD_LIMIT_FINISH", lambda response: response.status_code != 429),
}


def init_app(app: Flask) -> None:
    """Give ``app`` its limits, unless it has them."""
    if "wizard_limits" not in app.extensions:
        app.extensions["wizard_limits"] = Limits(app)


def wait(kind: str, run: str) -> int:
    """Return for how many seconds a visitor must wait; 0 if they may go on, and this try may count.

    :param kind: one of :data:`KINDS`.
    :param run: the key of the run; empty before there is one.
    """
    limits: Limits = current_app.extensions["wizard_limits"]
    return 0 if request.environ.get(UNLIMITED) else limits.wait(kind, run)


def words(seconds: int) -> str:
    """Return what is said to a visitor who must wait."""
    unit = next(unit for unit in (86_400, 3_600, 60, 1) if seconds > unit or unit == 1)
    rounded = timedelta(seconds=math.ceil(seconds / unit) * unit)
    return gettext(
        "That was too often in a short time. Nothing is lost: try again %(when)s.",
        when=format_timedelta(rounded, threshold=1, add_direction=True),
    )


def answer(seconds: int) -> Response:
    """Return the words alone, for a script: it leaves the page as it is, and says them there."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "Retry-After": str(seconds)}
    return make_response(words(seconds), 429, headers)


class Limits:
    """The limits of one application, counted by Flask-Limiter in Redis or in memory.

    :param app: whose sessions say where: in their Redis, if they are in one. Without it, each process counts alone.
    """

    def __init__(self, app: Flask) -> None:
        uri, options = _storage(app)
        self._limiter = Limiter(
            _address,
            storage_uri=uri,
            storage_options=options,
            strategy="fixed-window",
            key_prefix=f"wizard/{app.name}",
            headers_enabled=False,
            # A Redis that fails takes no page with it.
            in_memory_fallback_enabled=True,
            swallow_errors=True,
        )
        # Whatever limits the application has for its own routes, they are not this Limiter's.
        self._limiter.request_filter(lambda: "wizard_limited_run" not in g)
        self._limiter.init_app(app)
        self._gates = {kind: self._gate(kind) for kind in KINDS}

    def _gate(self, kind: str) -> Callable[[], None]:
        def gate() -> None:
            """Return if nothing is over its limit."""

        # By its name, Flask-Limiter knows a function again.
        gate.__qualname__ = f"gate of {kind}"
        by: dict[str, tuple[Callable[[], str], Callable[[], bool] | None]]
        by = {"address": (_address, None), "run": (_run, lambda: not g.wizard_limited_run)}
        limited: Callable[[], None] = gate
        for what, (key, is_exempt) in by.items():
            limited = self._limiter.shared_limit(
                partial(_most, kind, what), what, key_func=key, exempt_when=is_exempt, deduct_when=KINDS[kind].counts
            )(limited)
        return limited

    def wait(self, kind: str, run: str) -> int:
        """Return for how many seconds a visitor must wait; 0 if they may go on."""
        g.wizard_limited_run = run
        try:
            self._gates[kind]()
        except RateLimitExceeded as exceeded:
            security_log.write("limit_hit", limit=kind, by=str(exceeded.limit.scope))
            return self._seconds(exceeded)
        finally:
            del g.wizard_limited_run
        return 0

    def _seconds(self, exceeded: RateLimitExceeded) -> int:
        limit = self._limiter.current_limit
        try:
            assert limit is not None
            return max(1, math.ceil(limit.window[0] - time.time()))
        except Exception:
            # Redis has gone in between.
            return exceeded.limit.limit.get_expiry()


def _address() -> str:
    # Whoever has an address of version 6 has 2**64 of them.
    return network(32, 64)


def _run() -> str:
    return blake2b(g.wizard_limited_run.encode(), digest_size=12).hexdigest()


def _most(kind: str, what: str) -> str:
    return f"{(settings.read(current_app, KINDS[kind].setting) or {}).get(what) or ''}"


def _storage(app: Flask) -> tuple[str, dict[str, Any]]:
    store: Any = getattr(app.session_interface, "store", None)
    if not hasattr(store, "is_cluster"):
        return "memory://", {}
    # Whoever has no Redis is spared a tenth of the start.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    options = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0)}
    if not store.is_cluster:
        return store.url, options
    url = urlsplit(store.url)
    options |= {"username": url.username and unquote(url.username), "password": url.password and unquote(url.password)}
    options["ssl"] = url.scheme == "rediss"
    return f"redis+cluster://{url.hostname}:{url.port or 6379}", options
