"""Finishing: the claim, what ``on_finish`` is given and may do, and what it leaves behind."""

from __future__ import annotations

import threading

import pytest
from flask import Response, redirect, session

from tests.conftest import shown
from wizard import FlowError, Refused, StoreError

from .cars import hire, stored, tab

ANSWERS = {"driver": {"name": "Ada"}, "payer": {"name": "Bob"}}


def receipt_of(visitor):
    """What the last page says."""
    return shown(visitor.get("done"))


# What on_finish is given


def test_what_on_finish_does_to_the_answers_changes_none(database):
    """They are a copy; when it refuses, everything is there as it was."""

    def take(answers, key):
        answers["driver"].pop("name")
        answers.pop("payer")
        raise Refused("Not today")

    visitor = hire(database, take)
    assert visitor.post("summary").status_code == 422
    assert stored(visitor)["answers"] == ANSWERS


def test_the_run_is_claimed_before_on_finish_is_called(database):
    """Whatever happens to this process from then on, the next request knows that it may have happened."""
    claims = []

    def look(answers, key):
        claims.append(stored(tab(visitor))["claim"])
        return "R-1"

    visitor = hire(database, look)
    assert "claim" not in stored(visitor)
    visitor.post("summary")
    assert len(claims[0]) == 1


# What it may return


def test_finishing_leaves_a_receipt_under_the_same_id(database):
    """One row, in which there is nothing else."""
    visitor = hire(database, lambda answers, key: "R-1")
    with visitor.client.session_transaction() as before:
        old, key = before.cookie["id"], before["car"]["run"]
    assert visitor.post("summary").location == "/car/done"
    with visitor.client.session_transaction() as after:
        assert after.cookie["id"] == old
        assert after["car"] == {"format": 2, "receipts": [{"run": key, "reference": "R-1"}]}
    assert "R-1" in receipt_of(visitor)


def test_a_page_of_the_authors_own_is_where_everything_leads_then(database):
    """Pressed twice, and from the address of our last page too."""
    called = []
    visitor = hire(database, lambda answers, key: called.append(key) or redirect("/thanks?order=1"))
    page = visitor.open("summary")
    for _ in range(2):
        assert visitor.send("summary", page).location == "/thanks?order=1"
    assert visitor.get("done").location == "/thanks?order=1"
    assert len(called) == 1


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "returned NoneType"),
        ("", "returned str"),
        ("  ", "returned str"),
        (7, "returned int"),
        (Response("ok"), "leads nowhere"),
        ("\ud800", "nobody can read"),
        ("R" * 2000, "nobody can read"),
    ],
)
def test_what_is_no_receipt_is_an_error_that_loses_no_answer(database, returned, said):
    """It names the wizard and the cure; the visitor can press again."""
    given = [returned]
    visitor = hire(database, lambda answers, key: given[0])
    with pytest.raises(FlowError, match=f"The wizard 'car': its on_finish .*{said}"):
        visitor.post("summary")
    assert stored(visitor)["answers"] == ANSWERS
    given[0] = "R-1"
    assert visitor.post("summary").location == "/car/done"


def test_on_finish_may_be_async(database):
    """With Flask's own extra for that."""

    async def create(answers, key):
        return f"R-{answers['driver']['name']}"

    visitor = hire(database, create)
    visitor.post("summary")
    assert "R-Ada" in receipt_of(visitor)


def test_an_object_with_an_async_call_is_waited_for_too(database):
    """As a service is that an application makes once."""

    class Create:
        async def __call__(self, answers, key):
            return f"R-{answers['driver']['name']}"

    visitor = hire(database, Create())
    visitor.post("summary")
    assert "R-Ada" in receipt_of(visitor)


def test_find_may_be_async(database):
    """Like ``on_finish``, whose counterpart it is."""

    async def find(key):
        return "R-found"

    visitor = hire(database, lambda answers, key: 1 / 0, find=find)
    with pytest.raises(ZeroDivisionError):
        visitor.post("summary")
    assert visitor.post("driver", name="Eve").location == "/car/done"
    assert "R-found" in receipt_of(visitor)


def test_on_finish_may_clear_the_session(database):
    """As one that signs somebody out does; the Receipt is kept."""
    visitor = hire(database, lambda answers, key: session.clear() or "R-1")
    with visitor.client.session_transaction() as before:
        before["cart"] = ["a book"]
    assert visitor.post("summary").location == "/car/done"
    assert "R-1" in receipt_of(visitor)
    with visitor.client.session_transaction() as after:
        assert "cart" not in after


def test_on_finish_may_sign_somebody_in(database):
    """The session then has another id, and the old one opens nothing but the last page."""

    def sign_in(answers, key):
        session["user"] = answers["driver"]["name"]
        session.renew()
        return "R-1"

    visitor = hire(database, sign_in)
    thief = tab(visitor)
    assert visitor.post("summary").location == "/car/done"
    assert "R-1" in receipt_of(visitor)
    with visitor.client.session_transaction() as after:
        assert after["user"] == "Ada"
    assert "R-1" in receipt_of(thief)
    with thief.client.session_transaction() as stolen:
        assert set(stolen) - {"csrf_token"} == {"car"}
        assert stolen["car"].keys() <= {"receipts", "format"}


# What it may refuse


