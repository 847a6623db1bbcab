"""The claim: while a run is being finished, or nobody knows whether it was, its answers are frozen."""

from __future__ import annotations

import time

import pytest

from tests.conftest import hidden, shown
from wizard import Refused
from wizard.flow.claim import LEASE
from wizard.pages.visit import Visit

from .cars import hire, stored, tab

#: It is saved by each store in a way of its own.
pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgres", "redis"], indirect=True)

FROZEN = "Your answers are being sent right now and cannot be changed. What you typed here is saved"


class Desk:
    """An ``on_finish`` that fails as long as it is told to, and knows what it was called with."""

    def __init__(self):
        self.calls = []
        self.fails = True
        self.found = None
        self.asked = []

    def __call__(self, answers, key):
        self.calls.append((key, answers["driver"]["name"]))
        if self.fails:
            raise RuntimeError
        return f"R-{len(self.calls)}"

    def find(self, key):
        """Say what came of a run."""
        self.asked.append(key)
        return self.found


@pytest.fixture
def desk():
    """Where finished runs arrive."""
    return Desk()


def crash(visitor):
    """Finish, and see it fail."""
    with pytest.raises(RuntimeError):
        visitor.post("summary")


@pytest.fixture
def later(monkeypatch):
    """Let the lease be over."""
    now = time.time
    return lambda: monkeypatch.setattr(time, "time", lambda: now() + LEASE + 1)


def test_what_is_changed_while_answers_are_frozen_is_kept_as_a_draft(store_url, desk):
    """The visitor is told, and finds it again; pressing the button goes on with the answers as they were."""
    visitor = hire(store_url, desk)
    crash(visitor)
    response = visitor.post("driver", name="Eve")
    assert response.status_code == 422
    assert FROZEN in shown(response)
    assert 'value="Eve"' in response.text
    assert 'value="Eve"' in visitor.get("driver").text
    assert stored(visitor)["answers"]["driver"] == {"name": "Ada"}
    desk.fails = False
    assert visitor.post("summary").location == "/car/done"
    assert desk.calls[0] == desk.calls[1]


def test_after_the_lease_a_change_goes_on_under_a_new_key(store_url, desk, later):
    """The old key came with the old answers, and never comes with others."""
    visitor = hire(store_url, desk)
    crash(visitor)
    page = visitor.open("driver")
    assert visitor.send("driver", page, name="Eve").status_code == 422
    later()
    assert visitor.send("driver", page, name="Eve").location == "/car/payer"
    desk.fails = False
    assert visitor.post("summary").location == "/car/done"
    (old, first), (new, second) = desk.calls
    assert (first, second) == ("Ada", "Eve")
    assert old != new


def test_a_page_of_before_the_key_was_renewed_still_leads_to_the_receipt(store_url, desk, later):
    """The run is the same, whatever key it was finished under, and nobody says that it was cleared."""
    visitor = hire(store_url, desk)
    page = visitor.open("payer")
    crash(visitor)
    later()
    visitor.answer("driver", name="Eve")
    desk.fails = False
    assert visitor.post("summary").location == "/car/done"
    assert visitor.send("payer", page, name="Cyd").location == "/car/done"
    assert "Your answers had already been sent, so what you typed for “Payer”" in shown(visitor.get("done"))


def test_after_the_lease_pressing_again_still_comes_with_the_same_key(store_url, desk, later):
    """Nothing was changed."""
    visitor = hire(store_url, desk)
    crash(visitor)
    later()
    desk.fails = False
    visitor.post("summary")
    assert desk.calls[0] == desk.calls[1]


def test_who_can_find_out_lets_an_answer_change_at_once(store_url, desk):
    """Nothing came of it, so that nobody has to wait; other answers have another key all the same."""
    visitor = hire(store_url, desk, find=desk.find)
    crash(visitor)
    assert desk.asked == []
    assert visitor.post("driver", name="Eve").location == "/car/payer"
    assert desk.asked == [desk.calls[0][0]]
    desk.fails = False
    visitor.post("summary")
    assert [name for _, name in desk.calls] == ["Ada", "Eve"]
    assert desk.calls[0][0] != desk.calls[1][0]


