"""Statements that are executed alone, on connections to SQLite that are kept for them."""

import os

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, insert, select

from wizard.database import Prepared, connect, create, dispose
from wizard.database.engine import slots
from wizard.errors import Duplicate

numbers = Table("numbers", MetaData(), Column("number", Integer, primary_key=True))
ADD = insert(numbers).values(number=bindparam("number"))
ALL = select(numbers.c.number)


@pytest.fixture
def engine(database):
    """An engine with a table of numbers."""
    engine = connect(database, "DATABASE_URL")
    create(engine, numbers, "DATABASE_URL")
    yield engine
    engine.dispose()


def test_statements_in_turn_share_one_connection(engine):
    """The second finds the one that the first has left, and what the first has written."""
    Prepared(engine, ADD).execute(number=1)
    [(first, _)] = slots(engine).kept
    assert Prepared(engine, ALL).execute().rows == [(1,)]
    assert [one for one, _ in slots(engine).kept] == [first]


def test_a_refused_statement_leaves_nothing_open(engine):
    """Its connection is kept, and neither holds a lock nor what was refused."""
    add = Prepared(engine, ADD)
    add.execute(number=1)
    with pytest.raises(Duplicate):
        add.execute(number=1)
    [(connection, _)] = slots(engine).kept
    assert not connection.in_transaction
    with engine.begin() as other:
        other.execute(ADD, {"number": 2})
    assert Prepared(engine, ALL).execute().rows == [(1,), (2,)]


@pytest.mark.parametrize("close", [dispose, lambda: os.waitpid(os.fork() or os._exit(0), 0)], ids=["dispose", "fork"])
def test_what_is_kept_is_closed_when_all_connections_are(engine, close):
    """Also before a fork, so that no child shares it; the next statement opens another."""
    add = Prepared(engine, ADD)
    add.execute(number=1)
    [(connection, _)] = slots(engine).kept
    close()
    assert slots(engine).kept == []
    with pytest.raises(Exception, match="closed"):
        connection.execute("select 1")
    add.execute(number=2)
    assert Prepared(engine, ALL).execute().rows == [(1,), (2,)]
