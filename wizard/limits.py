"""Limits: how often a visitor may try what costs something or tells something, by address and by run.

A new kind of limit is a row of :data:`KINDS`, a setting, and an entry in the ``limits`` of the page whose button it is.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, make_response, request
from flask_babel import format_timedelta

from . import current, security_log, settings
from .addresses import network
from .languages import gettext
from .rates import Counter, MemoryCounter, Rate, RedisCounter, rates_in

#: In the environment of a request that is not limited, as those of the test kit are. No header can set it.
UNLIMITED = "wizard.unlimited"

#: Seconds that a request waits for Redis before it counts in memory.
PATIENCE = 0.3

#: Seconds in which a Redis that has failed is not asked again.
PAUSE = 10


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
    "begin": Kind("WIZARD_LIMIT_BEGIN", lambda response: response.status_code != 429),
    "finish": Kind("WIZARD_LIMIT_FINISH", lambda response: response.status_code != 429),
    "sign_in": Kind("WIZARD_LIMIT_SIGN_IN", lambda _: True),
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
    is_off = request.environ.get(UNLIMITED) or not current_app.config.get("RATELIMIT_ENABLED", True)
    return 0 if is_off else limits.wait(kind, run)


def spend(kind: str, who: str) -> int:
    """Return the same as :func:`wait`, and count the try before it is made, so that many at once are no more than many.

    :param who: names what is limited beside the address, such as an account.
    """
    if seconds := wait(kind, who):
        return seconds
    _, tries = current.g().pop("wizard_tries", (None, ()))
    limits: Limits = current_app.extensions["wizard_limits"]
    # Another request may have had the last one meanwhile.
    return 0 if limits.count(tries) else wait(kind, who) or 1


def count(response: Response) -> Response:
    """Count what the visitor has tried, if it counts. For ``after_request``."""
    counts, tries = current.g().pop("wizard_tries", (None, ()))
    if counts and counts(response):
        limits: Limits = current_app.extensions["wizard_limits"]
        limits.count(tries)
    return response


def words(seconds: int) -> str:
    """Return what is said to a visitor who must wait."""
    unit = next(unit for unit in (86_400, 3_600, 60, 1) if seconds > unit or unit == 1)
    rounded = timedelta(seconds=math.ceil(seconds / unit) * unit)
    return gettext(
        "Too many attempts in a short time. Nothing is lost: try again %(when)s.",
        when=format_timedelta(rounded, threshold=1, add_direction=True),
    )


def answer(seconds: int) -> Response:
    """Return the words alone, for a script: it leaves the page as it is, and says them there."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "Retry-After": str(seconds)}
    return make_response(words(seconds), 429, headers)


class Limits:
    """The limits of one application, counted in Redis or in memory.

    :param app: whose sessions say where: in their Redis, if they are in one. Without it, each process counts alone.
    """

    def __init__(self, app: Flask) -> None:
        # A Redis that fails takes no page with it.
        self._counter: Counter = MemoryCounter()
        self._memory = self._counter
        store: Any = getattr(app.session_interface, "store", None)
        if hasattr(store, "connect"):
            self._counter = RedisCounter(store.connect(PATIENCE))
        self._fails_until = 0.0
        self._prefix = f"limit/{app.name}"

    def wait(self, kind: str, run: str) -> int:
        """Return for how many seconds a visitor must wait; 0 if they may go on."""
        own = run and blake2b(run.encode(), digest_size=12).hexdigest()
        who = {"address": _address(), "run": own, "account": own}
        tries = [
            (what, f"{self._prefix}/{kind}/{who[what]}/{rate.most}/{rate.seconds}", rate)
            for what, text in (settings.read(current_app, KINDS[kind].setting) or {}).items()
            if who[what]
            for rate in rates_in(text)
        ]
        for what, key, rate in tries:
            seen: tuple[int, float] = self._ask("seen", key)
            if seen[0] >= rate.most:
                security_log.write("limit_hit", limit=kind, by=what)
                return max(1, math.ceil(seen[1]))
        g.wizard_tries = (KINDS[kind].counts, tries)
        return 0

    def count(self, tries: Iterable[tuple[str, str, Rate]]) -> bool:
        """Count these, and return whether none was too many."""
        return False not in [self._ask("hit", key, rate) for _, key, rate in tries]

    def _ask(self, what: str, *key: Any) -> Any:
        if self._fails_until <= time.monotonic():
            try:
                return getattr(self._counter, what)(*key)
            except Exception as error:
                if self._counter is self._memory:
                    raise
                current_app.logger.warning(
                    "Limits are counted in memory for now: Redis failed (%s)", type(error).__name__
                )
                self._fails_until = time.monotonic() + PAUSE
        return getattr(self._memory, what)(*key)


def _address() -> str:
    # Whoever has an address of version 6 has 2**64 of them.
    return network(32, 64)
