"""Sessions in the signed cookie itself: no server-side store, and so no more than a cookie can promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData

from ..errors import TooLarge
from . import codec
from .host import HostCookie

#: What every browser keeps of a cookie, its name and attributes included, is 4,096 bytes. Above, it drops it silently.
MOST = 4000


class CookieSession(SecureCookieSession):
    """A session that knows how large its cookie would be."""

    measure: Callable[[dict[str, Any]], int]

    def save(self) -> None:
        """See that the cookie is not too large. Called at the end of every request; call it before, to handle that.

        :raises TooLarge: when a browser would drop it. The visitor keeps the cookie that they have.
        :raises Unencodable: when there is something in it that a session cannot hold.
        """
        if not self.modified:
            return
        # The page that tells the visitor must not fail in the same way.
        self.modified = False
        if (size := self.measure(dict(self))) > MOST:
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
        """The session that stands in the cookie; an empty one where there is none, or it is not ours."""
        try:
            session = super().open_session(app, request)
        except BadData as error:
            app.logger.warning("A session cannot be read (%s). Its visitor begins anew.", type(error).__name__)
            session = SecureCookieSession()
        signer = self.get_signing_serializer(app)
        if session is None or signer is None:
            return None
        session = CookieSession(session)
        session.measure = lambda data: len(signer.dumps(data))
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie, if it is not too large."""
        assert isinstance(session, CookieSession)
        session.save()
        super().save_session(app, session, response)
