"""Hosts: addresses that do not come from what a request says its host is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, has_request_context, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import RequestRedirect

from . import security_log
from .checks import is_loopback

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Asked from within, by whatever watches the server: it is answered over HTTP too, and sets no cookie.
HEALTH = "healthz"

#: What a proxy says of the request that it passes on.
_PROXIES = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


def init_app(app: Flask) -> None:
    """Let ``app`` redirect to HTTPS where ``HTTPS_ONLY`` says so, and else nowhere but to itself."""
    app.before_request(_tell_refused)
    app.before_request(_lead_to_https)
    app.after_request(_stay_here)


def write_small(environ: WSGIEnvironment) -> None:
    """Write the host that a request names in small letters, as those of ``TRUSTED_HOSTS`` are."""
    if "HTTP_HOST" in environ:
        environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()


def public_url(path: str) -> str:
    """Return the whole address of ``path``, for what leaves the site, such as a mail. It begins with ``PUBLIC_URL``.

    Without one, it leads to this machine, whatever a request says its host is.

    :param path: below ``PUBLIC_URL``, and so without the prefix that the application is mounted under.
    """
    base = current_app.config.get("PUBLIC_URL")
    if base is None:
        environ = request.environ if has_request_context() else {}
        port = environ.get("werkzeug.proxy_fix.orig", environ).get("SERVER_PORT", "5000")
        base = f"http://localhost:{port}{environ.get('SCRIPT_NAME', '')}"
    return f"{base}/{path.lstrip('/')}"


def is_from_here(environ: WSGIEnvironment | None = None) -> bool:
    """Return whether who has sent this request is on this machine. Through a proxy comes anybody.

    :param environ: what says so of a request that the application has not seen yet.
    """
    environ = request.environ if environ is None else environ
    if any(name in environ for name in _PROXIES):
        return False
    # The host too: a page of another site can have a name of its own lead here.
    host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
    return is_loopback(environ.get("REMOTE_ADDR") or "") and is_loopback(host.strip("[]"))


def _stay_here(response: Response) -> Response:
    # Flask makes the address of this redirect, such as one without double slashes, of the host that the request names.
    if isinstance(request.routing_exception, RequestRedirect) and not _must_be_https():
        address = urlsplit(response.location or "")
        response.location = f"/{address.path.lstrip('/')}{f'?{address.query}' if address.query else ''}"
        response.set_data(b"")
    return response


def _tell_refused() -> None:
    if isinstance(request.routing_exception, BadRequest):
        security_log.write("refused_host", host=request.headers.get("Host", "") or "-")


def _must_be_https() -> bool:
    return bool(current_app.config["HTTPS_ONLY"]) and not request.is_secure and request.endpoint != HEALTH


def _lead_to_https() -> Response | None:
    if not _must_be_https():
        return None
    query = request.query_string.decode("latin-1")
    # 308: a browser sends a form again, and so nothing that was typed is lost.
    return cast("Response", current_app.redirect(public_url(quote(request.path)) + (f"?{query}" if query else ""), 308))
