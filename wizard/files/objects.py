"""The store of files in a bucket of S3, or of what speaks as S3 does: an object a file, and one that says its time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .. import signals
from ..errors import SettingError, StoreError
from .store import CHUNK, SEAL

#: How many bytes are sent at once. A bucket takes no less than five megabytes but for the last.
_PART = 5_242_880

#: For how long one request to the bucket is waited for.
_TIMEOUT = timedelta(seconds=10)

#: For how long a connection to it is waited for.
_CONNECT_TIMEOUT = timedelta(seconds=3)

#: Seconds between two looks for files that have expired.
_BETWEEN_PURGES = 600

_CURE = "Use s3://bucket/prefix, with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."


class ObjectFiles:
    """A store of files in a bucket.

    Of each file there is an object, ``data/<id>``, and an empty one whose name says when it may be deleted,
    ``until/<id>/<seconds>``: so a file is kept for longer without being sent anew. The latest counts.

    :param url: ``s3://bucket/prefix``. Its query is given to obstore, such as ``?endpoint=https://s3.example.com`` or
        ``?region=eu-central-1``; keys and the rest come from the environment, as everywhere (``AWS_…``).
    :raises SettingError: when it does not answer.
    """

    shared = True

    def __init__(self, url: str) -> None:
        self._next_purge = 0.0
        parts = urlsplit(url)
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        client: dict[str, Any] = {"timeout": _TIMEOUT, "connect_timeout": _CONNECT_TIMEOUT}
        if str(options.get("endpoint", "")).startswith("http:"):
            client["allow_http"] = True
        # Here, as whoever looks at the module need not have it.
        from obstore.store import S3Store

        try:
            self._store = S3Store(
                parts.netloc,
                prefix=parts.path.strip("/") or None,
                client_options=client,  # type: ignore[arg-type]
                retry_config={"max_retries": 1, "retry_timeout": _TIMEOUT},
                **options,
            )
            self.ping()
        except (StoreError, ValueError, TypeError) as error:
            raise SettingError(f"WIZARD_FILES_URL: the bucket does not answer ({_kind(error)}). {_CURE}") from None

    def write(self, file_id: str, chunks: Iterable[bytes], expires: int) -> None:
        with _told():
            # First, so that what is left of a process that dies in between is deleted.
            self._store.put(_until(file_id, expires), b"", use_multipart=False)
            self._store.put(f"data/{file_id}", _parts(chunks), chunk_size=_PART, max_concurrency=2)

    def read(self, file_id: str, number: int) -> bytes | None:
        with _told():
            start, length = number * (CHUNK + SEAL), CHUNK + SEAL
            try:
                return bytes(self._store.get_range(f"data/{file_id}", start=start, length=length))
            except FileNotFoundError:
                return None
            except _errors():
                # What is beyond its end is no answer of a bucket that is away.
                if self._store.head(f"data/{file_id}")["size"] > start:
                    raise
                return None

    def keep(self, ids: Collection[str], expires: int) -> None:
        with _told():
            for one in ids:
                self._store.put(_until(one, expires), b"", use_multipart=False)

    def delete(self, ids: Collection[str]) -> None:
        with _told():
            for one in ids:
                times = [meta["path"] for batch in self._store.list(f"until/{one}") for meta in batch]
                self._store.delete([f"data/{one}", *times])

    def purge(self, most: int | None = None) -> int:
        # To list what is there costs money, and a file that has expired is in nobody's way.
        if most is not None and time.monotonic() < self._next_purge:
            return 0
        self._next_purge = time.monotonic() + _BETWEEN_PURGES
        now, gone, late = int(time.time()), list[str](), list[str]()
        with _told():
            times: dict[str, list[int]] = {}
            for batch in self._store.list("until"):
                for meta in batch:
                    _, file_id, seconds = meta["path"].split("/")
                    times.setdefault(file_id, []).append(int(seconds))
            for file_id, ends in times.items():
                if max(ends) <= now and len(gone) != most:
                    gone.append(file_id)
                late += [_until(file_id, one) for one in sorted(ends)[:-1]]
            if late:
                self._store.delete(late)
        for file_id in gone:
            self.delete([file_id])
        return len(gone)

    def ping(self) -> None:
        path = f"ping/{secrets.token_hex(8)}"
        with _told():
            self._store.put(path, b"ping", use_multipart=False)
            self._store.delete(path)


def _until(file_id: str, expires: int) -> str:
    return f"until/{file_id}/{expires:012d}"


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield ``chunks``, as many together as are sent at once."""
    held = bytearray()
    for data in chunks:
        held += data
        if len(held) >= _PART:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _errors() -> tuple[type[Exception], ...]:
    from obstore import exceptions

    base: type[Exception] = exceptions.BaseError
    return OSError, base


def _kind(error: Exception) -> str:
    return str(error) if isinstance(error, StoreError) else type(error).__name__


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except _errors() as error:
        signals.store_failed.send("bucket")
        # What it says may hold an address with a key in it.
        raise StoreError(f"the bucket of files: {type(error).__name__}") from None
