"""A server that takes every connection and never gives a whole answer: it keeps silent, or it says too little."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from tests.servers import HOST


@contextmanager
def silent(words: bytes = b"") -> Iterator[int]:
    """Run it on the port that is returned, and let it say ``words`` over and over, slowly."""
    over = Event()

    def speak(connection: socket.socket) -> None:
        number = 0
        with connection, suppress(OSError):
            while not over.wait(0.01):
                if words:
                    connection.sendall(words[number % len(words)].to_bytes())
                    number += 1

    def listen() -> None:
        with suppress(OSError):
            while True:
                Thread(target=speak, args=[server.accept()[0]], daemon=True).start()

    with socket.create_server((HOST, 0)) as server:
        Thread(target=listen, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
