"""Transactions: what a database does for one call, in bounded time, and its errors without an answer in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from ..errors import StoreError, raise_anew
from ..patience import TOO_LATE, left, waiting
from . import failure, sqlite
from .engine import slots


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that is over in time.

    :raises Duplicate: when a row with the same key is there already.
    :raises StoreError: for whatever else the database cannot do. Its message holds nothing of the statement.
    """
    with waiting():
        slot = slots(engine)
        if not slot.acquire(timeout=left()):
            raise StoreError(f"{engine.dialect.name}: {TOO_LATE}, all connections are in use")
        try:
            with engine.begin() as connection:
                if engine.dialect.name == "sqlite":
                    sqlite.wait_for_lock(connection)
                yield connection
        # What a driver cannot make of a value is an error of Python's own, and holds the value.
        except (SQLAlchemyError, ValueError, TypeError, ArithmeticError) as error:
            raise_anew(failure.of(error, engine.dialect.name))
        finally:
            slot.release()


@contextmanager
def trial(engine: Engine) -> Iterator[Connection]:
    """A transaction that finds out whether the database can be read and written, and not what is remembered of it."""
    with transaction(engine) as connection:
        if engine.dialect.name == "sqlite":
            sqlite.look_anew(connection)
        yield connection
