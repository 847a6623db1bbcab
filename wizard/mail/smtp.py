"""SMTP: one mail after the other over one connection, to a server that may be away, refuse, or say nothing at all."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from functools import partial

from ..errors import StoreError, WizardError
from ..mail_settings import Server
from ..patience import TOO_LATE, in_time, waiting

#: Seconds after which a mail is given up for now, whatever the server does.
SECONDS = 30


class Away(WizardError):
    """The server cannot be reached, or lets nobody in. It is no fault of any mail."""


class Later(WizardError):
    """The server does not take this mail now, as when it lets unknown senders wait (greylisting)."""


class Hangs(Later):
    """The server has begun to take this mail, and says nothing any more."""


class Never(WizardError):
    """The server does not take this mail, now or later."""


class Smtp:
    """A mail server.

    What its errors say holds no address: of what the server has answered, they have the number alone.

    :param seconds: for how long it may take to send one mail.
    """

    def __init__(self, server: Server, seconds: float = SECONDS) -> None:
        self._server = server
        self._seconds = seconds
        self._session: _Session | None = None

    def send(self, message: EmailMessage) -> None:
        """Send ``message``, and return when the server has taken it.

        :raises Away: when there is no server to talk to.
        :raises Later: when it should be sent again.
        :raises Never: when it should not.
        """
        session = self._session = self._session or _Session(self._server, self._seconds)
        self._in_time(session, partial(session.send, message))

    def check(self) -> None:
        """See that the server lets us in.

        :raises Away: when it does not.
        """
        session = self._session = _Session(self._server, self._seconds)
        self._in_time(session, session.open)
        self.close()

    def close(self) -> None:
        """Say goodbye."""
        session, self._session = self._session, None
        if session is not None:
            # However long the server takes to answer.
            with suppress(StoreError), waiting(self._seconds):
                in_time(session.close)

    def _in_time(self, session: _Session, call: Callable[[], object]) -> None:
        # A server can hold up every line of an exchange, and so can whoever looks up its name.
        try:
            with waiting(self._seconds):
                in_time(call)
        except StoreError:
            self._session = None
            session.abandon()
            raise (Hangs if session.is_open else Away)(TOO_LATE) from None


class _Session:
    """A connection to a mail server, made when it is needed. One that was abandoned ends by itself."""

    is_open = False

    def __init__(self, server: Server, seconds: float) -> None:
        self._server = server
        self._seconds = seconds
        self._connection: smtplib.SMTP | None = None
        self._is_abandoned = False

    def send(self, message: EmailMessage) -> None:
        connection = self.open()
        [to] = message["To"].addresses
        options = [] if to.addr_spec.isascii() else ["SMTPUTF8"]
        if options and not connection.has_extn("smtputf8"):
            raise Never("it takes no such address (SMTPUTF8)")
        sender = message["From"].addresses[0].addr_spec
        try:
            connection.sendmail(sender, [to.addr_spec], message.as_bytes(), mail_options=options)
        except smtplib.SMTPSenderRefused as error:
            raise _refused("MAIL FROM", error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPRecipientsRefused as error:
            [(code, said)] = error.recipients.values()
            raise _refused("RCPT TO", code, said) from None
        except smtplib.SMTPResponseException as error:
            raise _refused("DATA", error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            connection.close()
            raise Later(f"the connection broke ({type(error).__name__})") from None

    def open(self) -> smtplib.SMTP:
        """Return a connection that can be used."""
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._connection.noop()[0] == 250:
                    return self._connection
            self._connection.close()
        self.is_open = False
        context = ssl.create_default_context()
        if self._server.is_here:
            # Nobody stands between, and hardly any server has a certificate for such a name.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        make = partial(smtplib.SMTP_SSL, context=context) if self._server.is_secure else smtplib.SMTP
        connection = self._connection = make(timeout=self._seconds)
        try:
            self._log_in(connection, context)
        except smtplib.SMTPResponseException as error:
            connection.close()
            raise Away(_said("it lets nobody in:", error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            connection.close()
            raise Away(f"it cannot be reached ({getattr(error, 'strerror', None) or type(error).__name__})") from None
        self.is_open = True
        return connection

    def _log_in(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server = self._server
        # The name that a certificate is for; smtplib would take it, but connect before we hold the connection.
        connection._host = server.host  # type: ignore[attr-defined]
        code, said = connection.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        connection.ehlo_or_helo_if_needed()
        if not server.is_secure:
            if connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo_or_helo_if_needed()
            elif not server.may_be_open:
                connection.close()
                raise Away("it offers no STARTTLS; if mails may go there without, add ?tls=none to MAIL_URL")
        if server.user:
            connection.login(server.user, server.password)
        if self._is_abandoned:
            raise TimeoutError

    def abandon(self) -> None:
        """Let the thread that waits for the server find that the connection is over."""
        self._is_abandoned = True
        # Not closed: that would wait for the thread.
        sock = getattr(self._connection, "sock", None)
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
            self._connection.close()


def _refused(command: str, code: int, said: bytes | str) -> WizardError:
    # 4xx is for now. Whatever is no answer of SMTP at all may be better next time, too.
    return (Never if 500 <= code < 600 else Later)(_said(command, code, said))


def _said(command: str, code: int, said: bytes | str) -> str:
    """Return what a server has answered, without its words: they hold addresses, and whatever it likes."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    found = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", text)
    return f"{command} {code}{f' {found[1]}' if found else ''}"
