"""Migrating: a database of the first version loses nothing, and code that is too far from its tables does not start."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text

from tests.conftest import SECRET_KEY, Visitor, empty_store, shown
from wizard import database as sql
from wizard.accounts import migrating, tables
from wizard.app import create_app
from wizard.database import dispose
from wizard.errors import SettingError
from wizard.files import sql as files
from wizard.mail import rows as mails
from wizard.proofs import rows as proofs
from wizard.sessions import sql as sessions

FIRST = Path(__file__).with_name("first.sql")

#: Every table that the signup has in its database.
TABLES = [one.metadata for one in (tables.accounts, sessions.sessions, mails.table, proofs.table, files.files)]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, database):
    """The URL of an empty database."""
    return empty_store(request, request.param, database)


@pytest.fixture
def engine(url):
    """The engine of an empty database."""
    return sql.connect(url, "DATABASE_URL")


@pytest.fixture
def first(engine):
    """A database as the first version has left it."""
    script = FIRST.read_text()
    if engine.dialect.name == "postgresql":
        script = script.replace("id INTEGER NOT NULL,\n\treference", "id SERIAL NOT NULL,\n\treference")
        script = script.replace("id INTEGER NOT NULL,\n\taccount_id", "id SERIAL NOT NULL,\n\taccount_id")
        script = script.replace("DATETIME", "TIMESTAMP WITH TIME ZONE")
        script += "SELECT setval('accounts_id_seq', 2); SELECT setval('members_id_seq', 2);"
    with engine.begin() as connection:
        for statement in script.split(";\n"):
            connection.exec_driver_sql(statement)
    return engine


def set_version(engine, number):
    """Say that the tables are of another version."""
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :number"), {"number": f"{number:04}"})


def rows(engine, query):
    """What a query finds."""
    with engine.connect() as connection:
        return connection.execute(text(query)).all()


@pytest.fixture
def create(url):
    """Makes an application over the database. It is kept, with its connections, until the test is over."""
    made = []

    def create_one():
        made.append(create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "TESTING": True}))
        return made[-1]

    yield create_one
    dispose()


def differences(engine):
    """What is other in the database than in the tables that the code reads."""
    known = MetaData()
    for metadata in TABLES:
        for table in metadata.tables.values():
            table.to_metadata(known)
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), known)


def test_every_migration_is_one_step_and_the_last_is_the_version_of_the_code():
    """So that a number says how far two versions are apart."""
    found = [one.revision for one in ScriptDirectory(str(migrating._FOLDER)).walk_revisions()]
    assert found == [f"{number:04}" for number in range(migrating.VERSION, 0, -1)]


def test_tables_that_were_upgraded_are_those_that_are_made_anew(first):
    """So that it does not matter when a database was begun."""
    migrating.upgrade(first, "DATABASE_URL")
    assert differences(first) == []


def test_tables_that_are_made_anew_are_those_that_the_code_reads(engine, create):
    """A new database needs no migration."""
    create()
    for table in (files.files, files.chunks_of_files, proofs.table):
        sql.create(engine, table, "DATABASE_URL")
    assert differences(engine) == []


def test_the_accounts_of_the_first_version_are_there_and_new_ones_come(first, create):
    """Those of before are in the way of new ones, as they were."""
    migrating.upgrade(first, "DATABASE_URL")
    assert rows(first, "select id, email, username, stamp from accounts order by id") == [
        (1, "Ada@example.com", "Ada", ""),
        (2, "grace@example.com", "grace", ""),
    ]
    members = rows(first, "select account_id, name, token from members order by id")
    assert members == [(2, "Alan", None), (2, "Kay", None)]

    app = create()
    assert app.test_client().get("/healthz").status_code == 200
    visitor = Visitor(app.test_client())
    assert "taken" in shown(visitor.post("account", email="ada@example.org", username="ADA"))


def test_the_version_before_goes_on_writing(first):
    """While some processes are new already: an account as the first version writes it."""
    migrating.upgrade(first, "DATABASE_URL")
    with first.begin() as connection:
        connection.execute(
            text(
                "insert into accounts (reference, run, email, username, email_key, username_key, password_hash, "
                "full_name, date_of_birth, country, plan, created_at) values ('R', 'run-3', 'kay@example.com', 'kay', "
                "'kay@example.com', 'kay', '-', 'Kay', '1980-03-31', 'GB', 'personal', '2026-11-24 09:41:50')"
            )
        )
        connection.execute(text("insert into members (account_id, name, email) values (3, 'Joe', 'joe@example.com')"))
    assert rows(first, "select id, stamp, team_id from accounts where run = 'run-3'") == [(3, "", None)]


def test_sqlite_is_upgraded_at_the_start_once_by_however_many_processes(first, url):
    """Elsewhere an operator says when."""
    if sql.is_shared(first):
        with pytest.raises(SettingError, match=r"version 1, and this code needs 2\. .* flask --app wizard db upgrade"):
            migrating.prepare(first, "DATABASE_URL")
        return
    threads = [
        threading.Thread(target=migrating.prepare, args=(sql.connect(url, "DATABASE_URL"), "DATABASE_URL"))
        for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert migrating.version(first, "DATABASE_URL") == migrating.VERSION
    assert len(rows(first, "select * from alembic_version")) == 1


def test_a_migration_that_fails_changes_nothing(first, monkeypatch):
    """Whatever crashes: the tables are of one version or of the other."""
    monkeypatch.setattr("wizard.accounts.migrating.VERSION", 3)
    with pytest.raises(Exception, match="0003"):
        migrating.upgrade(first, "DATABASE_URL")
    assert rows(first, "select count(*) from accounts") == [(2,)]
    assert migrating.version(first, "DATABASE_URL") == 1


def test_a_neighbour_is_served_and_who_is_further_is_not(engine, create, capsys):
    """During a deploy, one version serves the tables of the next."""
    create()
    set_version(engine, migrating.VERSION + 1)
    assert create().test_client().get("/signup/account").status_code == 200

    set_version(engine, migrating.VERSION + 2)
    with pytest.raises(SystemExit):
        create()
    [line] = capsys.readouterr().err.splitlines()
    assert line == (
        "wizard: DATABASE_URL: the tables are of version 4, and this code serves 2 and 3. "
        "Start the code that is as new as they are."
    )


def test_an_operator_upgrades_with_a_command(first, url, create):
    """What every other start refuses is what this one mends."""
    settings = {**os.environ, "FLASK_DATABASE_URL": url, "FLASK_SECRET_KEY": SECRET_KEY}
    flask = [sys.executable, "-m", "flask", "--app", "wizard", "db"]
    said = [
        subprocess.run([*flask, command], env=settings, capture_output=True, text=True, check=True).stdout
        for command in ("version", "upgrade", "upgrade")
    ]
    assert said == [
        "The tables are of version 1. This code writes version 2.\n",
        "The tables were of version 1, and are of version 2 now.\n",
        "The tables were of version 2, and are of version 2 now.\n",
    ]
    create()
