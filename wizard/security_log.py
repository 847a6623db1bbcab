"""Security log: one line for each event that whoever looks after a site wants to see. None holds an answer."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Flask, Response, current_app, g, request

from . import current, settings
from .addresses import network

#: Each event, and how loudly it is told. ``docs/logging.md`` explains them.
EVENTS = {
    "stale_token": logging.WARNING,
    "bad_cookie": logging.WARNING,
    "refused_host": logging.WARNING,
    "limit_hit": logging.WARNING,
    "sign_in_refused": logging.WARNING,
    "signed_in": logging.INFO,
    "signed_out": logging.INFO,
    "finished": logging.INFO,
    "cleared": logging.INFO,
}

logger = logging.getLogger("wizard.security")

#: A request id of somebody else's is taken if it can do no harm in a log or a header.
_HARMLESS = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

_MOST = 100


def init_app(app: Flask) -> None:
    """Let the lines of ``app`` be written to standard error, unless logging is configured, and name its requests."""
    app.after_request(name_request)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    if not logger.hasHandlers():
        logger.addHandler(logging.StreamHandler())


def request_id() -> str:
    """Return the id of this request: that of the proxy before us if one is trusted, else one of our own."""
    kept = current.g()
    if "wizard_request_id" not in kept:
        given = request.headers.get("X-Request-ID", "") if current_app.config.get("TRUSTED_PROXIES") else ""
        kept.wizard_request_id = given if _HARMLESS.fullmatch(given) else secrets.token_hex(8)
    return str(kept.wizard_request_id)


def name_request(response: Response) -> Response:
    """Return the request id as a header. For ``after_request``."""
    if not response.headers.getlist("X-Request-ID"):
        response.headers.add("X-Request-ID", request_id())
    return response


def write(event: str, **details: str) -> None:
    """Write the line of an event, once a request.

    :param event: one of :data:`EVENTS`.
    :param details: what else the line says. No answer, no session id and no token may be among them.
    """
    said = g.setdefault("wizard_security", set())
    if (once := (event, *details.items())) in said:
        return
    said.add(once)
    fields = {
        "event": event,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request": request_id(),
        "address": _address(),
        "method": request.method,
        "endpoint": request.endpoint or "-",
        **details,
    }
    fields = {name: re.sub(r"[^\w.:/\[\]+-]", "?", value[:_MOST], flags=re.ASCII) for name, value in fields.items()}
    is_json = settings.read(current_app, "WIZARD_LOG_FORMAT") == "json"
    logger.log(EVENTS[event], "%s", json.dumps(fields) if is_json else _in_words(fields))


def _in_words(fields: Mapping[str, str]) -> str:
    return " ".join([logger.name, *(f"{name}={value}" for name, value in fields.items())])


def _address() -> str:
    how = settings.read(current_app, "WIZARD_LOG_ADDRESS")
    if how == "none":
        return "-"
    return network(32, 128) if how == "full" else network(24, 48)