@pytest.mark.parametrize(
    ("errors", "link"),
    [
        ("Not today", ""),
        ({"driver": "Not today"}, 'href="/car/driver?from=summary"'),
        ({"driver": {"name": "Not today"}}, 'href="/car/driver?from=summary#name"'),
        ({"driver": {"name": ["Not today", "Nor tomorrow"]}}, ">Not today</a>"),
        ({"driver": {"name": ["", [], ["Not today"]]}}, ">Not today</a>"),
        ({"driver": {"name": [{}, {"first": ["Not today"]}]}}, ">Not today</a>"),
        ({"spare": {"name": "Not today"}}, ""),
        ({1: "Not today"}, ""),
    ],
)
def test_what_is_refused_is_said_with_a_link_to_where_it_is_mended(database, errors, link):
    """Of the whole, of a step, or of a field; the answers can be changed at once, and then go on under another key."""
    keys = []

    def refuse(answers, key):
        keys.append(key)
        if answers["driver"]["name"] == "Ada":
            raise Refused(errors)
        return "R-1"

    visitor = hire(database, refuse)
    response = visitor.post("summary")
    assert response.status_code == 422
    assert "Not today" in shown(response)
    assert link in response.text
    assert visitor.post("summary").status_code == 422
    assert visitor.post("driver?from=summary", name="Eve").location == "/car/summary"
    assert visitor.post("summary").location == "/car/done"
    assert keys[0] == keys[1] != keys[2]


def test_the_page_on_which_it_is_mended_says_it_too(database):
    """At the input, until it is answered anew; of the step as a whole at the top, and of another answer nothing."""
    said = [{"driver": {"name": "Not today"}}, {"driver": "Nor tomorrow"}]

    def refuse(answers, key):
        if said:
            raise Refused(said.pop(0))
        return "R-1"

    visitor = hire(database, refuse)
    assert visitor.post("summary").status_code == 422
    page = visitor.get("driver?from=summary")
    assert page.status_code == 200
    assert 'href="#name">Not today</a>' in page.text
    assert 'id="name-error"' in page.text
    assert "Not today" not in shown(visitor.get("driver"))
    assert "Not today" not in shown(visitor.get("size?from=summary"))
    visitor.post("driver?from=summary", name="Eve")
    assert "Not today" not in shown(visitor.get("driver?from=summary"))
    visitor.post("summary")
    assert "Nor tomorrow" in shown(visitor.get("driver?from=summary"))
    assert visitor.post("summary").location == "/car/done"


@pytest.mark.parametrize("errors", ["", None, {}, {"driver": {}}, {"driver": None}, {"spare": {}}])
def test_what_is_refused_without_a_message_is_said_none_the_less(database, errors):
    """Nobody is left before a page that says nothing."""

    def refuse(answers, key):
        raise Refused(errors)

    response = hire(database, refuse).post("summary")
    assert response.status_code == 422
    assert "These answers do not go together" in shown(response)


# What may go wrong


def test_find_is_held_to_what_on_finish_is(database):
    """It may lead to a page of the author's own, and a visitor never reads what is no reference."""
    found = [redirect("/thanks"), 7]

    def fail(answers, key):
        raise ZeroDivisionError

    for one in found:
        visitor = hire(database, fail, find=lambda key, one=one: one)
        with pytest.raises(ZeroDivisionError):
            visitor.post("summary")
        if one == 7:
            with pytest.raises(FlowError, match="The wizard 'car': its find returned int"):
                visitor.post("driver", name="Eve")
        else:
            assert visitor.post("driver", name="Eve").location == "/thanks"


def test_after_an_exception_the_same_comes_again(database):
    """Nobody knows whether it happened, so that the key and the answers are the same."""
    given = []

    def fail_once(answers, key):
        given.append((key, answers))
        if len(given) == 1:
            raise RuntimeError
        return "R-1"

    visitor = hire(database, fail_once)
    with pytest.raises(RuntimeError):
        visitor.post("summary")
    assert "Ada" in shown(visitor.get("summary"))
    assert visitor.post("summary").location == "/car/done"
    assert given[0] == given[1] == (given[0][0], ANSWERS)


def test_a_store_that_fails_just_after_on_finish_makes_no_second_account(database, monkeypatch):
    """The visitor presses again, and gets the Receipt of the first."""
    accounts = {}

    def create(answers, key):
        if key not in accounts:
            monkeypatch.setattr(store, "save", fail)
        return accounts.setdefault(key, f"R-{len(accounts) + 1}")

    def fail(*args, **kwargs):
        raise StoreError

    visitor = hire(database, create)
    store = visitor.client.application.session_interface.store
    page = visitor.open("summary")
    assert visitor.send("summary", page).status_code == 503
    monkeypatch.undo()
    assert visitor.send("summary", page).location == "/car/done"
    assert list(accounts.values()) == ["R-1"]
    assert "R-1" in receipt_of(visitor)


def test_twenty_finishes_at_once_make_one_account(database):
    """Each gets the same Receipt, whoever came first."""
    accounts, together, lock = {}, threading.Barrier(20), threading.Lock()

    def create(answers, key):
        with lock:
            return accounts.setdefault(key, f"R-{len(accounts) + 1}")

    visitor = hire(database, create)
    page, tabs, led = visitor.open("summary"), [tab(visitor) for _ in range(20)], []

    def press(one):
        together.wait()
        led.append(one.send("summary", page).location)

    threads = [threading.Thread(target=press, args=[one]) for one in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert led == ["/car/done"] * 20
    assert list(accounts.values()) == ["R-1"]
    assert "R-1" in receipt_of(visitor)
