"""The SQL Store: a row a session, in SQLite or PostgreSQL."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

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

#: Of the session of an id, one that has not expired, or one that has.
_OF_ID = sessions.c.id == bindparam("of_id")
_LIVE = sessions.c.expires > bindparam("now")
_EXPIRED = sessions.c.expires <= bindparam("now")
_SEEN = sessions.c.version == bindparam("seen")


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
        statements = {
            "load": select(sessions.c.data, sessions.c.version).where(_OF_ID, _LIVE),
            "insert": insert(sessions),
            "update": update(sessions)
            .where(_OF_ID, _SEEN, _LIVE)
            .values(data=bindparam("data"), version=bindparam("version"), expires=bindparam("expires")),
            "move": update(sessions)
            .where(_OF_ID, _SEEN, _LIVE)
            .values(
                id=bindparam("new"), data=bindparam("data"), version=bindparam("version"), expires=bindparam("expires")
            ),
            "delete": delete(sessions).where(_OF_ID),
            "delete seen": delete(sessions).where(_OF_ID, _SEEN, _LIVE),
            "delete expired": delete(sessions).where(_OF_ID, _EXPIRED),
        }
        self._statements = {name: database.Prepared(self._engine, one) for name, one in statements.items()}

    @property
    def engine(self) -> Engine:
        """The database of these sessions, for whoever looks after it."""
        return self._engine

    def load(self, session_id: str) -> Record | None:
        rows = self._statements["load"].execute(of_id=session_id, now=int(time.time())).rows
        return Record(*rows[0]) if rows else None

    def save(self, session_id: str, data: str, lifetime: timedelta, *, version: int) -> None:
        now = int(time.time())
        values = {"data": data, "version": version + 1, "expires": now + int(lifetime.total_seconds())}
        if version == 0:
            self._insert(session_id, values, now)
        else:
            self._change("update", of_id=session_id, seen=version, now=now, **values)

    def move(self, session_id: str, new: str, data: str, lifetime: timedelta, *, version: int) -> None:
        now = int(time.time())
        values = {"data": data, "version": version + 1, "expires": now + int(lifetime.total_seconds())}
        self._change("move", of_id=session_id, new=new, seen=version, now=now, **values)

    def _change(self, what: str, **values: Any) -> None:
        if not self._statements[what].execute(**values).changed:
            raise Conflict("the session was saved or deleted by another request")

    def _insert(self, session_id: str, values: dict[str, Any], now: int) -> None:
        with suppress(Duplicate):
            self._statements["insert"].execute(id=session_id, **values)
            return
        # One that has expired, and that nothing has purged yet, is as if it were not there.
        self._statements["delete expired"].execute(of_id=session_id, now=now)
        try:
            self._statements["insert"].execute(id=session_id, **values)
        except Duplicate:
            raise Conflict("the session is there already") from None

    def delete(self, session_id: str, *, version: int | None = None) -> None:
        if version is None:
            self._statements["delete"].execute(of_id=session_id)
        else:
            self._change("delete seen", of_id=session_id, seen=version, now=int(time.time()))

    def find(self, prefix: str) -> Iterator[tuple[str, Record]]:
        found = select(sessions.c.id, sessions.c.data, sessions.c.version).where(
            sessions.c.id.startswith(prefix, autoescape=True), sessions.c.expires > int(time.time())
        )
        with database.transaction(self._engine) as connection:
            rows = connection.execute(found).all()
        for row_id, data, version in rows:
            yield row_id, Record(data, version)

    def purge(self, most: int | None = None) -> int:
        return database.purge(self._engine, sessions.c.id, lambda: sessions.c.expires <= int(time.time()), most)

    def ping(self) -> None:
        row = {"id": f"ping-{secrets.token_hex(16)}", "data": "", "version": 1, "expires": 0}
        with database.trial(self._engine) as connection:
            connection.execute(insert(sessions).values(**row))
            connection.execute(delete(sessions).where(sessions.c.id == row["id"]))
