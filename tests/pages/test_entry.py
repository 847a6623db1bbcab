"""EntryPage: one entry of a list that is changed."""

from __future__ import annotations

import re
import time

import pytest
from wtforms import BooleanField, Form, HiddenField, StringField

from tests.conftest import hidden, shown
from wizard import Flow, Repeat, Run
from wizard.pages.words import entry_names
from wizard.testing import Journey

from .cars import fill, names, stored
from .census import serve


def test_an_entry_that_is_changed_into_a_mistake_is_asked_again(at_drivers):
    """What was accepted stays until something valid takes its place."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    response = at_drivers.post("drivers/1", name="")
    assert response.status_code == 422
    assert "Enter a name" in shown(response)
    assert names(at_drivers) == ["Bob"]


def test_the_page_of_an_entry_is_called_as_people_call_the_entry(database):
    """By its first answer; by all of them where others have that too, and by its number where there is none."""

    class Guest(Form):
        name = StringField("Name")
        meal = StringField("Meal", default="soup")
        child = BooleanField("A child")
        secret = HiddenField(default="x")

    journey = Journey(serve(database, flow=Flow(Repeat("guests", Guest, title="Guests"))))
    for typed in ({"name": "A<b"}, {"name": "Bo"}, {"name": "Bo", "meal": "fish"}):
        journey.add("guests", **typed)
    titles = []
    for number in (1, 2, 3):
        page = journey.client.get(journey.url("guests", number)).text
        titles.append(re.search("<title>(.*?) - Form</title>", page)[1])
        heading = " ".join(re.sub("<.*?>", "", re.search("<h1.*?>(.*?)</h1>", page)[1]).split())
        assert heading == titles[-1]
    assert titles == ["Change A&lt;b: Guests", "Change Bo, soup, No: Guests", "Change Bo, fish, No: Guests"]
    assert entry_names([[("", "Nothing filled in")], [("Name", "Bo")]]) == ["Number 1", "Bo"]


@pytest.mark.parametrize("address", ["drivers/0", "drivers/2", "drivers/99", "drivers/x", "size/1"])
def test_an_entry_that_is_not_there_is_a_404(at_drivers, address):
    """Nobody is shown the page of an entry that there is none of."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    assert at_drivers.get(address).status_code == 404


def test_what_is_typed_for_an_entry_that_is_gone_is_offered_as_a_new_one(at_drivers):
    """Another tab has removed it; an id is never given to another, so nothing is put upon somebody else."""
    for name in ("Bob", "Carol"):
        at_drivers.answer("drivers", _action="add", name=name)
    page = at_drivers.open("drivers/1")
    at_drivers.answer("drivers", _action="remove.1")
    at_drivers.answer("drivers", _action="add", name="Dan")
    response = at_drivers.send("drivers/1", page, name="Robert")
    assert response.status_code == 409
    assert "This list was changed in another tab" in shown(response)
    assert names(at_drivers) == ["Carol", "Dan"]
    assert 'value="Robert"' in at_drivers.get("drivers").text


def test_a_page_that_is_sent_again_with_something_else_adds_that_too(at_drivers):
    """It is no double click: nobody would type another name into one."""
    page = hidden(at_drivers.get("drivers").text)
    for name in ("Bob", "Carol", "Bob"):
        at_drivers.client.post("/car/drivers", data={**page, "_action": "add", "name": name})
    assert names(at_drivers) == ["Bob", "Carol"]
    page = hidden(at_drivers.get("drivers/1").text)
    for name in ("Rob", "Robert", "Robert"):
        at_drivers.client.post("/car/drivers/1", data={**page, "name": name})
    assert names(at_drivers) == ["Robert", "Carol"]


def test_an_entry_is_found_by_its_id_wherever_it_stands_by_now(at_drivers):
    """Another tab has removed the first; what was typed for the second is not put upon the third."""
    for name in ("Bob", "Carol", "Dan"):
        at_drivers.answer("drivers", _action="add", name=name)
    entry, listed = at_drivers.open("drivers/2"), at_drivers.open("drivers")
    at_drivers.send("drivers", listed, _action="remove.1")
    assert at_drivers.send("drivers/2", entry, name="Carla").location == "/car/drivers"
    assert at_drivers.send("drivers", listed, _action="remove.2").status_code == 303
    assert names(at_drivers) == ["Dan"]


