"""Sessions in the signed cookie itself: no server-side store, and so no more than a cookie can promise."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData, BadSignature, URLSafeTimedSerializer

from .. import security_log, settings
from ..errors import TooLarge
from . import codec
from .host import HostCookie
from .row import BEGUN

#: What every browser keeps of a cookie, its name and attributes included, is 4,096 bytes. Above, it drops it silently.
MOST = 4000


class CookieSession(SecureCookieSession):
    """A session that knows how large its cookie would be."""

    measure: Callable[[dict[str, Any]], int]
    #: Whether the visitor had a session that is over.
    expired = False

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.begun = int(time.time())

    def save(self) -> None:
        """See that the cookie is not too large. Called at the end of every request; call it before, to handle that.

        :raises TooLarge: when a browser would drop it. The visitor keeps the cookie that they have.
        :raises Unencodable: when there is something in it that a session cannot hold.
        """
        if not self.modified:
            return
        # The page that tells the visitor must not fail in the same way.
        self.modified = False
        if (size := self.measure({BEGUN: self.begun, **self})) > MOST:
            raise TooLarge(
                f"a session of {size} bytes does not fit into a cookie, which holds {MOST}. "
                "Set SESSION_URL to a database or to Redis."
            )
        self.modified = True


class CookieInterface(HostCookie, SecureCookieSessionInterface):
    """Flask's own session, with the types of ours, and an error where a browser would drop the cookie.

    The visitor can read what stands in it, and can bring back an old one: it is signed, neither encrypted nor dated
    by a server. Two tabs overwrite each other.
    """

    serializer = codec.serializer

    def open_session(self, app: Flask, request: Request) -> CookieSession | None:
        """Return the session that stands in the cookie; an empty one where there is none, or it is not ours."""
        signer = self.get_signing_serializer(app)
        if signer is None:
            # Flask then says so, to whoever writes to the session.
            return None
        sent = request.cookies.get(self.get_cookie_name(app))
        session = self._read(app, signer, sent) if sent else CookieSession()
        session.measure = lambda data: len(signer.dumps(data))
        return session

    def _read(self, app: Flask, signer: URLSafeTimedSerializer, sent: str) -> CookieSession:
        try:
            data, saved = signer.loads(sent, return_timestamp=True)
        except BadSignature:
            security_log.write("bad_cookie")
            return CookieSession()
        except BadData as error:
            app.logger.warning("A session cannot be read (%s). Its visitor begins anew.", type(error).__name__)
            return CookieSession()
        now, idle = time.time(), app.permanent_session_lifetime
        begun = data.pop(BEGUN, int(now))
        absolute = settings.read(app, "SESSION_ABSOLUTE_LIFETIME")
        if saved.timestamp() + idle.total_seconds() > now and begun + absolute.total_seconds() > now:
            session = CookieSession(data)
            session.begun = begun
        else:
            # The token stays, so that the form which finds it out can be sent.
            token = app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
            session = CookieSession({name: value for name, value in data.items() if name == token})
            session.expired = True
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie, if it is not too large."""
        assert isinstance(session, CookieSession)
        session.save()
        if session:
            # Not as a change: a session that was only looked at is not sent.
            dict.__setitem__(session, BEGUN, session.begun)
        super().save_session(app, session, response)
        dict.pop(session, BEGUN, None)
