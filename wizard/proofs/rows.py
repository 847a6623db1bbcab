"""Rows: the table of what is proven, of codes, and of how often something was tried.

Each change is one statement, so that what is counted is right however many requests come at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    case,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from .. import database
from ..errors import SettingError
from .bounds import TooOften

table = Table(
    "wizard_proofs",
    MetaData(),
    # A keyed hash: it says nothing of the run, nor of the address.
    Column("id", String(64), primary_key=True),
    # What is proven, sealed; or a keyed hash of a code. What only counts has none.
    Column("body", LargeBinary),
    Column("count", Integer, nullable=False),
    # When it was made, and when it is over, in milliseconds.
    Column("since", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False, index=True),
)

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Rows:
    """The rows of one database.

    :param clock: returns the time, in seconds.
    :raises SettingError: when the database does not answer.
    """

    def __init__(self, engine: Engine, setting: str, clock: Callable[[], float]) -> None:
        if engine.dialect.name not in _INSERTS:
            raise SettingError(f"{setting}: {engine.dialect.name} keeps no proofs. Use SQLite or PostgreSQL.")
        self.engine = engine
        self._clock = clock
        self._insert = _INSERTS[engine.dialect.name]
        database.create(engine, table, setting)

    @property
    def now(self) -> int:
        """The time in milliseconds."""
        return round(self._clock() * 1000)

    def find(self, row_id: str) -> Row[Any] | None:
        """Return the row of that id, unless it is over."""
        live = (table.c.id == row_id, table.c.expires > self.now)
        with database.transaction(self.engine) as connection:
            return connection.execute(select(table).where(*live)).first()

    def put(self, connection: Connection, row_id: str, body: bytes, seconds: float, *, pause: float) -> bool:
        """Put a row in place of the one that there is, and return whether that was older than ``pause`` seconds.

        If it was not, it stays.
        """
        now = self.now
        new = {"body": body, "count": 0, "since": now, "expires": round(now + seconds * 1000)}
        replaces = or_(table.c.since <= now - pause * 1000, table.c.expires <= now)
        statement = self._insert(table).values(id=row_id, **new)
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=new, where=replaces)
        return connection.execute(statement.returning(table.c.id)).first() is not None

    def add(self, row_id: str, body: bytes, seconds: float) -> None:
        """Put a row for so many seconds, unless there is one."""
        with database.transaction(self.engine) as connection:
            self.put(connection, row_id, body, seconds, pause=seconds)

    def hit(self, connection: Connection, row_id: str, most: int, seconds: float) -> bool:
        """Count one more under an id, and return whether that is no more than ``most`` in so many seconds."""
        now = self.now
        is_over = table.c.expires <= now
        until = round(now + seconds * 1000)
        counted = {
            "count": case((is_over, 1), else_=table.c.count + 1),
            "expires": case((is_over, until), else_=table.c.expires),
        }
        statement = self._insert(table).values(id=row_id, count=1, since=now, expires=until)
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_=counted, where=or_(is_over, table.c.count < most)
        )
        return connection.execute(statement.returning(table.c.id)).first() is not None

    def count(self, row_id: str, most: int, seconds: float) -> None:
        """Count one more under an id, whatever becomes of the request.

        :raises TooOften: when that is more than ``most`` in so many seconds.
        """
        with database.transaction(self.engine) as connection:
            may = self.hit(connection, row_id, most, seconds)
        if not may:
            raise TooOften(self.left(row_id))

    def left(self, row_id: str) -> int:
        """Return in how many seconds a count begins anew."""
        row = self.find(row_id)
        return 1 if row is None else max(1, -(-(row.expires - self.now) // 1000))

    def use(self, connection: Connection, row_id: str, most: int) -> bytes | None:
        """Count a try of a row, and return what is in it; ``None`` if it is over, or was tried ``most`` times."""
        may = (table.c.id == row_id, table.c.expires > self.now, table.c.count < most)
        statement = update(table).where(*may).values(count=table.c.count + 1).returning(table.c.body)
        found = connection.execute(statement).first()
        return None if found is None else bytes(found.body)

    def remove(self, row_id: str) -> None:
        """Delete a row."""
        with database.transaction(self.engine) as connection:
            connection.execute(delete(table).where(table.c.id == row_id))

    def purge(self, most: int | None = None) -> int:
        """Delete what is over, ``most`` rows at most, and return how many there were."""
        return database.purge(self.engine, table.c.id, lambda: table.c.expires <= self.now, most)
