"""Current: the objects of this request themselves. A proxy is looked up each time it is asked for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import flask

if TYPE_CHECKING:
    from flask import Flask, Request
    from flask.ctx import _AppCtxGlobals
    from flask.sessions import SessionMixin

# What proxies cost was a tenth of a page and of a POST.


def _itself(proxy: Any) -> Any:
    return proxy._get_current_object()


def request() -> Request:
    """Return the request."""
    return cast("Request", _itself(flask.request))


def session() -> SessionMixin:
    """Return the session."""
    return cast("SessionMixin", _itself(flask.session))


def app() -> Flask:
    """Return the application."""
    return cast("Flask", _itself(flask.current_app))


def g() -> _AppCtxGlobals:
    """Return what is kept for as long as the request lasts."""
    return cast("_AppCtxGlobals", _itself(flask.g))
