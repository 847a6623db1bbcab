"""Prepared: a statement that is turned into SQL once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """A statement whose parameters alone change.

    SQLAlchemy builds a statement and a key for it each time, which took a tenth of a POST. Only
    for columns whose values go to the driver and come from it as they are.

    :param engine: where it is executed.
    :param statement: a statement in which each value that changes is a ``bindparam``.
    """

    def __init__(self, engine: Engine, statement: Executable) -> None:
        compiled = statement.compile(engine)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        self._sql = compiled.string
        self._order = compiled.positiontup

    def execute(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Execute it with ``values`` for its parameters."""
        given = values if self._order is None else tuple(values[name] for name in self._order)
        return connection.exec_driver_sql(self._sql, given)
