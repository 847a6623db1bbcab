"""ListPage: entries that are added, removed and brought back."""

from __future__ import annotations

import pytest
from wtforms import Form, StringField

from tests.conftest import Visitor, hidden, shown
from wizard import Flow, FlowError, Repeat, Run, Step

from .cars import FLOW, Code, Driver, Size, fill_before_drivers, is_large, names, serve


def test_entries_are_added_changed_and_removed(at_drivers):
    """Each by itself, and each leads back to the list."""
    visitor = at_drivers
    for name in ("Bob", "Carol", "Dan"):
        assert visitor.post("drivers", _action="add", name=name).location == "/car/drivers"
    assert 'value="Carol"' in visitor.get("drivers/2").text
    assert visitor.post("drivers/2", name="Carla").location == "/car/drivers"
    page = hidden(visitor.get("drivers").text)
    assert visitor.client.post("/car/drivers", data={**page, "_action": "remove.1"}).location == "/car/drivers"
    assert names(visitor) == ["Carla", "Dan"]
    assert "Carla" in shown(visitor.get("drivers"))
    assert visitor.post("drivers").location == "/car/code"
    visitor.answer("code", code="1")
    assert "Carla Dan Change drivers" in shown(visitor.get("summary"))


def test_what_is_typed_is_added_on_the_way_on(at_drivers):
    """Continue with a name in the form is no loss of that name."""
    assert at_drivers.post("drivers", name="Bob").location == "/car/code"
    assert names(at_drivers) == ["Bob"]


def test_a_list_that_may_stay_empty_says_so(database):
    """As long as there is nothing in it; one that needs an entry does not."""
    flow = Flow(Repeat("some", Driver, title="Some"), Repeat("more", Driver, title="More", least=1))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    said = "You can continue without adding any."
    assert said in shown(visitor.get("some"))
    visitor.answer("some", _action="add", name="Bob")
    assert said not in shown(visitor.get("some"))
    assert said not in shown(visitor.get("more"))


@pytest.mark.parametrize(
    ("page", "sent", "message"),
    [
        ("drivers", {"_action": "add", "name": ""}, "Enter a name"),
        ("drivers", {"name": ""}, "Add at least 1"),
    ],
)
def test_what_will_not_do_is_said_and_stored_nowhere(at_drivers, page, sent, message):
    """An entry is validated by itself, and the list by how many there are."""
    response = at_drivers.post(page, **sent)
    assert response.status_code == 422
    assert message in shown(response)
    assert names(at_drivers) == []


