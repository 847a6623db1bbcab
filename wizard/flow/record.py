"""Record: what one run is in the session, as plain data under one key."""

from __future__ import annotations

import time
from collections.abc import Mapping, MutableMapping
from datetime import timedelta
from typing import Any

from ..errors import WizardError

#: The format of the record below. A record of another format is an older version's, and counts as a new visitor's.
FORMAT = 2


class Record:
    """The record of one run. A template can read it too::

        session["signup"] = {
            "format": 2,
            "run": "…",  # its key
            "answers": {"team": {"organisation": "Acme", "seats": 12}},
            "typed": {"team": {"seats": ["012"]}},  # what the answers do not say by themselves
            "drafts": {"members": {"name": ["Gra"]}},  # typed, and not accepted
            "notes": {"team": {"revision": "…", "form": "…", "reads": {…}}},
            "receipts": [{"run": "…", "reference": "…"}],  # of runs that were finished
            "cleared": ["…"],  # the keys of runs that were cleared
        }

    The record is read once, and every change assigns that key anew; nothing in it is ever changed in place.

    :param session: any mutable mapping.
    :param name: the key: the name of the Wizard, and of the instance where there are several.
    :param lifetime: how long it is kept after the last change, where it does not expire with the session.
    :raises WizardError: when something else stands under that key.
    """

    def __init__(self, session: MutableMapping[str, Any], name: str, lifetime: timedelta | None = None) -> None:
        self._session = session
        self._name = name
        self._lifetime = lifetime
        record = session.get(name)
        if record is not None and not isinstance(record, Mapping):
            raise WizardError(
                f"session[{name!r}] holds {type(record).__name__!r}, which is no wizard's. The wizard keeps its "
                "answers under its own name: give it another one."
            )
        #: The record as it is now.
        self.record: Mapping[str, Any] = record if record and record.get("format") == FORMAT else {}

    def change(self, **parts: Any) -> None:
        """Put these parts of the record in place of those that are there; what is empty is taken out."""
        at = {} if self._lifetime is None else {"at": int(time.time())}
        record = {**self.record, "format": FORMAT, **at, **parts}
        self.record = {name: part for name, part in record.items() if part not in (None, {}, [])}
        self._session[self._name] = self.record

    def without(self, part: str, name: str) -> dict[str, Any]:
        """Return a ``part`` of the record that is kept by names, but for what is kept under ``name``."""
        return {other: one for other, one in self.record.get(part, {}).items() if other != name}

    def is_over_time(self) -> bool:
        """Return whether the lifetime of the run is over."""
        now = time.time()
        return self._lifetime is not None and self.record.get("at", now) < now - self._lifetime.total_seconds()

    def forget(self) -> None:
        """Begin anew because the lifetime is over, and tell the visitor so."""
        self.record = {"notice": {"expired": True}, "format": FORMAT}
        self._session[self._name] = self.record


def receipts_alone(session: Mapping[str, Any]) -> dict[str, Any]:
    """Return of all that is in ``session`` the Receipts of runs, which are nothing secret."""
    kept = {key: one["receipts"] for key, one in session.items() if isinstance(one, Mapping) and one.get("receipts")}
    return {key: {"format": FORMAT, "receipts": receipts} for key, receipts in kept.items()}
