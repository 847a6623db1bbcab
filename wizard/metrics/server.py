"""Metrics: stands before an application, counts its requests, and answers those for what is counted."""

from __future__ import annotations

from collections.abc import Iterable
from hmac import compare_digest
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask

from .. import extras, hosts, settings
from . import sharing
from .command import funnel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: The methods that are counted by name.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

#: What stands for any other method, and for an endpoint that nobody knows: the address has none, or all has failed.
OTHER, UNKNOWN = "other", "unknown"


class Metrics:
    """Counts what an application does, and serves that to Prometheus.

    It answers before the application sees the request: no session is opened, nothing is limited, and any host will do.
    Only who is on this machine, and not behind a proxy, may read it. With ``WIZARD_METRICS_TOKEN``, only who sends that
    may, from anywhere. To all others, the address is one that the application does not have.

    :param app: the application; or call :meth:`init_app` with it.
    :param path: the address.
    :raises SettingError: when the extra is missing, or the token cannot work; the message names the cure.

    >>> from flask import Flask
    >>> from wizard import Metrics
    >>> app = Flask("shop")
    >>> Metrics(app).path
    '/metrics'
    """

    #: The application that it has joined.
    app: Flask

    def __init__(self, app: Flask | None = None, path: str = "/metrics") -> None:
        extras.require("metrics", "Metrics")
        self.path = path
        self._scrape: WSGIApplication | None = None
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Join ``app``.

        :raises SettingError: when the token cannot work; the message names the cure.
        """
        token = settings.read(app, "WIZARD_METRICS_TOKEN")
        self.app = app
        self._token = token and token.encode()
        self._answer: WSGIApplication = app.wsgi_app
        app.wsgi_app = self  # type: ignore[method-assign]
        app.extensions["wizard_metrics"] = self
        app.cli.add_command(funnel)
        sharing.made.add(self)

    def open(self) -> WSGIApplication:
        """Begin to count, unless that has begun, and return what serves it.

        That is with the first request, or before processes are started that count together: by then it is known
        whether they do.
        """
        if self._scrape is None:
            from prometheus_client import make_wsgi_app

            from . import collecting, counters

            counters.listen(self.app)
            self._scrape = make_wsgi_app(collecting.registry_of(self.app))
        return self._scrape

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        scrape = self.open()
        if environ.get("PATH_INFO") == self.path and self._may_read(environ):
            return scrape(environ, start_response)
        return self._count(environ, start_response)

    def _may_read(self, environ: WSGIEnvironment) -> bool:
        if self._token is None:
            return hosts.is_from_here(environ)
        kind, _, sent = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        return kind.lower() == "bearer" and compare_digest(sent.strip().encode("latin-1", "replace"), self._token)

    def _count(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        from . import counters

        begun, answers = perf_counter(), 0

        def count(status: str) -> None:
            method = environ.get("REQUEST_METHOD", "")
            method = method if method in METHODS else OTHER
            # What werkzeug has made of it. The names of endpoints are the application's.
            endpoint = getattr(environ.get("werkzeug.request"), "endpoint", None) or UNKNOWN
            counters.requests.labels(method, endpoint, status[:3]).inc()
            counters.seconds.labels(method, endpoint).observe(perf_counter() - begun)

        def start(status: str, *rest: Any) -> Any:
            nonlocal answers
            answers += 1
            if answers == 1:
                count(status)
            return start_response(status, *rest)

        with counters.in_progress.track_inprogress():
            try:
                return self._answer(environ, start)
            except Exception:
                if not answers:
                    count("500")
                raise
