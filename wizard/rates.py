"""Rates: how often something may happen, as a setting writes it, and what counts that, in memory or in Redis."""

from __future__ import annotations

import re
import time
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple, Protocol

_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "month": 2_592_000, "year": 31_536_000}

_RATE = re.compile(rf"\s*(\d+)\s*(?:/|per)\s*(\d*)\s*({'|'.join(_UNITS)})s?\s*", re.IGNORECASE)

#: How many counts are kept in memory before those that are over are looked for.
_KEPT = 1024

# Counted and dated in one step: a count that never ends would lock somebody out.
_HIT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
"""

_SEEN = "return {redis.call('GET', KEYS[1]) or '0', redis.call('PTTL', KEYS[1])}"


class Rate(NamedTuple):
    """So many in so many seconds, which begin with the first."""

    most: int
    seconds: int


@lru_cache(maxsize=64)
def rates_in(text: str) -> tuple[Rate, ...]:
    """Return the rates that a text names, such as ``5 per minute; 100 per 10 hours``.

    :raises ValueError: when it names none, or one that nobody could keep to.
    """
    found = []
    for one in re.split("[;,|]", text):
        known = _RATE.fullmatch(one)
        if known is None or not int(known[1]) or (known[2] and not int(known[2])):
            raise ValueError(f"{one!r} is no rate")
        found.append(Rate(int(known[1]), int(known[2] or 1) * _UNITS[known[3].lower()]))
    return tuple(found)


class Counter(Protocol):
    """Counts by key, from the first hit until the time of its rate is over."""

    def seen(self, key: str) -> tuple[int, float]:
        """Return how many there were, and in how many seconds they are forgotten."""

    def hit(self, key: str, rate: Rate) -> bool:
        """Count one more, and return whether it is within ``rate``."""


class MemoryCounter:
    """A Counter of this process alone."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}
        self._most = _KEPT
        self._lock = Lock()

    def seen(self, key: str) -> tuple[int, float]:
        count, end = self._counts.get(key, (0, 0.0))
        left = end - time.monotonic()
        return (count, left) if left > 0 else (0, 0.0)

    def hit(self, key: str, rate: Rate) -> bool:
        with self._lock:
            now = time.monotonic()
            count, end = self._counts.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + rate.seconds
            self._counts[key] = count + 1, end
            if len(self._counts) > self._most:
                self._counts = {key: one for key, one in self._counts.items() if one[1] > now}
                # So that the search takes a fixed share of the time, however many there are.
                self._most = max(_KEPT, 2 * len(self._counts))
        return count < rate.most


class RedisCounter:
    """A Counter that all processes share.

    :param redis: a client of Redis, or of a Redis Cluster.
    """

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    def seen(self, key: str) -> tuple[int, float]:
        count, milliseconds = self._redis.eval(_SEEN, 1, key)
        return int(count), max(0, milliseconds) / 1000

    def hit(self, key: str, rate: Rate) -> bool:
        return int(self._redis.eval(_HIT, 1, key, rate.seconds * 1000)) <= rate.most
