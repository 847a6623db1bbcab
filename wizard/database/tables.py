"""Tables: made on the first start, by however many processes start at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from .. import settings
from ..errors import SettingError, StoreError, raise_anew
from ..patience import START_PATIENCE, waiting
from . import failure, sqlite

#: A number of ours, by which processes that start at once wait for each other.
_CREATE_LOCK = 0x57495A41


def create(engine: Engine, table: Table, setting: str) -> None:
    """Create ``table`` and its indexes where they are missing.

    :raises SettingError: when the database does not answer.
    """
    change(engine, setting, partial(_create, table))


def change(engine: Engine, setting: str, work: Callable[[Connection], None]) -> None:
    """Let ``work`` look at tables and change them. On PostgreSQL, no other process that starts does meanwhile.

    :param setting: the name of the setting that the database came from.
    :raises SettingError: when the database does not answer.
    """
    deadline = time.monotonic() + START_PATIENCE
    while True:
        try:
            with waiting(START_PATIENCE):
                return _change(engine, work)
        except (SQLAlchemyError, StoreError) as error:
            why = settings.without_secrets(
                failure.cause(error, engine.dialect.name), engine.url.render_as_string(hide_password=False)
            )
            # SQLite does not wait for a process that is just starting on the same file, whatever its time-out.
            if "database is locked" not in why or time.monotonic() > deadline:
                is_file = engine.dialect.name == "sqlite"
                cure = sqlite.cure(engine.url) if is_file else "Start it, or mend the URL."
                raise_anew(SettingError(f"{setting}: the database does not answer ({why}). {cure}"))
        time.sleep(0.05)


def _change(engine: Engine, work: Callable[[Connection], None]) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for name in ("statement_timeout", "lock_timeout"):
                connection.execute(select(func.set_config(name, f"{START_PATIENCE}s", True)))
            # "if not exists" alone fails where another process is just making the same.
            connection.execute(select(func.pg_advisory_xact_lock(_CREATE_LOCK)))
        work(connection)


def _create(table: Table, connection: Connection) -> None:
    connection.execute(CreateTable(table, if_not_exists=True))
    for index in table.indexes:
        connection.execute(CreateIndex(index, if_not_exists=True))
