"""Counters: what is counted, and the signals by which it is. It is imported where metrics are on, as it takes an extra.

The values of a label are the application's own names, or come from a list: nobody who sends something adds one.
"""

from __future__ import annotations

from typing import Any

from blinker import NamedSignal
from flask import Flask
from prometheus_client import Counter, Gauge, Histogram

from .. import signals
from .places import SUMMARY, place, places

#: Seconds. A page takes a few thousandths, to hash a password a tenth, and a store is given up after one and a half.
BUCKETS = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5)

requests = Counter("wizard_requests", "Requests that were answered.", ["method", "endpoint", "status"])
seconds = Histogram(
    "wizard_request_seconds", "Seconds until an answer begins.", ["method", "endpoint"], buckets=BUCKETS
)
# A process that is gone works on none.
in_progress = Gauge("wizard_requests_in_progress", "Requests that are being worked on.", multiprocess_mode="livesum")
shown = Counter("wizard_steps_shown", "Pages of steps that were shown.", ["wizard", "step"])
answered = Counter("wizard_steps_answered", "Answers that were accepted.", ["wizard", "step"])
refused = Counter("wizard_steps_refused", "Answers that were not accepted.", ["wizard", "step"])
runs = Counter("wizard_runs", "Runs that were finished, cleared or saved for later.", ["wizard", "event"])
conflicts = Counter(
    "wizard_conflicts",
    "Changes that met another one: made again after another request, or asked about after another tab.",
    ["wizard", "kind"],
)
store_errors = Counter("wizard_store_errors", "Failures of a store, or answers that came too late.", ["store"])

#: The signals that say what has become of a run, and what is counted of each.
_EVENTS = ("finished", "cleared", "saved")
_KINDS = ("again", "asked")


def _shown(site: Any, step: str = SUMMARY, **_: object) -> None:
    shown.labels(site.name, place(step)).inc()


def _answered(site: Any, step: str, **_: object) -> None:
    answered.labels(site.name, place(step)).inc()


def _refused(site: Any, step: str = SUMMARY, **_: object) -> None:
    refused.labels(site.name, place(step)).inc()


def _finished(site: Any, **_: object) -> None:
    answered.labels(site.name, SUMMARY).inc()
    runs.labels(site.name, "finished").inc()


def _cleared(site: Any, **_: object) -> None:
    runs.labels(site.name, "cleared").inc()


def _saved(site: Any, **_: object) -> None:
    runs.labels(site.name, "saved").inc()


def _again(site: Any, **_: object) -> None:
    conflicts.labels(site.name, "again").inc()


def _asked(site: Any, **_: object) -> None:
    conflicts.labels(site.name, "asked").inc()


def _store_failed(store: str, **_: object) -> None:
    store_errors.labels(store).inc()


#: Each signal that is counted, and what counts it.
HEARD: dict[NamedSignal, Any] = {
    signals.step_shown: _shown,
    signals.step_answered: _answered,
    signals.step_refused: _refused,
    signals.summary_shown: _shown,
    signals.summary_refused: _refused,
    signals.finished: _finished,
    signals.cleared: _cleared,
    signals.saved: _saved,
    signals.conflict: _again,
    signals.answers_differ: _asked,
    signals.store_failed: _store_failed,
}


def listen(app: Flask) -> None:
    """Count from now on. What the wizards of ``app`` can count begins at 0, so that the first time is no gap."""
    for signal, count in HEARD.items():
        signal.connect(count)
    for wizard, pages in places(app).items():
        for page in pages:
            for counter in (shown, answered, refused):
                counter.labels(wizard, page)
        for event in _EVENTS:
            runs.labels(wizard, event)
        for kind in _KINDS:
            conflicts.labels(wizard, kind)
