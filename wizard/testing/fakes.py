"""Fakes: the files of a walk, which uploads nothing.

They are in the store, and known to every run, before it begins. It names them by their ids, as a page does with a file
that is there.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection, Iterable
from hashlib import blake2b
from typing import Any

from flask_wtf.file import FileAllowed, FileRequired, FileSize
from hypothesis import strategies as st
from wtforms import Field, Form
from wtforms.validators import DataRequired, InputRequired, Optional

from ..fields.files import FileKinds, FileLimit, limits_of
from ..files import kinds
from ..files.sealed import chunks
from ..files.shelf import Shelf
from ..files.stored import FileRef, StoredFile, digest_of
from ..flow.files import takes_many
from .uploads import FAKES, given

_bytes: dict[str, bytes] = {}

#: The validators whose rules are kept below.
_KNOWN = (FileAllowed, FileKinds, FileLimit, FileRequired, FileSize, DataRequired, InputRequired, Optional)


def fakes(value: Any) -> list[FileRef]:
    """Return the files in ``value`` as files of a walk: the same for the same name and bytes."""
    if isinstance(value, FileRef):
        return [value]
    if isinstance(value, list):
        return [ref for one in value for ref in fakes(one)]
    made = []
    for name, data, *_ in given(value):
        file_id = f"fake-{blake2b(name.encode() + b'/' + data, digest_size=9).hexdigest()}"
        if file_id not in FAKES:
            kind = kinds.kind_of(io.BytesIO(data), len(data))
            key, digest = blake2b(data, digest_size=32).digest(), digest_of(io.BytesIO(data))
            FAKES[file_id] = FileRef(StoredFile(file_id, name, kind, len(data), key, digest))
            _bytes[file_id] = data
        made.append(FAKES[file_id])
    return made


class FakeFiles:
    """A store with the files of all walks, from which nothing is deleted."""

    shared = False

    def write(self, file_id: str, chunks: Iterable[bytes], expires: int) -> None:
        """Keep nothing: a walk uploads nothing."""

    def read(self, file_id: str, number: int) -> bytes | None:
        """Return one chunk of a file."""
        ref = FAKES.get(file_id)
        return None if ref is None else list(chunks(ref.file, io.BytesIO(_bytes[file_id])))[number]

    def keep(self, ids: Collection[str], expires: int) -> None:
        """Keep all of them anyway."""

    def delete(self, ids: Collection[str]) -> None:
        """Keep them: another run may name them, too."""

    def purge(self, most: int | None = None) -> int:
        """Return that there is nothing to delete."""
        return 0

    def ping(self) -> None:
        """Return: it is there."""


def fake_shelf() -> Shelf:
    """Return a store of files, all of which every run knows."""
    shelf = Shelf(FakeFiles())
    shelf.known = FAKES
    return shelf


def files_for(form: Form, field: Field) -> st.SearchStrategy[Any] | None:
    """Return files that ``field`` takes, where its validators say so; else ``None``."""
    limits, rules = limits_of(field), list(field.validators)
    if hasattr(form, f"validate_{field.short_name}") or not all(isinstance(one, _KNOWN) for one in rules):
        return None
    allowed = [one.upload_set for one in rules if isinstance(one, FileAllowed)]
    if any(not isinstance(one, (list, tuple, set, frozenset)) for one in allowed):
        return None
    made = []
    for kind in limits.kinds.kinds if limits.kinds else _SAMPLES:
        ends = [f".{end}" for one in allowed for end in one] or kinds.KINDS[kind].suffixes[:1]
        fitting = [end for end in ends if limits.kinds is None or end in kinds.KINDS[kind].suffixes] or ends[:1]
        if kind in _SAMPLES:
            made += [(f"{number}{fitting[0]}", _SAMPLES[kind](number)) for number in (1, 2)]
    files = [ref for name, data in made for ref in fakes((name, data)) if ref.file.size <= limits.size]
    if not files:
        return None
    required = any(isinstance(one, (FileRequired, InputRequired, DataRequired)) for one in rules)
    if not takes_many(field):
        return st.sampled_from(files if required else [*files, None])
    least = max([int(required), *(one.least for one in rules if isinstance(one, FileLimit))])
    return st.lists(st.sampled_from(files), min_size=least, max_size=max(least, min(limits.files, 3)), unique=True)


def _picture(name: str) -> Callable[[int], bytes]:
    def made(number: int) -> bytes:
        from PIL import Image

        written = io.BytesIO()
        Image.new("RGB", (number, 2)).save(written, name)
        return written.getvalue()

    return made


def _zip(number: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr(zipfile.ZipInfo(f"{number}.txt"), f"Text {number}")
    return written.getvalue()


#: For a kind of file what makes one, of a number.
_SAMPLES: dict[str, Callable[[int], bytes]] = {
    "text/plain": lambda number: f"Text {number}".encode(),
    "application/pdf": lambda number: b"%%PDF-1.7\n%%%d\ntrailer <<>>\n%%%%EOF\n" % number,
    "application/zip": _zip,
    **{kind: _picture(kinds.KINDS[kind].words.upper()) for kind in kinds.IMAGES},
}
