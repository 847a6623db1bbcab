"""Migrating: the tables of a database have a version, and this code serves its own and the one after it.

A release adds one migration at the most. It only adds, so that the release before can go on serving; what nobody reads
any more is taken away by the migration of a later release.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, String, Table, insert, inspect, select
from sqlalchemy.schema import Column, CreateTable

from .. import database
from ..errors import SettingError
from .tables import metadata

#: The version of the tables that this code writes.
VERSION = 2

#: That of tables which were made before there were versions.
_FIRST = 1

_FOLDER = Path(__file__).parent.parent / "migrations"

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def prepare(engine: Engine, setting: str) -> None:
    """See that the tables are such as this code can serve: make them where there are none, and upgrade those of SQLite.

    :param setting: the name of the setting that the database came from.
    :raises SettingError: when they are not, or the database does not answer; the message names the cure.
    """
    if _is_upgrading() or VERSION <= (found := version(engine, setting)) <= VERSION + 1:
        return
    if found > VERSION:
        raise SettingError(
            f"{setting}: the tables are of version {found}, and this code serves {VERSION} and {VERSION + 1}. "
            "Start the code that is as new as they are."
        )
    if found and database.is_shared(engine):
        raise SettingError(
            f"{setting}: the tables are of version {found}, and this code needs {VERSION}. "
            "Run this first: flask --app wizard db upgrade"
        )
    upgrade(engine, setting)


def version(engine: Engine, setting: str) -> int:
    """Return the version of the tables; 0 where there are none.

    :raises SettingError: when the database does not answer.
    """
    found: list[int] = []
    database.change(engine, setting, lambda connection: found.append(_read(connection)))
    return found[-1]


def upgrade(engine: Engine, setting: str) -> None:
    """Bring the tables to the version of this code, all of it or nothing. Those that are newer stay as they are.

    :raises SettingError: when the database does not answer.
    """
    database.change(engine, setting, _upgrade)
    # Alembic leaves a connection to SQLite with a second, temporary database.
    engine.dispose()


def _read(connection: Connection) -> int:
    names = inspect(connection).get_table_names()
    if _version.name in names:
        found = connection.execute(select(_version.c.version_num)).scalar()
        if found is not None:
            return int(found)
    return _FIRST if "accounts" in names else 0


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Else the driver would begin with the first row that is written, and commit each table by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    # Another process may have done it meanwhile.
    found = _read(connection)
    if found >= VERSION:
        return
    if not found:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(CreateTable(_version, if_not_exists=True))
        connection.execute(insert(_version).values(version_num=f"{VERSION:04}"))
        return
    # Only now: a database is upgraded once, and read at every start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    if found == _FIRST and _version.name not in inspect(connection).get_table_names():
        command.stamp(config, f"{_FIRST:04}")
    command.upgrade(config, f"{VERSION:04}")


def _is_upgrading() -> bool:
    """Whether this is the command ``flask db``, which needs an application too, and is the cure for old tables."""
    return Path(sys.argv[0]).name in ("flask", "flask.exe", "__main__.py") and "db" in sys.argv[1:]
