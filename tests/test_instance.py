"""What one machine keeps for itself: its key and its database, in the instance folder."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from tests.conftest import SECRET_KEY
from wizard import SettingError, checks
from wizard.app import create_app
from wizard.instance import key_in


def test_without_settings_all_is_kept_in_the_instance_folder(instance):
    """The database and the key are made on the first start, and are there for the second."""
    first, second = create_app(), create_app()
    assert first.config["DATABASE_URL"] == f"sqlite:///{instance / 'wizard.db'}"
    assert (instance / "wizard.db").exists()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert {path.name for path in instance.iterdir()} >= {"secret_key", "wizard.db"}


def test_the_key_is_readable_by_its_owner_alone(instance):
    """Whoever reads the key can be any visitor."""
    create_app()
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600


def test_a_key_that_an_operator_wrote_may_end_in_a_line_break(instance):
    """As every editor leaves it."""
    instance.mkdir()
    (instance / "secret_key").write_text(f"{SECRET_KEY}\n")
    assert create_app().secret_key == SECRET_KEY


def test_a_file_without_a_key_is_told(instance, capsys):
    """A crash, or a full disk, has left it; nothing is signed with an empty key."""
    instance.mkdir()
    (instance / "secret_key").touch()
    with pytest.raises(SystemExit):
        create_app()
    assert "secret_key holds no key. Delete the file, and the next start makes one." in capsys.readouterr().err


def test_a_key_has_its_name_only_when_it_is_on_the_disk(instance, monkeypatch):
    """Whatever crashes in between, nobody reads half a key."""
    instance.mkdir()
    synced = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append((instance / "secret_key").exists()))
    key = key_in(instance / "secret_key")
    assert synced == [False]
    assert (instance / "secret_key").read_text() == key
    assert [path.name for path in instance.iterdir()] == ["secret_key"]


def test_a_key_that_cannot_be_written_is_told(instance):
    """The cure is in the line."""
    with pytest.raises(SettingError, match=r"secret_key cannot be read or written \(No such file .*\. Set FLASK_SECR"):
        key_in(instance / "secret_key")


def test_an_instance_folder_that_cannot_be_made_is_told(instance, capsys):
    """The cure is in the line."""
    instance.write_text("a file is in the way")
    with pytest.raises(SystemExit):
        create_app()
    assert "Make it writable, or set FLASK_DATABASE_URL and FLASK_SECRET_KEY" in capsys.readouterr().err


@pytest.mark.slow
def test_two_processes_that_start_at_once_use_one_key(instance):
    """The key of the process that was first is that of all."""
    instance.mkdir()
    code = "import pathlib, sys; from wizard.instance import key_in; print(key_in(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(instance / "secret_key")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {process.communicate()[0] for process in processes}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 64
    assert [path.name for path in instance.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("setting", ["DATABASE_URL", "SESSION_URL"])
def test_a_shared_store_needs_a_key_that_is_given(setting, postgres_server, database, capsys, instance):
    """A key that one machine makes for itself would sign out the visitors of the others."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, setting: postgres_server.url})
    assert "wizard: SECRET_KEY: must be given" in (line := capsys.readouterr().err)
    assert checks.MAKE_A_KEY in line
    assert line.count("\n") == 1


def test_redis_needs_a_key_that_is_given_too(redis_server, database, capsys, instance):
    """Redis is there to be shared."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, "SESSION_URL": redis_server.url})
    assert "wizard: SECRET_KEY: must be given" in capsys.readouterr().err
