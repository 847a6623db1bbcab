"""SQLite's files, and its lock."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing

import pytest
from sqlalchemy import text

from wizard import SettingError, StoreError, database
from wizard.app import create_app
from wizard.patience import waiting
from wizard.sessions import open_store


@pytest.fixture
def folder(tmp_path):
    """A folder that was there before, and that everybody may look into, on a system that hides nothing by itself."""
    umask = os.umask(0)
    tmp_path.chmod(0o755)
    yield tmp_path
    assert os.umask(umask) == 0


def modes(folder):
    """The mode of every file of a database."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.db*")}


@pytest.mark.parametrize("url", ["sqlite:///{}/a.db", "sqlite+pysqlite:///{}/a.db", "sqlite:///file:{}/a.db?uri=true"])
def test_nobody_but_its_owner_can_read_a_database(folder, url):
    """Neither accounts nor sessions; nor the files that SQLite keeps beside a database."""
    where = url.format(folder)
    app = create_app({"DATABASE_URL": where, "SESSION_URL": where.replace("a.db", "b.db"), "SECRET_KEY": "k" * 32})
    app.extensions["accounts"].ping()
    app.session_interface.store.ping()
    names = [f"{name}.db{beside}" for name in "ab" for beside in ("", "-shm", "-wal")]
    assert modes(folder) == dict.fromkeys(sorted(names), 0o600)


def test_a_database_is_private_before_anything_is_in_it(folder, monkeypatch):
    """Who opens a file that is empty may go on reading it."""
    seen = []
    monkeypatch.setattr("wizard.database.sqlite._set_up", lambda *_: seen.append(modes(folder)))
    with database.connect(f"sqlite:///{folder}/a.db", "DATABASE_URL").connect():
        pass
    assert seen == [{"a.db": 0o600}]


def test_a_database_of_an_older_version_is_made_private_at_the_start(folder):
    """With what is in it, and with the files beside it, whose mode nobody else mends."""
    with closing(sqlite3.connect(folder / "a.db", isolation_level=None)) as other:
        other.execute("pragma journal_mode = wal")
        other.execute("create table a (b)")
        assert set(modes(folder).values()) == {0o644}
        engine = database.connect(f"sqlite:///{folder}/a.db", "DATABASE_URL")
        with database.transaction(engine) as connection:
            assert connection.execute(text("select * from a")).all() == []
        assert modes(folder) == dict.fromkeys(["a.db", "a.db-shm", "a.db-wal"], 0o600)


def test_a_file_that_is_no_database_is_left_as_it_is(folder):
    """An operator who names a wrong one is told so, and has not lost who may read it."""
    file = folder / "notes.db"
    file.write_text("Not a database, but something that others read.")
    file.chmod(0o644)
    with pytest.raises(SettingError, match="file is not a database"):
        open_store(f"sqlite:///{file}")
    assert modes(folder) == {"notes.db": 0o644}


def test_another_writer_is_waited_for_no_longer_than_the_request_may_wait(folder):
    """What was waited for before counts."""
    engine = database.connect(f"sqlite:///{folder}/a.db", "DATABASE_URL")
    with database.transaction(engine) as connection:
        connection.execute(text("create table a (b)"))
    with closing(sqlite3.connect(folder / "a.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreError, match=r"\Asqlite: database is locked\Z"), waiting(0.05):
            insert(engine)
    with waiting(0.05), database.transaction(engine) as connection:
        assert connection.execute(text("pragma busy_timeout")).scalar_one() <= 50


def insert(engine):
    """Write a row."""
    with database.transaction(engine) as connection:
        connection.execute(text("insert into a values (1)"))


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"x" * 20_000)])
def test_a_trial_looks_at_the_file_as_it_is_now(folder, damage):
    """And not at what a connection remembers of it."""
    engine = database.connect(f"sqlite:///{folder}/a.db", "DATABASE_URL")
    with database.transaction(engine) as connection:
        connection.execute(text("create table a (b)"))
        connection.execute(text("pragma wal_checkpoint(truncate)"))
    with database.trial(engine) as connection:
        connection.execute(text("insert into a values (1)"))
    with closing(sqlite3.connect(folder / "a.db")) as other:
        other.execute("pragma wal_checkpoint(truncate)")
    damage(folder / "a.db")
    with (
        pytest.raises(StoreError, match=r"\Asqlite: (the file is gone|file is not a database|.*malformed)\Z"),
        database.trial(engine) as connection,
    ):
        connection.execute(text("insert into a values (1)"))


@pytest.mark.parametrize(("said", "level"), [("", 1), ("?synchronous=NORMAL", 1), ("?synchronous=FULL", 2)])
def test_whether_each_commit_is_synced_is_said_in_the_url(tmp_path, said, level):
    """1 is what SQLite calls NORMAL, and 2 is FULL."""
    engine = database.connect(f"sqlite:///{tmp_path / 'a.db'}{said}", "DATABASE_URL")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == level


def test_no_other_way_to_sync_is_taken(tmp_path):
    """OFF can destroy the whole file, and what SQLite does not know it takes for NORMAL without a word."""
    with pytest.raises(SettingError, match=r"DATABASE_URL: synchronous is 'OFF'\. Use FULL"):
        database.connect(f"sqlite:///{tmp_path / 'a.db'}?synchronous=OFF", "DATABASE_URL")


def test_a_file_that_cannot_be_used_is_named_with_what_it_needs(folder):
    """A path with one slash too few is another file, and nothing can be started: SQLite is no server."""
    with pytest.raises(SettingError) as caught:
        open_store("sqlite:///nowhere/wizard.db", "SESSION_URL")
    assert str(caught.value) == (
        "SESSION_URL: the database does not answer (unable to open database file). Let the user that runs this write "
        f"{os.getcwd()}/nowhere/wizard.db and its folder, make room on the disk, or mend the URL: "
        "sqlite:////path/to/file."
    )
