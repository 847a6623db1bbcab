"""Shelf: keeps what others prove until the visitor comes for it."""

from __future__ import annotations

import hmac
import json
import time
from typing import TYPE_CHECKING, Any

from flask import Flask

from .. import sealing
from ..errors import SettingError

if TYPE_CHECKING:
    from .rows import Rows


class Proofs:
    """The proofs of one application, in the database of its outbox, or of its sessions.

    :param app: the application.
    :param rows: the table.
    """

    def __init__(self, app: Flask, rows: Rows) -> None:
        self._app = app
        self.rows = rows

    def known_keys(self) -> list[bytes]:
        """Return the keys that rows are named and sealed with: the one of today, and former ones."""
        return [sealing.derive(key, "proofs") for key in sealing.secret_keys(self._app.config)]

    def add(self, step: str, key: str, value: Any) -> None:
        """Keep ``value`` as what is proven under ``key``, unless something is already."""
        if self.find(step, key) is not None:
            return
        sealed_with = self.known_keys()[0]
        row_id = name_of(sealed_with, "proof", step, key)
        body = sealing.seal(sealed_with, json.dumps(value).encode(), row_id.encode())
        seconds = self._app.permanent_session_lifetime.total_seconds()
        self.rows.add(row_id, body, seconds)

    def find(self, step: str, key: str) -> Any:
        """Return what is proven under ``key``; ``None`` where nothing is."""
        for sealed_with in self.known_keys():
            row_id = name_of(sealed_with, "proof", step, key)
            row = self.rows.find(row_id)
            if row is not None:
                return json.loads(sealing.unseal(sealed_with, bytes(row.body), row_id.encode()))
        return None


def name_of(key: bytes, *parts: str) -> str:
    """Return the name of a row: a keyed hash of what it is about."""
    return hmac.digest(key, json.dumps(parts).encode(), "sha256").hex()


def open_proofs(app: Flask, what: str) -> Proofs:
    """Return the proofs of ``app``, which are made where there are none yet.

    :param what: who asks for them, for the message.
    :raises SettingError: when there is no database for them; the message says the cure.
    """
    known: Proofs | None = app.extensions.get("wizard_proofs")
    if known is not None:
        return known
    outbox = app.extensions.get("wizard.outbox")
    engine = outbox.rows.engine if outbox else getattr(getattr(app.session_interface, "store", None), "engine", None)
    if engine is None:
        raise SettingError(
            f"SESSION_URL: {what} is proven elsewhere, which is kept in a database until the visitor comes for it, and "
            "the sessions are in none. Use app.session_interface = open_sessions('sqlite:///sessions.db'), or make an "
            "outbox before the wizard is registered: Outbox(app)."
        )
    # SQLAlchemy is a great part of the time that the package takes to import, and not everybody needs it.
    from .rows import Rows

    clock = outbox.clock if outbox else time.time
    made = Proofs(app, Rows(engine, "DATABASE_URL" if outbox else "SESSION_URL", clock))
    app.extensions["wizard_proofs"] = made
    return made
