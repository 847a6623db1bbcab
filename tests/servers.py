"""Real PostgreSQL, Redis and Redis Cluster servers that the tests start themselves.

Run as a script, it installs what is missing; imported, it gives the context managers `postgres`, `redis` and
`redis_cluster`.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

HOST = "127.0.0.1"
SECONDS = 30
PACKAGES = {"postgresql": ("initdb", "postgres", "pg_isready"), "redis-server": ("redis-server", "redis-cli")}

# Whoever is killed cannot clean up, so a shell outlives the tests: it waits for their line, or for their end, then
# stops what still runs and deletes the folder. A server that is about to end may write once more, hence the loop.
GUARD = """read -r _
for file in "$0"/*.pid; do [ -e "$file" ] && read -r how pid <"$file" && kill "$how" "$pid" && kill -CONT "$pid"; done
for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$0" && exit; sleep 1; done
"""


def binaries() -> dict[str, Path]:
    """Return where each needed program is; the ones that are missing are left out."""
    found = {name: Path(path) for name in PACKAGES["redis-server"] if (path := shutil.which(name))}
    # Debian keeps PostgreSQL's programs off the PATH, one folder per version, and a version may be the client only.
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    for folder in sorted(folders, key=lambda path: int(path.parent.name)):
        programs = {name: folder / name for name in PACKAGES["postgresql"]}
        if all(path.exists() for path in programs.values()):
            found |= programs
    return found


def ensure() -> dict[str, Path]:
    """Install what is missing and return where each program is; exit with one line if that fails."""
    problem = ""
    if packages := _missing():
        # Free ports are used throughout, so a service that the installation may start is in nobody's way.
        apt = [*([] if os.geteuid() == 0 else ["sudo"]), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        sys.stdout.write(f"Installing {' '.join(packages)}\n")
        sys.stdout.flush()
        for command in (["update"], ["install", "-y", *packages]):
            try:
                done = subprocess.run([*apt, *command], capture_output=True, text=True)
                problem = done.stderr.strip().rpartition("\n")[2] if done.returncode else ""
            except OSError as error:
                problem = str(error)
    if packages := _missing():
        because = f" ({problem})" if problem else ""
        sys.exit(f"{' and '.join(packages)} missing{because}. Install: apt-get install {' '.join(packages)}")
    return binaries()


def _missing() -> list[str]:
    found = binaries()
    return [package for package, names in PACKAGES.items() if not found.keys() >= set(names)]


def _program(name: str) -> str:
    try:
        return str(binaries()[name])
    except KeyError:
        raise RuntimeError(f"{name} is missing. Install it: python {'/'.join(Path(__file__).parts[-2:])}") from None


#: For each port that was chosen here, what keeps other processes that test from choosing it too, until this one ends.
_claims: dict[int, socket.socket] = {}


def _free_port() -> int:
    # Not the kernel's choice: a port of its range may go to some connection while the server is stopped, a client that
    # retries can even connect to itself there. Redis Cluster takes the port 10000 above as well.
    while True:
        port = 10000 + secrets.randbelow(10000)
        claim = socket.socket(socket.AF_UNIX)
        with suppress(OSError), socket.socket() as first, socket.socket() as second:
            claim.bind(f"\0wizard-tests-{port}")
            first.bind((HOST, port))
            second.bind((HOST, port + 10000))
            _claims[port] = claim
            return port
        claim.close()


class Server:
    """A server on a port of its own, with its data and log in `folder`."""

    quit_signal = signal.SIGKILL
    url: str

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.data = folder / str(self.port)
        self.data.mkdir(mode=0o700)
        self.log = folder / f"{self.port}.log"
        self._pid_file = folder / f"{self.port}.pid"
        self._process: subprocess.Popen[bytes] | None = None
        # A session of its own keeps Ctrl+C from the server until the tests are through with it, and an environment of
        # its own keeps PGDATA, locales and the like from changing what is tested.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        self._options: dict[str, Any] = {"cwd": self.data, "env": environment, "start_new_session": True}

    @property
    def is_running(self) -> bool:
        """Whether it has been started, and has not ended by itself since."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process that was started; it may have others below it."""
        assert self._process is not None, "not started"
        return self._process.pid

    def start(self) -> None:
        """Start on the same port and data as before, and wait until it answers."""
        assert self._process is None, "already started"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._options
            )
        self._pid_file.write_text(f"-{self.quit_signal.value} {self._process.pid}\n")
        self.wait(self._answers)

    def stop(self) -> None:
        """Stop at once, as a crash would; nothing happens if it is stopped already."""
        if self._process is None:
            return
        # The second signal wakes a paused server, which dies of the first before it does anything else.
        self._signal(self.quit_signal)
        self._signal(signal.SIGCONT)
        try:
            self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._pid_file.unlink()
        self._process = None

    def pause(self) -> None:
        """Freeze every process: connections stay open and nothing answers."""
        assert self._process is not None, "not started"
        self._process.send_signal(signal.SIGSTOP)
        # Only once the parent stands still can no child be born unseen.
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """End a pause and wait until it answers."""
        self._signal(signal.SIGCONT)
        self.wait(self._answers)

    def wait(self, ready: Callable[[], bool]) -> None:
        """Wait until `ready` says so; fail with the log if the server ends first or time is up."""
        assert self._process is not None, "not started"
        deadline = time.monotonic() + SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            if ready():
                return
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.02)
        state = "does not answer" if self._process.poll() is None else f"ended with {self._process.returncode}"
        raise RuntimeError(f"{self.url} {state}:\n{self.log.read_text(errors='replace')[-4000:]}")

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "not started"
        if self._process.poll() is not None:
            return
        children = []
        # PostgreSQL puts each child into a session of its own, so no signal to a group reaches them all.
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                if int(stat.read_text(errors="replace").rpartition(")")[2].split()[1]) == self._process.pid:
                    children.append(int(stat.parent.name))
        self._process.send_signal(number)
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


class Postgres(Server):
    """A PostgreSQL server; the superuser `postgres` needs no password."""

    # What PostgreSQL calls an immediate shutdown: a crash to its clients and its data, but its shared memory is freed.
    quit_signal = signal.SIGQUIT

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"postgresql+psycopg://postgres@{HOST}:{self.port}/postgres"
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root; every system has this user, whoever packaged PostgreSQL.
            user = pwd.getpwnam("nobody")
            os.chown(self.data, user.pw_uid, user.pw_gid)
            self._options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        initdb = [_program("initdb"), "-D", str(self.data), "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        done = subprocess.run([*initdb, "--no-locale", "--no-sync"], capture_output=True, text=True, **self._options)
        if done.returncode:
            raise RuntimeError(f"initdb ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _command(self) -> list[str]:
        settings = ["fsync=off", f"listen_addresses={HOST}", f"unix_socket_directories={self.data}"]
        options = [option for setting in settings for option in ("-c", setting)]
        return [_program("postgres"), "-D", str(self.data), "-p", str(self.port), *options]

    def _answers(self) -> bool:
        command = [_program("pg_isready"), "-q", "-h", HOST, "-p", str(self.port), "-U", "postgres", "-t", "1"]
        return subprocess.run(command, **self._options).returncode == 0


class Redis(Server):
    """A Redis server; with `appendonly` its data outlive a stop. Other `settings` go to redis-server as they are."""

    def __init__(self, folder: Path, *, appendonly: bool = False, settings: tuple[str, ...] = ()) -> None:
        super().__init__(folder)
        self.url = f"redis://{HOST}:{self.port}/0"
        self._settings = ["--save", "", "--appendonly", "yes" if appendonly else "no", *settings]

    def ask(self, command: str) -> str:
        """Return what the server says to a command of plain words, or nothing if it does not answer."""
        with suppress(OSError), socket.create_connection((HOST, self.port), 1) as connection:
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(65536).decode()
        return ""

    def in_order(self) -> bool:
        """Tell whether this node of a cluster finds that every slot is served."""
        return "cluster_state:ok" in self.ask("CLUSTER INFO")

    def _command(self) -> list[str]:
        address = ["--bind", HOST, "--port", str(self.port), "--dir", str(self.data)]
        return [_program("redis-server"), *address, *self._settings]

    def _answers(self) -> bool:
        return self.ask("PING").startswith("+PONG")


class RedisCluster:
    """Three Redis masters, which `nodes` holds, that share the slots; `url` is the first one's."""

    def __init__(self, folder: Path, *, appendonly: bool = False) -> None:
        # Redis's own 15 seconds are a long wait for the cluster to notice that a node is gone, or back.
        settings = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
        self.nodes = [Redis(folder, appendonly=appendonly, settings=settings) for _ in range(3)]
        self.url = self.nodes[0].url
        self._created = False

    def start(self) -> None:
        """Start every node on the same port and data as before, and wait until the cluster answers."""
        for node in self.nodes:
            node.start()
        if not self._created:
            addresses = [f"{HOST}:{node.port}" for node in self.nodes]
            command = [_program("redis-cli"), "--cluster", "create", *addresses, "--cluster-yes"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
            if done.returncode:
                raise RuntimeError(f"redis-cli ended with {done.returncode}:\n{done.stdout}{done.stderr}")
            self._created = True
        self.wait()

    def stop(self) -> None:
        """Stop every node at once, as a crash would; nothing happens to one that is stopped already."""
        for node in self.nodes:
            node.stop()

    def pause(self) -> None:
        """Freeze every node: connections stay open and nothing answers."""
        for node in self.nodes:
            node.pause()

    def resume(self) -> None:
        """End a pause and wait until the cluster answers."""
        for node in self.nodes:
            node.resume()
        self.wait()

    def wait(self) -> None:
        """Wait until every node finds the cluster in order, as after the restart of a single one."""
        for node in self.nodes:
            node.wait(node.in_order)


def postgres(*, within: Path | None = None) -> AbstractContextManager[Postgres]:
    """Run a PostgreSQL server for as long as the block lasts, with its data `within` a folder."""
    return _running(Postgres, within)


def redis(
    *, appendonly: bool = False, settings: tuple[str, ...] = (), within: Path | None = None
) -> AbstractContextManager[Redis]:
    """Run a Redis server for as long as the block lasts, with its data `within` a folder."""
    return _running(partial(Redis, appendonly=appendonly, settings=settings), within)


def redis_cluster(*, appendonly: bool = False) -> AbstractContextManager[RedisCluster]:
    """Run a Redis Cluster for as long as the block lasts."""
    return _running(partial(RedisCluster, appendonly=appendonly))


AnyServer = TypeVar("AnyServer", bound=Server | RedisCluster)


@contextmanager
def _running(make: Callable[[Path], AnyServer], within: Path | None = None) -> Iterator[AnyServer]:
    folder = Path(tempfile.mkdtemp(prefix="servers-", dir=within))
    # The user that PostgreSQL runs as has to get through to its data.
    folder.chmod(0o711)
    guard = subprocess.Popen(["/bin/sh", "-c", GUARD, str(folder)], stdin=subprocess.PIPE, start_new_session=True)
    with ExitStack() as stack:
        stack.callback(guard.communicate, b"\n")
        server = make(folder)
        stack.callback(server.stop)
        server.start()
        yield server


if __name__ == "__main__":
    ensure()
