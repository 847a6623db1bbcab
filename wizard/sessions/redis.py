"""The Redis Store: a hash a session, which Redis itself lets expire. One key each, so a Redis Cluster will do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from .. import settings
from ..errors import Conflict, SettingError, StoreError
from .store import Record

#: Seconds that a request waits for an answer: a visitor is told within two.
PATIENCE = 0.7

# Compare and set, in one step: nobody overwrites what they have not seen, nor raises what was deleted.
_SAVE = """
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'data', ARGV[2], 'version', ARGV[1] + 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

_DELETE = """
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class RedisStore:
    """A Store in Redis, or in a Redis Cluster, whichever answers at the address.

    :param url: ``redis://host:port/database``, or ``rediss://`` for TLS.
    :param setting: the name of the setting that the URL came from.
    :raises SettingError: when Redis does not answer.
    """

    shared = True

    def __init__(self, url: str, setting: str) -> None:
        self.url = settings.url(setting, url)
        options: dict[str, Any] = {
            "decode_responses": True,
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
        }
        # A connection that was idle while Redis restarted fails once; the next one works.
        retry = Retry(NoBackoff(), 1)
        try:
            self._redis: Any = Redis.from_url(url, retry=retry, **options)
            self.is_cluster = bool(self._redis.info("cluster").get("cluster_enabled"))
            if self.is_cluster:
                self._redis = RedisCluster.from_url(url, retry=retry, **options)
        except TypeError:
            raise SettingError(f"{setting}: Redis knows no such option. {settings.URLS}") from None
        except (RedisError, ValueError) as error:
            raise SettingError(
                f"{setting}: Redis does not answer ({error}). Start it, or mend the URL: redis://host:6379/0."
            ) from error

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except RedisError as error:
            raise StoreError(f"redis: {error}") from error

    def load(self, session_id: str) -> Record | None:
        with self._answering():
            data, version = self._redis.hmget(_key(session_id), "data", "version")
        return None if data is None else Record(data, int(version))

    def save(self, session_id: str, data: str, lifetime: timedelta, *, version: int) -> None:
        milliseconds = int(lifetime.total_seconds() * 1000)
        with self._answering():
            saved = self._redis.eval(_SAVE, 1, _key(session_id), str(version), data, milliseconds)
        if not saved:
            raise Conflict("the session was saved or deleted by another request")

    def delete(self, session_id: str, *, version: int | None = None) -> None:
        with self._answering():
            if version is None:
                self._redis.delete(_key(session_id))
            elif not self._redis.eval(_DELETE, 1, _key(session_id), str(version)):
                raise Conflict("the session was saved or deleted by another request")

    def purge(self, most: int | None = None) -> int:
        # Redis deletes what has expired by itself.
        return 0

    def ping(self) -> None:
        with self._answering():
            self._redis.ping()


def _key(session_id: str) -> str:
    return f"session:{session_id}"
