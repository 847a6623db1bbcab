"""Codes: sent by mail and looked at, so often and no oftener.

A code is kept as a keyed hash, bound to its key and address. How often one is sent to an address, and how often it is
tried, is counted for the address, whoever asks: so nobody is flooded with mails through us, and nobody guesses.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import NamedTuple

from .. import database
from ..mail import Mail, current_outbox
from .bounds import GOOD_FOR, HOUR, MAILS_AN_HOUR, PAUSE, TRIES, TRIES_AN_HOUR, TooOften, new_code
from .shelf import Proofs, name_of


class Sent(NamedTuple):
    """A code that was sent and is good.

    :param again: in how many seconds another one can be sent.
    """

    again: int


class Codes:
    """The codes of one application.

    :param proofs: whose table they are in.
    """

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs
        self._rows = proofs.rows

    def send(self, key: str, address: str, mail: Callable[[str], Mail]) -> None:
        """Send a code, in place of the one that was sent under ``key`` before.

        The mail is put into the outbox in the transaction in which the code is stored.

        :param mail: makes the mail of a code.
        :raises TooOften: when one was sent just now, or too many to this address.
        """
        named_with = self._proofs.known_keys()[0]
        row_id, mails = name_of(named_with, "code", key), self._count("mails", address)
        code = new_code()
        letter, outbox = mail(code), current_outbox()
        try:
            with database.transaction(self._rows.engine) as connection:
                if not self._rows.put(connection, row_id, _hash(named_with, key, address, code), GOOD_FOR, pause=PAUSE):
                    raise TooOften(PAUSE)
                if not self._rows.hit(connection, mails, MAILS_AN_HOUR, HOUR):
                    # The code that was sent before stays as it is.
                    raise TooOften(0)
                outbox.put(connection, letter)
        except TooOften as often:
            raise TooOften(often.seconds or self._rows.left(mails)) from None

    def count_mail(self, address: str) -> None:
        """Count a mail of another kind with those that are sent to an address, whoever asks for them.

        :raises TooOften: when there were too many.
        """
        self._rows.count(self._count("mails", address), MAILS_AN_HOUR, HOUR)

    def sent(self, key: str) -> Sent | None:
        """Return the code that is good under ``key``; ``None`` where none is."""
        for named_with in self._proofs.known_keys():
            row = self._rows.find(name_of(named_with, "code", key))
            if row is not None:
                return Sent(max(0, -(-(row.since + PAUSE * 1000 - self._rows.now) // 1000)))
        return None

    def check(self, key: str, address: str, code: str) -> bool | None:
        """Return whether ``code`` is the one that was sent; ``None`` when that is not good any more.

        The try is counted before the codes are compared. One that is right is used up.

        :raises TooOften: when too many were tried that were sent to this address.
        """
        self._rows.count(self._count("tries", address), TRIES_AN_HOUR, HOUR)
        for named_with in self._proofs.known_keys():
            row_id = name_of(named_with, "code", key)
            with database.transaction(self._rows.engine) as connection:
                kept = self._rows.use(connection, row_id, TRIES)
            if kept is not None:
                is_right = hmac.compare_digest(kept, _hash(named_with, key, address, code))
                if is_right:
                    self._rows.remove(row_id)
                return is_right
        return None

    def _count(self, what: str, address: str) -> str:
        return name_of(self._proofs.known_keys()[0], what, address.casefold())


def _hash(key: bytes, run: str, address: str, code: str) -> bytes:
    return hmac.digest(key, f"{run} {address} {code}".encode(), "sha256")
