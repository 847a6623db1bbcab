"""What is told of an error of a database: the cause, and nothing that was in the statement."""

from __future__ import annotations

import traceback
from datetime import date

import pytest
from sqlalchemy import Column, Date, Integer, MetaData, String, Table, insert, text
from sqlalchemy.exc import IntegrityError

from wizard import StoreError, database
from wizard.database import failure
from wizard.errors import Duplicate

table = Table(
    "things", MetaData(), Column("id", Integer, primary_key=True), Column("word", String(10)), Column("day", Date)
)


@pytest.fixture
def engine(store_url):
    """A database with a table in which nothing but small words can stand."""
    engine = database.connect(store_url, "DATABASE_URL")
    with engine.begin() as connection:
        connection.execute(text("drop table if exists things"))
        connection.execute(
            text("create table things (id integer primary key, word varchar(10) check (length(word) < 11), day date)")
        )
    return engine


def chain(error):
    """An error, and all that hangs on it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("store_url", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        insert(table).values(id=1, word="confidential"),
        insert(table).values(id=1, day="confidential"),
        insert(table).values(id=1, word="confidential\udc80"),
        insert(table).values(id="confidential", word="x"),
        insert(table).values(id=10**40, word="confidential"),
        text("select * from nowhere where x = :word").bindparams(word="confidential"),
        text("selekt :word").bindparams(word="confidential"),
        text("select cast(:word as integer) / 0 from nothing").bindparams(word="confidential"),
    ],
    ids=str,
)
def test_no_error_holds_what_was_in_the_statement(engine, statement):
    """Neither it, nor what it hangs on, nor its traceback; and each is an error of the store."""
    with pytest.raises(StoreError) as caught, database.transaction(engine) as connection:
        connection.execute(statement)
    assert [type(error) for error in chain(caught.value)] == [StoreError]
    told = "".join(traceback.format_exception(caught.value)).partition("wizard.errors.StoreError:")[2]
    assert "confidential" not in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("store_url", ["sqlite", "postgres"], indirect=True)
def test_a_row_with_the_same_key_is_told_apart(engine):
    """Whoever has inserted it can look whose the other one is."""
    with database.transaction(engine) as connection:
        connection.execute(insert(table).values(id=1))
    with pytest.raises(Duplicate), database.transaction(engine) as connection:
        connection.execute(insert(table).values(id=1, word="x", day=date(2000, 1, 1)))


def test_of_a_database_that_nobody_here_knows_only_the_kind_of_an_error_is_told():
    """Its messages may hold a value: a duplicate is told with the whole key."""

    class Other(Exception):
        """An error of another driver."""

    told = failure.of(IntegrityError("insert", {}, Other("Duplicate entry 'ada@example.com'")), "mysql")
    assert (type(told), str(told)) == (Duplicate, "mysql: Other")