def test_what_was_done_before_is_not_said_beside_what_is_wrong(at_drivers):
    """It was said already; where nothing is wrong, it is there until the next answer."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    assert "Added: Bob" in shown(at_drivers.get("drivers"))
    assert "Added: Bob" not in shown(at_drivers.post("drivers", _action="add", name=""))


def test_an_entry_beyond_the_most_is_refused_and_stays_typed(at_drivers):
    """The message says the cure, and nothing is lost."""
    for name in ("Bob", "Carol", "Dan"):
        at_drivers.answer("drivers", _action="add", name=name)
    for action in ({"_action": "add"}, {}):
        response = at_drivers.post("drivers", name="Eve", **action)
        assert response.status_code == 422
        assert "You can add up to 3. Remove one before you add another." in shown(response)
        assert 'value="Eve"' in response.text
    assert names(at_drivers) == ["Bob", "Carol", "Dan"]
    assert "You have reached the limit of" in shown(at_drivers.get("drivers"))


def test_the_same_page_sent_twice_adds_once(at_drivers):
    """A double click, with Add and with Continue."""
    page = hidden(at_drivers.get("drivers").text)
    for _ in range(2):
        at_drivers.client.post("/car/drivers", data={**page, "_action": "add", "name": "Bob"})
    page = hidden(at_drivers.get("drivers").text)
    for _ in range(2):
        assert at_drivers.client.post("/car/drivers", data={**page, "name": "Carol"}).location == "/car/code"
    page = hidden(at_drivers.get("drivers").text)
    for _ in range(2):
        at_drivers.client.post("/car/drivers", data={**page, "_action": "remove.1"})
    assert names(at_drivers) == ["Carol"]


def test_two_tabs_add_to_one_list(at_drivers):
    """Both entries are kept; the same one twice is one."""
    pages = [hidden(at_drivers.get("drivers").text) for _ in range(3)]
    for page, name in zip(pages, ("Bob", "Carol", "Bob"), strict=True):
        at_drivers.client.post("/car/drivers", data={**page, "_action": "add", "name": name})
    assert names(at_drivers) == ["Bob", "Carol"]


def test_a_list_that_is_shown_again_can_be_edited_at_once(at_drivers):
    """It is shown as it is now, whatever the page was opened from."""
    first, second = (hidden(at_drivers.get("drivers").text) for _ in range(2))
    at_drivers.client.post("/car/drivers", data={**first, "_action": "add", "name": "Bob"})
    refused = at_drivers.client.post("/car/drivers", data={**second, "_action": "add", "name": ""})
    assert refused.status_code == 422
    sent = {**hidden(refused.text), "_action": "remove.1"}
    assert at_drivers.client.post("/car/drivers", data=sent).status_code == 303
    assert names(at_drivers) == []


def test_back_keeps_a_half_typed_entry_as_a_draft(at_drivers):
    """It is no entry, and is shown again; typed away, it is forgotten."""
    assert at_drivers.post("drivers", name="Bo", _action="back").location == "/car/payer"
    assert names(at_drivers) == []
    assert 'value="Bo"' in at_drivers.get("drivers").text
    at_drivers.post("drivers", name="", _action="back")
    assert 'value="Bo"' not in at_drivers.get("drivers").text


@pytest.mark.parametrize(
    ("pressed", "leads"), [("remove.1", "/car/drivers"), ("change.1", "/car/drivers/1"), ("back", "/car/payer")]
)
def test_a_half_typed_entry_survives_a_button_beside_another(at_drivers, pressed, leads):
    """It is kept as a Draft, through a change of the other, until it is added."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    assert at_drivers.post("drivers", name="half", _action=pressed).location == leads
    assert names(at_drivers) == ([] if pressed == "remove.1" else ["Bob"])
    assert 'value="half"' in at_drivers.get("drivers").text
    if names(at_drivers):
        at_drivers.answer("drivers/1", name="Rob")
        assert 'value="half"' in at_drivers.get("drivers").text
    at_drivers.answer("drivers", _action="add", name="whole")
    assert "half" not in at_drivers.get("drivers").text


def test_a_full_list_keeps_the_draft_that_it_cannot_show(at_drivers):
    """Another tab has filled it meanwhile; with one removed, there is room again for what was half typed."""
    at_drivers.post("drivers", name="half", _action="back")
    with at_drivers.client.session_transaction() as session:
        entries = {number: {"name": name} for number, name in zip("123", ("Bob", "Carol", "Dan"), strict=True)}
        Run(session, "car").accept(
            FLOW.get("drivers"),
            list(entries.values()),
            {one: {} for one in entries},
            draft="",
            ids=list(entries),
        )
    page = at_drivers.get("drivers").text
    assert 'value="half"' not in page
    at_drivers.send("drivers", hidden(page), _action="remove.1")
    assert 'value="half"' in at_drivers.get("drivers").text


