"""The Redis Store: a hash a session, which Redis itself lets expire. One key each, so a Redis Cluster will do."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from redis import Redis, RedisCluster, exceptions
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from .. import patience, settings, signals
from ..errors import Conflict, SettingError, StoreError, raise_anew
from ..patience import START_PATIENCE, in_time, waiting
from .store import Record

# Compare and set, in one step: nobody overwrites what they have not seen, nor raises what was deleted.
_SAVE = """
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'data', ARGV[2], 'version', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

_DELETE = """
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""

_PING = """
redis.call('SET', KEYS[1], '', 'PX', 1000)
return redis.call('DEL', KEYS[1])
"""


class RedisStore:
    """A Store in Redis, or in a Redis Cluster, whichever answers at the address.

    :param url: ``redis://host:port/database``, or ``rediss://`` for TLS.
    :param setting: the name of the setting that the URL came from.
    :raises SettingError: when Redis does not answer.
    """

    shared = True

    _redis: Any

    def __init__(self, url: str, setting: str) -> None:
        self.url = settings.url(setting, url)
        options: dict[str, Any] = {
            "decode_responses": True,
            # Of what was damaged, the codec says so.
            "encoding_errors": "replace",
            "socket_timeout": patience.PATIENCE,
            "socket_connect_timeout": patience.PATIENCE,
        }
        # A connection that was idle while Redis restarted fails once; the next one works.
        retry = Retry(NoBackoff(), 1)
        try:
            with waiting(START_PATIENCE):
                self._redis, self.is_cluster = in_time(lambda: _open(url, retry=retry, **options))
        except TypeError:
            raise_anew(SettingError(f"{setting}: Redis knows no such option. {settings.URLS}"))
        except (RedisError, StoreError, ValueError) as error:
            why = settings.without_secrets(str(error).partition("\n")[0], url)
            raise_anew(
                SettingError(
                    f"{setting}: Redis does not answer ({why}). Start it, or mend the URL: redis://host:6379/0."
                )
            )

    def connect(self, patience: float) -> Any:
        """Return another client of this Redis, for what is no session.

        :param patience: the seconds that it waits for an answer. It tries once.
        """
        once = Retry(NoBackoff(), 0)
        kind: Any = RedisCluster if self.is_cluster else Redis
        return kind.from_url(self.url, socket_timeout=patience, socket_connect_timeout=patience, retry=once)

    def nodes(self) -> list[Any]:
        """Return a client for each server that takes what is saved: several in a cluster, else one."""
        if not self.is_cluster:
            return [self._redis]
        return [self._redis.get_redis_connection(node) for node in self._redis.get_primaries()]

    def ask(self, call: Callable[[], Any]) -> Any:
        """Return what Redis answers in time.

        :raises StoreError: when it does not.
        """
        try:
            with waiting():
                return in_time(call)
        except (RedisError, StoreError) as error:
            why = _cause(error) if isinstance(error, RedisError) else error
            signals.store_failed.send("redis")
            raise_anew(StoreError(f"redis: {why}"))

    def load(self, session_id: str) -> Record | None:
        data, version = self.ask(lambda: self._redis.hmget(_key(session_id), "data", "version"))
        return None if data is None else Record(data, int(version))

    def save(self, session_id: str, data: str, lifetime: timedelta, *, version: int) -> None:
        self._put(session_id, data, lifetime, version, version + 1)

    def move(self, session_id: str, new: str, data: str, lifetime: timedelta, *, version: int) -> None:
        self._put(new, data, lifetime, 0, version + 1)
        # Last, as a cluster may keep them on two servers: a process that dies in between has lost nothing.
        try:
            self.delete(session_id, version=version)
        except Conflict:
            self.delete(new)
            raise

    def _put(self, session_id: str, data: str, lifetime: timedelta, seen: int, version: int) -> None:
        milliseconds = int(lifetime.total_seconds() * 1000)
        values = (str(seen), data, milliseconds, version)
        if not self.ask(lambda: self._redis.eval(_SAVE, 1, _key(session_id), *values)):
            raise Conflict("the session was saved or deleted by another request")

    def delete(self, session_id: str, *, version: int | None = None) -> None:
        if version is None:
            self.ask(lambda: self._redis.delete(_key(session_id)))
        elif not self.ask(lambda: self._redis.eval(_DELETE, 1, _key(session_id), str(version))):
            raise Conflict("the session was saved or deleted by another request")

    def find(self, prefix: str) -> Iterator[tuple[str, Record]]:
        pattern = _key(re.sub(r"([*?\[\]\\])", r"\\\1", prefix)) + "*"
        for key in self.ask(lambda: list(self._redis.scan_iter(match=pattern, count=1000))):
            row_id = key.removeprefix(_key(""))
            if record := self.load(row_id):
                yield row_id, record

    def purge(self, most: int | None = None) -> int:
        # Redis deletes what has expired by itself.
        return 0

    def ping(self) -> None:
        self.ask(lambda: self._redis.eval(_PING, 1, _key(f"ping-{secrets.token_hex(16)}")))


def _open(url: str, **options: Any) -> tuple[Any, bool]:
    """Return a client, and whether it is one of a cluster."""
    client: Any = Redis.from_url(url, **options)
    if not client.info("cluster").get("cluster_enabled"):
        return client, False
    client.close()
    return RedisCluster.from_url(url, **options), True


def _cause(error: RedisError) -> str:
    """Return in one line why Redis failed. What it says of a command that it refuses may hold what was sent to it."""
    if isinstance(error, exceptions.ConnectionError | exceptions.TimeoutError):
        return str(error).partition("\n")[0]
    code = getattr(error, "status_code", None) or str(error).partition(" ")[0]
    return f"{type(error).__name__}" + (f" ({code})" if isinstance(error, ResponseError) else "")


def _key(session_id: str) -> str:
    return f"session:{session_id}"
