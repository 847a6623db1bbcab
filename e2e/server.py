"""Server: the application in a real gunicorn, and a look into its database."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from flask import Flask
from itsdangerous import URLSafeSerializer
from playwright.sync_api import BrowserContext
from werkzeug.serving import make_server

from tests.conftest import SECRET_KEY
from tests.processes import serving
from wizard.sessions import SQLStore
from wizard.sessions.sealed import SealedStore


@dataclass(frozen=True)
class Server:
    """A running server.

    :param url: where it listens.
    :param database: the SQLite file that holds its accounts and sessions.
    """

    url: str
    database: Path

    def page(self, path: str) -> str:
        """A page, as it comes to who has no browser."""
        with closing(HTTPConnection(self.url.removeprefix("http://"))) as connection:
            connection.request("GET", path)
            return connection.getresponse().read().decode()

    def rows(self, query: str, *values: str) -> list[dict[str, Any]]:
        """What ``query`` finds in the database."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def accounts(self, email: str) -> list[dict[str, Any]]:
        """The accounts with this address: none, or one."""
        return self.rows("SELECT * FROM accounts WHERE email = ?", email)

    @contextmanager
    def _store(self) -> Iterator[SealedStore]:
        store = SQLStore(f"sqlite:///{self.database}", "SESSION_URL")
        yield SealedStore(store, SECRET_KEY)
        store.engine.dispose()

    def session(self, context: BrowserContext) -> str:
        """The session of a browser as it is stored, opened; nothing where there is none."""
        with self._store() as store:
            record = store.load(_id(context))
        return record.data if record else ""

    def sessions(self) -> int:
        """How many sessions are stored."""
        return len(self.rows("SELECT id FROM sessions"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While nothing can be saved."""
        with closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def expire(self, context: BrowserContext) -> None:
        """Let the time of the session of a browser be over."""
        with self._store() as store:
            record = store.load(_id(context))
            assert record
            store.save(_id(context), record.data, timedelta(0), version=record.version)

    def stored_bytes(self) -> bytes:
        """All that stands on the disk, what is not yet moved from the log into the file included."""
        return b"".join(file.read_bytes() for file in self.database.parent.glob(f"{self.database.name}*"))


def _id(context: BrowserContext) -> str:
    (cookie,) = [one["value"] for one in context.cookies() if one["name"] == "session"]
    return str(URLSafeSerializer(SECRET_KEY, salt="wizard-session").loads(cookie)["id"])


#: Seconds that the server waits for its database: on a busy machine longer than its own, and so short that a page waits
#: for the answer.
PATIENCE = 4


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Server]:
    """Start a server that keeps everything in ``folder``; in the end stop it, and see that it ended without a crash."""
    database = folder / "signup.db"
    with serving(folder, patience=PATIENCE, DATABASE_URL=f"sqlite:///{database}", **settings) as gunicorn:
        yield Server(f"http://127.0.0.1:{gunicorn.port}", database)
    assert gunicorn.process.returncode == 0, f"The server ended with {gunicorn.process.returncode}:\n{gunicorn.log}"
    assert "Traceback" not in gunicorn.log, gunicorn.log


@contextmanager
def serving_app(app: Flask) -> Iterator[str]:
    """Serve an application of the test's own from within this process; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
