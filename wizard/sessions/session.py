"""The session of one visitor: loaded when it is first read, saved only when it then differs."""

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from flask import g
from flask.sessions import SessionMixin

from ..errors import StoreError, TooLarge
from ..settings import SESSION_BYTES, TEN_YEARS
from . import codec
from .sealed import make_id
from .store import Store

#: The key under which the cookie says that its id has no row behind it yet.
NEW = "new"

#: The key under which the data say when the session was begun. It is taken out before anybody sees them.
BEGUN = " begun"

#: A session that reaches its end while it is being saved is over a moment later, so that its visitor is told.
_A_MOMENT = timedelta(seconds=1)

_logger = logging.getLogger(__name__)


class Session(SessionMixin):
    """One visitor's data. It is loaded when first read, and saved only when it then differs.

    :param store: where the data is.
    :param cookie: the signed cookie's content: the ``id`` of the session, the ``token``, and :data:`NEW` as long as
        nothing was saved under the id.
    :param lifetime: how long the data is kept after each save.
    :param absolute: how long it is kept at most since it was begun, however often it is saved.
    :param most: how many characters a session can have, or each key of it by itself where the whole has more.
    :param token: the one key that stands in the cookie itself. A form shown to a new visitor needs a CSRF token, and
        must not cost a row.
    :param make_id: makes an id that nobody can guess.
    """

    #: Whether the cookie has to be sent: its content has changed, or the data was saved and lives on.
    modified = False
    accessed = False
    #: What the visitor's cookie says, as far as it need not be sent again.
    sent: Mapping[str, Any] = {}

    def __init__(
        self,
        store: Store,
        cookie: dict[str, Any],
        lifetime: timedelta,
        *,
        absolute: timedelta = TEN_YEARS,
        most: int = SESSION_BYTES,
        token: str = "csrf_token",  # noqa: S107  (the name of a key)
        make_id: Callable[[], str] = make_id,
    ) -> None:
        self._store = store
        self._lifetime = lifetime
        self._absolute = absolute
        self._most = most
        self._token = token
        self._make_id = make_id
        self.cookie = dict(cookie)
        #: The cookie of the visitor's browser, or the one it will be sent with what was saved.
        self._known = dict(cookie)
        self._forget()

    def __repr__(self) -> str:
        return f"<Session {'not loaded' if self._data is None else 'loaded'}>"

    def _forget(self) -> None:
        self._data: dict[str, Any] | None = None
        self._loaded = "{}"
        #: How the data looked when they were loaded: to compare that is a tenth as much as to encode them.
        self._looked = _NOTHING
        self._version = 0
        #: When the session was begun, and the version of one that is over.
        self._begun = 0
        self._over = 0
        self._renews = False

    def _load(self) -> dict[str, Any]:
        if self._data is None:
            # An id that was made for this very request opens nothing.
            record = self._store.load(self.cookie["id"]) if "id" in self._known else None
            self._data = {}
            if record is not None:
                data = self._decode(record.data)
                if self._is_over():
                    self._loaded, self._begun, self._over = "{}", 0, record.version
                else:
                    self._data, self._version, self._looked = data, record.version, _look(data)
                self.modified |= self.cookie.pop(NEW, None) is not None
        return self._data

    def _decode(self, text: str) -> dict[str, Any]:
        try:
            data = codec.decode(text)
        except codec.Undecodable as error:
            _logger.warning("A session cannot be read (%s). Its visitor begins anew.", error)
            return {}
        self._loaded = text
        self._begun = data.pop(BEGUN, 0)
        return data

    def _encode(self, data: dict[str, Any]) -> str:
        return codec.encode({**data, BEGUN: self._begun} if data and self._begun else data)

    def _is_over(self) -> bool:
        return bool(self._begun) and self._begun + self._absolute.total_seconds() <= time.time()

    def _remaining(self) -> timedelta:
        """Return how long the data are kept from now on."""
        left = timedelta(seconds=self._begun - time.time()) + self._absolute
        return min(self._lifetime, max(left, _A_MOMENT))

    def _part(self, key: str) -> dict[str, Any]:
        return self.cookie if key == self._token else self._load()

    def __getitem__(self, key: str) -> Any:
        return self._part(key)[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._part(key)[key] = value
        if key == self._token:
            self.modified = True
            if "id" not in self.cookie:
                # All that is sent with this cookie, be it two clicks at once, then is of one session.
                self.cookie |= {"id": self._make_id(), NEW: True}

    def __delitem__(self, key: str) -> None:
        del self._part(key)[key]
        self.modified |= key == self._token

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self.cookie if key == self._token)
        yield from self._load()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def is_new(self) -> bool:
        """Whether the visitor came with a cookie of ours under whose id nothing is saved yet."""
        self._load()
        return NEW in self._known and not self._version

    @property
    def expired(self) -> bool:
        """Whether the visitor had a session whose data is gone: the cookie's id opens nothing any more."""
        self._load()
        return "id" in self.cookie and NEW not in self.cookie and not self._version

    def reload(self) -> None:
        """Take the data as the Store has it now, and forget what was changed since it was loaded.

        The CSRF token stays the one that the visitor came with: the form that is being answered was drawn with it.
        """
        token = self._known.get(self._token)
        if token is not None and self.cookie.get(self._token) != token:
            self.cookie[self._token] = token
            # Flask-WTF keeps the one that it has signed for as long as the request lasts.
            g.pop(self._token, None)
        self._forget()
        self._load()

    def renew(self) -> None:
        """Give the session a new id when it is saved, so that the old one opens nothing.

        An application does so when somebody signs in.
        """
        self._load()
        self._renews = True

    def save(self) -> None:
        """Save what was changed. Called at the end of every request; call it before, to handle a conflict.

        :raises Conflict: when another request has saved or deleted the session since it was loaded.
        :raises StoreError: when the store does not answer.
        :raises TooLarge: when it has more characters than a session can have.
        :raises Unencodable: when there is something in it that a session cannot hold.
        """
        if self._data is None:
            return
        look = _look(self._data)
        if look and look == self._looked and not self._renews:
            return
        try:
            text = self._encode(self._data)
            if text == self._loaded and not self._renews:
                return
            if self._data and not self._begun:
                self._begun = int(time.time())
                text = self._encode(self._data)
            self._measure(text, self._data)
            self._write(text)
        except (StoreError, TooLarge, codec.Unencodable):
            # The visitor is told; the page that tells it must not fail in the same way.
            self._forget()
            raise
        self._loaded, self._looked, self._renews = text, look, False
        self._known = dict(self.cookie)
        self.modified = True

    def _measure(self, text: str, data: dict[str, Any]) -> None:
        if len(text) <= self._most:
            return
        for key, value in data.items():
            if (size := len(codec.encode({key: value}))) > self._most:
                raise TooLarge(
                    f"{size} characters under {key!r} do not fit into a session, which holds {self._most}. "
                    "Store less, or set WIZARD_SESSION_BYTES to more."
                )

    def _write(self, text: str) -> None:
        session_id = self.cookie.get("id") or self._make_id()
        if self._over:
            self._store.delete(session_id, version=self._over)
            self._over = 0
        if self._renews:
            self._move(session_id, text)
        elif text == "{}":
            self._store.delete(session_id, version=self._version)
            self._settle(session_id, 0)
        else:
            self._store.save(session_id, text, self._remaining(), version=self._version)
            self._settle(session_id, self._version + 1)

    def _move(self, old: str, text: str) -> None:
        new, version = self._make_id(), self._version
        if text == "{}":
            if version:
                self._store.delete(old, version=version)
            self._settle(new, 0)
        elif version:
            self._store.move(old, new, text, self._remaining(), version=version)
            self._settle(new, version + 1)
        else:
            self._store.save(new, text, self._remaining(), version=0)
            self._settle(new, 1)

    def _settle(self, session_id: str, version: int) -> None:
        self._version = version
        self._begun = self._begun if version else 0
        self.cookie.pop(NEW, None)
        self.cookie |= {"id": session_id} if version else {"id": session_id, NEW: True}

    def merge(self) -> None:
        """Load the data again, and change in it what this request had changed: each top key as a whole."""
        before, mine, renews = codec.decode(self._loaded), self._load(), self._renews
        self._forget()
        theirs = self._load()
        for key in before.keys() | mine.keys():
            if key not in mine:
                theirs.pop(key, None)
            elif key not in before or before[key] != mine[key]:
                theirs[key] = mine[key]
        self._renews = renews


def _look(data: dict[str, Any]) -> bytes:
    """Return how ``data`` look; nothing where that cannot be said. They are then encoded, which says what is wrong."""
    try:
        # To compare, never to be loaded. ``repr`` took four times as long, a tenth of a request of 100 steps.
        return pickle.dumps(data, pickle.HIGHEST_PROTOCOL)
    except Exception:
        return b""


_NOTHING = _look({})
