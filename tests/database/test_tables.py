"""The tables that are made on the first start."""

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
