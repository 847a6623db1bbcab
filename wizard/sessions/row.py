"""Row: one row of a Store, as one request has loaded it and saves it."""

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..errors import Conflict, TooLarge
from . import codec
from .store import Store

#: The key under which the data say when the session was begun. It is taken out before anybody sees them.
BEGUN = " begun"

#: A session that reaches its end while it is being saved is over a moment later, so that its visitor is told.
_A_MOMENT = timedelta(seconds=1)

_logger = logging.getLogger(__name__)


class Row:
    """What stands in one row, and what of it is to be saved.

    :param store: where the row is.
    :param lifetime: how long the data are kept after each save.
    :param absolute: how long they are kept at most since they were begun, however often they are saved.
    :param most: how many characters they can have, or each key of them by itself where the whole has more.
    :param hidden: what is kept beside the data, and taken out before anybody sees them.
    """

    def __init__(
        self, store: Store, lifetime: timedelta, absolute: timedelta, most: int, hidden: dict[str, Any] | None = None
    ) -> None:
        self._store = store
        self._lifetime = lifetime
        self._absolute = absolute
        self._most = most
        self._hidden = hidden or {}
        self.forget()

    def forget(self) -> None:
        """Forget what was loaded."""
        self.text = "{}"
        self.version = 0
        #: How the data looked when they were loaded: to compare that is a tenth as much as to encode them.
        self._looked = _NOTHING
        #: When the data were begun, and the version of those that are over.
        self._begun = 0
        self._over = 0

    def load(self, row_id: str) -> dict[str, Any] | None:
        """Return the data; ``None`` where there is no such row. Those that cannot be read, or are over, are none."""
        record = self._store.load(row_id)
        if record is None:
            return None
        data = self._decode(record.data)
        if is_over(self._begun, self._absolute):
            self.text, self._begun, self._over = "{}", 0, record.version
            return {}
        self.version, self._looked = record.version, _look(data)
        return data

    def _decode(self, text: str) -> dict[str, Any]:
        try:
            data = codec.decode(text)
        except codec.Undecodable as error:
            _logger.warning("A session cannot be read (%s). Its visitor begins anew.", error)
            return {}
        self.text = text
        self._begun = data.pop(BEGUN, 0)
        for key in self._hidden:
            data.pop(key, None)
        return data

    def _encode(self, data: dict[str, Any]) -> str:
        return codec.encode({**data, **self._hidden, BEGUN: self._begun} if data and self._begun else data)

    def save(self, row_id: str, data: dict[str, Any], new_id: str = "", leave: Mapping[str, Any] | None = None) -> bool:
        """Save ``data`` if they are not what was loaded, and return whether they were; delete the row of none.

        :param new_id: under which id they are kept from now on, where that is another.
        :param leave: what stays under the old one then.
        :raises Conflict: when another request has saved or deleted the row since it was loaded.
        :raises StoreError: when the store does not answer.
        :raises TooLarge: when they have too many characters.
        :raises Unencodable: when there is something in them that a session cannot hold.
        """
        look = _look(data)
        if look and look == self._looked and not new_id:
            return False
        text = self._encode(data)
        if text == self.text and not new_id:
            return False
        if data and not self._begun:
            self._begun = int(time.time())
            text = self._encode(data)
        self._measure(text, data)
        if self._over:
            self._store.delete(row_id, version=self._over)
            self._over = 0
        self.version = self._write(row_id, text, new_id, dict(leave or {})) if data else self._delete(row_id, new_id)
        self._begun = self._begun if data else 0
        self.text, self._looked = text, look
        return True

    def prolong(self, row_id: str) -> None:
        """Keep what was loaded for as long as if it was saved now.

        :raises Conflict: when another request has saved or deleted the row since it was loaded.
        """
        if self.version and self._begun:
            self._store.save(row_id, self.text, self._remaining(), version=self.version)
            self.version += 1

    def _measure(self, text: str, data: dict[str, Any]) -> None:
        if len(text) <= self._most:
            return
        for key, value in data.items():
            if (size := len(codec.encode({key: value}))) > self._most:
                raise TooLarge(
                    f"{size} characters under {key!r} do not fit into a session, which holds {self._most}. "
                    "Store less, or set WIZARD_SESSION_BYTES to more."
                )

    def _delete(self, row_id: str, new_id: str) -> int:
        if self.version or not new_id:
            self._store.delete(row_id, version=self.version)
        return 0

    def _write(self, row_id: str, text: str, new_id: str, leave: dict[str, Any]) -> int:
        remaining = self._remaining()
        if not new_id or not self.version:
            self._store.save(new_id or row_id, text, remaining, version=self.version)
            return self.version + 1
        if not leave:
            self._store.move(row_id, new_id, text, remaining, version=self.version)
            return self.version + 1
        # What stays is a later version of the same row, or a request that is under way would take it for what it knows.
        # It is written last: whoever is stopped between the two has lost nothing.
        self._store.save(new_id, text, remaining, version=0)
        try:
            self._store.save(row_id, self._encode(leave), remaining, version=self.version)
        except Conflict:
            self._store.delete(new_id, version=1)
            raise
        return 1

    def _remaining(self) -> timedelta:
        """Return how long the data are kept from now on."""
        left = timedelta(seconds=self._begun - time.time()) + self._absolute
        return min(self._lifetime, max(left, _A_MOMENT))


def is_over(begun: float, absolute: timedelta) -> bool:
    """Return whether data that were ``begun`` then, in seconds since the epoch, have been kept as long as they may."""
    return bool(begun) and begun + absolute.total_seconds() <= time.time()


def _look(data: dict[str, Any]) -> bytes:
    """Return how ``data`` look; nothing where that cannot be said. They are then encoded, which says what is wrong."""
    try:
        # To compare, never to be loaded. ``repr`` took four times as long, a tenth of a request of 100 steps.
        return pickle.dumps(data, pickle.HIGHEST_PROTOCOL)
    except Exception:
        return b""


_NOTHING = _look({})
