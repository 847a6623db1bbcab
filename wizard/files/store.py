"""What a store of files is: it keeps sealed chunks by the id of their file, until that expires."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

#: How many bytes of a file are sealed, and read, at once.
CHUNK = 65_536

#: As many bytes more has a chunk that is sealed.
SEAL = 28


class FileStore(Protocol):
    """Where the bytes of files are. It sees sealed chunks alone. Every method raises ``StoreError`` when it is away."""

    #: Whether other machines reach it too.
    shared: bool

    def write(self, file_id: str, chunks: Iterable[bytes], expires: int) -> None:
        """Keep a file, all of it or nothing.

        :param chunks: in order; all but the last have the same length.
        :param expires: when it may be deleted, in seconds since the epoch.
        """

    def read(self, file_id: str, number: int) -> bytes | None:
        """Return one chunk of a file, counted from 0; ``None`` where there is none."""

    def keep(self, ids: Collection[str], expires: int) -> None:
        """Let files that are there expire later: not before ``expires``."""

    def delete(self, ids: Collection[str]) -> None:
        """Delete files, those that are there."""

    def purge(self, most: int | None = None) -> int:
        """Delete files that have expired, ``most`` of them at the most, and say how many."""

    def ping(self) -> None:
        """Return when the store can be read and written. Something is written, and nothing is left of it."""
