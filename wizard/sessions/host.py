"""The cookie's name and flags, by how the request came: the same for every kind of session."""

from __future__ import annotations

from flask import Flask, request
from flask.sessions import SessionInterface


class HostCookie(SessionInterface):
    """A cookie that over HTTPS is sent over nothing else, and is bound to the host where that can be."""

    def get_cookie_name(self, app: Flask) -> str:
        """The cookie's name. A browser takes one that begins with ``__Host-`` only over HTTPS, from this very host."""
        name = super().get_cookie_name(app)
        bound = self.get_cookie_domain(app) is None and self.get_cookie_path(app) == "/"
        return f"__Host-{name}" if bound and self.get_cookie_secure(app) and not name.startswith("__") else name

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie is sent over HTTPS alone: whenever the request came that way."""
        return request.is_secure or super().get_cookie_secure(app)

    def get_cookie_samesite(self, app: Flask) -> str | None:
        """Whether another site's requests carry the cookie: only a visitor's own clicks on links, unless it is set."""
        return super().get_cookie_samesite(app) or "Lax"
