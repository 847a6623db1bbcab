"""The SQL Store: a row a session, in SQLite or PostgreSQL."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from .. import database
from ..errors import Conflict
from .store import Record

sessions = Table(
    "sessions",
    MetaData(),
    Column("id", String(64), primary_key=True),
    Column("data", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("expires", BigInteger, nullable=False, index=True),
)


class SQLStore:
    """A Store in an SQL database.

    :param url: any SQLAlchemy URL.
    :param setting: the name of the setting that the URL came from.
    :raises SettingError: when the database does not answer.
    """

    def __init__(self, url: str, setting: str) -> None:
        self._engine = database.connect(url, setting)
        self.shared = database.is_shared(self._engine)
        database.create(self._engine, sessions, setting)

    def load(self, session_id: str) -> Record | None:
        query = select(sessions.c.data, sessions.c.version).where(
            sessions.c.id == session_id, sessions.c.expires > int(time.time())
        )
        with database.transaction(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Record(row.data, row.version)

    def save(self, session_id: str, data: str, lifetime: timedelta, *, version: int) -> None:
        now = int(time.time())
        values = {"data": data, "version": version + 1, "expires": now + int(lifetime.total_seconds())}
        with database.transaction(self._engine) as connection:
            if version == 0:
                # One that has expired, and that nothing has purged yet, is as if it were not there.
                connection.execute(delete(sessions).where(sessions.c.id == session_id, sessions.c.expires <= now))
                try:
                    connection.execute(insert(sessions).values(id=session_id, **values))
                except IntegrityError as error:
                    raise Conflict("the session is there already") from error
                return
            row = (sessions.c.id == session_id, sessions.c.version == version, sessions.c.expires > now)
            if connection.execute(update(sessions).where(*row).values(**values)).rowcount == 0:
                raise Conflict("the session was saved or deleted by another request")

    def delete(self, session_id: str, *, version: int | None = None) -> None:
        row = [sessions.c.id == session_id]
        if version is not None:
            row += [sessions.c.version == version, sessions.c.expires > int(time.time())]
        with database.transaction(self._engine) as connection:
            if connection.execute(delete(sessions).where(*row)).rowcount == 0 and version is not None:
                raise Conflict("the session was saved or deleted by another request")

    def purge(self, most: int | None = None) -> int:
        expired = select(sessions.c.id).where(sessions.c.expires <= int(time.time())).limit(most)
        with database.transaction(self._engine) as connection:
            return connection.execute(delete(sessions).where(sessions.c.id.in_(expired))).rowcount

    def ping(self) -> None:
        with database.transaction(self._engine) as connection:
            connection.execute(select(sessions.c.id).limit(1))