def test_an_entry_that_another_tab_has_changed_is_asked_about(at_drivers):
    """Neither version is lost: the one is stored, the other is on the page and a Draft."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    first, second = at_drivers.open("drivers/1"), at_drivers.open("drivers/1")
    assert at_drivers.send("drivers/1", first, name="Rob").status_code == 303
    response = at_drivers.send("drivers/1", second, name="Robert")
    assert response.status_code == 409
    assert 'value="Robert"' in response.text
    assert names(at_drivers) == ["Rob"]
    assert at_drivers.send("drivers/1", hidden(response.text), name="Robert").status_code == 303
    assert names(at_drivers) == ["Robert"]


def test_an_entry_that_is_refused_is_kept_as_its_draft(at_drivers):
    """It is there when the entry is opened again, and nowhere else."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    at_drivers.answer("drivers", _action="add", name="Carol")
    assert at_drivers.post("drivers/1", name="Bob\x00").status_code == 422
    assert stored(at_drivers)["drafts"] == {"drivers.1": {"name": ["Bob\x00"]}}
    assert 'value="Carol"' in at_drivers.get("drivers/2").text


def test_an_entry_that_was_being_changed_survives_an_expired_session(at_drivers):
    """It comes back as a Draft when the visitor is at the list again."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    page = hidden(at_drivers.get("drivers/1").text)
    at_drivers.expire()
    assert at_drivers.client.post("/car/drivers/1", data={**page, "name": "Robert"}).location == "/car/size"
    at_drivers.answer("size", size="small", seats="4")
    at_drivers.answer("model", model="s2")
    at_drivers.answer("payer", name="Ada")
    assert 'value="Robert"' in at_drivers.get("drivers").text


def test_an_entry_is_closed_before_its_turn(at_drivers):
    """As its list is."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    at_drivers.answer("size", size="large", seats="4")
    assert at_drivers.get("drivers/1").location == at_drivers.get("drivers").location
    assert at_drivers.get("drivers/1").status_code == 303


def test_a_page_without_a_token_loses_nothing(at_drivers):
    """The list, an entry and a removal are asked again, with what was typed."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    for page, sent in (
        ("drivers", {"_action": "add", "name": "Eve"}),
        ("drivers/1", {"name": "Eve"}),
        ("drivers", {"_action": "remove.1"}),
        ("drivers", {"_action": "change.1"}),
    ):
        response = at_drivers.client.post(f"/car/{page}", data=sent)
        assert response.status_code == 422
        assert "this page has expired" in shown(response)
    assert names(at_drivers) == ["Bob"]


def test_an_entry_that_was_open_when_another_tab_cleared_says_so(at_drivers):
    """What was typed is kept on the page; begun anew, it waits as a new entry of the list."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    page = at_drivers.open("drivers/1")
    at_drivers.post("clear")
    response = at_drivers.send("drivers/1", page, name="Robert")
    assert response.status_code == 409
    assert "Your answers were cleared" in shown(response)
    anew = hidden(response.text)
    assert anew["name"] == "Robert"
    assert "run" not in stored(at_drivers)
    assert at_drivers.send("drivers/1", anew).location == "/car/size"
    assert stored(at_drivers)["drafts"] == {"drivers": {"name": ["Robert"]}}


def test_an_entry_that_is_gone_and_comes_without_a_token_is_shown_again(at_drivers):
    """It changes nothing, and loses nothing that was typed."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    page = at_drivers.open("drivers/1")
    at_drivers.answer("drivers", _action="remove.1")
    at_drivers.answer("drivers", _action="add", name="Bob")
    response = at_drivers.send("drivers/1", page, csrf_token="nonsense", name="Robert")
    assert response.status_code == 422
    assert "this page has expired" in shown(response)
    assert 'value="Robert"' in response.text
    assert names(at_drivers) == ["Bob"]


def test_an_entry_that_is_changed_while_the_run_is_being_finished_is_kept_as_its_draft(visitor):
    """The visitor is told, and finds it again."""
    fill(visitor)
    page = visitor.open("drivers/1")
    with visitor.client.session_transaction() as session:
        run = Run(session, "car")
        run.put_claim(run.claim.joined(time.time())[0])
    response = visitor.send("drivers/1", page, name="Rob")
    assert response.status_code == 422
    assert "Your answers are being sent right now" in shown(response)
    assert visitor.send("drivers", visitor.open("drivers"), _action="remove.1").status_code == 422
    assert names(visitor) == ["Bob"]
    assert 'value="Rob"' in visitor.get("drivers/1").text