def test_what_is_found_ends_the_run(store_url, desk):
    """It had happened after all: a change leads to the Receipt, and nothing is done again."""
    visitor = hire(store_url, desk, find=desk.find)
    crash(visitor)
    desk.found = "R-7"
    page = visitor.open("driver")
    for _ in range(2):
        assert visitor.send("driver", page, name="Eve").location == "/car/done"
    assert "R-7" in shown(visitor.get("done"))
    assert len(desk.calls) == 1


class Killed(BaseException):
    """The process ends here: nothing after it is run."""


@pytest.mark.parametrize("point", ["claimed", "called", "committed", "ending", "ended"])
def test_a_process_that_is_killed_at_any_point_of_finishing_makes_one_account(store_url, monkeypatch, point):
    """Nothing may change in between, pressing again goes on, and the visitor gets the Receipt of the one account."""
    accounts, given, lives = {}, [], [True]
    save, change_after = Visit.save, Visit.change_after

    def reach(here):
        if lives[0] is True and here == point:
            lives[0] = False
        if lives[0] is False:
            raise Killed

    def create(answers, key):
        given.append((key, answers))
        reach("called")
        reference = accounts.setdefault(key, f"R-{len(accounts) + 1}")
        reach("committed")
        return reference

    def saved(visit):
        save(visit)
        if visit.run.claim:
            reach("claimed")

    def ended(visit, change):
        reach("ending")
        change_after(visit, change)
        reach("ended")

    visitor = hire(store_url, create)
    page, step = visitor.open("summary"), visitor.open("driver")
    monkeypatch.setattr(Visit, "save", saved)
    monkeypatch.setattr(Visit, "change_after", ended)
    with pytest.raises(Killed):
        visitor.send("summary", page)
    lives[0] = None
    changed = visitor.send("driver", step, name="Eve")
    assert changed.location == "/car/done" if point == "ended" else changed.status_code == 422
    assert visitor.send("summary", page).location == "/car/done"
    assert list(accounts.values()) == ["R-1"]
    assert all(one == given[0] for one in given)
    assert "R-1" in shown(visitor.get("done"))


def test_nobody_is_asked_while_an_attempt_is_under_way(store_url):
    """It may yet happen, so that nothing found means nothing."""
    asked, led = [], []

    def create(answers, key):
        led.append(tab(visitor).post("driver", name="Eve").status_code)
        return "R-1"

    visitor = hire(store_url, create, find=asked.append)
    assert visitor.post("summary").location == "/car/done"
    assert (led, asked) == ([422], [])


def test_a_change_in_another_tab_while_it_is_finished_is_not_in_it(store_url):
    """The answers are those that the visitor saw when they pressed the button, and the other tab says so."""
    given, said = [], []

    def create(answers, key):
        said.append(tab(visitor).post("driver", name="Eve"))
        given.append(answers["driver"]["name"])
        return "R-1"

    visitor = hire(store_url, create)
    assert visitor.post("summary").location == "/car/done"
    assert given == ["Ada"]
    assert FROZEN in shown(said[0])
    assert visitor.send("driver", hidden(said[0].text), name="Eve").location == "/car/done"


def test_who_clears_while_it_is_finished_still_gets_the_receipt(store_url):
    """It has happened, and the visitor is not told otherwise."""

    def create(answers, key):
        assert tab(visitor).post("clear").status_code == 303
        return "R-1"

    visitor = hire(store_url, create)
    page = visitor.open("summary")
    assert visitor.send("summary", page).location == "/car/done"
    assert "R-1" in shown(visitor.get("done"))
    assert visitor.send("summary", page).location == "/car/done"
    assert "answers" not in stored(visitor)


def test_a_refusal_does_not_free_what_another_attempt_has_claimed(store_url):
    """Of two clicks one is refused; the other may still make the account, with the answers as they are."""
    led = []

    def create(answers, key):
        if led:
            raise Refused("Not twice")
        second = tab(visitor)
        led.append("pressed")
        led[:] = [second.post("summary").status_code, second.post("driver", name="Eve").status_code]
        return "R-1"

    visitor = hire(store_url, create)
    assert visitor.post("summary").location == "/car/done"
    assert led == [422, 422]
    assert "R-1" in shown(visitor.get("done"))
