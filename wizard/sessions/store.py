"""What a Store is: load, save and delete one session by its id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple, Protocol


class Record(NamedTuple):
    """A session as a Store keeps it.

    :param data: the session's data, encoded.
    :param version: counts its saves, from 1.
    """

    data: str
    version: int


class Store(Protocol):
    """Where sessions are kept. Every method raises ``StoreError`` when the store does not answer."""

    #: Whether other machines can reach it too, so that all must sign their cookies with one key.
    shared: bool

    def load(self, session_id: str) -> Record | None:
        """The session of that id; ``None`` when there is none, or it has expired."""

    def save(self, session_id: str, data: str, lifetime: timedelta, *, version: int) -> None:
        """Keep ``data`` for ``lifetime`` from now.

        :param version: the version that the caller had loaded; 0 for a session that is not there yet.
        :raises Conflict: when the session has been saved, deleted or expired since.
        """

    def move(self, session_id: str, new: str, data: str, lifetime: timedelta, *, version: int) -> None:
        """Keep ``data`` as :meth:`save` does, under the id ``new``, and let the old id open nothing any more.

        :raises Conflict: when the session has been saved, deleted or expired since. It then stays where it was.
        """

    def delete(self, session_id: str, *, version: int | None = None) -> None:
        """Delete the session of that id, if there is one.

        :param version: the version that the caller had loaded; whichever there is, when it is not given.
        :raises Conflict: when a version is given, and the session has been saved, deleted or expired since.
        """

    def find(self, prefix: str) -> Iterator[tuple[str, Record]]:
        """Yield the id and the session of each that has not expired and whose id begins with ``prefix``."""

    def purge(self, most: int | None = None) -> int:
        """Delete sessions that have expired, ``most`` of them at the most, and say how many."""

    def ping(self) -> None:
        """Return when the store can be read and written. Something is written, and nothing is left of it."""
