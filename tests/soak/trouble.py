"""What happens to the processes and the stores while visitors are there. Each trouble is over when it returns."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tests.processes import Gunicorn
from tests.servers import Server

#: What a disk of its own holds: PostgreSQL's log alone takes some of that.
DISK = "400m"


def long() -> float:
    """Return for how many seconds a trouble lasts: longer, mostly, than a visitor is kept waiting."""
    return random.uniform(0.3, 4)


@contextmanager
def disk(folder: Path) -> Iterator[Path | None]:
    """A small disk, which can be filled; none where this user cannot have one."""
    place = folder / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", f"size={DISK},mode=711", "soak", place], capture_output=True
    )
    try:
        yield place if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["/bin/umount", "--lazy", place], check=True)


class Trouble:
    """What can happen to one server and its stores.

    :param server: its processes are killed and frozen.
    :param store: a server that is frozen, and started anew after a crash.
    :param file: a SQLite database, to which another process holds the lock.
    :param place: a disk that is filled.
    """

    def __init__(self, server: Gunicorn, store: Server | None, file: Path | None, place: Path | None) -> None:
        self._server, self._store, self._file, self._place = server, store, file, place
        self.kinds: dict[str, Callable[[], None]] = {
            "a process was killed": self._kill_one,
            "all processes were killed": server.kill_workers,
            "a process was frozen": self._freeze_process,
            "all processes were replaced": self._reload,
            "the server was killed": self._kill_server,
        }
        if store is not None:
            self.kinds |= {"a store was frozen": self._freeze_store, "a store has crashed": self._crash_store}
        if file is not None:
            self.kinds["a database was locked"] = self._lock
        if place is not None:
            self.kinds["a disk was full"] = self._fill

    def one(self) -> str:
        """Let something happen, and return what it was."""
        kind = random.choice(list(self.kinds))
        self.kinds[kind]()
        return kind

    def _kill_one(self) -> None:
        with suppress(IndexError, ProcessLookupError):
            os.kill(random.choice(self._server.workers()), signal.SIGKILL)

    def _freeze_process(self) -> None:
        with suppress(IndexError, ProcessLookupError):
            pid = random.choice(self._server.workers())
            os.kill(pid, signal.SIGSTOP)
            try:
                time.sleep(long())
            finally:
                os.kill(pid, signal.SIGCONT)

    def _reload(self) -> None:
        self._server.process.send_signal(signal.SIGHUP)

    def _kill_server(self) -> None:
        # Its processes notice it within a second, and go on meanwhile.
        self._server.process.kill()
        self._server.process.wait()
        self._server.start()
        self._server.wait()

    def _freeze_store(self) -> None:
        assert self._store
        self._store.pause()
        try:
            time.sleep(long())
        finally:
            self._store.resume()

    def _crash_store(self) -> None:
        assert self._store
        self._store.stop()
        time.sleep(long() / 4)
        self._store.start()

    def _lock(self) -> None:
        assert self._file
        with (
            closing(sqlite3.connect(self._file, isolation_level=None, timeout=30)) as connection,
            suppress(sqlite3.Error),
        ):
            connection.execute("begin immediate")
            time.sleep(long())
            connection.execute("rollback")

    def _fill(self) -> None:
        assert self._place
        ballast = self._place / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as stream:
            while stream.write(bytes(1 << 20)):
                pass
        with suppress(OSError), ballast.open("ab", buffering=0) as stream:
            while stream.write(bytes(512)):
                pass
        time.sleep(long())
        ballast.unlink()
        if self._store is not None and not self._store.is_running:
            # Whoever looks after it makes room, and starts it.
            self._store.stop()
            self._store.start()
