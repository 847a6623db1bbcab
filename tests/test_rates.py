"""Rates: what a setting may say, and that memory and Redis count the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from wizard import rates
from wizard.rates import MemoryCounter, Rate, RedisCounter, rates_in
from wizard.sessions import open_store


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("600 per minute", [Rate(600, 60)]),
        ("10 per 10 minutes; 100 per day", [Rate(10, 600), Rate(100, 86_400)]),
        ("5/second,20 per 2 Hours", [Rate(5, 1), Rate(20, 7_200)]),
    ],
)
def test_a_text_names_rates(text, found):
    """As people write them."""
    assert rates_in(text) == tuple(found)


@pytest.mark.parametrize("text", ["", "often", "0 per minute", "5 per 0 minutes", "5 per week", "5 per minute;", "5"])
def test_what_is_no_rate_is_refused(text):
    """So that no setting is taken for less, or more, than it says."""
    with pytest.raises(ValueError, match="is no rate"):
        rates_in(text)


@pytest.fixture(params=["memory", "redis"])
def counter(request):
    """A counter of each kind."""
    if request.param == "memory":
        return MemoryCounter()
    return RedisCounter(open_store(request.getfixturevalue("redis_server").url).connect(60))


def test_hits_are_counted_by_key_until_the_rate_is_reached(counter):
    """Another key has a count of its own, and looking counts nothing."""
    rate = Rate(2, 60)
    assert counter.seen("a") == (0, 0)
    assert [counter.hit("a", rate) for _ in range(3)] == [True, True, False]
    count, seconds = counter.seen("a")
    assert count == 3
    assert 50 < seconds <= 60
    assert counter.seen("b") == (0, 0)


def test_the_time_begins_with_the_first_hit(counter):
    """Later ones do not draw it out."""
    rate = Rate(2, 60)
    counter.hit("brief", rate)
    _, first = counter.seen("brief")
    counter.hit("brief", rate)
    count, second = counter.seen("brief")
    assert count == 2
    assert second <= first


def test_when_the_time_is_over_the_count_begins_anew(monkeypatch):
    """Redis does that by itself."""
    now = [0.0]
    monkeypatch.setattr(rates.time, "monotonic", lambda: now[0])
    counter, rate = MemoryCounter(), Rate(1, 60)
    assert [counter.hit("a", rate), counter.hit("a", rate)] == [True, False]
    now[0] = 60
    assert counter.seen("a") == (0, 0)
    assert counter.hit("a", rate)


def test_of_many_at_once_no_more_than_many_count(counter):
    """Whichever thread they come from."""
    with ThreadPoolExecutor(8) as pool:
        within = list(pool.map(lambda _: counter.hit("many", Rate(20, 60)), range(100)))
    assert sum(within) == 20


def test_memory_forgets_what_is_over(monkeypatch):
    """Each address that ever came would else stay."""
    now = [0.0]
    monkeypatch.setattr(rates.time, "monotonic", lambda: now[0])
    counter = MemoryCounter()
    for number in range(1024):
        counter.hit(f"old {number}", Rate(1, 60))
    now[0] = 61
    counter.hit("new", Rate(1, 60))
    assert list(counter._counts) == ["new"]
