"""The runs of people who are signed in, for who looks after an application. They can only be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import current_app

from . import settings
from .beginning import mounted_name
from .errors import WizardError
from .flow import Answer
from .pages.site import Site
from .sessions import StoreInterface, codec
from .sessions.row import BEGUN, is_over
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
    absolute = settings.read(current_app, "SESSION_ABSOLUTE_LIFETIME")
    for text in interface.sealed(current_app).owned(site.key_at(name or mounted_name(site), around, None)):
        try:
            data = codec.decode(text)
        except codec.Undecodable:
            continue
        if is_over(data.get(BEGUN, 0), absolute):
            continue
        owner = str(data.get(OWNER, ""))
        for key, record in data.items():
            run = site.run_of(key, {key: record}) if isinstance(record, dict) else None
            # Each of several runs of a person expires by itself.
            if run is not None and run.key and not run.is_over_time():
                path = site.flow.path_of(run)
                missing = path.missing.name if path.missing else None
                found.append(OwnedRun(owner, run.key, dict(run.answers), missing))
    return found
