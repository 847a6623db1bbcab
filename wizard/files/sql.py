"""The store of files in an SQL database: a row a file, and a row for each chunk of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterable

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from .. import database, patience
from ..patience import apart

_METADATA = MetaData()

files = Table(
    "wizard_files",
    _METADATA,
    Column("id", String(64), primary_key=True),
    Column("expires", BigInteger, nullable=False, index=True),
)

chunks_of_files = Table(
    "wizard_file_chunks",
    _METADATA,
    Column("id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

#: How many files a purge deletes at once.
BATCH = 20

#: Seconds for which one file is written at the most. Each chunk has as long as any other statement.
FILE_PATIENCE = 60


class SQLFiles:
    """A store of files in an SQL database.

    :param engine: the database.
    :param setting: the name of the setting that it came from.
    :raises SettingError: when the database does not answer.
    """

    def __init__(self, engine: Engine, setting: str) -> None:
        self._engine = engine
        self.shared = database.is_shared(engine)
        for table in (files, chunks_of_files):
            database.create(engine, table, setting)

    def write(self, file_id: str, chunks: Iterable[bytes], expires: int) -> None:
        with apart(FILE_PATIENCE), database.transaction(self._engine) as connection:
            connection.execute(insert(files).values(id=file_id, expires=expires))
            for number, data in enumerate(chunks):
                with apart(patience.PATIENCE):
                    connection.execute(insert(chunks_of_files).values(id=file_id, number=number, data=data))

    def read(self, file_id: str, number: int) -> bytes | None:
        one = (chunks_of_files.c.id == file_id, chunks_of_files.c.number == number)
        with apart(patience.PATIENCE), database.transaction(self._engine) as connection:
            found = connection.execute(select(chunks_of_files.c.data).where(*one)).scalar()
        return None if found is None else bytes(found)

    def keep(self, ids: Collection[str], expires: int) -> None:
        with apart(patience.PATIENCE), database.transaction(self._engine) as connection:
            later = (files.c.id.in_(ids), files.c.expires < expires)
            connection.execute(update(files).where(*later).values(expires=expires))

    def delete(self, ids: Collection[str]) -> None:
        with apart(patience.PATIENCE), database.transaction(self._engine) as connection:
            for table in (chunks_of_files, files):
                connection.execute(delete(table).where(table.c.id.in_(ids)))

    def purge(self, most: int | None = None) -> int:
        is_over, chunks = (lambda: files.c.expires <= int(time.time())), chunks_of_files.c.id
        return database.purge(self._engine, files.c.id, is_over, most, batch=BATCH, also=chunks)

    def ping(self) -> None:
        row = {"id": f"ping-{secrets.token_hex(16)}", "number": 0, "data": b""}
        with database.trial(self._engine) as connection:
            connection.execute(insert(chunks_of_files).values(**row))
            connection.execute(delete(chunks_of_files).where(chunks_of_files.c.id == row["id"]))
