"""Prepared: a statement that is turned into SQL once, and executed alone."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Engine, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from . import sqlite
from .engine import slots
from .transaction import bounded


class Done(NamedTuple):
    """What a statement has done.

    :param rows: the rows that it has returned.
    :param changed: how many rows it has changed.
    """

    rows: list[Any]
    changed: int


class Prepared:
    """A statement whose parameters alone change.

    To have SQLAlchemy build it, begin a transaction and wrap the result took half of a POST. Only for columns whose
    values go to the driver and come from it as they are.

    :param engine: where it is executed.
    :param statement: a statement in which each value that changes is a ``bindparam``.
    """

    def __init__(self, engine: Engine, statement: Executable) -> None:
        compiled = statement.compile(engine)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        self._engine = engine
        self._slots = slots(engine)
        self._sql = compiled.string
        self._order = compiled.positiontup
        self._is_sqlite = engine.dialect.name == "sqlite"
        # Else psycopg would begin a transaction, and end it: three times as many ways to the server.
        self._commits_itself = engine.dialect.driver == "psycopg"

    def execute(self, **values: Any) -> Done:
        """Execute it with ``values`` for its parameters, in a transaction of its own.

        :raises Duplicate: when a row with the same key is there already.
        :raises StoreError: for whatever else the database cannot do. Its message holds nothing of the statement.
        """
        given = values if self._order is None else tuple([values[name] for name in self._order])
        with bounded(self._slots):
            if self._is_sqlite:
                return self._run_on_kept(given)
            connection = self._connect()
            try:
                if self._commits_itself:
                    connection.driver_connection.autocommit = True
                return self._run(connection, given)
            finally:
                if self._commits_itself and connection.is_valid and not connection.driver_connection.closed:
                    connection.driver_connection.autocommit = False
                connection.close()

    def _run_on_kept(self, given: Any) -> Done:
        """Execute it on a connection to SQLite that is kept for this, each statement a transaction.

        SQLAlchemy's pool, which also resets what it takes back, took a tenth of a page and of a POST.
        """
        errors = self._engine.dialect.loaded_dbapi.Error
        try:
            kept = self._slots.kept.pop()
        except IndexError:
            connection = self._connect()
            kept = connection.driver_connection, connection.info
            connection.detach()
            kept[0].isolation_level = None
        driver, info = kept
        try:
            sqlite.wait_for_lock(driver, info)
            cursor = driver.execute(self._sql, given)
            done = Done(cursor.fetchall() if cursor.description else [], cursor.rowcount)
            cursor.close()
        except errors as error:
            # So that it is read as all others are.
            raise DBAPIError.instance(None, None, error, errors) from error
        finally:
            self._slots.kept.append(kept)
        return done

    def _connect(self) -> Any:
        errors = self._engine.dialect.loaded_dbapi.Error
        try:
            return self._engine.raw_connection()
        except errors as error:
            # A new connection fails with what the driver raises, and nothing around it.
            raise DBAPIError.instance(None, None, error, errors) from error

    def _run(self, connection: Any, given: Any) -> Done:
        errors = self._engine.dialect.loaded_dbapi.Error
        cursor = None
        try:
            cursor = connection.cursor()
            cursor.execute(self._sql, given)
            rows = cursor.fetchall() if cursor.description else []
            done = Done(rows, cursor.rowcount)
            cursor.close()
            if not self._commits_itself:
                connection.commit()
        except errors as error:
            if self._engine.dialect.is_disconnect(error, connection.driver_connection, cursor):
                connection.invalidate(error)
            # So that it is read as all others are.
            raise DBAPIError.instance(None, None, error, errors) from error
        return done
