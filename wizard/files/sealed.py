"""Sealed: a file as the store has it, in chunks that only its own key opens, each in its own place."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from .. import sealing
from ..errors import FileGone
from .store import CHUNK, FileStore

if TYPE_CHECKING:
    from .stored import StoredFile


def chunks(file: StoredFile, source: IO[bytes]) -> Iterator[bytes]:
    """Yield the sealed chunks of ``file``, whose bytes are in ``source``."""
    source.seek(0)
    for number in range(_count(file)):
        yield sealing.seal(file.key, source.read(CHUNK), _place(file, number))


def _count(file: StoredFile) -> int:
    return max(1, -(-file.size // CHUNK))


def _place(file: StoredFile, number: int) -> bytes:
    """Return where a chunk belongs. What is cut off, or put elsewhere, is noticed."""
    return f"{file.id} {number}{' last' * (number == _count(file) - 1)}".encode()


class Reader(io.RawIOBase):
    """The bytes of a file, fetched chunk by chunk.

    :param store: where the file is.
    """

    def __init__(self, store: FileStore, file: StoredFile) -> None:
        self._store, self._file = store, file
        self._at = 0
        self._number, self._chunk = -1, b""

    def begun(self) -> io.BufferedReader:
        """Return what reads it, once its first chunk is there.

        :raises FileGone: when it is not in the store.
        """
        self._fetch(0)
        return self.buffered()

    def buffered(self) -> io.BufferedReader:
        """Return what reads it."""
        return io.BufferedReader(self, CHUNK)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._file.size:
            return 0
        number, start = divmod(self._at, CHUNK)
        self._fetch(number)
        part = self._chunk[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _fetch(self, number: int) -> None:
        if number == self._number:
            return
        sealed = self._store.read(self._file.id, number)
        if sealed is None:
            raise FileGone(f"the file {self._file.id} is not in the store any more")
        try:
            self._chunk = sealing.unseal(self._file.key, sealed, _place(self._file, number))
        except sealing.Broken:
            raise FileGone(f"the file {self._file.id} was damaged in the store") from None
        self._number = number
