"""What is cleared, finished or expired is in no row of any table, and under no key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy import MetaData, create_engine, select

from tests.conftest import ACCOUNT, PROFILE, SECRET_KEY, SECURITY, Visitor, stored
from wizard.app import create_app


@pytest.fixture
def app(store_url, database):
    """The signup over each store."""
    accounts = store_url if store_url.startswith("postgresql") else database
    return create_app({"DATABASE_URL": accounts, "SESSION_URL": store_url, "SECRET_KEY": SECRET_KEY, "TESTING": True})


def everything(url):
    """All that a store holds, as text."""
    if url.startswith("redis"):
        with Redis.from_url(url) as redis:
            dumps = {"hash": redis.hgetall, "string": redis.get}
            return " ".join(f"{key} {dumps[redis.type(key).decode()](key)}" for key in redis.scan_iter())
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection)
        rows = [str(connection.execute(select(table)).all()) for table in tables.tables.values()]
    engine.dispose()
    return " ".join(rows)


def test_after_two_clicks_on_the_first_continue_what_is_cleared_is_nowhere(app, store_url):
    """They are of one session, and no second row is left that nobody has the id of."""
    first = Visitor(app.test_client())
    opened = first.open("account")
    cookie = first.client.get_cookie("session").value
    tabs = [Visitor(app.test_client()) for _ in range(2)]
    barrier = Barrier(2)

    def click(tab):
        tab.client.set_cookie("session", cookie)
        barrier.wait()
        return tab.send("account", opened, **ACCOUNT).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(click, tabs)) == [303, 303]
    first.client.set_cookie("session", tabs[1].client.get_cookie("session").value)
    assert ACCOUNT["email"] in stored(app, first.client)
    tabs[1].answer("profile", **PROFILE)
    tabs[1].post("clear")
    left = everything(store_url) + stored(app, tabs[1].client)
    assert [word for word in (*ACCOUNT.values(), *PROFILE.values()) if len(word) > 3 and word in left] == []
    assert '"ada"' not in left


def test_what_is_finished_is_in_no_session(app, store_url):
    """The account is the one place; the session says what to call who is signed in."""
    visitor = Visitor(app.test_client())
    visitor.answer_all()
    assert ACCOUNT["email"] in stored(app, visitor.client)
    assert visitor.post("summary").status_code == 303
    for word in (ACCOUNT["email"], PROFILE["date_of_birth"], "argon2"):
        assert word not in stored(app, visitor.client)
    assert SECURITY["password"] not in everything(store_url)
