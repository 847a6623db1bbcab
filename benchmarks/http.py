"""Over HTTP: the signup by hand and ours, each under the server that ``make run`` starts."""

from __future__ import annotations

import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from .lab import ROOT, Contestant, Measured
from .peers import BASE, PEERS
from .turns import Ratios, Spent, one_round

#: By the name of a measure, the page that it asks for.
PAGES = {"get": "account", "get-options": "profile"}

#: What follows the name of a measure where seconds of the clock are meant, and not of the processor.
WALL = " by the clock"

#: As many requests are on their way at a time as a worker has threads.
AT_ONCE = 4

#: How long a turn lasts, in seconds of the server's CPU.
TURN = 0.15


def cpu(pid: int) -> float:
    """Return the CPU seconds that a process and its children have taken."""
    total = 0.0
    for one in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())):
        with suppress(OSError):  # it may have ended meanwhile
            # The kernel's number for the CPU clock of another process, as clock_getcpuclockid(3) makes it.
            total += time.clock_gettime((~one << 3) | 2)
    return total


class Site:
    """An application under gunicorn.

    :param app: what gunicorn is told to serve.
    :param workers: how many processes serve it.
    """

    def __init__(self, app: str, workers: int = 1) -> None:
        # Whoever connects before the server is ready waits in the backlog of this socket.
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            self.port = listener.getsockname()[1]
            command = [sys.executable, "-m", "gunicorn", "--config", "python:wizard.serving"]
            command += ["--workers", str(workers), "--bind", f"fd://{listener.fileno()}", app]
            self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[listener.fileno()])
        self.pid = self._process.pid

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(20)

    def connect(self) -> socket.socket:
        """Return a new connection to it."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


@contextmanager
def serving(app: str, workers: int = 1) -> Iterator[Site]:
    """Serve an application for as long as the block lasts."""
    site = Site(app, workers)
    try:
        yield site
    finally:
        site.stop()


class Remote:
    """A site as a WSGI application, so that a :class:`~benchmarks.visitor.Visitor` can go through it.

    It sends each request on a connection of its own.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        #: What was sent last.
        self.sent = b""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read()
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        if body:
            headers |= {"CONTENT-TYPE": environ["CONTENT_TYPE"], "CONTENT-LENGTH": str(len(body))}
        lines = [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.sent = "\r\n".join([*lines, "", ""]).encode() + body
        with self._site.connect() as connection:
            connection.sendall(self.sent)
            head, page = receive(connection)
        status, *rest = head.decode("latin-1").split("\r\n")
        start_response(status.partition(" ")[2], [tuple(line.split(": ", 1)) for line in rest])
        return [page]


def receive(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return the head of the next response, and its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    assert length, head
    while len(body) < int(length[1]):
        body += _some(connection)
    return head, body


def _some(connection: socket.socket) -> bytes:
    some = connection.recv(65536)
    if not some:
        raise ConnectionError("the server hung up")
    return some


class Busy:
    """Keeps a site busy with the same request."""

    def __init__(self, site: Site) -> None:
        self._site = site
        remote = Remote(site)
        visitor = PEERS[BASE].visitor(remote, 0)
        visitor.answer_all()
        self._requests: dict[str, bytes] = {}
        self._times: dict[str, int] = {}
        for measure, page in PAGES.items():
            visitor.get(visitor.pages[page])
            self._requests[measure] = remote.sent
            for _ in range(2):
                spent = self.ask(measure, 20)[measure]
            self._times[measure] = max(AT_ONCE, round(TURN / spent))

    def turn(self, measure: str) -> Spent:
        """Ask for one turn, and return what a request has cost on average: of the CPU and by the clock."""
        return self.ask(measure, self._times[measure])

    def ask(self, measure: str, times: int) -> Spent:
        """Ask so many times."""
        with ExitStack() as stack:
            connections = [stack.enter_context(self._site.connect()) for _ in range(AT_ONCE)]
            spent, begun = cpu(self._site.pid), time.perf_counter()
            for number in range(times + AT_ONCE):
                connection = connections[number % AT_ONCE]
                if number >= AT_ONCE:
                    head, _ = receive(connection)
                    assert b" 200 " in head, head
                if number < times:
                    connection.sendall(self._requests[measure])
            taken = time.perf_counter() - begun
            return {measure: (cpu(self._site.pid) - spent) / times, measure + WALL: taken / times}


def measure(*, generations: int, rounds: int, chance: random.Random) -> Measured:
    """Measure both, in so many generations of processes, with so many turns for each page."""
    found = Measured(Ratios(), {}, {})
    for _ in range(generations):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
            apps = {
                Contestant(BASE): "benchmarks.by_hand:create_app()",
                Contestant("ours"): f"benchmarks.ours:create_app(url='sqlite:///{folder}/sessions.db')",
            }
            busy = {who: Busy(stack.enter_context(serving(app))) for who, app in apps.items()}
            base, *others = busy
            for page in PAGES:
                turn = partial(_turn, busy, page)
                for _ in range(rounds):
                    ratios, of_base = one_round(base, others, turn, chance)
                    found.add(Measured(Ratios(), of_base, {}))
                    found.ratios.add(ratios)
    return found


def _turn(busy: dict[Contestant, Busy], measure: str, who: Contestant) -> Spent:
    return busy[who].turn(measure)
