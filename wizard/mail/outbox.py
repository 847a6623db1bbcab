"""Outbox: what follows something is put into a row with it, in one transaction, and sent from there."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from email.utils import parseaddr
from threading import Event
from typing import Any
from weakref import WeakSet

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

from .. import database, mail_settings, settings
from ..errors import SettingError
from ..sealing import Broken
from .background import Background
from .calls import AnyHandler, Call, Handlers
from .command import outbox as command
from .contents import Contents, Letter
from .mailbox import Mailbox
from .message import Mail
from .relay import Relay
from .rows import GIVEN_UP, KEPT, WAITING, Rows

#: What a connection's ``info`` says while its transaction has put a row.
_PUT = "wizard.outbox"


class Outbox:
    """Mails and calls that are written with what they follow, and are sent at least once, whatever crashes.

    It is found in ``app.extensions["wizard.outbox"]``. A thread in each process that serves sends what is due.
    An outbox serves one application: the one that it has joined last.

    :param app: the application, or ``None`` for one that is given to :meth:`init_app` later.
    :param url: any SQLAlchemy URL, of the database that your transactions are in; the setting ``DATABASE_URL`` if it
        is left out.
    :param engine: an SQLAlchemy engine in place of the ``url``, where you have one.
    :param layout: the template that ``/mailbox`` is drawn in.
    :param clock: what says the time, in seconds since 1970.
    :raises SettingError: for a setting that cannot work; the message names the cure.

    >>> from tempfile import mkdtemp
    >>> from flask import Flask
    >>> from wizard import Mail, Outbox
    >>> app = Flask("shop")
    >>> app.secret_key = "a key that nobody can guess"
    >>> outbox = Outbox(app, url=f"sqlite:///{mkdtemp()}/shop.db")
    >>> row = outbox.put_now(Mail("ada@example.com", "Your ticket", "It is B-1. See you there!"))
    >>> [letter.mail.subject for letter in outbox.letters()]
    ['Your ticket']
    """

    app: Flask
    #: The table.
    rows: Rows
    #: What its rows hold.
    contents: Contents
    #: What sends them.
    relay: Relay

    def __init__(
        self,
        app: Flask | None = None,
        url: str | None = None,
        *,
        engine: Engine | None = None,
        layout: str = "wizard/layout.html",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.layout = layout
        self.clock = clock
        self.calls = Handlers()
        self._url = url
        self._engine = engine
        self._background = Background("wizard-outbox", self._work)
        self._heard: WeakSet[Pool] = WeakSet()
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Join ``app``.

        :raises SettingError: for a setting that cannot work; the message names the cure.
        """
        self.app = app
        settings.join(app, settings.MAIL)
        for name in settings.MAIL:
            app.config[name] = settings.read(app, name, settings.MAIL)
        mail_settings.check(app.config)
        engine = self._engine
        if engine is None:
            url = self._url or app.config.get("DATABASE_URL")
            if not url:
                raise SettingError(f"DATABASE_URL: is not set, and the outbox is a table. {settings.URLS}")
            engine = database.connect(url, "DATABASE_URL")
        self.rows = Rows(engine, "DATABASE_URL")
        self.contents = Contents(app)
        for name in ("MAIL_FROM", "MAIL_URL"):
            settings.settle(app, name, "the outbox is made")
        self.relay = Relay(app, self.rows, self.contents, self.calls, self.clock)
        app.extensions["wizard.outbox"] = self
        app.before_request(self._start)
        app.cli.add_command(command)
        Mailbox.join(app, self.letters, layout=self.layout, exists=self.keeps)

    @property
    def keeps(self) -> bool:
        """Whether mails are kept to be read at ``/mailbox``, as there is no server to send them through."""
        return not self.app.config["MAIL_URL"]

    # Putting

    def put(self, connection: Connection, what: Mail | Call) -> str:
        """Put a mail or a call, in the caller's own transaction: it exists if what else that does exists.

        :param connection: an SQLAlchemy connection to the database of the outbox; of a session,
            ``session.connection()``.
        :returns: the id of the row. A call is given it as its key.
        :raises LookupError: for a call that is not registered.
        """
        return self._insert(connection, self._row(what))

    def put_now(self, what: Mail | Call) -> str:
        """Put a mail or a call in a transaction of its own, for what follows nothing that is stored.

        :returns: the id of the row.
        :raises LookupError: for a call that is not registered.
        :raises StoreError: when the database cannot be written.
        """
        row = self._row(what)
        with database.transaction(self.rows.engine) as connection:
            return self._insert(connection, row)

    def _row(self, what: Mail | Call) -> dict[str, Any]:
        row_id, now = secrets.token_hex(16), round(self.clock() * 1000)
        body = what.as_json()
        if isinstance(what, Call):
            kind, state = "call", WAITING
            self.calls.check(what.name)
        else:
            kind, state = "mail", KEPT if self.keeps else WAITING
            domain = parseaddr(mail_settings.sender(self.app.config))[1].rpartition("@")[2]
            body["message_id"] = f"<{row_id}@{domain}>"
        sealed = self.contents.seal(row_id, body)
        return {"id": row_id, "kind": kind, "body": sealed, "state": state, "created": now, "due": now}

    def _insert(self, connection: Connection, row: dict[str, Any]) -> str:
        self.rows.put(connection, row)
        # Woken when the connection is given back, as the transaction is over by then.
        connection.info[_PUT] = True
        pool = connection.engine.pool
        if pool not in self._heard:
            self._heard.add(pool)
            event.listen(pool, "checkin", self._given_back)
        return str(row["id"])

    def handles(self, name: str) -> Callable[[AnyHandler], AnyHandler]:
        """Register the decorated function for the calls of this ``name``.

        It is called with the arguments and a key, at least once: again with the same key after an error or a crash.
        It is in an application context, and may take a minute. When it raises ``Refused``, the call is given up.
        """

        def register(function: AnyHandler) -> AnyHandler:
            self.calls.add(name, function)
            return function

        return register

    # Reading

    def letters(self, most: int | None = None) -> list[Letter]:
        """Return the mails that were not sent, the newest first: all of them where there is no mail server.

        Tests read here what a visitor would read.
        """
        found = []
        for row in self.rows.find(KEPT, WAITING, GIVEN_UP, kind="mail", most=most):
            try:
                found.append(self.contents.letter(row))
            except Broken:
                continue
        return found

    # Sending

    def _work(self, over: Event) -> float:
        # In a process that was forked before there is an application. And a test says itself when something is sent.
        if "relay" not in vars(self) or self.app.testing:
            return 3600
        return self.relay.work(over)

    def _start(self) -> None:
        if not self.app.testing:
            self._background.start()

    def _given_back(self, _connection: object, record: Any) -> None:
        if record.info.pop(_PUT, None):
            self._background.wake()


def current_outbox() -> Outbox:
    """The outbox of the running application.

    :raises SettingError: when it has none; the message names the cure.
    """
    found = current_app.extensions.get("wizard.outbox")
    if not isinstance(found, Outbox):
        raise SettingError("There is no outbox to put mails into. Make one: Outbox(app).")
    return found
