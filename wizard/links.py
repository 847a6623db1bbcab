"""Links: a run that was saved for later, and the link that opens it on another device, once and with its code.

Such a run is owned by a secret that its browser knows. A link is a row beside the sessions, found by a keyed hash of
what stands in the mail and sealed with it; it knows the secret. The code stands on the page of the old device alone.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

from .errors import Conflict
from .mail import Mail, current_outbox
from .proofs import Proofs
from .proofs.bounds import HOUR, MAILS_AN_HOUR, TRIES, TRIES_AN_HOUR, TooOften
from .proofs.shelf import name_of
from .sessions import codec
from .sessions.sealed import SealedStore, owned_id, saved_owner
from .sessions.session import OWNER


class Link(NamedTuple):
    """A link that was sent and not used.

    :param space: the key of the run in a session.
    :param secret: whoever has it opens the run.
    :param code: a keyed hash of the code.
    :param tries: names the count of tries for the address that it was sent to.
    """

    space: str
    secret: str
    code: str
    tries: str


class Links:
    """The links of one application.

    :param store: where its sessions are.
    :param proofs: in whose table tries are counted.
    :param lifetime: how long a link is good, which is as long as a run.
    """

    def __init__(self, store: SealedStore, proofs: Proofs, lifetime: timedelta) -> None:
        self._store = store
        self._proofs = proofs
        self._rows = proofs.rows
        self._lifetime = lifetime

    def count_mail(self, address: str) -> None:
        """Count one more mail to ``address``, together with those that bring codes.

        :raises TooOften: when it is too many.
        """
        self._rows.count(self._name("mails", address.casefold()), MAILS_AN_HOUR, HOUR)

    def reserve(self, space: str, secret: str) -> None:
        """Make room for the run that will belong to ``secret``.

        The row has its first version before there is anything in it: what stands in its place once the run has moved
        is a first version too, and a request that began before must not take it for what it has read.
        """
        self._store.save(_owned(space, secret), codec.encode({}), self._lifetime, version=0)

    def send(self, mail: Mail, token: str, space: str, secret: str, code: str, address: str) -> None:
        """Keep a link to the run that has this ``secret``, and put the mail that has it into the outbox.

        :raises StoreError: when the mail cannot be put. There is no link then.
        """
        link = Link(space, secret, self._name("return", token, code), self._name("tries", address.casefold()))
        self._store.save(_id(token), json.dumps(link), self._lifetime, version=0)
        try:
            current_outbox().put_now(mail)
        except Exception:
            self.remove(token)
            raise

    def remove(self, token: str) -> None:
        """Let a link open nothing any more."""
        self._store.delete(_id(token))

    def find(self, token: str) -> tuple[Link, dict[str, Any]] | None:
        """Return the link with this ``token``, and the run that it opens; ``None`` where there is none, or no more."""
        record = self._store.load(_id(token))
        link = Link(*json.loads(record.data)) if record and record.data else None
        found = self._read(link) if link else None
        return (link, found) if link and found else None

    def check(self, link: Link, token: str, code: str) -> bool:
        """Return whether ``code`` is the one of the link. The try is counted before they are compared.

        After as many as there may be, the link is used up.

        :raises TooOften: when too many were tried of what was sent to this address.
        """
        self._rows.count(link.tries, TRIES_AN_HOUR, HOUR)
        try:
            self._rows.count(self._name("return", token), TRIES, self._lifetime.total_seconds())
        except TooOften:
            self.remove(token)
            return False
        known = [name_of(key, "return", token, code) for key in self._proofs.known_keys()]
        return any(hmac.compare_digest(link.code, one) for one in known)

    def move(self, link: Link, token: str, to: str, change: Callable[[dict[str, Any]], Any], moved: Any) -> bool:
        """Give the run to the secret ``to``, and return whether it was there, and the link not used by another request.

        :param change: changes the run on the way.
        :param moved: what stands in its place from now on.
        """
        record = self._store.load(_id(token))
        if record is None:
            return False
        try:
            self._store.delete(_id(token), version=record.version)
        except Conflict:
            return False
        old, new = _owned(link.space, link.secret), _owned(link.space, to)
        while (row := self._store.load(old)) is not None and (data := self._opened(row.data, link.space)):
            change(data)
            data[OWNER] = saved_owner(to)
            try:
                self._store.move(old, new, codec.encode(data), self._lifetime, version=row.version)
            except Conflict:
                # The old device has just saved something.
                continue
            # Of several runs, the list keeps its order.
            left = {link.space: {**moved, "begun": data[link.space].get("begun", 0)}, OWNER: saved_owner(link.secret)}
            with suppress(Conflict):
                self._store.save(old, codec.encode(left), self._lifetime, version=0)
            return True
        return False

    def forget(self, space: str, secret: str) -> None:
        """Delete what belongs to a ``secret`` that no browser was told."""
        self._store.delete(_owned(space, secret))

    def _read(self, link: Link) -> dict[str, Any] | None:
        row = self._store.load(_owned(link.space, link.secret))
        return None if row is None else self._opened(row.data, link.space)

    def _opened(self, text: str, space: str) -> dict[str, Any] | None:
        with suppress(codec.Undecodable):
            data = codec.decode(text)
            return data if data.get(space, {}).get("run") else None
        return None

    def _name(self, *parts: str) -> str:
        return name_of(self._proofs.known_keys()[0], *parts)


def _id(token: str) -> str:
    # An id of a row that opens with the id itself; none of a session, which is shorter.
    return f"2.return {token}"


def _owned(space: str, secret: str) -> str:
    return owned_id(space, saved_owner(secret))
