"""Opening: which store of files an application has."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from .. import extras
from ..errors import SettingError
from .store import FileStore

SETTING = "WIZARD_FILES_URL"

URLS = (
    "Use a database (sqlite:////path/to/file, postgresql+psycopg://user:password@host/name), a folder "
    "(file:///var/lib/files) or a bucket (s3://bucket/prefix)."
)


def open_files(url: str | None, sessions: Any) -> FileStore:
    """Return the store of files that ``url`` names; by default the database of the sessions.

    :param sessions: the session interface of the application.
    :raises SettingError: when it cannot work, or there is no database; the message names the cure.
    """
    if not url:
        engine = getattr(getattr(sessions, "store", None), "engine", None)
        if engine is None:
            raise SettingError(f"{SETTING}: is not set, and the sessions are in no database, which would do. {URLS}")
        return _sql_files(engine, "SESSION_URL")
    extras.require(extras.of(url), SETTING)
    scheme = url.partition(":")[0]
    if scheme == "file":
        from .folder import FolderFiles

        return FolderFiles(_path(url))
    if scheme == "s3":
        from .objects import ObjectFiles

        return ObjectFiles(url)
    from .. import database

    return _sql_files(database.connect(url, SETTING), SETTING)


def _sql_files(engine: Any, setting: str) -> FileStore:
    # SQLAlchemy is a great part of the time that the package takes to import, and not everybody needs it.
    from .sql import SQLFiles

    return SQLFiles(engine, setting)


def _path(url: str) -> str:
    parts = urlsplit(url)
    if parts.netloc or not parts.path.startswith("/") or parts.path == "/":
        raise SettingError(f"{SETTING}: {url!r} names no folder. Use its whole path: file:///var/lib/files.")
    return unquote(parts.path)
