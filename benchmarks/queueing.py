"""A model of queues: what workers, machines and stores carry together, and whether a server here does as it says.

Requests come at random, each waits where somebody is busy, and takes as long as it takes on average: an open network of
M/M/c queues.
"""

from __future__ import annotations

import math
import os
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

#: What a journey of the signup asks for: 4 GETs, 4 POSTs, the summary, the finish and the last page; and how often it
#: has a session loaded, and saved.
REQUESTS, LOADS, SAVES = 11, 10, 6

#: Between two machines, in seconds, there and back: once for each time that a session is loaded or saved.
ROUND_TRIP = 0.0003

#: From so many times the mean is drawn, to find its 95th percentile.
DRAWN = 20_000


def erlang_c(servers: int, offered: float) -> float:
    """Return how likely it is that a request has to wait.

    :param servers: how many requests are served at a time.
    :param offered: how many would be in service on average, if there were servers enough; less than ``servers``.

    >>> round(erlang_c(2, 1.0), 4)
    0.3333
    """
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    return servers * blocked / (servers - offered * (1 - blocked))


@dataclass(frozen=True)
class Station:
    """What requests wait for.

    :param name: what the tables call it.
    :param seconds: for how long a request has it, on average.
    :param servers: how many requests have it at a time.
    :param copies: how many of it there are. Each has a queue of its own, and an equal share of the requests.
    :param within: whether another station has it meanwhile, so that nothing but the wait takes longer.
    """

    name: str
    seconds: float
    servers: int = 1
    copies: int = 1
    within: bool = False

    @property
    def capacity(self) -> float:
        """How many requests a second it can serve."""
        return self.copies * self.servers / self.seconds

    def utilisation(self, rate: float) -> float:
        """Return the share of time in which a server of it is busy, at so many requests a second."""
        return rate / self.capacity

    def waiting(self, rate: float) -> float:
        """Return the seconds that a request waits for it on average, before it is served."""
        if rate >= self.capacity:
            return math.inf
        busy = self.utilisation(rate)
        return erlang_c(self.servers, busy * self.servers) * self.seconds / self.servers / (1 - busy)

    def draw(self, rate: float, chance: random.Random) -> float:
        """Return the seconds that one request spends here."""
        busy = self.utilisation(rate)
        spent = 0.0 if self.within else chance.expovariate(1 / self.seconds)
        if chance.random() < erlang_c(self.servers, busy * self.servers):
            spent += chance.expovariate((1 - busy) * self.servers / self.seconds)
        return spent


class Network(NamedTuple):
    """All that a request goes through.

    :param stations: what it may have to wait for.
    :param delay: the seconds that it takes beside that, however many others there are.
    """

    stations: Sequence[Station]
    delay: float = 0.0

    @property
    def bottleneck(self) -> Station:
        """What saturates first, when ever more requests come."""
        return min(self.stations, key=lambda station: station.capacity)

    def mean(self, rate: float) -> float:
        """Return the seconds until a request is answered, on average."""
        served = sum(station.seconds for station in self.stations if not station.within)
        return self.delay + served + sum(station.waiting(rate) for station in self.stations)

    def percentile_95(self, rate: float) -> float:
        """Return the seconds in which 95 of 100 requests are answered."""
        chance = random.Random(1)  # noqa: S311  (no secret)
        times = [sum(station.draw(rate, chance) for station in self.stations) for _ in range(DRAWN)]
        return self.delay + statistics.quantiles(times, n=20)[-1]


@dataclass(frozen=True)
class Service:
    """What a request takes, on average over a journey, in seconds.

    :param worker: of the CPU of a worker that is busy.
    :param visitor: of the CPU of who asks.
    :param alone: by the clock, when nobody else asks.
    :param store: of the store itself: of its CPU, or of the time in which SQLite's one writer is taken.
    """

    worker: float
    visitor: float
    alone: float
    store: float


@dataclass(frozen=True)
class Check:
    """What was predicted of a server here, and what was measured, in seconds.

    :param load: requests a second, as a share of what was predicted to be the most.
    :param together: predicted where whoever is free takes the next request.
    :param apart: predicted where each worker has a queue of its own, and a request does not look which is shorter.
    """

    workers: int
    load: float
    rate: float
    together: float
    apart: float
    measured: float


@dataclass
class Model:
    """The model, and what was measured for it.

    :param services: by the store that sessions are in.
    """

    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    services: dict[str, Service] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def network(self, store: str, machines: int = 1, workers: int = 0) -> Network:
        """Return the model of some machines that share a store.

        :param workers: of each machine; 0 for one for each core.
        """
        service = self.services[store]
        stations = [
            Station("the workers", service.worker, min(workers or self.cores, self.cores), machines),
            self._station(store, service.store),
        ]
        served = sum(station.seconds for station in stations if not station.within)
        apart = ROUND_TRIP * (LOADS + SAVES) / REQUESTS if store != "SQLite" else 0.0
        return Network(stations, max(0.0, service.alone - served) + apart)

    def _station(self, store: str, seconds: float) -> Station:
        if store == "PostgreSQL":
            return Station("PostgreSQL", seconds, self.cores)
        if store == "Redis":
            return Station("Redis", seconds)
        return Station("the writer of SQLite", seconds, within=True)

    def here(self, service: Service, workers: int, *, apart: bool = False) -> Network:
        """Return the model of so many workers on SQLite on this machine, who share its cores with who asks.

        :param service: what a request takes just now.
        :param apart: whether each of them has a queue of its own.
        """
        # Where all cores are taken by workers, the visitors take their time from them.
        seconds = max(service.worker, workers * (service.worker + service.visitor) / self.cores)
        servers, copies = (1, workers) if apart else (workers, 1)
        stations = [Station("the workers", seconds, servers, copies), self._station("SQLite", service.store)]
        return Network(stations, max(0.0, service.alone - seconds))