@pytest.mark.parametrize("pressed", ["remove.2", "change.2", "remove.", "change.x"])
def test_a_button_for_an_entry_that_is_not_there_shows_the_list_as_it_is(at_drivers, pressed):
    """Another tab has removed it; what was typed meanwhile is kept."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    response = at_drivers.post("drivers", _action=pressed, name="half")
    assert response.status_code == 409
    assert "This list was changed in another tab" in shown(response)
    assert 'value="half"' in response.text
    assert names(at_drivers) == ["Bob"]


def test_a_removal_can_be_undone_until_the_next_change(at_drivers):
    """The entry comes back where it was, under its id; after another change there is nothing to undo."""
    for name in ("Bob", "Carol", "Dan"):
        at_drivers.answer("drivers", _action="add", name=name)
    at_drivers.answer("drivers", _action="remove.2")
    assert "Removed: Carol" in shown(at_drivers.get("drivers"))
    at_drivers.answer("drivers", _action="undo", name="half")
    assert names(at_drivers) == ["Bob", "Carol", "Dan"]
    assert 'value="Carol"' in at_drivers.get("drivers/2").text
    at_drivers.answer("drivers", _action="remove.2")
    at_drivers.answer("drivers/1", name="Rob")
    assert "Removed:" not in shown(at_drivers.get("drivers"))
    at_drivers.answer("drivers", _action="undo")
    assert names(at_drivers) == ["Rob", "Dan"]


def test_a_removal_that_there_is_no_room_to_undo_says_so(database):
    """Another answer allows fewer by then, so that it was removed in the first place."""
    people = Repeat("people", Driver, title="People", most=lambda answers: answers["size"]["seats"])
    visitor = Visitor(serve(Flow(Step("size", Size, title="Size"), people), database).test_client(), "/car")
    visitor.answer("size", size="large", seats="2")
    for name in ("Ada", "Bob"):
        visitor.answer("people", _action="add", name=name)
    visitor.answer("size", size="large", seats="1")
    visitor.answer("people", _action="remove.1")
    response = visitor.post("people", _action="undo")
    assert response.status_code == 422
    assert "You can add up to 1. Remove one before you add another." in shown(response)
    visitor.answer("size", size="large", seats="2")
    visitor.answer("people", _action="undo")
    assert "Back in the list: Ada" in shown(visitor.get("people"))


def test_an_id_is_never_given_to_another_entry(at_drivers):
    """An old page that names the removed one cannot mean the new one."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    at_drivers.answer("drivers", _action="remove.1")
    at_drivers.answer("drivers", _action="add", name="Carol")
    assert at_drivers.get("drivers/1").status_code == 404
    assert 'value="Carol"' in at_drivers.get("drivers/2").text


def test_an_entry_in_which_nothing_is_filled_in_is_refused(database):
    """However optional its fields are; Continue with nothing typed goes on."""

    class Note(Form):
        text = StringField("Text")

    visitor = Visitor(serve(Flow(Repeat("notes", Note, title="Notes")), database).test_client(), "/car")
    response = visitor.post("notes", _action="add", text="  ")
    assert response.status_code == 422
    assert "Enter something before you add it" in shown(response)
    assert visitor.post("notes", text="").location == "/car/summary"


def test_only_the_entry_that_is_added_is_validated(database):
    """One of twenty costs one validation, not twenty."""
    seen = []

    class Note(Form):
        text = StringField("Text", [lambda form, field: seen.append(field.data)])

    visitor = Visitor(serve(Flow(Repeat("notes", Note, title="Notes")), database).test_client(), "/car")
    for text in ("one", "two", "three"):
        visitor.answer("notes", _action="add", text=text)
    assert seen == ["one", "two", "three"]
    page = visitor.open("notes/2")
    seen.clear()
    visitor.send("notes/2", page, text="zwei")
    assert seen == ["zwei"]


