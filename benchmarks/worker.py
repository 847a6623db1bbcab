"""The process that a peer runs in. It reads what to measure, a line of JSON each, and writes what it has measured."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from .answers import of_long_flow
from .peers import PEERS
from .visitor import Visitor

#: How long a turn lasts, in seconds of CPU: long beside the clock, short beside what changes on the machine.
TURN = 0.03
WARM_UP = 5

#: CPU seconds that one request, or one journey, has taken, by the name of what was measured.
Spent = dict[str, float]


class Worker:
    """One peer: its application, and the visitors who stand where each measure needs one.

    :param name: the peer's.
    :param steps: how many steps a long flow has; 0 for the signup.
    :param options: what its ``create_app`` is given.
    """

    def __init__(self, name: str, steps: int, options: dict[str, Any]) -> None:
        self._peer = PEERS[name]
        self._steps = steps
        self._app = import_module(f".{self._peer.module}", __package__).create_app(steps, **options)
        self._arrived: Visitor | None = None
        self._measures: dict[str, Callable[[], Spent]] = {}
        self._times: dict[str, int] = {}
        last = list(of_long_flow(steps))[-1] if steps else ""
        small = last or "account"
        self._makers: dict[str, Callable[[], Callable[[], Spent]]] = {
            "get": lambda: self._shows("get", small),
            "get-options": lambda: self._shows("get-options", "profile"),
            "post": lambda: self._sends("post", last or "plan"),
            "refused": lambda: self._refuses("refused", small),
            "summary": lambda: self._shows("summary", "summary"),
            "list": lambda: self._shows("list", "tasks"),
            "journey": lambda: self._journey,
        }

    def turn(self, measure: str) -> Spent:
        """Measure for one turn, and return the mean."""
        if measure not in self._measures:
            self._warm_up(measure)
        run, times = self._measures[measure], self._times[measure]
        gc.collect()
        total: Spent = {}
        for _ in range(times):
            for name, spent in run().items():
                total[name] = total.get(name, 0.0) + spent
        return {name: spent / times for name, spent in total.items()}

    def _warm_up(self, measure: str) -> None:
        run = self._measures[measure] = self._makers[measure]()
        longest = max(run().values())
        if longest < TURN:
            longest = min(max(run().values()) for _ in range(WARM_UP))
        self._times[measure] = max(1, min(50, round(TURN / longest)))
        # What is there by now stays: no collection in a turn has to look through it.
        gc.collect()
        gc.freeze()

    def sizes(self) -> dict[str, int]:
        """Return how many bytes each page has."""
        visitor = self._at_the_end()
        found = {}
        for name, address in list(visitor.pages.items()):
            visitor.get(address)
            found[name] = visitor.sent
        return found

    def memory(self, journeys: int) -> int:
        """Return by how many KiB the process is larger after so many journeys than after the first 500."""
        gc.unfreeze()
        before = 0
        for number in range(journeys):
            if number == min(500, journeys // 2):
                before = _resident()
            self._journey()
        return _resident() - before

    def sealing(self, journeys: int) -> list[float]:
        """Return of each of so many journeys which share of its CPU time sealing takes."""
        # Here: the others import nothing of ours.
        from . import sealing

        with sealing.timed() as clock:
            shares = []
            for _ in range(journeys):
                clock.spent = 0.0
                took = self._journey()["finish"]
                shares.append(clock.spent / took)
        return shares

    # What is measured

    def _visitor(self) -> Visitor:
        return self._peer.visitor(self._app, self._steps)

    def _journey(self) -> Spent:
        visitor = self._visitor()
        summary = visitor.answer_all()
        spent = visitor.spent
        visitor.finish(summary)
        return {"journey": spent, "finish": visitor.spent}

    def _at_the_end(self) -> Visitor:
        """Return a visitor who has answered everything: always the same, since 200 answers take their time."""
        if self._arrived is None:
            self._arrived = self._visitor()
            self._arrived.answer_all()
        return self._arrived

    def _shows(self, name: str, page: str) -> Callable[[], Spent]:
        visitor = self._at_the_end()

        def run() -> Spent:
            visitor.spent = 0.0
            visitor.get(visitor.pages[page])
            return {name: visitor.spent}

        return run

    def _sends(self, name: str, step: str) -> Callable[[], Spent]:
        visitor = self._at_the_end()

        def run() -> Spent:
            opened = visitor.get(visitor.pages[step])
            visitor.spent = 0.0
            visitor.answer(opened, step)
            return {name: visitor.spent}

        return run

    def _refuses(self, name: str, step: str) -> Callable[[], Spent]:
        # What is refused may be kept, so this is a visitor of its own.
        visitor = self._visitor()
        visitor.answer_all()

        def run() -> Spent:
            opened = visitor.get(visitor.pages[step])
            visitor.spent = 0.0
            visitor.refuse(opened, step)
            return {name: visitor.spent}

        return run


def _resident() -> int:
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024


def main() -> None:
    """Serve until standard input ends."""
    # Whatever a peer prints is no answer of ours.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker = Worker(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]))
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        answers.write(json.dumps(getattr(worker, method)(*arguments)) + "\n")


if __name__ == "__main__":
    main()
