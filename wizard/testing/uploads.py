"""Uploads: what a test gives for a file, as a browser sends it, or as it is once it is stored.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ..files import kinds, stored
from ..files.stored import FileRef

#: What a file is given as: its name and its bytes, and the type that a browser says it has.
Given = tuple[str, bytes] | tuple[str, bytes, str]

#: The files of all walks, by their ids.
FAKES: dict[str, FileRef] = {}


def given(value: Any) -> Iterator[Given]:
    """Yield the files in ``value``: one, a list of them, or none.

    :raises AssertionError: for what is no file.
    """
    if isinstance(value, tuple) and len(value) in (2, 3) and isinstance(value[1], bytes):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from given(one)
    else:
        assert not value, f'{value!r} is no file. Give its name and its bytes, such as ("cat.png", b"…").'


def parts(value: Any) -> list[Any]:
    """Return what a test client sends for the files in ``value``; what is stored already by its id."""
    if isinstance(value, FileRef):
        return [value]
    if isinstance(value, list):
        return [part for one in value for part in parts(one)]
    return [(io.BytesIO(one[1]), one[0], (*one, "application/octet-stream")[2]) for one in given(value)]


def as_stored(value: Any) -> list[FileRef]:
    """Return the files in ``value`` as they are after an upload, before they are in the store. Nothing checks them."""
    made = []
    for name, data, *_ in given(value):
        source = io.BytesIO(data)
        made.append(stored.new(name, kinds.kind_of(source, len(data)), len(data), source))
    return made
