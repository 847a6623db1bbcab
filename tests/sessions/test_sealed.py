"""A copy of the store says nothing: neither whose a session is, nor what stands in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from wizard.errors import Conflict
from wizard.sessions import Record, open_store
from wizard.sessions.sealed import SealedStore, make_id

DAY = timedelta(days=1)
TEXT = '{"signup":{"answers":{"account":{"email":"ada@example.com"}}}}'


class Seeing:
    """A Store that keeps what it is given to see."""

    def __init__(self, store):
        self._store = store
        self.shared = store.shared
        self.seen = []

    def __getattr__(self, name):
        def call(*args, **kwargs):
            self.seen.append((name, *args))
            return getattr(self._store, name)(*args, **kwargs)

        return call


@pytest.fixture
def inner(store_url):
    """Each store."""
    return Seeing(open_store(store_url))


@pytest.fixture
def store(inner):
    """The same, sealed."""
    return SealedStore(inner, "key")


def place_of(inner):
    """Where something was last saved."""
    return next(call[1] for call in reversed(inner.seen) if call[0] == "save")


def test_what_is_kept_opens_with_its_id_alone(inner, store):
    """Neither the id nor a word of it comes to the store."""
    a = make_id()
    store.save(a, TEXT, DAY, version=0)
    assert store.load(a) == Record(TEXT, 1)
    assert a not in str(inner.seen)
    assert a.removeprefix("2.") not in str(inner.seen)
    assert "ada" not in str(inner.seen)
    assert inner.load(place_of(inner)).data.isascii()
    assert SealedStore(inner, "another key").load(a) is None


def test_two_that_hold_the_same_do_not_look_so(inner, store):
    """Nor does one that was saved twice."""
    a = make_id()
    store.save(a, TEXT, DAY, version=0)
    store.save(a, TEXT, DAY, version=1)
    assert len({call[2] for call in inner.seen}) == 2


def test_a_row_in_the_place_of_another_says_nothing(inner, store):
    """As when somebody who can write to the store wants to read it through their own visit."""
    a, b = make_id(), make_id()
    store.save(a, TEXT, DAY, version=0)
    theirs = inner.load(place_of(inner)).data
    store.save(b, "{}", DAY, version=0)
    inner.save(place_of(inner), theirs, DAY, version=1)
    assert store.load(b) == Record("", 2)


@pytest.mark.parametrize("damage", [lambda text: text[:-4], lambda _: "", lambda _: "{}", lambda text: text[4:]])
def test_a_row_that_was_cut_says_nothing(inner, store, damage):
    """Its version is still known, so that the next save goes over it."""
    a = make_id()
    store.save(a, TEXT, DAY, version=0)
    place = place_of(inner)
    inner.save(place, damage(inner.load(place).data), DAY, version=1)
    assert store.load(a) == Record("", 2)
    store.save(a, TEXT, DAY, version=2)
    assert store.load(a) == Record(TEXT, 3)


def test_with_a_new_key_all_is_found_and_moves_to_it_when_it_is_saved(inner, store):
    """After that the old one can go."""
    a, b = make_id(), make_id()
    for one in (a, b):
        store.save(one, TEXT, DAY, version=0)
    rotated, new = SealedStore(inner, "new", "older", "key"), SealedStore(inner, "new")
    assert rotated.load(a) == Record(TEXT, 1)
    rotated.save(a, "{}", DAY, version=1)
    assert new.load(a) == Record("{}", 2)
    assert store.load(a) is None
    rotated.save(a, TEXT, DAY, version=2)
    with pytest.raises(Conflict):
        rotated.save(a, "{}", DAY, version=2)
    rotated.delete(b, version=1)
    assert store.load(b) is None
    with pytest.raises(Conflict):
        rotated.delete(b, version=1)
    rotated.delete(a)
    assert new.load(a) is None


def test_renewed_it_is_sealed_anew(inner, store):
    """The old id opens nothing."""
    a, b = make_id(), make_id()
    store.save(a, TEXT, DAY, version=0)
    store.move(a, b, TEXT, DAY, version=1)
    assert store.load(a) is None
    assert store.load(b) == Record(TEXT, 2)


def test_an_id_of_before_is_served_as_it_was(inner, store):
    """Until it is over; and while two versions serve one store, new ones can be like it."""
    old = make_id(is_sealed=False)
    inner.save(old, TEXT, DAY, version=0)
    assert store.load(old) == Record(TEXT, 1)
    store.save(old, "{}", DAY, version=1)
    assert inner.load(old) == Record("{}", 2)
    store.delete(old)
    assert inner.load(old) is None
