"""What the tests of the doctor share: a deployment in which nothing is wrong, and what the doctor says of it."""

from __future__ import annotations

import secrets

import pytest

from wizard.app import create_app
from wizard.doctor import sqlite

GOOD = {
    "HTTPS_ONLY": True,
    "PUBLIC_URL": "https://example.com",
    "TRUSTED_HOSTS": ["example.com"],
    "TRUSTED_PROXIES": 1,
}


@pytest.fixture
def mounts(tmp_path, monkeypatch):
    """What Linux says of its file systems: that there is one, on a disk."""
    file = tmp_path / "mountinfo"
    file.write_text("22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/vda rw\n")
    monkeypatch.setattr(sqlite, "MOUNTS", file)
    return file


@pytest.fixture
def make(database, mounts, monkeypatch):
    """Makes an application in which nothing is wrong, but for the settings that are given."""
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    # Until the test is over, so that its connections are closed and not forgotten.
    made = []

    def make(**given):
        made.append(create_app({**GOOD, "DATABASE_URL": database, "SECRET_KEY": secrets.token_hex(32), **given}))
        return made[-1]

    return make


@pytest.fixture
def examine(make):
    """Returns what the doctor says is wrong with an application, or with a new one that has these settings."""

    def examine(*args, app=None, **given):
        result = (app or make(**given)).test_cli_runner().invoke(args=["doctor", *args])
        wrong = [line.removeprefix("WRONG  ") for line in result.output.splitlines() if line.startswith("WRONG")]
        assert result.exit_code == bool(wrong), result.output
        return wrong

    return examine
