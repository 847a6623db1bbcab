"""Flask's session over a Store: a signed id in the cookie, the data on the server, nothing loaded or saved in vain."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionMixin
from itsdangerous import BadData

from .. import extras, sealing, security_log, settings, signing
from ..errors import Conflict
from ..flow.record import receipts_alone
from .host import HostCookie
from .purging import purger
from .sealed import SealedStore, make_id
from .session import NEW, Session
from .store import Store

#: How much longer the cookie lives than the data, so that a visitor who comes back late can be told so.
COOKIE_OUTLIVES_DATA = timedelta(days=30)

#: The key under which the cookie says on which day it was sent, counted from 1970.
DAY = "day"

_SALT = "wizard-session"

#: How often a change is made again on what other requests have just saved.
TRIES = 50


class StoreInterface(HostCookie):
    """Flask's session interface over a Store.

    :param store: where the sessions are kept.
    :raises SettingError: when what seals them is not installed; the message names the cure.
    """

    def __init__(self, store: Store) -> None:
        extras.require("sealed", "Sessions in a store")
        self.store = store
        self._sealed = SealedStore(store)
        self._keys: tuple[str | bytes, ...] = ()
        #: How many sessions had expired before the start, and are deleted.
        self.purged = purger.add(store)

    def open_session(self, app: Flask, request: Request) -> Session | None:
        """Return the session of this request; an empty one for a new visitor, and for a cookie that is not ours."""
        purger.start()
        if not app.secret_key:
            # Flask then says so, to whoever writes to the session.
            return None
        cookie: dict[str, Any] = {}
        sent, is_old = request.cookies.get(self.get_cookie_name(app)), False
        if sent is not None:
            try:
                cookie, is_old = self._read(app, sent)
            except BadData:
                security_log.write("bad_cookie")
        day = cookie.pop(DAY, None)
        session = Session(
            self.sealed(app),
            cookie,
            app.permanent_session_lifetime,
            absolute=settings.read(app, "SESSION_ABSOLUTE_LIFETIME"),
            most=settings.read(app, "WIZARD_SESSION_BYTES"),
            token=app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token"),
            make_id=partial(make_id, settings.read(app, "WIZARD_SEAL_SESSIONS")),
            leaves=receipts_alone,
        )
        if not is_old:
            session.sent = {**cookie, DAY: day}
        return session

    def sealed(self, app: Flask) -> SealedStore:
        """Return the store, as it is sealed with the keys of ``app``."""
        keys = sealing.secret_keys(app.config)
        if keys != self._keys:
            self._sealed, self._keys = SealedStore(self.store, *keys), keys
        return self._sealed

    def _read(self, app: Flask, sent: str) -> tuple[dict[str, Any], bool]:
        """Return what a cookie says, and whether it was signed with an old key."""
        try:
            return signing.signer(_SALT, app.config["SECRET_KEY"]).loads(sent), False
        except BadData:
            old = app.config["SECRET_KEY_FALLBACKS"]
            if not old:
                raise
            return signing.signer(_SALT, *old).loads(sent), True

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
        # To have werkzeug read the header for a word that stands in it took a fiftieth of a POST.
        if session.accessed and "Cookie" not in response.headers.get("Vary", "").split(", "):
            response.vary.add("Cookie")
        cookie = {**session.cookie, DAY: int(time.time() // 86_400)}
        # To renew it once a day is enough, and spares most answers a twentieth.
        if session.modified and cookie != session.sent:
            self._set_cookie(app, cookie, response)

    def _set_cookie(self, app: Flask, cookie: dict[str, Any], response: Response) -> None:
        lifetime = app.permanent_session_lifetime + COOKIE_OUTLIVES_DATA
        response.set_cookie(
            self.get_cookie_name(app),
            str(signing.signer(_SALT, app.config["SECRET_KEY"]).dumps(cookie)),
            max_age=None if NEW in cookie else lifetime,
            domain=self.get_cookie_domain(app),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            httponly=self.get_cookie_httponly(app),
            samesite=self.get_cookie_samesite(app),
            partitioned=self.get_cookie_partitioned(app),
        )
