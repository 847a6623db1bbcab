"""The locks of SQLite: whoever looks into the file from outside takes nothing from those who have it open."""

from __future__ import annotations

import subprocess
import sys

from sqlalchemy import text

from wizard import database

LOOK = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('select * from t').fetchall(); c.close()"


def test_a_look_from_outside_deletes_nothing_that_is_in_use(tmp_path):
    """Two engines of one process have the file open; what is beside it stays, and so does what was saved."""
    file = tmp_path / "test.db"
    engines = [database.connect(f"sqlite:///{file}?timeout={number}", "DATABASE_URL") for number in (3, 4)]
    with engines[0].begin() as connection:
        connection.execute(text("create table t (a)"))
    with engines[1].begin() as connection:
        connection.execute(text("insert into t values (1)"))
    beside = tmp_path / "test.db-wal"
    before = beside.stat().st_ino
    subprocess.run([sys.executable, "-c", LOOK, str(file)], check=True)
    assert beside.stat().st_ino == before
    with engines[0].begin() as connection:
        assert connection.execute(text("select a from t")).scalars().all() == [1]
