"""Engines: one for each URL, made the same way for accounts and for sessions."""

from __future__ import annotations

import logging
import os
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from .. import extras, settings
from ..errors import SettingError, raise_anew
from . import sqlite
from .slots import Slots

#: How many connections a process has to one database. Who needs another waits, no longer than for the database itself.
CONNECTIONS = 15

#: Each engine, and a slot for each of its connections.
_engines: WeakKeyDictionary[Engine, Slots] = WeakKeyDictionary()


class _NothingTyped(logging.Filter):
    """Keeps rows and parameters out of the logs that SQLAlchemy writes of our engines, at whatever level."""

    def filter(self, record: logging.LogRecord) -> bool:
        # A traceback holds what came before: the statement that failed, and the row that PostgreSQL would not take.
        record.exc_info = record.exc_text = None
        return record.levelno > logging.DEBUG


def connect(url: str, setting: str) -> Engine:
    """An engine for ``url``.

    :param url: any SQLAlchemy URL.
    :param setting: the name of the setting it came from, for the message.
    :raises SettingError: when no engine can be made of it.
    """
    try:
        parsed = make_url(settings.url(setting, url))
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        options, synchronous = dict[str, Any](), "NORMAL"
        if parsed.get_backend_name() == "sqlite":
            parsed, synchronous = sqlite.options(parsed, setting)
        if parsed.drivername == "postgresql+psycopg":
            # Its driver takes long to import, and SQLite does without.
            extras.require("postgresql", setting)
            from . import postgresql

            options = {"pool_pre_ping": True, "connect_args": postgresql.options(parsed)}
        engine = create_engine(
            parsed,
            hide_parameters=True,
            logging_name="wizard",
            pool_logging_name="wizard",
            pool_size=5,
            max_overflow=CONNECTIONS - 5,
            **options,
        )
    except (NoSuchModuleError, ImportError) as error:
        why = settings.without_secrets(str(error), url)
        raise_anew(SettingError(f"{setting}: no database driver for this URL ({why}). {settings.URLS}"))
    except (ArgumentError, ValueError, TypeError):
        raise_anew(SettingError(f"{setting}: no database driver can read this URL. {settings.URLS}"))
    loggers: tuple[Any, ...] = (engine.logger, engine.pool.logger)
    for logger in loggers:
        logger.addFilter(_nothing_typed)
    if parsed.drivername == "postgresql+psycopg":
        postgresql.prepare(engine)
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine, synchronous)
    _engines[engine] = kept = Slots(CONNECTIONS, engine.dialect.name)
    event.listen(engine, "engine_disposed", lambda _: kept.close())
    return engine


_nothing_typed = _NothingTyped()


def slots(engine: Engine) -> Slots:
    """Return what counts the connections of ``engine`` that are in use. It is the same for as long as there is one."""
    return _engines[engine]


def is_shared(engine: Engine) -> bool:
    """Whether other machines can reach the database of ``engine`` too."""
    return engine.dialect.name != "sqlite"


def dispose() -> None:
    """Close the connections of every engine that are not in use."""
    for engine in _engines:
        engine.dispose()


def _begin_anew() -> None:
    """Leave the connections to the process that has made them: this one, just forked, would else share them."""
    for engine, kept in list(_engines.items()):
        kept.begin_anew()
        engine.dispose(close=False)


def _leave_files() -> None:
    """Close the connections to files before a fork: SQLite would take what the child inherits for locks that it has."""
    for engine in list(_engines):
        if engine.dialect.name == "sqlite":
            engine.dispose()


os.register_at_fork(before=_leave_files, after_in_child=_begin_anew)
