"""The contract of a store of files, held against every one."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from secrets import token_hex

import pytest

from wizard.errors import FileGone, SettingError
from wizard.files import stored
from wizard.files.opening import open_files
from wizard.files.sealed import Reader, chunks
from wizard.files.shelf import Shelf
from wizard.files.store import CHUNK

LATER = int(time.time()) + 3600


def file_of(data):
    """A file of ``data`` that is in no store."""
    return stored.new("a.bin", "application/octet-stream", len(data), io.BytesIO(data))


def put(store, data, expires=LATER):
    """Put ``data`` into a store."""
    ref = file_of(data)
    store.write(ref.file.id, chunks(ref.file, ref.source), expires)
    return ref.file


@pytest.mark.parametrize("size", [1, CHUNK, CHUNK + 1, 5_300_000])
def test_what_is_put_in_is_read(store, size):
    """All of it, and any part of it."""
    data = os.urandom(size)
    file = put(store, data)
    with Reader(store, file).begun() as opened:
        assert opened.read() == data
        opened.seek(size // 2)
        assert opened.read(10) == data[size // 2 : size // 2 + 10]
        assert opened.seek(0, 2) == size
        assert opened.read() == b""
    store.delete([file.id])


def test_the_store_sees_nothing_of_it(store):
    """What it keeps is sealed."""
    file = put(store, b"secret" * 100)
    assert b"secret" not in store.read(file.id, 0)


def test_what_is_not_there_is_gone(store):
    """A chunk, or all of it."""
    assert store.read(token_hex(8), 0) is None
    file = put(store, b"some")
    store.delete([file.id, token_hex(8)])
    with pytest.raises(FileGone):
        Reader(store, file).begun()


@pytest.mark.parametrize("change", ["cut", "swapped", "of another", "changed"])
def test_what_was_tampered_with_is_not_read(store, change):
    """A file that is cut, or in another order, is noticed."""
    ref = file_of(os.urandom(3 * CHUNK))
    parts = list(chunks(ref.file, ref.source))
    other = file_of(os.urandom(3 * CHUNK))
    made = {
        "cut": parts[:2],
        "swapped": [parts[0], parts[2], parts[1]],
        "of another": [parts[0], *list(chunks(other.file, other.source))[1:]],
        "changed": [parts[0], parts[1], parts[2][:-1] + bytes([parts[2][-1] ^ 1])],
    }[change]
    store.write(ref.file.id, made, LATER)
    with Reader(store, ref.file).begun() as opened, pytest.raises(FileGone):
        opened.read()


def test_what_has_expired_is_purged(store):
    """And what was prolonged is not."""
    now = int(time.time())
    old, kept, new = put(store, b"old", now - 10), put(store, b"kept", now - 10), put(store, b"new")
    store.keep([kept.id, token_hex(8)], LATER)
    assert store.purge() >= 1
    assert store.read(old.id, 0) is None
    assert store.read(kept.id, 0) is not None
    assert store.read(new.id, 0) is not None
    assert store.purge() == 0


def test_nothing_is_shortened(store):
    """Two processes prolong one file, each for as long as it knows."""
    file = put(store, b"some")
    store.keep([file.id], int(time.time()) - 10)
    store.purge()
    assert store.read(file.id, 0) is not None


def test_a_ping_leaves_nothing(store):
    """It writes, and deletes what it has written."""
    store.ping()
    assert store.purge() == 0


def test_a_file_that_fails_while_it_is_written_is_not_there(store):
    """All of it, or nothing."""
    file_id = token_hex(8)

    def failing():
        yield b"x" * 100
        raise KeyError

    with pytest.raises(Exception):  # noqa: B017, PT011  (whatever the way of the store is)
        store.write(file_id, failing(), LATER)
    assert store.read(file_id, 0) is None


def test_a_file_is_prolonged_now_and_then(store, monkeypatch):
    """Not with every page."""
    shelf, told = Shelf(store), []
    monkeypatch.setattr(store, "keep", lambda ids, expires: told.append(list(ids)))
    shelf.settle([], ["a"], timedelta(hours=8))
    shelf.settle([], ["a", "b"], timedelta(hours=8))
    assert told == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (None, "WIZARD_FILES_URL: is not set, and the sessions are in no database"),
        ("file://host/path", "names no folder. Use its whole path"),
        ("file:///dev/null/files", "cannot be written"),
        ("s3://bucket?endpoint=http://127.0.0.1:9", "the bucket does not answer"),
        ("mysql://localhost/x", "no database driver"),
    ],
)
def test_a_store_that_cannot_be_opened_says_the_cure(url, said):
    """At the start."""
    with pytest.raises(SettingError) as told:
        open_files(url, None)
    assert said in str(told.value)
