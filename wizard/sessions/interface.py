"""Flask's session over a Store: a signed id in the cookie, the data on the server, nothing loaded or saved in vain."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionMixin
from itsdangerous import BadData, URLSafeSerializer

from .. import security_log, settings
from ..errors import Conflict
from .host import HostCookie
from .purging import purger
from .session import NEW, Session
from .store import Store

#: How much longer the cookie lives than the data, so that a visitor who comes back late can be told so.
COOKIE_OUTLIVES_DATA = timedelta(days=30)

#: How often a change is made again on what other requests have just saved.
TRIES = 50


@lru_cache(maxsize=8)
def _signer(*keys: Any) -> URLSafeSerializer:
    return URLSafeSerializer(keys, salt="wizard-session")


class StoreInterface(HostCookie):
    """Flask's session interface over a Store.

    :param store: where the sessions are kept.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        #: How many sessions had expired before the start, and are deleted.
        self.purged = purger.add(store)

    def _signer(self, app: Flask) -> URLSafeSerializer:
        return _signer(*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.config["SECRET_KEY"])

    def open_session(self, app: Flask, request: Request) -> Session | None:
        """Return the session of this request; an empty one for a new visitor, and for a cookie that is not ours."""
        purger.start()
        if not app.secret_key:
            # Flask then says so, to whoever writes to the session.
            return None
        cookie, sent = {}, request.cookies.get(self.get_cookie_name(app))
        if sent is not None:
            try:
                cookie = self._signer(app).loads(sent)
            except BadData:
                security_log.write("bad_cookie")
        return Session(
            self.store,
            cookie,
            app.permanent_session_lifetime,
            absolute=settings.read(app, "SESSION_ABSOLUTE_LIFETIME"),
            most=settings.read(app, "WIZARD_SESSION_BYTES"),
            token=app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token"),
        )

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

    def _set_cookie(self, app: Flask, session: Session, response: Response) -> None:
        lifetime = app.permanent_session_lifetime + COOKIE_OUTLIVES_DATA
        response.set_cookie(
            self.get_cookie_name(app),
            str(self._signer(app).dumps(session.cookie)),
            max_age=None if NEW in session.cookie else lifetime,
            domain=self.get_cookie_domain(app),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            httponly=self.get_cookie_httponly(app),
            samesite=self.get_cookie_samesite(app),
            partitioned=self.get_cookie_partitioned(app),
        )
