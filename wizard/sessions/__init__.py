"""Sessions that lose nothing: the interface between Flask and a Store, and the choice of the Store by its URL."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask.sessions import SessionInterface

from .. import extras, settings
from .cookie import CookieInterface
from .interface import StoreInterface
from .session import Session
from .store import Record, Store

if TYPE_CHECKING:
    from .redis import RedisStore
    from .sql import SQLStore

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


if not TYPE_CHECKING:
    # A type checker that saw it would take a name that is written wrong for one that is there.
    def __getattr__(name: str) -> Any:
        # SQLAlchemy and redis are more than half of the time that the package takes to import, and nobody needs both.
        if name in ("RedisStore", "SQLStore"):
            module = name.removesuffix("Store").lower()
            extras.require(module, name)
            return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def open_store(url: str, setting: str = "SESSION_URL") -> Store:
    """The Store that ``url`` names.

    :param url: an SQLAlchemy URL, or ``redis://host:port/database``.
    :param setting: the name of the setting it came from, for the message.
    :raises SettingError: when it cannot work, or its extra is missing; the message names the cure.
    """
    extra = extras.of(settings.url(setting, url))
    extras.require(extra, setting)
    if extra == "redis":
        from .redis import RedisStore

        return RedisStore(url, setting)
    from .sql import SQLStore

    return SQLStore(url, setting)


def open_sessions(url: str, setting: str = "SESSION_URL") -> SessionInterface:
    """Flask's ``app.session_interface`` for sessions kept where ``url`` says.

    :param url: what :func:`open_store` takes, or ``cookie:`` for the signed cookie itself.
    :param setting: the name of the setting it came from, for the message.
    :raises SettingError: when it cannot work; the message names the cure.
    """
    return CookieInterface() if url == "cookie:" else StoreInterface(open_store(url, setting))
