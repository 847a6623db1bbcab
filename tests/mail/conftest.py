"""What the tests of mails share: a real SMTP server that does what it is told, and an application with an outbox."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from flask import Flask

from tests.conftest import SECRET_KEY, empty_store
from wizard import Outbox


class Clock:
    """A time that passes when the test says so."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


class Handler:
    """Answers as it is told: ``answers`` are given to the commands that carry a mail, one each, and then it accepts."""

    def __init__(self):
        self.mails, self.tried, self.answers = [], [], {"MAIL": [], "RCPT": [], "DATA": []}
        self.hangs = False

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802  (aiosmtpd calls it so)
        envelope.mail_from = address
        return self._next("MAIL")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.tried.append(address)
        answer = self._next("RCPT")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        while self.hangs:
            await asyncio.sleep(0.01)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(message)
        self.envelope = envelope
        return self._next("DATA")

    def _next(self, command):
        return self.answers[command].pop(0) if self.answers[command] else "250 2.0.0 OK"


class Mailserver(Controller):
    """A real SMTP server, in a thread of its own."""

    connections = 0

    def __init__(self, **options):
        super().__init__(Handler(), hostname="127.0.0.1", port=0, **options)

    def factory(self):
        self.connections += 1
        return SMTP(self.handler, hostname="mail.example", **self.SMTP_kwargs)

    @property
    def url(self):
        """What ``MAIL_URL`` says."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self):
        """The mails that have arrived, in order, whatever was answered."""
        return self.handler.mails

    def answer(self, command, *answers):
        """Let the next tries be answered so."""
        self.handler.answers[command] += answers

    def hang(self):
        """Say nothing more to whoever sends a mail."""
        self.handler.hangs = True

    def go_on(self):
        """Answer again."""
        self.handler.hangs = False

    def start_again(self):
        """Start on the same port, after a stop."""
        self.loop = asyncio.new_event_loop()
        self.start()

    def _trigger_server(self):
        # Which port it was given.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
        self.connections = 0


@pytest.fixture
def mailserver() -> Iterator[Mailserver]:
    """A mail server that accepts everything."""
    server = Mailserver()
    server.start()
    yield server
    server.stop()


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
