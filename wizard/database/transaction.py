"""Transactions: what a database does for one call, in bounded time, and its errors without an answer in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, delete, select
from sqlalchemy.exc import SQLAlchemyError

from .. import signals
from ..errors import Duplicate, StoreError, raise_anew
from ..patience import TOO_LATE, left, waiting
from . import failure, sqlite
from .engine import slots
from .slots import Slots


class bounded:  # noqa: N801  (it is called as a function is)
    """Takes one of ``slots`` in bounded time, and raises what goes wrong in it anew.

    :raises Duplicate: when a row with the same key is there already.
    :raises StoreError: for whatever else the database cannot do. Its message holds nothing of the statement.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._waiting = waiting()

    def __enter__(self) -> None:
        try:
            self._waiting.__enter__()
            if not self._slots.acquire(left()):
                self._waiting.__exit__(None, None, None)
                raise StoreError(f"{self._slots.dialect}: {TOO_LATE}, all connections are in use")
        except StoreError:
            signals.store_failed.send(self._slots.dialect)
            raise

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._slots.release()
        self._waiting.__exit__(kind, error, trace)
        # What a driver cannot make of a value is an error of Python's own, and holds the value.
        if isinstance(error, (SQLAlchemyError, ValueError, TypeError, ArithmeticError)):
            found = failure.of(error, self._slots.dialect)
            if not isinstance(found, Duplicate):
                signals.store_failed.send(self._slots.dialect)
            raise_anew(found)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that is over in time.

    :raises Duplicate: when a row with the same key is there already.
    :raises StoreError: for whatever else the database cannot do. Its message holds nothing of the statement.
    """
    with bounded(slots(engine)), engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            sqlite.wait_for_lock(connection.connection.driver_connection, connection.info)
        yield connection


@contextmanager
def trial(engine: Engine) -> Iterator[Connection]:
    """A transaction that finds out whether the database can be read and written, and not what is remembered of it."""
    with transaction(engine) as connection:
        if engine.dialect.name == "sqlite":
            sqlite.look_anew(connection)
        yield connection


def purge(
    engine: Engine,
    row_id: Column[Any],
    is_over: Callable[[], ColumnElement[bool]],
    most: int | None,
    *,
    batch: int = 200,
    also: Column[Any] | None = None,
) -> int:
    """Delete the rows that are over, in transactions so short that nobody waits for them, and return how many.

    :param row_id: the column of the table by which its rows are told apart.
    :param is_over: which rows are over by now.
    :param most: how many rows to delete at the most.
    :param batch: how many of them in one transaction.
    :param also: a column of another table, whose rows with the same ids go along.
    """
    count = 0
    while most is None or count < most:
        some, over = batch if most is None else min(batch, most - count), is_over()
        with transaction(engine) as connection:
            # Looked for first, since SQLite lets nobody else write while one deletes, be it nothing.
            ids = connection.execute(select(row_id).where(over).limit(some)).scalars().all()
            is_all = len(ids) < some
            if ids:
                gone = delete(row_id.table).where(row_id.in_(ids), over)
                if also is None:
                    count += connection.execute(gone).rowcount
                else:
                    # One that was kept on meanwhile keeps these too.
                    ids = connection.execute(gone.returning(row_id)).scalars().all()
                    connection.execute(delete(also.table).where(also.in_(ids)))
                    count += len(ids)
        if is_all:
            break
    return count
