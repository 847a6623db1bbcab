"""Gone: answer a request for a step that the flow no longer has, as after a deploy."""

from __future__ import annotations

from flask import Response, abort, request

from ..flow import BaseStep, Repeat, Step, fields
from ..flow.typed import as_draft, receive
from . import token
from .page import Page, page_of
from .visit import Visit


def gone(visit: Visit) -> Response:
    """Redirect a visitor who has begun to where they go on, and keep what they sent as a Draft of a step it fits."""
    if not visit.run.key:
        abort(404)
    page: Page[BaseStep] = page_of(visit.site.flow.steps[0], visit)
    if request.method == "POST" and not token.is_stale() and not visit.is_of_another_run:
        step = _fitting(visit)
        if step is not None:
            typed = receive(step.form, request.form).typed
            visit.keep_draft(step.name, as_draft(step.form, typed))
        visit.run.tell(gone=True)
        if step and visit.path.is_open(step):
            return page.go(step)
    return page.go_on()


def _fitting(visit: Visit) -> Step | None:
    """Return the first step without an answer or a Draft that has a field for everything that was sent."""
    sent = {name for name in request.form if not name.startswith("_") and name != token.field()}
    for step in visit.path.steps:
        if isinstance(step, Step) and step.name not in visit.run and visit.run.draft(step.name) is None:
            taken = {name for name in sent if fields.find(step.form, name) is not None}
            if taken == sent and (sent or isinstance(step, Repeat)):
                return step
    return None
