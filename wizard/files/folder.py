"""The store of files in a folder: a file each, whose time is when it expires."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .. import signals
from ..errors import SettingError, StoreError
from .store import CHUNK, SEAL

#: What a file is called. Nothing else leads to a path.
_ID = re.compile(r"[\w-]{1,80}", re.ASCII)

#: What a file ends with while it is written.
_PART = ".part"


class FolderFiles:
    """A store of files in a folder, such as one on a disk that several machines share.

    :param path: the folder. It is made, for its owner alone, if it is not there.
    :raises SettingError: when it cannot be written.
    """

    #: A folder may be one of a network, and it has no key of its own anyway.
    shared = False

    def __init__(self, path: str) -> None:
        self._folder = Path(path)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.ping()
        except (OSError, StoreError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise SettingError(
                f"WIZARD_FILES_URL: the folder {path} cannot be written ({why}). Make it writable, or name another."
            ) from None

    def _path(self, file_id: str) -> Path:
        if not _ID.fullmatch(file_id):
            raise StoreError("no id of a file")
        return self._folder / file_id

    def write(self, file_id: str, chunks: Iterable[bytes], expires: int) -> None:
        path = self._path(file_id)
        part = path.with_suffix(_PART)
        with _told():
            try:
                with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    for data in chunks:
                        file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.utime(part, (expires, expires))
                part.rename(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise

    def read(self, file_id: str, number: int) -> bytes | None:
        with _told():
            try:
                with self._path(file_id).open("rb") as file:
                    file.seek(number * (CHUNK + SEAL))
                    return file.read(CHUNK + SEAL) or None
            except FileNotFoundError:
                self._look()
                return None

    def keep(self, ids: Collection[str], expires: int) -> None:
        with _told():
            for one in ids:
                with suppress(FileNotFoundError):
                    if self._path(one).stat().st_mtime < expires:
                        os.utime(self._path(one), (expires, expires))

    def delete(self, ids: Collection[str]) -> None:
        with _told():
            for one in ids:
                self._path(one).unlink(missing_ok=True)
            self._look()

    def purge(self, most: int | None = None) -> int:
        count, now = 0, time.time()
        with _told(), os.scandir(self._folder) as entries:
            for one in entries:
                if count == most:
                    break
                with suppress(FileNotFoundError):
                    # A part is of a process that has died, unless it is of this hour.
                    late = 3600 if one.name.endswith(_PART) else 0
                    if one.is_file() and one.stat().st_mtime + late <= now:
                        os.unlink(one.path)
                        count += 1
        return count

    def ping(self) -> None:
        path = self._folder / f"ping-{secrets.token_hex(8)}{_PART}"
        with _told():
            try:
                path.touch(0o600)
            finally:
                path.unlink(missing_ok=True)

    def _look(self) -> None:
        """See that the folder is there: what is not in one that is away may be in it all the same."""
        self._folder.stat()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        signals.store_failed.send("folder")
        # The name of a file is no secret, and nobody needs it.
        raise StoreError(f"the folder of files: {error.strerror}") from None
