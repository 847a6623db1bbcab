"""SealedStore: sessions of which a copy of the store says nothing, neither whose they are nor what stands in them."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b

from .. import sealing
from ..errors import Conflict
from .store import Record, Store

#: How an id begins whose row is sealed. One that an older version of the code has made does not, and stays as it is:
#: it is over in days.
_SEALED = "2."

#: And one of which the row is a person's.
_OWNED = "o."

_HALF = 32

#: How many characters say which rows of persons belong together.
_KIND = 12

_Way = tuple[str, bytes]


def make_id(is_sealed: bool = True) -> str:
    """Return an id that nobody can guess.

    :param is_sealed: whether what is kept under it is sealed.
    """
    return (_SEALED if is_sealed else "") + secrets.token_urlsafe(32)


def owned_id(name: str, owner: str) -> str:
    """Return the id of what belongs to a person, under a name.

    It is no secret: what is kept under it opens with the key of the application alone.
    """
    return _OWNED + json.dumps([name, owner])


def saved_owner(secret: str) -> str:
    """Return the owner of a run that was saved for later: whoever has the ``secret``."""
    return f"saved {secret}"


class SealedStore:
    """A Store in which an id is found by a keyed hash of it, and what is kept under it opens with the id alone.

    :param store: where it is kept.
    :param keys: ``SECRET_KEY``, and then the older ones. What was kept with an older one is
        moved when it is saved.
    """

    def __init__(self, store: Store, *keys: str | bytes) -> None:
        self._store = store
        self._keys = [sealing.derive(key, "sessions") for key in keys]
        self.shared = store.shared

    def _ways(self, session_id: str) -> Iterator[_Way]:
        """Yield the ids in the store under which the session may be, each with the key that opens it."""
        if session_id.startswith(_OWNED):
            name, _ = json.loads(session_id.removeprefix(_OWNED))
            for key in self._keys:
                place = f"{_kind(key, name)}{_hash(key, session_id)}"
                yield place, _opener(key, place)
        elif session_id.startswith(_SEALED):
            for key in self._keys:
                yield _way(key, session_id)
        else:
            yield session_id, b""

    def load(self, session_id: str) -> Record | None:
        for place, key in self._ways(session_id):
            if record := self._store.load(place):
                return Record(_unseal(key, record.data, place), record.version)
        return None

    def save(self, session_id: str, data: str, lifetime: timedelta, *, version: int) -> None:
        (place, key), *older = self._ways(session_id)
        sealed = _seal(key, data, place)
        try:
            self._store.save(place, sealed, lifetime, version=version)
        except Conflict:
            # What is there already may be there with an older key.
            if not version or not older:
                raise
            self._take(older, place, sealed, lifetime, version)

    def move(self, session_id: str, new: str, data: str, lifetime: timedelta, *, version: int) -> None:
        place, key = next(self._ways(new))
        self._take(list(self._ways(session_id)), place, _seal(key, data, place), lifetime, version)

    def _take(self, ways: list[_Way], new: str, sealed: str, lifetime: timedelta, version: int) -> None:
        for place, _ in ways:
            try:
                return self._store.move(place, new, sealed, lifetime, version=version)
            except Conflict:
                continue
        raise Conflict("the session was saved or deleted by another request")

    def delete(self, session_id: str, *, version: int | None = None) -> None:
        ways = list(self._ways(session_id))
        for place, _ in ways:
            try:
                self._store.delete(place, version=version)
            except Conflict:
                if place == ways[-1][0]:
                    raise
            else:
                if version is not None:
                    return

    def find(self, prefix: str) -> Iterator[tuple[str, Record]]:
        return self._store.find(prefix)

    def owned(self, name: str) -> Iterator[str]:
        """Yield what belongs to persons under ``name``, of each as it was given to :meth:`save`."""
        for key in self._keys:
            for place, record in self._store.find(_kind(key, name)):
                yield _unseal(_opener(key, place), record.data, place)

    def purge(self, most: int | None = None) -> int:
        return self._store.purge(most)

    def ping(self) -> None:
        self._store.ping()


# What was loaded is often saved a moment later, and loaded again for the page that this leads to.
@lru_cache(maxsize=sealing.REMEMBERED)
def _way(key: bytes, session_id: str) -> _Way:
    both = blake2b(session_id.encode(), key=key, digest_size=2 * _HALF).digest()
    return urlsafe_b64encode(both[:_HALF]).decode(), both[_HALF:]


def _kind(key: bytes, name: str) -> str:
    return _hash(key, f"kind {name}")[:_KIND] + "."


def _opener(key: bytes, place: str) -> bytes:
    return _mac(key, f"row {place}")


def _hash(key: bytes, text: str) -> str:
    return urlsafe_b64encode(_mac(key, text)).decode()


def _mac(key: bytes, text: str) -> bytes:
    # Not HMAC: OpenSSL takes some ten times as long for it, a fiftieth of a request.
    return blake2b(text.encode(), key=key, digest_size=_HALF).digest()


def _seal(key: bytes, text: str, place: str) -> str:
    if not key:
        return text
    return b2a_base64(sealing.seal(key, text.encode(), place.encode()), newline=False).decode()


def _unseal(key: bytes, sealed: str, place: str) -> str:
    """Return what was sealed; nothing, which is no session, where it was changed or is that of another row."""
    if not key:
        return sealed
    try:
        return sealing.unseal(key, a2b_base64(sealed.encode()), place.encode()).decode()
    except (Error, sealing.Broken, ValueError):
        return ""
