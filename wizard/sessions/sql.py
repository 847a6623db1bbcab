"""The SQL Store: a row a session, in SQLite or PostgreSQL."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text, delete, insert, select, update

from .. import database
from ..errors import Conflict, Duplicate
from .store import Record

sessions = Table(
    "sessions",
    MetaData(),
    Column("id", String(64), primary_key=True),
    Column("data", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("expires", BigInteger, nullable=False, index=True),
)

#: How many rows a purge deletes at once: so few that nobody waits for it.
BATCH = 200


class SQLStore:
    """A Store in an SQL database.

    :param url: any SQLAlchemy URL.
    :param setting: the name of the setting that the URL came from.
    :raises SettingError: when the database does not answer.
    """

    def __init__(self, url: str, setting: str) -> None:
        self.engine = database.connect(url, setting)
        self.shared = database.is_shared(self.engine)
        database.create(self.engine, sessions, setting)

    def load(self, session_id: str) -> Record | None:
        query = select(sessions.c.data, sessions.c.version).where(
            sessions.c.id == session_id, sessions.c.expires > int(time.time())
        )
        with database.transaction(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Record(row.data, row.version)

    def save(self, session_id: str, data: str, lifetime: timedelta, *, version: int) -> None:
        now = int(time.time())
        values: dict[str, str | int]
        values = {"data": data, "version": version + 1, "expires": now + int(lifetime.total_seconds())}
        if version == 0:
            self._insert({"id": session_id, **values}, now)
            return
        row = (sessions.c.id == session_id, sessions.c.version == version, sessions.c.expires > now)
        with database.transaction(self.engine) as connection:
            if connection.execute(update(sessions).where(*row).values(**values)).rowcount == 0:
                raise Conflict("the session was saved or deleted by another request")

    def _insert(self, values: dict[str, str | int], now: int) -> None:
        try:
            with database.transaction(self.engine) as connection:
                # One that has expired, and that nothing has purged yet, is as if it were not there.
                connection.execute(delete(sessions).where(sessions.c.id == values["id"], sessions.c.expires <= now))
                connection.execute(insert(sessions).values(**values))
        except Duplicate:
            raise Conflict("the session is there already") from None

    def delete(self, session_id: str, *, version: int | None = None) -> None:
        row = [sessions.c.id == session_id]
        if version is not None:
            row += [sessions.c.version == version, sessions.c.expires > int(time.time())]
        with database.transaction(self.engine) as connection:
            if connection.execute(delete(sessions).where(*row)).rowcount == 0 and version is not None:
                raise Conflict("the session was saved or deleted by another request")

    def purge(self, most: int | None = None) -> int:
        count = 0
        while most is None or count < most:
            batch = BATCH if most is None else min(BATCH, most - count)
            now = int(time.time())
            with database.transaction(self.engine) as connection:
                # Looked for first, since SQLite lets nobody else write while one deletes, be it nothing.
                found = select(sessions.c.id).where(sessions.c.expires <= now).limit(batch)
                ids = connection.execute(found).scalars().all()
                if ids:
                    expired = (sessions.c.id.in_(ids), sessions.c.expires <= now)
                    count += connection.execute(delete(sessions).where(*expired)).rowcount
            if len(ids) < batch:
                break
        return count

    def ping(self) -> None:
        row = {"id": f"ping-{secrets.token_hex(16)}", "data": "", "version": 1, "expires": 0}
        with database.trial(self.engine) as connection:
            connection.execute(insert(sessions).values(**row))
            connection.execute(delete(sessions).where(sessions.c.id == row["id"]))
