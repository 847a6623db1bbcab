"""SQL engines, and the tables that are made on the first start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine, text

from wizard import database
from wizard.sessions.sql import sessions


@pytest.mark.parametrize("store_url", ["sqlite", "postgres"], indirect=True)
def test_processes_that_start_at_once_on_an_empty_database_all_start(store_url):
    """Each makes the table that is missing, and none trips over another that does the same."""
    for _ in range(5):
        engine = create_engine(store_url)
        with engine.begin() as connection:
            connection.execute(text("drop table if exists sessions"))
        engine.dispose()
        barrier = Barrier(8)

        def start(_number, barrier=barrier):
            engine = database.connect(store_url, "SESSION_URL")
            barrier.wait()
            database.create(engine, sessions, "SESSION_URL")
            engine.dispose()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(start, range(8)))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_usual_names_of_postgresql_all_mean_its_current_driver(scheme):
    """Hosts hand out URLs under the older names."""
    assert database.connect(f"{scheme}://u@h/d", "DATABASE_URL").dialect.driver == "psycopg"


def test_the_operators_own_time_limit_goes_first(monkeypatch):
    """What the URL says is not overruled."""
    given = {}
    monkeypatch.setattr(
        database, "create_engine", lambda url, **options: given.update(options) or create_engine("sqlite://")
    )
    database.connect("postgresql://u@h/d?connect_timeout=9", "DATABASE_URL")
    assert "connect_timeout" not in given["connect_args"]
    assert "tcp_user_timeout" in given["connect_args"]
