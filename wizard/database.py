"""SQL engines: one for each URL, made the same way for accounts and for sessions."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, make_url, select
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from . import settings
from .errors import SettingError, StoreError

#: Seconds that a request waits for a database, a connection or a lock: a visitor is told within two.
PATIENCE = 1.5

#: Seconds that a start waits for a file that other processes are starting on.
START_PATIENCE = 20

_POSTGRESQL = {
    "connect_timeout": "2",  # the least that libpq takes
    "tcp_user_timeout": "1500",
    "options": "-c statement_timeout=1500 -c lock_timeout=1500",
}

#: A number of ours, by which processes that start at once wait for each other.
_CREATE_LOCK = 0x57495A41


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
        options: dict[str, Any] = {}
        if parsed.get_backend_name() == "postgresql":
            given = {name: value for name, value in _POSTGRESQL.items() if name not in parsed.query}
            options = {"pool_pre_ping": True, "pool_timeout": PATIENCE, "connect_args": given}
        engine = create_engine(parsed, **options)
    except (NoSuchModuleError, ImportError) as error:
        raise SettingError(f"{setting}: no database driver for this URL ({error}). {settings.URLS}") from error
    except (ArgumentError, ValueError, TypeError):
        raise SettingError(f"{setting}: no database driver can read this URL. {settings.URLS}") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    # A server that loads the application once and then forks would else share its connections between processes.
    _engines.add(engine)
    return engine


def is_shared(engine: Engine) -> bool:
    """Whether other machines can reach the database of ``engine`` too."""
    return engine.dialect.name != "sqlite"


_engines: WeakSet[Engine] = WeakSet()


def dispose(*, close: bool = True) -> None:
    """Give up the connections of every engine; ``close`` them unless another process goes on using them."""
    for engine in _engines:
        engine.dispose(close=close)


os.register_at_fork(after_in_child=lambda: dispose(close=False))


def _prepare_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def create(engine: Engine, table: Table, setting: str) -> None:
    """Create ``table`` and its indexes where they are missing.

    :raises SettingError: when the database does not answer.
    """
    deadline = time.monotonic() + START_PATIENCE
    while True:
        try:
            return _create(engine, table)
        except SQLAlchemyError as error:
            # SQLite does not wait for a process that is just starting on the same file, whatever its time-out.
            if "database is locked" not in first_line(error) or time.monotonic() > deadline:
                raise SettingError(
                    f"{setting}: the database does not answer ({first_line(error)}). Start it, or mend the URL."
                ) from error
        time.sleep(0.05)


def _create(engine: Engine, table: Table) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # "if not exists" alone fails where another process is just making the same.
            connection.execute(select(func.pg_advisory_xact_lock(_CREATE_LOCK)))
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction in which a database that does not answer is a :class:`StoreError`."""
    try:
        with engine.begin() as connection:
            yield connection
    except (OperationalError, InterfaceError) as error:
        raise StoreError(f"{engine.dialect.name}: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """The first line of an error's message: the cause, without SQLAlchemy's statement and its parameters."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
