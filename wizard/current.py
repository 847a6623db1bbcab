"""Current: the objects of this request themselves. A proxy is looked up each time it is asked for anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flask

if TYPE_CHECKING:
    from flask import Flask, Request
    from flask.ctx import _AppCtxGlobals
    from flask.sessions import SessionMixin

# What proxies cost was a tenth of a page and of a POST.


def _behind(proxy: Any) -> Any:
    """Return the function that returns what ``proxy`` stands for just now."""
    return proxy._get_current_object


#: Returns the request.
request: Callable[[], Request] = _behind(flask.request)
#: Returns the session.
session: Callable[[], SessionMixin] = _behind(flask.session)
#: Returns the application.
app: Callable[[], Flask] = _behind(flask.current_app)
#: Returns what is kept for as long as the request lasts.
g: Callable[[], _AppCtxGlobals] = _behind(flask.g)
