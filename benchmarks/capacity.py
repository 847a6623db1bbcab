"""What the model of queues is fed with, and checked against: how long requests take on a server here."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext, suppress
from datetime import timedelta
from queue import SimpleQueue
from threading import Barrier, Thread
from typing import Any

from tests import servers
from wizard.sessions import open_store

from .http import AT_ONCE, Remote, Site, cpu, serving
from .peers import PEERS
from .queueing import REQUESTS, SAVES, Check, Model, Service

#: Where sessions are kept, and what starts it. The file of SQLite needs no server.
STORES: dict[str, Callable[[], Any]] = {
    "SQLite": nullcontext,
    "PostgreSQL": servers.postgres,
    "Redis": servers.redis,
}

#: How often it is measured what a request takes, before each check again, and over how many journeys of each visitor.
TURNS, AGAIN, JOURNEYS = 9, 4, 3

#: The workers that the model is checked with; the shares of what they are predicted to carry; the seconds of each.
WORKERS, LOADS, HELD = [1, 2], [0.3, 0.6, 0.85], 10.0

#: Visitors who are on their way at the same time, four at each page. No more than a few of them ask at once.
VISITORS = 4 * REQUESTS

#: Seconds: of the workers' CPU, of the visitors' CPU, of the CPU of the store, and of the clock.
Turn = tuple[float, float, float, float]

#: What a session holds towards the end of the signup, in characters.
SIZE = 700


def measure(chance: random.Random, say: Callable[[str], None]) -> Model:
    """Measure what a request takes with each store that can be started here, and check the model with SQLite."""
    model = Model()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = f"sqlite:///{folder}/sessions.db"
        say("what a request takes")
        model.services = _services(file, say)
        for workers in WORKERS:
            with serving(_app(file), workers) as site:
                for load in LOADS:
                    say(f"visitors at {load:.0%} of what {workers} carry")
                    # The machine may be slower by now.
                    service = _service([_turn(site, None) for _ in range(AGAIN)], model.services["SQLite"].store)
                    together, apart = (model.here(service, workers, apart=apart) for apart in (False, True))
                    rate = load * together.bottleneck.capacity
                    measured = statistics.fmean(_arrive(site, rate, chance))
                    model.checks.append(Check(workers, load, rate, together.mean(rate), apart.mean(rate), measured))
    return model


def _app(url: str) -> str:
    return f"benchmarks.ours:create_app(url={url!r})"


def _travel(site: Callable[..., Any], journeys: int = 1) -> None:
    """Go through the signup, again and again."""
    for _ in range(journeys):
        visitor = PEERS["ours"].visitor(site, 0)
        visitor.finish(visitor.answer_all())


def _services(file: str, say: Callable[[str], None]) -> dict[str, Service]:
    """Measure what a request takes with each store, in turns."""
    turns: dict[str, list[Turn]] = {}
    with ExitStack() as stack:
        sites: dict[str, tuple[Site, int | None]] = {}
        for name, start in STORES.items():
            try:
                server = stack.enter_context(start())
            except RuntimeError as error:
                say(f"no {name}: {error}")
                continue
            site = stack.enter_context(serving(_app(server.url if server else file)))
            sites[name] = site, server.pid if server else None
        for _ in range(TURNS):
            for name, (site, store) in sites.items():
                turns.setdefault(name, []).append(_turn(site, store))
    writer = _saving(file) * SAVES / REQUESTS
    return {name: _service(found, writer if name == "SQLite" else None) for name, found in turns.items()}


def _service(turns: list[Turn], store: float | None) -> Service:
    """Return the medians of some turns.

    :param store: the time of a store that is no process of its own.
    """
    # Whatever is done for the first time is done in the first of them.
    worker, visitor, own, alone = (statistics.median(figures) for figures in zip(*turns[1:], strict=True))
    return Service(worker, visitor, alone, own if store is None else store)


def _turn(site: Site, store: int | None) -> Turn:
    """Measure what a request takes, of each clock: the last when one visitor is alone, the others when many come.

    :param store: the process of the server that keeps the sessions.
    """
    return *_go(site, store, AT_ONCE)[:3], _go(site, store, 1)[3]


def _go(site: Site, store: int | None, visitors: int) -> Turn:
    """Let so many visitors go through the signup at a time; return what a request has taken, of each clock."""
    threads = [Thread(target=_travel, args=[Remote(site), JOURNEYS]) for _ in range(visitors)]
    before = _clocks(site, store)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    requests = visitors * JOURNEYS * REQUESTS
    worker, visitor, own, clock = (
        (after - one) / requests for after, one in zip(_clocks(site, store), before, strict=True)
    )
    return worker, visitor, own, clock


def _clocks(site: Site, store: int | None) -> Turn:
    return cpu(site.pid), time.process_time(), cpu(store) if store else 0.0, time.perf_counter()


def _saving(url: str) -> float:
    """Return the seconds that SQLite takes to save a session. Nobody else can save one meanwhile."""
    store, means = open_store(url), []
    for turn in range(TURNS):
        begun = time.perf_counter()
        for version in range(200):
            store.save(f"turn-{turn}", "x" * SIZE, timedelta(days=1), version=version)
        means.append((time.perf_counter() - begun) / 200)
    return statistics.median(means)


class _Over(Exception):
    """There are no more arrivals."""


class _Paced(Remote):
    """A site to which a request is sent when one is due.

    :param due: when the next request is to be sent, by the clock; ``None`` at the end.
    :param taken: receives the seconds from then to the answer.
    :param ahead: so many requests are sent at once, so that not all visitors are at the same page.
    :param ready: where this visitor then waits for the others.
    """

    def __init__(
        self, site: Site, due: SimpleQueue[float | None], taken: list[float], ahead: int, ready: Barrier
    ) -> None:
        super().__init__(site)
        self._due, self._taken, self._ahead, self._ready = due, taken, ahead, ready

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self._ahead -= 1
        if self._ahead >= 0:
            return super().__call__(environ, start_response)
        if self._ahead == -1:
            self._ready.wait()
        due = self._due.get()
        if due is None:
            raise _Over
        page = super().__call__(environ, start_response)
        self._taken.append(time.perf_counter() - due)
        return page


def _arrive(site: Site, rate: float, chance: random.Random) -> list[float]:
    """Send so many requests a second, at random times, and return how long each has taken."""
    due: SimpleQueue[float | None] = SimpleQueue()
    taken: list[float] = []

    def go(paced: _Paced) -> None:
        with suppress(_Over):
            while True:
                _travel(paced)

    ready = Barrier(VISITORS + 1, timeout=60)
    visitors = [_Paced(site, due, taken, number % REQUESTS, ready) for number in range(VISITORS)]
    threads = [Thread(target=go, args=[visitor]) for visitor in visitors]
    for thread in threads:
        thread.start()
    ready.wait()
    begin = next_one = time.perf_counter()
    while (next_one := next_one + chance.expovariate(rate)) < begin + HELD:
        time.sleep(max(0.0, next_one - time.perf_counter()))
        due.put(next_one)
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return taken
