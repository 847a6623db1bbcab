"""Collecting: what is read at an address or in a folder. What no signal counts is found out when it is read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator

from flask import Flask
from prometheus_client import REGISTRY, CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ..errors import StoreError
from ..patience import waiting
from .places import FUNNEL
from .sharing import VARIABLE

#: Seconds that whoever reads waits for the outbox. All else is there without it.
PATIENCE = 0.5


def registry_of(app: Flask) -> CollectorRegistry:
    """Return all that is counted in this process, or by all that share a folder, and what waits in the outbox."""
    found = CollectorRegistry()
    found.register(_Everything(app))
    return found


def folder(path: str) -> Iterator[Metric]:
    """Yield what is counted by all processes that share the folder at ``path``."""
    collector: Collector = MultiProcessCollector(None, path)  # type: ignore[no-untyped-call]
    return with_left(collector.collect())


def with_left(metrics: Iterable[Metric]) -> Iterator[Metric]:
    """Yield ``metrics``, and by step how much of what was shown was not answered."""
    left: Counter[tuple[str, str]] = Counter()
    for metric in metrics:
        yield metric
        for sample in metric.samples:
            if sample.name in (FUNNEL["shown"], FUNNEL["answered"]):
                page = sample.labels["wizard"], sample.labels["step"]
                left[page] += int(sample.value) * (1 if sample.name == FUNNEL["shown"] else -1)
    gauge = GaugeMetricFamily(FUNNEL["left"], "Pages that were shown and not answered.", labels=["wizard", "step"])
    for page, count in left.items():
        # An answer that is changed without a look at its page is one more.
        gauge.add_metric(page, max(0, count))
    yield gauge


class _Everything(Collector):
    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        path = os.environ.get(VARIABLE)
        yield from folder(path) if path else with_left(REGISTRY.collect())
        yield from self._outbox()

    def _outbox(self) -> Iterator[Metric]:
        outbox = self._app.extensions.get("wizard.outbox")
        if outbox is None:
            return
        try:
            with waiting(PATIENCE):
                counts = outbox.rows.count()
        except StoreError:
            return
        gauge = GaugeMetricFamily("wizard_outbox_rows", "Mails and calls in the outbox.", labels=["state"])
        for state in ("waiting", "kept", "given up"):
            gauge.add_metric([state.replace(" ", "_")], counts.get(state, 0))
        yield gauge
