"""The application in server processes of its own, and a browser without a screen that talks to them."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.conftest import SECRET_KEY, code_in, hidden

LONGEST_START = 60
LONGEST_STOP = 60
#: What `make run` starts gunicorn with.
CONFIG = ["--config", "python:wizard.serving"]

#: Seconds that a server waits for a store where a test is not about that.
PATIENCE = 60


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    location: str | None
    text: str
    headers: dict[str, str]


class Gunicorn:
    """A gunicorn with several worker processes.

    :param folder: where it may write.
    :param settings: the application's settings.
    :param app: what it serves.
    :param patience: for how many seconds it waits for a store, as a busy machine needs; ``None`` for its own.
    :param workers: how many processes it has.
    """

    def __init__(
        self,
        folder: Path,
        settings: dict[str, str],
        app: str = "wizard.app:create_app()",
        *,
        patience: float | None = PATIENCE,
        workers: int = 3,
    ) -> None:
        self._log = folder / f"gunicorn-{time.monotonic_ns()}.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLASK_", "GUNICORN_"))}
        given = {f"FLASK_{name}": value for name, value in {"SECRET_KEY": SECRET_KEY, **settings}.items()}
        config = ["--config", "python:tests.patient"] if patience else CONFIG
        given["PATIENCE"] = str(patience or "")
        options = [*config, "--workers", str(workers), "--bind", "127.0.0.1:0", "--log-level", "info"]
        self._command = [sys.executable, "-m", "gunicorn", *options, app]
        self._environment = {**kept, **given}
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start it, on a port of its own each time."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)

    def wait(self) -> None:
        """Return when it answers.

        :raises AssertionError: with what it logged, when it does not.
        """
        deadline = time.monotonic() + LONGEST_START
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(rf"Listening at: http://127.0.0.1:(\d+) \({self.process.pid}\)", self.log)
            if found:
                self.port = int(found[1])
                if Browser(self).try_get("/healthz"):
                    return
            time.sleep(0.02)
        raise AssertionError(f"The server did not start:\n{self.log}")

    @property
    def log(self) -> str:
        """What it logged."""
        return self._log.read_text()

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_workers(self) -> None:
        """Kill every worker where it stands; gunicorn starts others."""
        for pid in self.workers():
            # One that was killed before may be gone by now.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(LONGEST_STOP)


@contextmanager
def serving(
    folder: Path,
    app: str = "wizard.app:create_app()",
    *,
    patience: float | None = PATIENCE,
    workers: int = 3,
    **settings: str,
) -> Iterator[Gunicorn]:
    """A gunicorn that answers."""
    server = Gunicorn(folder, settings, app, patience=patience, workers=workers)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


class Browser:
    """One visitor: sends back the cookies and the token that it got.

    :param server: the server it talks to; it can be changed on the way.
    """

    def __init__(self, server: Gunicorn, cookies: dict[str, str] | None = None) -> None:
        self.server = server
        self.cookies = dict(cookies or {})
        self._token: dict[str, str] = {}

    def request(self, method: str, path: str, data: dict[str, str] | None = None, **headers: str) -> Answer:
        """One request, and what was answered; redirects are not followed."""
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if data is not None:
            body = urlencode(data)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for header in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return Answer(response.status, response.headers["Location"], text, dict(response.headers))

    def get(self, page: str) -> Answer:
        """A page of the signup."""
        return self.request("GET", f"/signup/{page}")

    def try_get(self, path: str) -> bool:
        """Whether the server answers 200 there."""
        try:
            return self.request("GET", path).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def fields(self, page: str) -> dict[str, str]:
        """The hidden fields of the form of a page."""
        return hidden(self.get(page).text)

    def post(self, page: str, data: dict[str, str], hidden: dict[str, str] | None = None) -> Answer:
        """Send the form of a page with the ``hidden`` fields it had before; else with a token, good for every page."""
        if hidden is None:
            self._token = hidden = self._token or {"csrf_token": self.fields(page)["csrf_token"]}
        return self.request("POST", f"/signup/{page}", {**hidden, **data})

    def code(self, address: str) -> str:
        """The code that was mailed last to ``address``."""
        return code_in(self.request("GET", "/mailbox").text, address)

    def begin(self, account: dict[str, str]) -> None:
        """Answer the first step, and send the code that was mailed."""
        assert self.post("account", account).location == "/signup/verify"
        assert self.post("verify", {"code": self.code(account["email"])}).status == 303

    def until_sent(self, page: str, data: dict[str, str], hidden: dict[str, str]) -> Answer:
        """Send a form again and again until it is answered, as a person does when the connection breaks."""
        deadline = time.monotonic() + LONGEST_START
        while True:
            try:
                return self.post(page, data, hidden)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
