"""Filing: what a blueprint whose flow takes files does before and after a request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask import Response, current_app, g, request
from wtforms import Field

from .. import bodies, current
from ..errors import StoreError
from ..fields.files import limits_of, room
from ..files.shelf import Shelf
from ..files.stored import refs_in
from ..flow import BaseStep, Flow, Loop, Step
from ..flow.files import file_inputs
from . import owned
from .file import send
from .site import Site


def shelf() -> Shelf:
    """Return the store of files of this application."""
    found: Shelf = current_app.extensions["wizard_files"]
    return found


def join(site: Site, flow: Flow, rule: str) -> bool:
    """Let requests to ``site`` bring and fetch the files of ``flow``, if it asks for any, and delete what they leave.

    :param rule: at which address a file is.
    :returns: whether it asks for any.
    """
    if not asks_for_files(flow):
        return False
    site.add_url_rule(rule, "file", lambda _file, **_: send(site, _file))
    site.url_value_preprocessor(lambda *_: allow(flow))
    site.before_request(partial(note, site))
    site.after_request(partial(settle, site))
    return True


def allow(flow: Flow) -> None:
    """Let a request bring the files that its step takes."""
    step = flow.get(str((request.view_args or {}).get("_step")))
    inputs = _inputs_of(flow, step) if step is not None and request.method == "POST" else {}
    if inputs:
        bodies.allow_files(room(inputs), max(limits_of(one).size for one in inputs.values()))


def largest_body(flow: Flow) -> int:
    """Return how many bytes the body of a request to ``flow`` may have that brings files."""
    return max((room(inputs) + bodies.SLACK for step in flow if (inputs := _inputs_of(flow, step))), default=0)


def _inputs_of(flow: Flow, step: BaseStep) -> Mapping[str, Field]:
    """Return the fields of ``step`` that take files; of a list of several pages, those of all its pages."""
    if isinstance(step, Loop):
        inner = flow.inner(step)
        return {f"{one.name}/{name}": field for one in inner for name, field in _inputs_of(inner, one).items()}
    return file_inputs(step.form) if isinstance(step, Step) else {}


def asks_for_files(flow: Flow) -> list[str]:
    """Return the fields of ``flow`` that take files, each with its step."""
    return [f"{step.name}.{name}" for step in flow.every if isinstance(step, Step) for name in file_inputs(step.form)]


def note(site: Site) -> None:
    """Note to which files the session refers before a request changes it, and what belongs to who is signed in."""
    owned.take(site, site.key, current.session())
    if request.method == "POST":
        g.wizard_files_before = _referred()


def _referred() -> set[str]:
    """Return the ids of the files to which the session refers."""
    return {file_id for data in owned.held(current.session()) for file_id in refs_in(dict(data))}


def settle(site: Site, response: Response) -> Response:
    """Delete the files to which the session refers no more."""
    if "wizard_files_before" not in g:
        return response
    before: set[str] = g.pop("wizard_files_before")
    if (uploads := g.pop("wizard_uploads", None)) is not None:
        before |= uploads.close()
    try:
        after = _referred()
        if "moved" in current.session().get(site.key, {}):
            # While this was answered, another device has gone on with the run, and so with its files.
            before = set()
    except StoreError:
        # What is stored is not known now. What is not referred to expires.
        return response
    if before or after:
        shelf().settle(before - after, after, current_app.permanent_session_lifetime)
    return response
