"""Copying: a signup on SQLite goes on in PostgreSQL, and nobody notices."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import ACCOUNT, SECRET_KEY, Visitor, empty_store
from wizard.app import create_app
from wizard.database import dispose


@pytest.fixture
def postgres(request, database):
    """The URL of an empty PostgreSQL."""
    return empty_store(request, "postgres", database)


def make(url):
    """The signup, on a database."""
    return create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "TESTING": True})


def copy(url, database):
    """What the command says."""
    return make(url).test_cli_runner().invoke(args=["db", "copy", database])


def test_accounts_and_visitors_under_way_move_to_postgresql(database, postgres):
    """Whoever has begun goes on where they were, a team keeps its people, and the next account has a new number."""
    old = make(database)
    visitor = Visitor(old.test_client())
    assert visitor.post("account", **ACCOUNT).location == "/signup/verify"
    row = {"reference": "A", "run": "a", "email": "a@a.example", "key": "a@a.example", "team": 2}
    other = {"reference": "B", "run": "b", "email": "b@b.example", "key": "b@b.example", "team": None}
    with old.extensions["accounts"].engine.begin() as connection:
        for values in (row, other):
            connection.execute(
                text(
                    "insert into accounts (reference, run, email, email_key, password_hash, stamp, full_name, plan, "
                    "created_at, team_id) values (:reference, :run, :email, :key, '', '', 'Ada', 'team', "
                    "'2026-03-31 10:15:00.000000', :team)"
                ),
                values,
            )
    result = copy(postgres, database)
    assert result.exit_code == 0, result.output
    assert {"accounts: 2", "members: 0", "sessions: 1"} <= set(result.output.splitlines())
    new = make(postgres)
    moved = Visitor(new.test_client())
    moved.client.set_cookie("session", visitor.client.get_cookie("session").value)
    assert ACCOUNT["email"] in moved.get("account").text
    with new.extensions["accounts"].engine.begin() as connection:
        rows = connection.execute(text("select id, team_id, created_at from accounts order by id")).all()
        assert [(one.id, one.team_id, one.created_at.timestamp()) for one in rows] == [
            (1, 2, 1774952100),
            (2, None, 1774952100),
        ]
        assert connection.execute(text("select nextval('accounts_id_seq')")).scalar_one() == 3
    again = copy(postgres, database)
    assert again.exit_code == 1
    assert again.output == "Error: There are accounts in DATABASE_URL already. Copy into an empty database.\n"
    dispose()


def test_a_database_that_is_not_there_is_not_made(tmp_path, database):
    """A name that is mistyped says so."""
    result = copy(database, f"sqlite:///{tmp_path}/none.db")
    assert (result.exit_code, result.output) == (1, f"Error: There is no file {tmp_path}/none.db.\n")
    assert not (tmp_path / "none.db").exists()
    result = copy(database, "wizard.db")
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith("Error: URL: no database driver for this URL.")


def test_tables_of_another_version_are_upgraded_first(tmp_path, database):
    """What this code does not know it does not copy."""
    make(database)
    other = f"sqlite:///{tmp_path}/old.db"
    with create_engine(other).begin() as connection:
        connection.execute(text("create table accounts (id integer)"))
    result = copy(database, other)
    assert result.exit_code == 1
    assert "Its tables are of version 1, and this code copies 2." in result.output
    assert "flask --app wizard db upgrade" in result.output
