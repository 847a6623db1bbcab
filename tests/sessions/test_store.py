"""The contract of a Store, held against every one."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

import pytest

from wizard.errors import Conflict, SettingError
from wizard.sessions import Record, RedisStore, open_store
from wizard.sessions.codec import encode

DAY = timedelta(days=1)


@pytest.fixture
def a():
    """The id of a session that is not there yet."""
    return token_hex()


@pytest.fixture
def store(store_url):
    """An empty store of each kind."""
    return open_store(store_url)


def test_what_is_not_there_is_none(store):
    """An id that nobody saved opens nothing."""
    assert store.load("nobody") is None


def test_what_is_saved_is_loaded(store, a):
    """The data comes back as it was given, at version 1."""
    store.save(a, '{"x": 1}', DAY, version=0)
    assert store.load(a) == Record('{"x": 1}', 1)


def test_each_save_counts_the_version(store, a):
    """Whoever saves on top of the version they loaded succeeds."""
    store.save(a, "1", DAY, version=0)
    store.save(a, "2", DAY, version=1)
    assert store.load(a) == Record("2", 2)


def test_a_save_over_another_version_is_a_conflict(store, a):
    """Nobody overwrites what they have not seen."""
    store.save(a, "1", DAY, version=0)
    store.save(a, "2", DAY, version=1)
    with pytest.raises(Conflict):
        store.save(a, "mine", DAY, version=1)
    assert store.load(a) == Record("2", 2)


def test_a_save_after_a_delete_is_a_conflict(store, a):
    """What was deleted is not raised from the dead."""
    store.save(a, "1", DAY, version=0)
    store.delete(a)
    with pytest.raises(Conflict):
        store.save(a, "mine", DAY, version=1)
    assert store.load(a) is None


def test_a_delete_of_nothing_is_nothing(store):
    """Deleting twice is no error."""
    store.delete("nobody")


def test_a_delete_of_another_version_is_a_conflict(store, a):
    """Nobody deletes what they have not seen; nor twice."""
    store.save(a, "1", DAY, version=0)
    store.save(a, "2", DAY, version=1)
    with pytest.raises(Conflict):
        store.delete(a, version=1)
    assert store.load(a) == Record("2", 2)
    store.delete(a, version=2)
    assert store.load(a) is None
    with pytest.raises(Conflict):
        store.delete(a, version=2)


def test_an_id_whose_session_has_expired_can_be_saved_under_again(store, a):
    """Whether or not it was purged: the visitor still has that id."""
    store.save(a, "1", timedelta(seconds=-1), version=0)
    with pytest.raises(Conflict):
        store.delete(a, version=1)
    store.save(a, "2", DAY, version=0)
    assert store.load(a) == Record("2", 1)


def test_what_has_expired_is_not_loaded_nor_saved_over(store, a):
    """A row past its time is as if it were not there."""
    store.save(a, "1", timedelta(seconds=-1), version=0)
    assert store.load(a) is None
    with pytest.raises(Conflict):
        store.save(a, "2", DAY, version=1)


def test_a_new_session_takes_no_other_ones_place(store, a):
    """An id that is there already is not overwritten."""
    store.save(a, "1", DAY, version=0)
    with pytest.raises(Conflict):
        store.save(a, "2", DAY, version=0)
    assert store.load(a) == Record("1", 1)


def test_what_is_moved_is_found_under_the_new_id_alone(store, a):
    """With a version that goes on."""
    store.save(a, "1", DAY, version=0)
    store.move(a, f"{a[:60]}-b", "2", DAY, version=1)
    assert store.load(a) is None
    assert store.load(f"{a[:60]}-b") == Record("2", 2)


def test_what_was_saved_meanwhile_is_not_moved(store, a):
    """It stays where it was, and nothing of it is left elsewhere."""
    store.save(a, "1", DAY, version=0)
    store.save(a, "2", DAY, version=1)
    with pytest.raises(Conflict):
        store.move(a, f"{a[:60]}-b", "mine", DAY, version=1)
    assert store.load(a) == Record("2", 2)
    assert store.load(f"{a[:60]}-b") is None


def test_every_character_survives(store, a):
    """What a form can hold, a store can hold."""
    data = encode({"text": "Zoë \x00 \U0001f600 \r\n"})
    store.save(a, data, DAY, version=0)
    assert store.load(a).data == data


def test_what_has_expired_is_purged_and_counted(store, a):
    """What is still good stays. Redis has deleted it already, and counts nothing."""
    store.save(a, "1", DAY, version=0)
    for number in range(5):
        store.save(f"{a[:60]}-{number}", "1", timedelta(seconds=-1), version=0)
    counts = (0, 0, 0) if isinstance(store, RedisStore) else (2, 3, 0)
    assert (store.purge(2), store.purge(), store.purge()) == counts
    assert store.load(a) == Record("1", 1)


def test_ping_returns_when_the_store_answers(store):
    """A store that was opened answers."""
    store.ping()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "nonsense://x",
        "sqlite:////nowhere/at/all.db",
        "postgresql+nodriver://x/y",
        "postgresql://127.0.0.1:1/x",
        "redis://127.0.0.1:1/0",
        "redis://127.0.0.1:port/0",
    ],
)
def test_a_url_that_cannot_work_is_one_line_with_the_setting_and_a_cure(url):
    """The operator reads which setting, and what to do."""
    with pytest.raises(SettingError, match=r"\ASESSION_URL: .+\. (Use|Start|Let) ") as caught:
        open_store(url)
    assert "\n" not in str(caught.value)