@pytest.mark.parametrize("pressed", ["remove.1", "change.1"])
def test_a_button_beside_an_entry_that_has_expired_keeps_what_is_typed(at_drivers, pressed):
    """The entry is gone with all answers; what was typed into the form below it is not."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    page = hidden(at_drivers.get("drivers").text)
    at_drivers.expire()
    sent = {**page, "_action": pressed, "name": "half"}
    assert at_drivers.client.post("/car/drivers", data=sent).location == "/car/size"
    with at_drivers.client.session_transaction() as session:
        assert session["car"]["drafts"] == {"drivers": {"name": ["half"]}}


def test_a_list_that_was_open_when_another_tab_cleared_says_so(at_drivers):
    """What was half typed is kept on the page, and begins anew when the visitor says so."""
    page = at_drivers.open("drivers")
    at_drivers.post("clear")
    response = at_drivers.send("drivers", page, _action="add", name="Bob")
    assert response.status_code == 409
    assert "Your answers were cleared" in shown(response)
    assert at_drivers.send("drivers", hidden(response.text)).location == "/car/size"
    fill_before_drivers(at_drivers)
    assert 'value="Bob"' in at_drivers.get("drivers").text


def test_a_list_that_is_not_open_is_not_counted(database):
    """What it is counted by may be on the path no more, or not be answered yet: its page still says what is wrong."""
    flow = Flow(
        Step("size", Size, title="Size"),
        Step("licence", Driver, title="Licence", when=is_large),
        Repeat(
            "drivers", Driver, title="Drivers", when=is_large, counted=lambda answers, _: answers["licence"]["name"]
        ),
    )
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    visitor.answer("size", size="large", seats="4")
    visitor.answer("licence", name="Ada")
    page = visitor.open("drivers")
    visitor.post("clear")
    assert visitor.send("drivers", page, _action="add", name="Bob").status_code == 409
    visitor.answer("size", size="large", seats="4")
    assert visitor.send("drivers", page, csrf_token="old", name="Bob").status_code == 422
    visitor.answer("size", size="small", seats="4")
    response = visitor.send("drivers", page, name="Bob")
    assert response.status_code == 409
    assert "Bob" in shown(response)


@pytest.mark.parametrize(
    ("given", "cure"),
    [({"unique": "nick"}, "is no field of an entry. Name one of 'name'"), ({"unique": "code"}, "is a secret")],
)
def test_what_cannot_be_unique_is_told_when_the_flow_is_built(given, cure):
    """With the cure."""
    form = Code if given["unique"] == "code" else Driver
    keep = {"keep": {"code": None}} if form is Code else {}
    with pytest.raises(FlowError, match=cure):
        Repeat("drivers", form, title="Drivers", **keep, **given)


def test_no_two_entries_are_the_same_in_what_is_unique(database):
    """Not when one is added or changed; and one that is sent twice is one entry, as ever."""
    flow = Flow(Repeat("drivers", Driver, title="Drivers", unique="name"))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    visitor.answer("drivers", _action="add", name="Bob")
    opened = visitor.open("drivers")
    assert visitor.send("drivers", {**opened, "_action": "add"}, name="Carol").status_code == 303
    assert visitor.send("drivers", {**opened, "_action": "add"}, name="Carol").status_code == 303
    assert names(visitor) == ["Bob", "Carol"]
    for page, sent in (("drivers", {"_action": "add"}), ("drivers", {}), ("drivers/2", {})):
        refused = visitor.post(page, name="BOB", **sent)
        assert (refused.status_code, "This is already on the list" in shown(refused)) == (422, True)
    assert visitor.post("drivers/1", name="bob").status_code == 303
    assert names(visitor) == ["bob", "Carol"]


def test_what_is_there_anew_does_not_come_back(database):
    """An entry that was removed may have been added again since."""
    flow = Flow(Repeat("drivers", Driver, title="Drivers", unique="name"))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    for name in ("Bob", "Carol"):
        visitor.answer("drivers", _action="add", name=name)
    visitor.answer("drivers", _action="remove.1")
    visitor.answer("drivers/2", name="Bob")
    refused = visitor.post("drivers", _action="undo")
    assert (refused.status_code, names(visitor)) in [(422, ["Bob"]), (303, ["Bob"])]
