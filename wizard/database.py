"""SQL engines: one for each URL, made the same way for accounts and for sessions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakSet

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from .errors import SettingError, StoreError


def connect(url: str, setting: str) -> Engine:
    """An engine for ``url``.

    :param url: any SQLAlchemy URL.
    :param setting: the name of the setting it came from, for the message.
    :raises SettingError: when no engine can be made of it.
    """
    try:
        parsed = make_url(url)
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SettingError(
            f"{setting}: no database driver for this URL ({error}). Use sqlite:////path/to/file or "
            "postgresql+psycopg://user:password@host/name."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    # A server that loads the application once and then forks would else share its connections between processes.
    _engines.add(engine)
    return engine


_engines: WeakSet[Engine] = WeakSet()


def _leave_connections_to_parent() -> None:
    for engine in _engines:
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_leave_connections_to_parent)


def _prepare_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def create(engine: Engine, table: Table, setting: str) -> None:
    """Create ``table`` and its indexes where they are missing.

    :raises SettingError: when the database does not answer.
    """
    try:
        with engine.begin() as connection:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
    except SQLAlchemyError as error:
        raise SettingError(
            f"{setting}: the database does not answer ({first_line(error)}). Start it, or mend the URL."
        ) from error


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
