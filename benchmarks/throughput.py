"""The section of the report that says what one worker, one machine and several machines carry."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from .capacity import HELD
from .queueing import REQUESTS, ROUND_TRIP, Model, Network
from .tables import table

#: How many machines share a store; at which shares of what they carry at most a request is timed, and for how many.
MACHINES, SHARES, SEVERAL = [1, 2, 4, 8, 16, 32], [0.5, 0.8, 0.95], 4


def throughput(model: Model) -> Iterator[list[str]]:
    """Return the sentences and tables, in Markdown."""
    shared = [store for store in model.services if store != "SQLite"]
    yield ["### What one worker and one machine carry", "", *_of_one_machine(model)]
    yield table(
        ["", *model.services],
        [
            ["CPU of a worker for a request, ms", *(f"{one.worker * 1000:.2f}" for one in model.services.values())],
            ["the store's own time for a request, ms", *(f"{one.store * 1000:.3f}" for one in model.services.values())],
            [
                "one worker carries, journeys a second",
                *(_journeys(model.network(store, 1, 1)) for store in model.services),
            ],
            [
                f"a machine of {model.cores} cores carries",
                *(_journeys(model.network(store)) for store in model.services),
            ],
            ["there saturates first", *(model.network(store).bottleneck.name for store in model.services)],
        ],
    )
    if shared:
        yield ["Journeys a second that several such machines carry with one store, and which part saturates first:"]
        yield table(
            ["machines", *shared],
            [[str(number), *(_most(model.network(store, number)) for store in shared)] for number in MACHINES],
        )
        yield [_of_many_machines(model, store) for store in shared]
    yield ["Milliseconds to an answer, the mean and the 95th percentile, by how much is asked of what they carry:"]
    networks = {"1 machine, SQLite": model.network("SQLite")}
    networks |= {f"{SEVERAL} machines, {store}": model.network(store, SEVERAL) for store in shared}
    yield table(
        ["", *(f"{share:.0%}" for share in SHARES)],
        [[name, *(_times(network, share) for share in SHARES)] for name, network in networks.items()],
    )
    yield _lines(
        f"Checked here with sessions in SQLite, {HELD:.0f} seconds each: milliseconds to an answer, the mean, as"
        " predicted if the workers take requests from one queue, as predicted if each has a queue of its own, and as"
        " measured."
    )
    yield table(
        ["workers", "load", "requests a second", "one queue", "a queue each", "measured"],
        [
            [str(one.workers), f"{one.load:.0%}", f"{one.rate:.0f}"]
            + [f"{seconds * 1000:.1f}" for seconds in (one.together, one.apart, one.measured)]
            for one in model.checks
        ],
    )


def _of_one_machine(model: Model) -> Iterator[str]:
    worker, machine = (model.network("SQLite", 1, workers).bottleneck for workers in (1, model.cores))
    yield from _lines(
        f"A journey is {REQUESTS} requests. With sessions in SQLite, one worker serves {worker.capacity:.0f} requests a"
        f" second, or {worker.capacity / REQUESTS:.0f} journeys; a machine of {model.cores} cores, with a worker each,"
        f" {machine.capacity / REQUESTS:.0f} journeys. What saturates first there: {machine.name}."
    )
    yield ""
    yield from _lines(
        "The figures come from [a model of queues](../benchmarks/queueing.py), fed with what was measured here."
        " Requests come at random, each on a connection of its own. PostgreSQL and Redis have a machine like this one"
        f" to themselves, {ROUND_TRIP * 1000:.1f} ms away, and PostgreSQL does not wait for its disk."
    )


def _of_many_machines(model: Model, store: str) -> str:
    machine, shared = model.network(store).stations
    return f"{store} keeps {shared.capacity / machine.capacity:.1f} machines busy. With more, {shared.name} saturates."


def _lines(text: str) -> list[str]:
    return wrap(text, 120, break_long_words=False, break_on_hyphens=False)


def _journeys(network: Network) -> str:
    return f"{network.bottleneck.capacity / REQUESTS:,.0f}"


def _most(network: Network) -> str:
    return f"{_journeys(network)}, {network.bottleneck.name}"


def _times(network: Network, share: float) -> str:
    rate = share * network.bottleneck.capacity
    return f"{network.mean(rate) * 1000:.1f}, {network.percentile_95(rate) * 1000:.1f}"
