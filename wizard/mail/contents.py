"""Contents: what a row holds, sealed with the key of the application."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import Row

from .. import sealing
from .message import Mail


class Letter(NamedTuple):
    """A mail that was put.

    :param id: of its row.
    :param created: when, in seconds since 1970.
    :param mail: what was put.
    :param message_id: what it is known by, however often it is sent.
    """

    id: str
    created: float
    mail: Mail
    message_id: str


class Contents:
    """Seals what is put into rows, and reads it."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def seal(self, row_id: str, body: dict[str, Any]) -> bytes:
        """Return what is stored in the row of that id. It opens in no other."""
        return sealing.seal(self._keys()[0], json.dumps(body).encode(), row_id.encode())

    def open(self, row: Row[Any]) -> dict[str, Any]:
        """Return what ``row`` holds.

        :raises Broken: when it was sealed with a key that is not known any more, or changed.
        """
        for key in self._keys():
            try:
                found: dict[str, Any] = json.loads(sealing.unseal(key, bytes(row.body), row.id.encode()))
                return found
            except sealing.Broken:
                continue
        raise sealing.Broken("it cannot be opened")

    def letter(self, row: Row[Any]) -> Letter:
        """Return the mail that ``row`` holds.

        :raises Broken: when it was sealed with a key that is not known any more, or changed.
        """
        body = self.open(row)
        message_id = body.pop("message_id")
        return Letter(row.id, row.created / 1000, Mail(**body), message_id)

    def _keys(self) -> list[bytes]:
        return [sealing.derive(key, "outbox") for key in sealing.secret_keys(self._app.config)]
