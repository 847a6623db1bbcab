"""Proofs: what others prove, proven by a test.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from werkzeug.test import TestResponse

from ..flow import Code, Path, Proven, Run
from .page import Page

if TYPE_CHECKING:
    from .journeys import Journey


def typed_into(step: object) -> Collection[str]:
    """Return the names of the inputs on the page of a step that has no form."""
    return ["code"] if isinstance(step, Code) else []


def prove(journey: Journey, name: str, value: Any) -> TestResponse:
    """Prove the step of that ``name``, on whose page the visitor is, and return what comes of going on."""
    step, url = journey.flow.get(name), journey.url(name)
    assert isinstance(step, Proven), f"{name!r} is no Proof, so it is answered: journey.answer({name!r}, ...)."
    page = journey._open(url)
    with journey._stored() as whole:
        run, path = journey.scope(whole)
        is_answered, begun = path.is_answered(step), _begun(journey, step, run, path)
    if not is_answered and begun is None:
        action = "send" if isinstance(step, Code) else "begin"
        response = journey.client.post(url, data=page.filled(url, {}, action))
        assert response.status_code in (200, 303), f"{name!r} was not begun: {Page(response).said}."
    with journey._stored() as whole:
        run, path = journey.scope(whole)
        if not is_answered and (begun := _begun(journey, step, run, path)):
            journey.app.extensions["wizard_proofs"].add(name, begun, step.taken(path.earlier(step), value))
    return journey.client.post(url, data=journey._open(url).filled(url, {}, ""))


def _begun(journey: Journey, step: Proven, run: Run, path: Path) -> str | None:
    found = step.begun(run, path.earlier(step), "/".join((*journey._place, step.name)))
    return found and found[0]
