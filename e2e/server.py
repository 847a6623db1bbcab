"""Server: the application in a real gunicorn, and a look into its database."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
COMMAND = ("-m", "gunicorn", "--preload", "--workers", "2", "--threads", "4", "--bind", "127.0.0.1:0")
LONGEST_START = 60
LONGEST_STOP = 40


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

    def stored_bytes(self) -> bytes:
        """All that stands on the disk, what is not yet moved from the log into the file included."""
        return b"".join(file.read_bytes() for file in self.database.parent.glob(f"{self.database.name}*"))


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start a server that keeps everything in ``folder``; in the end stop it, and see that it ended without a crash."""
    database, log = folder / "signup.db", folder / "stderr.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FLASK_", "GUNICORN_"))}
    environment |= {"FLASK_DATABASE_URL": f"sqlite:///{database}", "FLASK_SECRET_KEY": secrets.token_hex(32)}
    command = [sys.executable, *COMMAND, "wizard.app:create_app()"]
    with (
        log.open("wb") as stderr,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stderr, stderr=stderr) as process,
    ):
        try:
            yield Server(_wait_until_healthy(process, log), database)
        finally:
            process.terminate()
            try:
                process.wait(LONGEST_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError(f"The server did not stop in {LONGEST_STOP} s:\n{log.read_text()}") from None
    assert process.returncode == 0, f"The server ended with {process.returncode}:\n{log.read_text()}"
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait_until_healthy(process: subprocess.Popen[bytes], log: Path) -> str:
    """The URL of the server, once it answers there that it is well."""
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"The server ended early, with {process.returncode}:\n{log.read_text()}")
        listening = re.search(r"Listening at: http://([\d.]+:\d+)", log.read_text())
        if listening and _is_healthy(listening[1]):
            return f"http://{listening[1]}"
        time.sleep(0.05)
    raise AssertionError(f"The server did not answer /healthz in {LONGEST_START} s:\n{log.read_text()}")


def _is_healthy(address: str) -> bool:
    with closing(http.client.HTTPConnection(address, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
