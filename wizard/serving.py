"""Serving: what gunicorn is started with, so that slow visitors keep nobody waiting.

``gunicorn --config python:wizard.serving 'wizard.app:create_app()'`` reads the settings at the end of this file.
Gunicorn starts the processes and replaces those that die; in each, waitress receives a request whole before it takes a
thread.
"""

from __future__ import annotations

import io
import logging
import os
import resource
import socket
import sys
import time
from collections.abc import Sequence
from typing import Any

from . import extras, starting

if line := extras.missing("server", "The server"):
    raise SystemExit(f"wizard: {line}")

from gunicorn.workers.base import Worker
from waitress import create_server, wasyncore
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest
from werkzeug.exceptions import RequestEntityTooLarge

from .errors import SettingError, WizardError
from .metrics import sharing
from .pages.macros import compile_pages

#: The files a process may have open. A visitor takes up to three: the connection, and what is received and sent of it.
FILES = 4096

#: The connections of a process. There are fewer where it may open fewer files.
CONNECTIONS = 1000

#: The bytes of a request's first line and headers. A cookie has 4,000 at the most.
HEADER_BYTES = 32_768

#: The bytes of a body that are kept in memory while they arrive. The rest is kept in a temporary file.
MEMORY_BYTES = 65_536

#: The bytes of a body that are received only to be refused. A longer one is cut off.
REFUSED_BYTES = 64 * 1024 * 1024

#: After so many seconds in which nothing was sent or received, a connection is closed.
IDLE_SECONDS = 30

#: The seconds in which a request that has begun to arrive may arrive whole, when the server is told to stop.
STOP_SECONDS = 10

#: The seconds in which a request may begin to arrive then, over a connection that is there: it may be on its way.
COMING_SECONDS = 1


def body_limit(app: Any) -> int:
    """Return how many bytes of a body are kept for ``app``: as many as it takes anywhere."""
    limit: int = getattr(app, "config", {}).get("MAX_CONTENT_LENGTH") or REFUSED_BYTES
    with_files: int = getattr(app, "extensions", {}).get("wizard_body_bytes", 0)
    return max(limit, with_files)


class _TooLarge(io.RawIOBase):
    """Stands for a body that is not kept: whoever reads it answers 413."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise RequestEntityTooLarge


class _Body:
    """The body of a request. One that is too large is received to its end, or its sender would never read the answer.

    :param limit: the bytes that are kept; of a longer one nothing is.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.length = 0
        self.kept = OverflowableBuffer(MEMORY_BYTES)

    def __len__(self) -> int:
        return self.length

    def append(self, data: bytes) -> None:
        self.length += len(data)
        if self.length <= self.limit:
            self.kept.append(data)
        elif self.kept:
            self.kept.close()
            self.kept = OverflowableBuffer(MEMORY_BYTES)

    def getfile(self) -> Any:
        return self.kept.getfile() if self.length <= self.limit else _TooLarge()

    def close(self) -> None:
        self.kept.close()


class _Parser(HTTPRequestParser):
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = _Body(self.adj.body_limit)

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        # What stands between the chunks of a body has no limit in waitress, and is searched anew for each packet.
        if self.chunked and len(self.body_rcv.control_line) + len(self.body_rcv.trailer) > HEADER_BYTES:
            self.error = BadRequest("The chunks of the body say too much")
            self.completed = True
        return consumed


class _Channel(HTTPChannel):
    parser_class = _Parser


class WaitressWorker(Worker):
    """A process of gunicorn in which waitress talks to the visitors.

    However slowly a request comes or its answer is taken, it has a thread only while the application works on it.
    """

    servers: Sequence[Any] = ()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop, once what was begun is done."""
        super().handle_exit(sig, frame)
        for server in self.servers:
            server.pull_trigger()

    def run(self) -> None:
        """Serve until told to stop, or until gunicorn is gone."""
        # That all threads are busy is no news for a terminal.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self.map: dict[int, Any] = {}
        self.servers = [self._listen(listener.sock) for listener in self.sockets]
        while self.alive and os.getppid() == self.ppid:
            self._once()
        self._finish()

    def _listen(self, listener: socket.socket) -> Any:
        limit = body_limit(self.wsgi)
        server = create_server(
            self.wsgi,
            map=self.map,
            sockets=[listener],
            threads=self.cfg.threads,
            # The header that would tell what serves here.
            ident=None,
            # The application decides which to believe, by TRUSTED_PROXIES.
            clear_untrusted_proxy_headers=False,
            connection_limit=min(CONNECTIONS, _allow_files() // 4),
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=IDLE_SECONDS // 3,
            max_request_header_size=HEADER_BYTES,
            max_request_body_size=max(limit + 1, REFUSED_BYTES),
            # A visitor who goes away is no error.
            log_socket_errors=False,
        )
        server.adj.body_limit = limit
        server.channel_class = _Channel
        return server

    def _once(self) -> None:
        self.notify()
        wasyncore.loop(1, use_poll=True, map=self.map, count=1)

    def _finish(self) -> None:
        """Answer what has been asked, and take no more."""
        for server in self.servers:
            server.accepting = False
            server.del_channel()
            server.socket.close()
        told = time.monotonic()
        while channels := [one for server in self.servers for one in server.active_channels.values()]:
            for channel in channels:
                patience = COMING_SECONDS if channel.request is None else STOP_SECONDS
                arriving = time.monotonic() - told < patience
                if not (arriving or channel.requests or channel.total_outbufs_len):
                    channel.will_close = True
            self._once()


def _allow_files() -> int:
    """Let this process open ``FILES`` files, or as many as it may; return the number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES:
        soft = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return FILES if soft == resource.RLIM_INFINITY else soft


def when_ready(server: Any) -> None:
    """Do once what all processes share, before the first is started. Gunicorn calls it once the port is its own."""
    try:
        for name, count in (("WEB_CONCURRENCY, or --workers,", server.cfg.workers), ("--threads", server.cfg.threads)):
            if count < 1:
                raise SettingError(f"{name} is 0, so that nobody would be answered. Use 1 or more.")
        sharing.share()
        if server.cfg.preload_app and "wizard_templates" in getattr(app := server.app.wsgi(), "extensions", ()):
            compile_pages(app)
            starting.check_all(app)
    except WizardError as error:
        sys.stderr.write(f"wizard: {error}\n")
        # Gunicorn starts nothing then, and ends with it.
        raise SystemExit(3) from None


def child_exit(_server: Any, worker: Worker) -> None:
    """Forget a process that has ended. Gunicorn calls it."""
    sharing.forget(worker.pid)


# What gunicorn reads, by these names.
preload_app = True
worker_class = WaitressWorker
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
loglevel = "warning"
# It would be in the home of the user, of which a server may have none, and all servers of one user would share it.
control_socket_disable = True
