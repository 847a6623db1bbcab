"""Sessions that lose nothing: the interface between Flask and a Store, and the choice of the Store by its URL."""

from __future__ import annotations

from flask.sessions import SessionInterface

from .. import settings
from .cookie import CookieInterface
from .interface import StoreInterface
from .redis import RedisStore
from .session import Session
from .sql import SQLStore
from .store import Record, Store

__all__ = [
    "CookieInterface",
    "Record",
    "RedisStore",
    "SQLStore",
    "Session",
    "Store",
    "StoreInterface",
    "open_sessions",
    "open_store",
]


def open_store(url: str, setting: str = "SESSION_URL") -> Store:
    """The Store that ``url`` names.

    :param url: an SQLAlchemy URL, or ``redis://host:port/database``.
    :param setting: the name of the setting it came from, for the message.
    :raises SettingError: when it cannot work; the message names the cure.
    """
    if settings.url(setting, url).startswith(("redis:", "rediss:")):
        return RedisStore(url, setting)
    return SQLStore(url, setting)


def open_sessions(url: str, setting: str = "SESSION_URL") -> SessionInterface:
    """Flask's ``app.session_interface`` for sessions kept where ``url`` says.

    :param url: what :func:`open_store` takes, or ``cookie:`` for the signed cookie itself.
    :param setting: the name of the setting it came from, for the message.
    :raises SettingError: when it cannot work; the message names the cure.
    """
    return CookieInterface() if url == "cookie:" else StoreInterface(open_store(url, setting))
