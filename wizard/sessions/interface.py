"""Flask's session over a Store: a signed id in the cookie, the data on the server, nothing loaded or saved in vain."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionMixin
from itsdangerous import BadSignature, URLSafeSerializer

from ..errors import Conflict, StoreError
from . import codec
from .host import HostCookie
from .store import Store

#: What stands in the cookie itself. A form shown to a new visitor needs a CSRF token, and must not cost a row.
IN_COOKIE = ("csrf_token",)

#: How much longer the cookie lives than the data, so that a visitor who comes back late can be told so.
COOKIE_OUTLIVES_DATA = timedelta(days=30)

#: How often a request that saves its session also purges, and how much: seldom, and little enough not to be felt.
PURGE_ONE_IN, PURGE_MOST = 100, 200

#: How often a change is made again on what other requests have just saved.
TRIES = 50

#: The one key of a session that has been ended: what it left behind.
_ENDED = " ended"


class Session(SessionMixin):
    """One visitor's data. It is loaded when first read, and saved only when it then differs.

    :param store: where the data is.
    :param cookie: the signed cookie's content: the ``id`` of a session, and the keys of :data:`IN_COOKIE`.
    :param lifetime: how long the data is kept after each save.
    """

    #: Whether the cookie has to be sent: its content has changed, or the data was saved and lives on.
    modified = False
    accessed = False
    #: Whether the store was written to.
    saved = False

    def __init__(self, store: Store, cookie: dict[str, str], lifetime: timedelta) -> None:
        self._store = store
        self._lifetime = lifetime
        self._data: dict[str, Any] | None = None
        self._loaded = "{}"
        self._version = 0
        self._renew = False
        self._left: dict[str, Any] = {}
        self.cookie = dict(cookie)

    def __repr__(self) -> str:
        return f"<Session {'not loaded' if self._data is None else 'loaded'}>"

    def _load(self) -> dict[str, Any]:
        if self._data is None:
            record = self._store.load(self.cookie["id"]) if "id" in self.cookie else None
            self._loaded, self._version = record or ("{}", 0)
            self._data = codec.decode(self._loaded)
            self._renew = False
            self._left = self._data.pop(_ENDED, {})
            if self._left:
                self._loaded, self._version = "{}", 0
        return self._data

    def _part(self, key: str) -> dict[str, Any]:
        return self.cookie if key in IN_COOKIE else self._load()

    def __getitem__(self, key: str) -> Any:
        return self._part(key)[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._part(key)[key] = value
        self.modified |= key in IN_COOKIE

    def __delitem__(self, key: str) -> None:
        del self._part(key)[key]
        self.modified |= key in IN_COOKIE

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in IN_COOKIE if key in self.cookie)
        yield from self._load()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def expired(self) -> bool:
        """Whether the visitor had a session whose data is gone: the cookie's id opens nothing any more."""
        self._load()
        return "id" in self.cookie and not self._version and not self._left

    @property
    def left(self) -> dict[str, Any]:
        """What the session of this id left behind when it was ended. See :meth:`end`."""
        self._load()
        return self._left

    def reload(self) -> None:
        """Take the data as the Store has it now, and forget what was changed since it was loaded."""
        self._data = None
        self._load()

    def renew(self) -> None:
        """Give the session a new id when it is saved, so that the old one opens nothing."""
        self._load()
        self._renew = True

    def end(self, left: dict[str, Any]) -> None:
        """Renew the session, and leave ``left`` under the old id.

        Whoever still comes with the old cookie, such as a retry whose answer got lost, reads it from :attr:`left`.
        """
        self.renew()
        self._left = left

    def save(self) -> None:
        """Save what was changed. Called at the end of every request; call it before, to handle a conflict.

        :raises Conflict: when another request has saved or ended the session since it was loaded.
        :raises StoreError: when the store does not answer.
        """
        if self._data is None:
            return
        text = codec.encode(self._data)
        if text == self._loaded and not self._renew:
            return
        try:
            self._write(text, self._data)
        except StoreError:
            # The visitor is told; the page that tells it must not fail in the same way.
            self._data = None
            raise
        self._loaded, self._renew = text, False
        self.modified = self.saved = True

    def _write(self, text: str, data: dict[str, Any]) -> None:
        old = self.cookie.get("id") if self._version else None
        if old is not None and data and not self._renew:
            self._store.save(old, text, self._lifetime, version=self._version)
            self._version += 1
            return
        if old is not None and self._left:
            # First, and only on what was loaded: of many that end a session, one does.
            left = codec.encode({_ENDED: self._left})
            self._store.save(old, left, self._lifetime, version=self._version)
        self.cookie.pop("id", None)
        if data:
            self.cookie["id"] = secrets.token_urlsafe(32)
            self._store.save(self.cookie["id"], text, self._lifetime, version=0)
        if old is not None and not self._left:
            # Last: a process that dies in between has lost nothing.
            self._store.delete(old)
        self._version = 1 if data else 0

    def merge(self) -> None:
        """Load the data again, and change in it what this request had changed: each top key as a whole."""
        before, mine, renew, left = codec.decode(self._loaded), self._load(), self._renew, self._left
        self.reload()
        theirs = self._load()
        for key in before.keys() | mine.keys():
            if key not in mine:
                theirs.pop(key, None)
            elif before.get(key) != mine[key]:
                theirs[key] = mine[key]
        if renew:
            self._renew, self._left = renew, left


class StoreInterface(HostCookie):
    """Flask's session interface over a Store.

    :param store: where the sessions are kept.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def _signer(self, app: Flask) -> URLSafeSerializer:
        keys = [*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.config["SECRET_KEY"]]
        return URLSafeSerializer(keys, salt="wizard-session")

    def open_session(self, app: Flask, request: Request) -> Session:
        """The session of this request; an empty one for a new visitor, and for a cookie that is not ours."""
        try:
            cookie = self._signer(app).loads(request.cookies.get(self.get_cookie_name(app), ""))
        except BadSignature:
            cookie = {}
        return Session(self.store, cookie, app.permanent_session_lifetime)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save the session, and set the cookie when what stands in it has changed."""
        assert isinstance(session, Session)
        for attempt in range(TRIES):
            try:
                session.save()
                break
            except Conflict:
                if attempt == TRIES - 1:
                    raise
                session.merge()
        if session.accessed:
            response.vary.add("Cookie")
        if session.modified:
            self._set_cookie(app, session, response)
        if session.saved and random.randrange(PURGE_ONE_IN) == 0:  # noqa: S311  (not for secrecy)
            with suppress(StoreError):
                self.store.purge(PURGE_MOST)

    def _set_cookie(self, app: Flask, session: Session, response: Response) -> None:
        lifetime = app.permanent_session_lifetime + COOKIE_OUTLIVES_DATA
        response.set_cookie(
            self.get_cookie_name(app),
            str(self._signer(app).dumps(session.cookie)),
            max_age=lifetime if "id" in session.cookie else None,
            domain=self.get_cookie_domain(app),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )
