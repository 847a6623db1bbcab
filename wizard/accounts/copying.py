"""Copying: all that is in one database, into another that is empty: from SQLite to PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, func, insert, inspect, select, update

from ..files.sql import chunks_of_files, files
from ..mail.rows import table as mails
from ..proofs.rows import table as proofs
from ..sessions.sql import sessions
from .tables import accounts, metadata

#: What may be in a database of the signup, in an order in which each row finds those that it names.
TABLES = (*metadata.sorted_tables, mails, proofs, sessions, files, chunks_of_files)

#: How many rows are read at once.
BATCH = 200


def copy(source: Engine, target: Engine) -> dict[str, int]:
    """Copy each table that both have, all of them or nothing, and return how many rows each has.

    :param source: nothing of it is changed.
    :param target: its tables are of the same version, and hold no account.
    """
    with source.connect() as old, target.begin() as new:
        both = {*inspect(old).get_table_names()} & {*inspect(new).get_table_names()}
        return {table.name: _copy(table, old, new) for table in TABLES if table.name in both}


def _copy(table: Table, old: Connection, new: Connection) -> int:
    count, in_teams = 0, list[dict[str, Any]]()
    for part in old.execution_options(yield_per=BATCH).execute(select(table)).mappings().partitions():
        rows = [{name: _in_utc(value) for name, value in row.items()} for row in part]
        if table is accounts:
            # A team may come later than who is in it.
            in_teams += [{"of": row["id"], "team": row["team_id"]} for row in rows if row["team_id"] is not None]
            rows = [row | {"team_id": None} for row in rows]
        new.execute(insert(table), rows)
        count += len(rows)
    if in_teams:
        joins = update(accounts).where(accounts.c.id == bindparam("of")).values(team_id=bindparam("team"))
        new.execute(joins, in_teams)
    if count and new.dialect.name == "postgresql" and table.autoincrement_column is not None:
        # What is added later has a number of its own.
        [number] = table.primary_key
        sequence = func.pg_get_serial_sequence(table.name, number.name)
        new.execute(select(func.setval(sequence, select(func.max(number)).scalar_subquery())))
    return count


def _in_utc(value: Any) -> Any:
    """Say of a time that it is in UTC, which SQLite does not keep."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
