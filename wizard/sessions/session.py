"""The session of one visitor: loaded when it is first read, saved only when it then differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from flask import g
from flask.sessions import SessionMixin

from ..errors import Conflict, StoreError, TooLarge
from ..settings import SESSION_BYTES, TEN_YEARS
from . import codec
from .row import Row
from .sealed import make_id, owned_id
from .store import Store

#: The key under which the cookie says that its id has no row behind it yet.
NEW = "new"

#: The key under which the data of a person say who that is. It is taken out before anybody sees them.
OWNER = " owner"


@dataclass
class _Owned:
    """What belongs to a person: its row, what stands in that, and what this browser's own session holds of it."""

    row_id: str
    row: Row
    takes: bool = False
    left: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)


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
    :param leaves: returns what of the data stays under an old id, once they have a new one.
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
        leaves: Callable[[Mapping[str, Any]], dict[str, Any]] = lambda _: {},
    ) -> None:
        self._leaves = leaves
        self._new_row = partial(Row, store, lifetime, absolute, most)
        self._own = self._new_row()
        #: By the first part of their keys, what belongs to a person.
        self._owned: dict[str, _Owned] = {}
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
        self._renews = False
        self._own.forget()
        for own in self._owned.values():
            own.row.forget()
            own.takes = False

    def _load(self) -> dict[str, Any]:
        if self._data is None:
            # An id that was made for this very request opens nothing.
            data = self._own.load(self.cookie["id"]) if "id" in self._known else None
            self._data = data or {}
            if data is not None:
                self.modified |= self.cookie.pop(NEW, None) is not None
            for name in self._owned:
                self._join(name)
        return self._data

    def own(self, name: str, owner: str) -> dict[str, Any]:
        """Let what stands under ``name``, and under keys that begin with it and a colon, be a person's, on each device.

        It is only shown as if it were, and nothing of it is saved, before :meth:`take` is called.

        :param name: the first part of the keys.
        :param owner: who it belongs to.
        :returns: what this session holds under a key under which there is something of theirs already, which stays.
        """
        self._load()
        if name not in self._owned:
            row = self._new_row({OWNER: owner})
            self._owned[name] = _Owned(owned_id(name, owner), row)
            self._join(name)
        own = self._owned[name]
        return {key: value for key, value in own.left.items() if key in own.theirs}

    def take(self) -> None:
        """Let what belongs to a person be saved as theirs, with what this browser's session holds of it."""
        for own in self._owned.values():
            own.takes = True

    @property
    def held(self) -> list[dict[str, Any]]:
        """Return all that is kept, also what stands behind something of its owner's under the same key."""
        return [self._load(), *(own.left for own in self._owned.values() if not own.takes)]

    def _join(self, name: str) -> None:
        assert self._data is not None
        own = self._owned[name]
        own.left = {key: value for key, value in self._data.items() if self._owner_of(key) == name}
        own.theirs = own.row.load(own.row_id) or {}
        self._data |= own.theirs

    def _owner_of(self, key: str) -> str | None:
        return next((name for name in self._owned if key == name or key.startswith(f"{name}:")), None)

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
        return NEW in self._known and not self._own.version

    @property
    def expired(self) -> bool:
        """Whether the visitor had a session whose data is gone: the cookie's id opens nothing any more."""
        self._load()
        return "id" in self.cookie and NEW not in self.cookie and not self._own.version

    def reload(self) -> None:
        """Take the data as the Store has it now, and forget what was changed since it was loaded.

        The CSRF token stays the one that the visitor came with: the form that is being answered was drawn with it.
        """
        token = self._known.get(self._token)
        if token is not None and self.cookie.get(self._token) != token:
            self.cookie[self._token] = token
            # Flask-WTF keeps the one that it has signed for as long as the request lasts.
            g.pop(self._token, None)
        # Who it belongs to may be another by now: whoever says so is asked again.
        self._owned.clear()
        self._forget()
        self._load()

    def renew(self) -> None:
        """Give the session a new id when it is saved, so that the old one opens nothing but the Receipts of runs.

        An application does so when somebody signs in, or out. A tab that comes with the old id is still told that what
        it sends was finished.
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
        session_id = self.cookie.get("id") or self._make_id()
        new_id = self._make_id() if self._renews else ""
        try:
            parts = self._parts(self._data)
            saved = [own.row.save(own.row_id, parts[name]) for name, own in self._owned.items()]
            # Last: what has become somebody's is not lost where this fails.
            leave = self._leaves(parts[None]) if new_id else None
            if self._own.save(session_id, parts[None], new_id, leave):
                self._settle(new_id or session_id)
            elif not any(saved):
                return
            else:
                # Who is signed in stays so for as long as they answer. Whoever has saved meanwhile has seen to that.
                with suppress(Conflict):
                    self._own.prolong(session_id)
        except (StoreError, TooLarge, codec.Unencodable):
            # The visitor is told; the page that tells it must not fail in the same way.
            self._forget()
            raise
        self._renews = False
        self._known = dict(self.cookie)
        self.modified = True

    def _parts(self, data: dict[str, Any]) -> dict[str | None, dict[str, Any]]:
        if not self._owned:
            return {None: data}
        parts: dict[str | None, dict[str, Any]] = {name: {} for name in (None, *self._owned)}
        for key, value in data.items():
            parts[self._owner_of(key)][key] = value
        for name, own in self._owned.items():
            if not own.takes:
                parts[name] = own.theirs
                parts[None] |= own.left
        return parts

    def _settle(self, session_id: str) -> None:
        self.cookie.pop(NEW, None)
        self.cookie |= {"id": session_id} if self._own.version else {"id": session_id, NEW: True}

    def merge(self) -> None:
        """Load the data again, and change in it what this request had changed: each top key as a whole."""
        mine, renews = self._load(), self._renews
        texts = [self._own.text, *(own.row.text for own in self._owned.values())]
        before = {key: value for text in texts for key, value in codec.decode(text).items()}
        taken = [own for own in self._owned.values() if own.takes]
        self._forget()
        for own in taken:
            own.takes = True
        theirs = self._load()
        for key in before.keys() | mine.keys():
            if key not in mine:
                theirs.pop(key, None)
            elif key not in before or before[key] != mine[key]:
                theirs[key] = mine[key]
        self._renews = renews
