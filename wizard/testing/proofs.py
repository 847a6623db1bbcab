"""Proofs: what others prove, proven by a test.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from werkzeug.test import TestResponse

from ..flow import Code, Proven
from .page import Page

if TYPE_CHECKING:
    from .journeys import Journey


def typed_into(step: object) -> Collection[str]:
    """Return the names of the inputs on the page of a step that has no form."""
    return ["code"] if isinstance(step, Code) else []


def prove(journey: Journey, name: str, value: Any) -> TestResponse:
    """Prove the step of that ``name``, on whose page the visitor is, and return what comes of going on."""
    step, url = _proven(journey, name), journey.url(name)
    journey._open(url)
    with journey._stored() as whole:
        _, path = journey.scope(whole)
        is_answered = path.is_answered(step)
    key = None if is_answered else _key(journey, step, url)
    if key:
        with journey._stored() as whole:
            _, path = journey.scope(whole)
            journey.app.extensions["wizard_proofs"].add(name, key, step.taken(path.earlier(step), value))
    return journey.client.post(url, data=journey._open(url).filled(url, {}, ""))


def key_of(journey: Journey, name: str) -> str:
    """Return the key of what the step of that ``name`` waits for, which is begun first if it has to be."""
    key = _key(journey, _proven(journey, name), journey.url(name))
    assert key, f"{name!r} was begun, and waits for nothing: it has no key."
    return key


def _proven(journey: Journey, name: str) -> Proven:
    step = journey.flow.get(name)
    assert isinstance(step, Proven), f"{name!r} is no Proof, so it is answered: journey.answer({name!r}, ...)."
    return step


def _key(journey: Journey, step: Proven, url: str) -> str | None:
    found = _begun(journey, step)
    if found is None:
        action = "send" if isinstance(step, Code) else "begin"
        response = journey.client.post(url, data=journey._open(url).filled(url, {}, action))
        assert response.status_code in (200, 303), f"{step.name!r} was not begun: {Page(response).said}."
        found = _begun(journey, step)
    return found


def _begun(journey: Journey, step: Proven) -> str | None:
    with journey._stored() as whole:
        run, path = journey.scope(whole)
        found = step.begun(run, path.earlier(step), "/".join((*journey._place, step.name)))
    return found and found[0]
