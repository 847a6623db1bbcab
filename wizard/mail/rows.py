"""Rows: the table in which mails and calls wait, and who is working on which."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from .. import database

#: The states of a row: it is to be sent; it is kept to be read here; it was given up. What was sent has no row.
WAITING, KEPT, GIVEN_UP = "waiting", "kept", "given up"

table = Table(
    "outbox",
    MetaData(),
    Column("id", String(32), primary_key=True),
    Column("kind", String(8), nullable=False),
    # Sealed. Nothing else of the row says anything of what it is about.
    Column("body", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False),
    # Times are in milliseconds, so that the order is that in which rows were put.
    Column("created", BigInteger, nullable=False),
    # When it is tried next. While somebody works on it: when anybody else may.
    Column("due", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", String(200)),
    # A name for the attempt that works on it.
    Column("lease", String(32)),
)
Index("outbox_due", table.c.state, table.c.due)


class Rows:
    """The rows of one database.

    :raises SettingError: when the database does not answer.
    """

    def __init__(self, engine: Engine, setting: str) -> None:
        self.engine = engine
        database.create(engine, table, setting)

    def put(self, connection: Connection, row: dict[str, Any]) -> None:
        """Add a row, in the transaction of ``connection``."""
        connection.execute(insert(table).values(attempts=0, **row))

    @staticmethod
    def first(kinds: Collection[str], now: int) -> Select[tuple[str]]:
        """Return the query for the id of the row that has been due for longest."""
        is_due = (table.c.state == WAITING, table.c.due <= now, table.c.kind.in_(kinds))
        return select(table.c.id).where(*is_due).order_by(table.c.due, table.c.id).limit(1)

    def lease(self, kinds: Collection[str], now: int, until: int, lease: str) -> Row[Any] | None:
        """Return the row that has been due for longest, which is nobody else's before ``until``; ``None`` if none is.

        On PostgreSQL nobody waits for anybody. SQLite lets one write at a time.
        """
        first = self.first(kinds, now)
        with database.transaction(self.engine) as connection:
            # Looked for first, since SQLite lets nobody else write while one updates, be it nothing.
            if connection.execute(first).first() is None:
                return None
        # One value, and not a list of them: PostgreSQL would perhaps look for a list more than once, and lock more.
        chosen = first.with_for_update(skip_locked=True).scalar_subquery()
        taken = (
            update(table)
            .where(table.c.id == chosen)
            .values(due=until, lease=lease, attempts=table.c.attempts + 1)
            .returning(table)
        )
        with database.transaction(self.engine) as connection:
            return connection.execute(taken).first()

    def remove(self, row_id: str) -> None:
        """Delete a row: it was sent."""
        with database.transaction(self.engine) as connection:
            connection.execute(delete(table).where(table.c.id == row_id))

    def give_back(self, row: Row[Any], **values: Any) -> None:
        """End the lease of ``row``, unless it is over and somebody else has it, and change ``values``."""
        mine = (table.c.id == row.id, table.c.lease == row.lease)
        with database.transaction(self.engine) as connection:
            connection.execute(update(table).where(*mine).values(lease=None, **values))

    def next_due(self, kinds: Collection[str]) -> int | None:
        """Return when the next row is due; ``None`` if none is waiting."""
        query = select(func.min(table.c.due)).where(table.c.state == WAITING, table.c.kind.in_(kinds))
        with database.transaction(self.engine) as connection:
            found: int | None = connection.execute(query).scalar_one()
        return found

    def find(self, *states: str, kind: str | None = None, most: int | None = None) -> list[Row[Any]]:
        """Return the rows in these ``states``, the newest first."""
        query = select(table).where(table.c.state.in_(states)).order_by(table.c.created.desc(), table.c.id).limit(most)
        if kind is not None:
            query = query.where(table.c.kind == kind)
        with database.transaction(self.engine) as connection:
            return list(connection.execute(query).all())

    def count(self) -> dict[str, int]:
        """Return how many rows there are in each state."""
        query = select(table.c.state, func.count().label("number")).group_by(table.c.state)
        with database.transaction(self.engine) as connection:
            return {row.state: row.number for row in connection.execute(query)}

    def retry(self, row_id: str | None, now: int, states: Collection[str] = (WAITING, GIVEN_UP)) -> int:
        """Let a row, or all in these ``states``, be tried at once, as often as a new one; return how many there are."""
        free = (table.c.state != WAITING) | table.c.lease.is_(None)
        found = update(table).where(table.c.state.in_(states), free).values(state=WAITING, due=now, attempts=0)
        if row_id is not None:
            found = found.where(table.c.id == row_id)
        with database.transaction(self.engine) as connection:
            return connection.execute(found).rowcount

    def purge(self, state: str, before: int) -> None:
        """Delete what is in ``state`` and was put ``before`` that time."""
        old = (table.c.state == state, table.c.created < before)
        with database.transaction(self.engine) as connection:
            if connection.execute(select(table.c.id).where(*old).limit(1)).first() is not None:
                connection.execute(delete(table).where(*old))
