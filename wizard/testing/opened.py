"""Opened: the Wizard that a visitor of a test is at, and the session as its pages see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from ..blueprint import Wizard
from ..errors import WizardError
from ..pages.owned import take


def find_wizard(app: Flask, name: str | None) -> Wizard:
    """The Wizard of that name; the only one, if none is named."""
    wizards = {mounted: one for mounted, one in app.blueprints.items() if isinstance(one, Wizard)}
    if name is None and len(wizards) == 1:
        name = next(iter(wizards))
    if name not in wizards:
        raise WizardError(
            f"The application has the Wizards {', '.join(map(repr, wizards)) or '(none)'}: say which one is meant. "
            'Make your own fixture that returns Journey(app, "name"), or call walk(make_app, "name").'
        )
    return wizards[name]


@contextmanager
def opened(app: Flask, client: FlaskClient, wizard: Wizard, name: str) -> Iterator[Any]:
    """Yield the session of ``client``, with the answers of who is signed in.

    :param name: the first part of the keys under which the answers are.
    """
    with client.session_transaction() as session:
        context = app.test_request_context()
        # So that whoever asks who is signed in asks this session.
        context._session = session
        with context:
            take(wizard, name, session, name)
            yield session
