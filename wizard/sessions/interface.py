"""Flask's session over a Store: a signed id in the cookie, the data on the server, nothing loaded or saved in vain."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeSerializer

from ..errors import Conflict, StoreError
from . import codec
from .store import Store

#: What stands in the cookie itself. A form shown to a new visitor needs a CSRF token, and must not cost a row.
IN_COOKIE = ("csrf_token",)

#: How much longer the cookie lives than the data, so that a visitor who comes back late can be told so.
COOKIE_OUTLIVES_DATA = timedelta(days=30)


class Session(SessionMixin):
    """One visitor's data. It is loaded when first read, and saved only when it then differs.

    :param store: where the data is.
    :param cookie: the signed cookie's content: the ``id`` of a session, and the keys of :data:`IN_COOKIE`.
    :param lifetime: how long the data is kept after each save.
    """

    #: Whether the cookie has to be sent: its content has changed, or the data was saved and lives on.
    modified = False
    accessed = False

    def __init__(self, store: Store, cookie: dict[str, str], lifetime: timedelta) -> None:
        self._store = store
        self._lifetime = lifetime
        self._data: dict[str, Any] | None = None
        self._loaded = "{}"
        self._version = 0
        self._renew = False
        self.cookie = dict(cookie)

    def __repr__(self) -> str:
        return f"<Session {'loaded' if self._data is not None else 'not loaded'}>"

    @property
    def _rows(self) -> dict[str, Any]:
        if self._data is None:
            self.reload()
        assert self._data is not None
        return self._data

    def _part(self, key: str) -> dict[str, Any]:
        return self.cookie if key in IN_COOKIE else self._rows

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
        yield from self._rows

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def reload(self) -> None:
        """Take the data as the Store has it now, and forget what was changed since it was loaded."""
        record = self._store.load(self.cookie["id"]) if "id" in self.cookie else None
        self._loaded, self._version = record or ("{}", 0)
        self._data = codec.decode(self._loaded)
        self._renew = False

    def renew(self) -> None:
        """Give the session a new id when it is saved, so that the old one opens nothing."""
        if self._data is None:
            self.reload()
        self._renew = True

    def save(self) -> None:
        """Save what was changed. Called at the end of every request; call it before, to handle a conflict.

        :raises Conflict: when another request has saved the session since it was loaded.
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
        self._loaded, self._renew, self.modified = text, False, True

    def _write(self, text: str, data: dict[str, Any]) -> None:
        old = self.cookie.get("id") if self._version else None
        if old is None or self._renew or not data:
            if data:
                self.cookie["id"] = secrets.token_urlsafe(32)
                self._store.save(self.cookie["id"], text, self._lifetime, version=0)
            else:
                self.cookie.pop("id", None)
            if old is not None:
                self._store.delete(old)
            self._version = 1
        else:
            self._store.save(old, text, self._lifetime, version=self._version)
            self._version += 1

    def merge(self) -> None:
        """Load the data again, and change in it what this request had changed: each top key as a whole."""
        assert self._data is not None
        before, mine, renew = codec.decode(self._loaded), self._data, self._renew
        self.reload()
        for key in before.keys() | mine.keys():
            if before.get(key) != mine.get(key):
                if key in mine:
                    self._data[key] = mine[key]
                else:
                    self._data.pop(key, None)
        self._renew = renew


class StoreInterface(SessionInterface):
    """Flask's session interface over a Store.

    :param store: where the sessions are kept.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def _signer(self, app: Flask) -> URLSafeSerializer:
        assert app.secret_key is not None
        keys = [*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key]
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
        try:
            session.save()
        except Conflict:
            session.merge()
            session.save()
        if session.accessed:
            response.vary.add("Cookie")
        if session.modified:
            self._set_cookie(app, session, response)

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
