"""Opened: the session of a visitor, as the pages of the Wizard see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from ..blueprint import Wizard
from ..pages.owned import take


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
