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


#: A process that forks, as gunicorn does, and then leaves the database to its child, which has it open.
FORK = """
import os, sys
from sqlalchemy import text
from wizard import database

engine = database.connect(f"sqlite:///{sys.argv[1]}", "DATABASE_URL")
def run(statement):
    with engine.begin() as connection:
        connection.execute(text(statement))
run("create table t (a)")
open_now, is_alone = os.pipe(), os.pipe()
if child := os.fork():
    os.read(open_now[0], 1)
    engine.dispose()
    os.write(is_alone[1], b".")
    sys.exit(os.waitpid(child, 0)[1])
run("insert into t values (1)")
os.write(open_now[1], b".")
os.read(is_alone[0], 1)
run("insert into t values (2)")
os._exit(0)
"""


def test_a_process_that_was_forked_has_locks_of_its_own(tmp_path):
    """Its parent leaves last, as far as it knows, and deletes nothing that the child goes on writing to."""
    file = tmp_path / "test.db"
    subprocess.run([sys.executable, "-c", FORK, str(file)], check=True, timeout=60)
    with database.connect(f"sqlite:///{file}", "DATABASE_URL").begin() as connection:
        assert connection.execute(text("select a from t")).scalars().all() == [1, 2]
