"""Sessions kept on the server: the interface between Flask and a Store, and the choice of the Store by its URL."""

from __future__ import annotations

from .interface import Session, StoreInterface
from .sql import SQLStore
from .store import Record, Store

__all__ = ["Record", "SQLStore", "Session", "Store", "StoreInterface", "open_store"]


def open_store(url: str) -> Store:
    """The Store that the setting ``SESSION_URL`` names.

    :param url: an SQLAlchemy URL.
    :raises SettingError: when it cannot work; the message names the cure.
    """
    return SQLStore(url, "SESSION_URL")
