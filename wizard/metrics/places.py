"""Places: what a page is called in the counts: as the author has called it, with nothing that a visitor sends."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from ..flow import Flow, Loop

#: The page that shows all answers. No step can have this name.
SUMMARY = "summary"

#: For each column of the funnel the name of its samples.
FUNNEL = {
    "shown": "wizard_steps_shown_total",
    "answered": "wizard_steps_answered_total",
    "refused": "wizard_steps_refused_total",
    "left": "wizard_steps_left",
}


def place(step: str) -> str:
    """Return the name of a ``step`` as a signal says it, without the ids of entries.

    >>> place("people/3/jobs/1/employer")
    'people/jobs/employer'
    """
    return "/".join(step.split("/")[::2])


def places(app: Flask) -> dict[str, list[str]]:
    """Return the pages of each wizard of ``app``, in the order of its flow, the summary last."""
    flows = {one.name: getattr(one, "flow", None) for one in app.blueprints.values()}
    return {name: [*_places(flow), SUMMARY] for name, flow in flows.items() if isinstance(flow, Flow)}


def _places(flow: Flow, around: tuple[str, ...] = ()) -> Iterator[str]:
    for step in flow.steps:
        yield "/".join((*around, step.name))
        if isinstance(step, Loop):
            yield from _places(flow.inner(step), (*around, step.name))
