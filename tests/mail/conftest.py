"""What the tests of mails share: an application with an outbox, and a time that passes when a test says so."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import SECRET_KEY, empty_store
from wizard import Outbox


class Clock:
    """A time that passes when the test says so."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    """The time of the outbox."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def outbox_url(request, database):
    """The URL of each database, without an outbox in it."""
    return empty_store(request, request.param, database)


@pytest.fixture
def make(database, clock):
    """Makes the outbox of an application of somebody else's."""

    def make(url=None, **settings):
        app = Flask(__name__)
        app.config.update({"SECRET_KEY": SECRET_KEY, "TESTING": True, "PUBLIC_URL": "https://example.com", **settings})
        return Outbox(app, url or database, clock=clock)

    return make


@pytest.fixture
def outbox(make, mailserver):
    """An outbox with a mail server."""
    return make(MAIL_URL=mailserver.url)
