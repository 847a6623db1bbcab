"""What the doctor says of SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text


@pytest.fixture
def app(make):
    """An application in which nothing is wrong; its connections are open."""
    return make()


@pytest.fixture
def file(database):
    """Its database."""
    return Path(database.removeprefix("sqlite:///"))


def count(app, table):
    """How many rows there are."""
    with app.extensions["accounts"].engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(text(table))).scalar()


def test_the_doctor_leaves_nothing_behind(examine, app):
    """It writes into both stores, to see that it can."""
    assert examine(app=app) == []
    assert (count(app, "accounts"), count(app, "sessions")) == (0, 0)


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_files_that_others_can_read_are_told(examine, app, file, end):
    """Those beside the database hold answers as well."""
    other = file.with_name(file.name + end)
    other.chmod(0o644)
    [line] = examine(app=app)
    assert line == f"accounts: others on this machine can read {other}. Close it: chmod 600 {other}"


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("journal_mode = DELETE", "cannot have a write-ahead log (delete): who reads waits for who writes."),
        ("synchronous = OFF", "is never synced to the disk: a power cut can destroy it."),
    ],
)
def test_a_file_that_a_crash_can_harm_is_told(examine, app, file, pragma, said):
    """Whatever has changed it."""
    app.session_interface.store.engine.dispose()
    with app.extensions["accounts"].engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA {pragma}")
    [line] = examine(app=app)
    assert line.startswith(f"accounts: {file} {said}")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("nfs4", "is on a network file system (nfs4): its lock does not work there. Use a disk."),
        ("cifs", "is on a network file system (cifs)"),
        ("fuse.sshfs", "is on a network file system (fuse.sshfs)"),
        ("tmpfs", "is in memory (tmpfs), and gone after a restart of the machine. Use a disk."),
    ],
)
def test_a_file_system_that_cannot_keep_it_is_told(examine, app, file, mounts, kind, said):
    """The innermost that the file is on counts, and no other."""
    folder = str(file.parent.resolve()).replace(" ", "\\040")
    mounts.write_text(
        f"22 1 259:1 / / rw shared:1 - ext4 /dev/vda rw\n"
        f"23 22 0:50 / {folder} rw,relatime shared:2 master:1 - {kind} server:/export rw\n"
        f"24 22 0:51 / {folder}-beside rw - ext4 /dev/vdb rw\n"
    )
    [line] = examine(app=app)
    assert line.startswith(f"accounts: {file} {said}")


def test_where_nobody_can_say_what_it_is_on_nothing_is_said(examine, app, mounts):
    """As on a system that is not Linux."""
    mounts.unlink()
    assert examine(app=app) == []


def test_a_file_that_is_gone_is_told_for_each_store(examine, app, file):
    """The cure depends on why."""
    file.unlink()
    accounts, files, sessions = sorted(examine(app=app))
    assert accounts.startswith("accounts: DATABASE_URL cannot be read and written (sqlite: the file is gone).")
    assert files.startswith("files: WIZARD_FILES_URL cannot be read and written (sqlite: the file is gone).")
    assert sessions.startswith("sessions: SESSION_URL cannot be read and written (sqlite: the file is gone).")


def test_a_file_is_of_one_machine(examine, tmp_path):
    """Sessions in another file are looked at as well."""
    assert examine("--machines", "2") == [
        "accounts: DATABASE_URL is a file of one machine, and there are 2. Use PostgreSQL."
    ]
    assert len(examine("--machines", "2", SESSION_URL=f"sqlite:///{tmp_path}/sessions.db")) == 2
