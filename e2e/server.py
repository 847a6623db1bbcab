"""Server: the application in a real gunicorn, and a look into its database."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from tests.processes import serving


@dataclass(frozen=True)
class Server:
    """A running server.

    :param url: where it listens.
    :param database: the SQLite file that holds its accounts and sessions.
    """

    url: str
    database: Path

    def rows(self, query: str, *values: str) -> list[dict[str, Any]]:
        """What ``query`` finds in the database."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def accounts(self, email: str) -> list[dict[str, Any]]:
        """The accounts with this address: none, or one."""
        return self.rows("SELECT * FROM accounts WHERE email = ?", email)

    def sessions(self, text: str) -> list[dict[str, Any]]:
        """The sessions that hold ``text``, which should be something that only one visitor typed."""
        return self.rows("SELECT * FROM sessions WHERE instr(data, ?)", text)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While nothing can be saved."""
        with closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def expire(self, text: str) -> None:
        """Let the time of the sessions that hold ``text`` be over."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute("UPDATE sessions SET expires = 1 WHERE instr(data, ?)", (text,))

    def stored_bytes(self) -> bytes:
        """All that stands on the disk, what is not yet moved from the log into the file included."""
        return b"".join(file.read_bytes() for file in self.database.parent.glob(f"{self.database.name}*"))


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
