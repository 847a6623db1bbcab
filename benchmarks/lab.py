"""The lab: starts a process for each peer, lets them take turns, and collects what they have measured."""

from __future__ import annotations

import compileall
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from tests import servers

from .peers import BASE, PEERS
from .turns import Ratios, Spent, one_round

ROOT = Path(__file__).parent.parent

#: Where `make bench` puts the other version of WTForms.
WTFORMS = ROOT / ".venv-bench" / "wtforms-"


class Contestant(NamedTuple):
    """A peer that serves the signup, or a long flow of so many steps."""

    peer: str
    steps: int = 0


class Process:
    """The process of one contestant."""

    def __init__(self, who: Contestant, folder: Path, redis: str) -> None:
        peer = PEERS[who.peer]
        folder.mkdir()
        options = {
            name: value.format(folder=folder, redis=redis) if isinstance(value, str) else value
            for name, value in peer.options.items()
        }
        path = [f"{WTFORMS}{peer.wtforms}"] if peer.wtforms else []
        # A seed of its own for each process would be one more thing in which two runs differ.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*path, str(ROOT)]), "PYTHONHASHSEED": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", who.peer, str(who.steps), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
            text=True,
        )
        self._who = who

    def send(self, method: str, *arguments: Any) -> None:
        """Ask for something; :meth:`receive` returns the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([method, *arguments]) + "\n")
        self._process.stdin.flush()

    def receive(self) -> Any:
        """Return the answer to what was asked for."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._who.peer} has ended with {self._process.wait()}: see above.")
        return json.loads(line)

    def ask(self, method: str, *arguments: Any) -> Any:
        """Ask for something, and return the answer."""
        self.send(method, *arguments)
        return self.receive()

    def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def running(contestants: Sequence[Contestant]) -> Iterator[dict[Contestant, Process]]:
    """Run a process for each contestant, with Redis beside them where one needs it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        needs_redis = any("{redis}" in str(PEERS[who.peer].options) for who in contestants)
        redis = stack.enter_context(servers.redis()).url if needs_redis else ""
        found = {}
        for number, who in enumerate(contestants):
            found[who] = Process(who, folder / str(number), redis)
            stack.callback(found[who].stop)
        yield found


def has_redis() -> bool:
    """Whether a Redis server can be started here."""
    return "redis-server" in servers.binaries()


#: However slow the machine is just now.
LEAST_ROUNDS = 3


class Measured(NamedTuple):
    """What contestants have cost.

    :param ratios: to the base.
    :param seconds: CPU seconds of the base itself.
    :param bytes: of each page of each contestant.
    """

    ratios: Ratios[Contestant]
    seconds: dict[str, list[float]]
    bytes: dict[Contestant, dict[str, int]]

    def add(self, more: Measured) -> None:
        """Add what another generation of processes has cost."""
        for key, figures in more.ratios.items():
            self.ratios.setdefault(key, []).extend(figures)
        for name, figures in more.seconds.items():
            self.seconds.setdefault(name, []).extend(figures)
        self.bytes.update(more.bytes)


def take_turns(
    base: Contestant,
    others: Sequence[Contestant],
    measures: Sequence[str],
    *,
    rounds: int,
    seconds: float,
    chance: random.Random,
) -> Measured:
    """Measure contestants in processes that are started for this.

    :param rounds: how many at most.
    :param seconds: after how long no other round is begun, if there were a few.
    """
    found = Measured(Ratios(), {}, {})
    with running([base, *others]) as processes:
        for measure in measures:

            def turn(who: Contestant, measure: str = measure) -> Spent:
                spent: Spent = processes[who].ask("turn", measure)
                return spent

            for who in processes:
                turn(who)
            until = time.monotonic() + seconds / len(measures)
            for number in range(rounds):
                if number >= LEAST_ROUNDS and time.monotonic() > until:
                    break
                ratios, of_base = one_round(base, others, turn, chance)
                found.ratios.add(ratios)
                for name, figures in of_base.items():
                    found.seconds.setdefault(name, []).extend(figures)
        found.bytes.update({who: process.ask("sizes") for who, process in processes.items() if not who.steps})
    return found


def memory(contestants: Sequence[Contestant], journeys: int) -> dict[Contestant, int]:
    """Return by how many KiB each grows over so many journeys. They run at the same time: no clock is read."""
    with running(contestants) as processes:
        for process in processes.values():
            process.send("memory", journeys)
        return {who: process.receive() for who, process in processes.items()}


def sealing(journeys: int) -> list[float]:
    """Return of each of so many journeys with sessions in SQLite which share of it sealing takes."""
    ours = Contestant("ours")
    with running([ours]) as processes:
        # The first ones import, compile and fill caches.
        processes[ours].ask("sealing", 10)
        shares: list[float] = processes[ours].ask("sealing", journeys)
    return shares


#: What is imported, by its name in the results.
IMPORTS = {
    "by-hand": "import flask, flask_wtf",
    "ours: `import wizard`": "import wizard",
    "ours, served: `from wizard import Wizard`": "from wizard import Wizard",
    "formtools": "import django, formtools.wizard.views",
}


def imports(*, rounds: int, seconds: float, chance: random.Random) -> tuple[Ratios[str], list[float]]:
    """Return the CPU time of importing each, as ratios to what the signup by hand imports, and the seconds of that."""
    ratios: Ratios[str] = Ratios()
    of_base: list[float] = []

    def turn(who: str) -> Spent:
        code = f"import time\nbegun = time.process_time()\n{IMPORTS[who]}\nprint(time.process_time() - begun)"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        return {"import": float(done.stdout)}

    others = [who for who in IMPORTS if who != BASE]
    # As pip leaves every package. Where Python may write no bytecode, ours alone was compiled anew each time.
    compileall.compile_dir(ROOT / "wizard", quiet=1)
    for who in IMPORTS:
        turn(who)
    until = time.monotonic() + seconds
    for number in range(rounds):
        if number >= LEAST_ROUNDS and time.monotonic() > until:
            break
        found, spent = one_round(BASE, others, turn, chance)
        ratios.add(found)
        of_base += spent["import"]
    return ratios, of_base
