"""A page within a list that was left open while another tab has cleared or finished the run, or removed its entry."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import Visitor, hidden, shown

from .census import serve
from .test_entries import add, press, record

#: A page within an entry, one within an entry of an entry, and one for an entry of another list.
PAGES = {
    "people/1/name": {"first": "Bobby"},
    "people/1/jobs/1/job": {"work": "Baker"},
    "diets/1/diet": {"eats": "soup"},
}
at_any_depth = pytest.mark.parametrize(("page", "typed"), PAGES.items(), ids=PAGES)


@pytest.fixture
def visitor(database):
    """A visitor who has listed Ada, and a job of hers."""
    visitor = Visitor(serve(database).test_client(), "/census")
    visitor.answer("home", kind="house")
    add(visitor, "Ada", 1980)
    press(visitor, "people/1/jobs", "add")
    visitor.answer("people/1/jobs/1/job", work="Miner")
    press(visitor, "people/1/jobs")
    return visitor


@at_any_depth
def test_a_page_whose_answers_were_cleared_says_so(visitor, page, typed):
    """With what was typed, and nothing starts by itself."""
    opened = visitor.open(page)
    visitor.send("clear", visitor.open("clear"))
    response = visitor.send(page, opened, **typed)
    assert response.status_code == 409
    assert "Your answers were cleared" in shown(response)
    assert next(iter(typed.values())) in shown(response)
    assert "entries" not in record(visitor)


@at_any_depth
def test_its_button_begins_anew(visitor, page, typed):
    """With what was typed, but for what is about an entry of another list, where none is left."""
    opened = visitor.open(page)
    visitor.send("clear", visitor.open("clear"))
    cleared = visitor.send(page, opened, **typed)
    [action] = re.findall(r'method="post" action="/census/([^"]*)"', cleared.text)
    begun = visitor.send(action, hidden(cleared.text), **typed)
    assert begun.status_code == 303
    assert visitor.client.get(begun.location, follow_redirects=True).request.path == "/census/home"
    assert (next(iter(typed.values())) in json.dumps(record(visitor))) == (page != "diets/1/diet")


@at_any_depth
def test_a_page_whose_run_was_finished_leads_to_the_receipt(visitor, page, typed):
    """As every other page does."""
    visitor.answer("diets/1/diet", eats="soup")
    opened = visitor.open(page)
    visitor.answer("sure", sure="y")
    visitor.send("summary", visitor.open("summary"))
    assert visitor.send(page, opened, **typed).location == "/census/done"


def test_what_is_typed_within_an_entry_that_was_removed_is_kept(visitor):
    """In a new entry of a new one, which wait to be filled in."""
    opened = visitor.open("people/1/jobs/1/job")
    press(visitor, "people", "remove.1")
    response = visitor.send("people/1/jobs/1/job", opened, work="Baker")
    assert response.status_code == 409
    assert "what you typed is still here" in shown(response)
    assert "Number 1 Not finished" in shown(response)
    visitor.answer("people/2/name", first="Grace")
    visitor.answer("people/2/birth", year="1906")
    assert 'value="Baker"' in visitor.get("people/2/jobs/1/job").text
