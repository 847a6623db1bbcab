"""Stored: what a session knows of a file, and what a form, a template and an author are given of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from io import BytesIO
from typing import IO, Any, BinaryIO, cast

from flask import current_app
from werkzeug.datastructures import FileStorage

from ..errors import WizardError
from .kinds import kind_of
from .sealed import Reader
from .store import CHUNK


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a visitor has uploaded: the answer to a file field. Its bytes are in the store of files.

    Two are equal that have the same name and the same bytes: a page that is sent twice uploads the same twice.

    :param id: what it is called in the store, and in its address.
    :param name: what the visitor has called it, without a folder.
    :param type: its MIME type, found by its content.
    :param size: how many bytes it has.
    :param key: the key that it is sealed with.
    :param digest: a hash of its bytes.

    >>> cv = StoredFile("b2x…", "cv.pdf", "application/pdf", 48_123, b"its key", "a hash")
    >>> cv.name, cv.type, cv.size
    ('cv.pdf', 'application/pdf', 48123)
    """

    id: str = field(compare=False)
    name: str
    type: str
    size: int
    key: bytes = field(repr=False, compare=False)
    digest: str

    def open(self) -> BinaryIO:
        """Open it to be read, in a request or another context of the application.

        :raises FileGone: when it is not in the store any more, as after the run was finished.
        :raises StoreError: when the store does not answer.
        """
        return cast("BinaryIO", self._reader().begun())

    def read(self) -> bytes:
        """Return all of it. A large one is better opened, and read in parts.

        :raises FileGone: when it is not in the store any more.
        :raises StoreError: when the store does not answer.
        """
        with self.open() as opened:
            return opened.read()

    def _reader(self) -> Reader:
        shelf = current_app.extensions.get("wizard_files")
        if shelf is None:
            raise WizardError("No wizard of this application takes files, so it has no store of files.")
        return Reader(shelf.store, self)

    def opened_later(self) -> BinaryIO:
        """Open it as :meth:`open` does, and ask the store for nothing before somebody reads."""
        return cast("BinaryIO", self._reader().buffered())

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class HeldFile(StoredFile):
    """A file that a program has given, with its bytes: it is in no store.

    :param data: its bytes.
    """

    data: bytes = field(default=b"", repr=False)

    def open(self) -> BinaryIO:
        return BytesIO(self.data)

    def opened_later(self) -> BinaryIO:
        return self.open()


def held(value: Any) -> list[FileRef]:
    """Return the files in ``value``: a pair of a name and the bytes, or several of these; and what is one already.

    :raises WizardError: for what is no file.

    >>> [(ref.file.name, ref.file.type) for ref in held(("cv.pdf", b"%PDF-1.7"))]
    [('cv.pdf', 'application/pdf')]
    """
    if value is None or isinstance(value, FileRef):
        return [] if value is None else [value]
    if isinstance(value, list):
        return [ref for one in value for ref in held(one)]
    if not (isinstance(value, tuple) and len(value) in (2, 3) and isinstance(value[1], bytes)):
        raise WizardError(f"{type(value).__name__!r} is no file. Give its name and its bytes: ('cv.pdf', b'...').")
    name, data = value[:2]
    kind = kind_of(BytesIO(data), len(data))
    digest = digest_of(BytesIO(data))
    file = HeldFile(secrets.token_urlsafe(16), name, kind, len(data), os.urandom(32), digest, data)
    return [FileRef(file, BytesIO(data))]


class FileRef(str):
    """A file among what was typed: to all that handles texts, the id that stands on the page.

    :param file: the file.
    :param source: its bytes, as long as they are not in the store.
    """

    file: StoredFile
    source: IO[bytes] | None

    def __new__(cls, file: StoredFile, source: IO[bytes] | None = None) -> FileRef:
        ref = super().__new__(cls, file.id)
        ref.file, ref.source = file, source
        return ref

    def __reduce__(self) -> tuple[type[FileRef], tuple[StoredFile]]:
        return FileRef, (self.file,)

    def __deepcopy__(self, _: object) -> FileRef:
        return self


def new(name: str, kind: str, size: int, source: IO[bytes]) -> FileRef:
    """Return a file that is in no store yet."""
    file = StoredFile(secrets.token_urlsafe(16), name, kind, size, os.urandom(32), digest_of(source))
    return FileRef(file, source)


def digest_of(source: IO[bytes]) -> str:
    """Return a hash of the bytes in ``source``."""
    made = blake2b(digest_size=12)
    source.seek(0)
    while part := source.read(CHUNK):
        made.update(part)
    return made.hexdigest()


class Upload(FileStorage):
    """A file in a form, as Flask-WTF and its validators know it. Its bytes are fetched when somebody reads them.

    :param ref: the file.
    """

    def __init__(self, ref: FileRef) -> None:
        self.ref = ref
        self._opened: IO[bytes] | None = None
        super().__init__(filename=ref.file.name, content_type=ref.file.type)

    @property
    def stream(self) -> IO[bytes]:
        """Its bytes."""
        if self._opened is None:
            self._opened = self.ref.source or self.ref.file.opened_later()
            self._opened.seek(0)
        return self._opened

    @stream.setter
    def stream(self, _: object) -> None:
        """Take none: it has its own."""

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.ref.file.size

    def close(self) -> None:
        # What is not stored yet is read once more.
        if self._opened is not None and self._opened is not self.ref.source:
            self._opened.close()
        self._opened = None


def refs(values: Any) -> list[FileRef]:
    """Return the files among ``values``, what was typed into a field; a text is none, whatever it says."""
    return [one.ref if isinstance(one, Upload) else one for one in values if isinstance(one, (FileRef, Upload))]


def answer_of(data: Any) -> Any:
    """Return what the clean data hold where a form has ``data``: an Upload, several, or none."""
    if isinstance(data, (list, tuple)):
        return [file for one in data if (file := answer_of(one)) is not None]
    return data.ref.file if isinstance(data, Upload) else data if isinstance(data, StoredFile) else None


def files_in(value: Any) -> list[StoredFile]:
    """Return the files in an answer, or in what a field holds."""
    return list({one.id: one for one in _files(value)}.values())


def refs_in(value: Any) -> dict[str, FileRef]:
    """Return by their ids the files that ``value``, any part of a session, refers to."""
    found: dict[str, FileRef] = {}
    for ref in _refs(value):
        # What was typed knows of bytes that are in no store yet, the answer made of it does not.
        if ref.source is not None or ref not in found:
            found[ref] = ref
    return found


def _refs(value: Any) -> Iterator[FileRef]:
    # Each request that changes a session looks through all of it, so there is no call for each value.
    left = [value]
    while left:
        one = left.pop()
        kind = type(one)
        if kind is FileRef:
            yield one
        elif kind is StoredFile:
            yield FileRef(one)
        elif kind is dict:
            left.extend(reversed(one.values()))
        elif kind is list or kind is tuple:
            left.extend(reversed(one))


def _files(value: Any) -> Iterator[StoredFile]:
    if isinstance(value, StoredFile):
        yield value
    elif isinstance(value, Upload):
        yield value.ref.file
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _files(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _files(one)


def uploads(values: Any) -> list[Upload]:
    """Return files as a form has them."""
    return [Upload(one) for one in refs(values)]
