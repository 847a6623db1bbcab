"""A real SMTP server that does what a test tells it."""

from __future__ import annotations

import asyncio
import email
import email.policy
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Handler:
    """Answers as it is told: ``answers`` are given to the commands that carry a mail, one each, and then it accepts."""

    def __init__(self):
        self.mails, self.tried, self.answers = [], [], {"MAIL": [], "RCPT": [], "DATA": []}
        self.hangs = False
        self.arrived = lambda message: None

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
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.arrived(message)
        while self.hangs:
            await asyncio.sleep(0.01)
        self.mails.append(message)
        self.envelope = envelope
        return self._next("DATA")

    def _next(self, command):
        return self.answers[command].pop(0) if self.answers[command] else "250 2.0.0 OK"


class Mailserver(Controller):
    """A real SMTP server, in a thread of its own."""

    connections = 0

    def __init__(self, **options):
        super().__init__(Handler(), hostname="127.0.0.1", port=0, ready_timeout=60, **options)
        self.sessions = []

    def factory(self):
        self.connections += 1
        self.sessions.append(SMTP(self.handler, hostname="mail.example", **self.SMTP_kwargs))
        return self.sessions[-1]

    @property
    def url(self):
        """What ``MAIL_URL`` says."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self):
        """The mails that have arrived, in order, whatever was answered."""
        return self.handler.mails

    @property
    def envelope(self):
        """The envelope of the last one."""
        return self.handler.envelope

    def answer(self, command, *answers):
        """Let the next tries be answered so."""
        self.handler.answers[command] += answers

    def hang(self):
        """Say nothing more to whoever sends a mail."""
        self.handler.hangs = True

    def go_on(self):
        """Answer again."""
        self.handler.hangs = False

    def close_connections(self):
        """Close every connection."""

        def close():
            for session in self.sessions:
                if session.transport is not None:
                    session.transport.abort()
            closed.set()

        closed = Event()
        self.loop.call_soon_threadsafe(close)
        assert closed.wait(60)

    def start(self):
        """Start, and wait until it answers."""
        super().start()
        # For that it has connected to itself.
        self.connections = 0

    def start_again(self):
        """Start on the same port, after a stop."""
        self.loop = asyncio.new_event_loop()
        self.start()

    def _trigger_server(self):
        # Which port it was given.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
