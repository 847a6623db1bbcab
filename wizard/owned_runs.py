"""The runs of people who are signed in, for who looks after an application. They can only be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import current_app

from .beginning import mounted_name
from .errors import WizardError
from .flow import Answer, Run
from .pages.site import Site
from .sessions import StoreInterface, codec
from .sessions.session import OWNER


class OwnedRun(NamedTuple):
    """A run that somebody has begun, and not finished.

    :param owner: who it belongs to, as ``owner=`` said.
    :param key: the key of the run, which ``on_finish`` will be called with.
    :param answers: what was accepted so far, step by step.
    :param missing: the name of the step that is asked next; ``None`` where only the end is missing.
    """

    owner: str
    key: str
    answers: Mapping[str, Answer]
    missing: str | None


def unfinished(site: Site, name: str, around: Mapping[str, Any]) -> list[OwnedRun]:
    """Return the unfinished runs of ``site``; see :meth:`~wizard.Wizard.unfinished`."""
    interface = current_app.session_interface
    if site.owner is None or not isinstance(interface, StoreInterface):
        raise WizardError(
            f"The wizard {site.name!r}: its runs belong to browsers, and only who has the cookie can open one. Say who "
            "is signed in: Wizard(..., owner=lambda: current_user.get_id())."
        )
    found = []
    for text in interface.sealed(current_app).owned(site.key_at(name or mounted_name(site), around, None)):
        try:
            data = codec.decode(text)
        except codec.Undecodable:
            continue
        owner = str(data.get(OWNER, ""))
        for key, record in data.items():
            run = Run({key: record}, key) if isinstance(record, dict) else None
            if run is not None and run.key:
                path = site.flow.path(run.answers, run.reads)
                missing = path.missing.name if path.missing else None
                found.append(OwnedRun(owner, run.key, dict(run.answers), missing))
    return found
