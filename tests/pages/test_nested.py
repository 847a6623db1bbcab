"""A list within a form that is enclosed, and within another list: everything is as it is at the top."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import settings as Settings  # noqa: N812  (walk() has a parameter of its own name)
from wtforms import DecimalField, FieldList, Form, FormField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Flow, Repeat, Step
from wizard.schema import schema
from wizard.testing import Journey, walk

from .census import serve


class Room(Form):
    """One of several, with several."""

    name = StringField("Name", [InputRequired("Enter a name")])
    windows = FieldList(DecimalField("Width", [InputRequired("Enter a width")]), "Windows", max_entries=2)


class House(Form):
    """What has rooms."""

    best = FormField(Room, "The best room")
    rooms = FieldList(FormField(Room), "Rooms")


FLOW = Flow(Step("house", House, title="House"), Repeat("others", House, title="Others"))
SENT = {
    "best-name": "Hall",
    "best-windows-0": "1.50",
    "rooms-0-name": "Attic",
    "rooms-0-windows-0": "2",
    "rooms-0-windows-1": "03",
}


@pytest.fixture
def journey(database):
    """A visitor before the house."""
    return Journey(serve(database, flow=FLOW))


def press(journey, action, **typed):
    """Press a button of a list, and return the page with what stands on it."""
    url = journey.url("house")
    response = journey.client.post(url, data=journey._open(url).filled(url, typed, action))
    assert response.status_code == 303
    return response.location, journey._open(url).sheet(url)


def test_rows_are_added_and_removed_at_each_depth(journey):
    """By buttons that need no script, and each leads to its list."""
    location, sheet = press(journey, "add.best-windows", **{"best-name": "Hall"})
    assert location.endswith("#best-windows")
    assert sheet.values["best-windows-0"] == ""
    press(journey, "add.rooms", **{"best-windows-0": "1.50"})
    press(journey, "add.rooms-0-windows", **{"rooms-0-name": "Attic"})
    _, sheet = press(journey, "add.rooms-0-windows", **{"rooms-0-windows-0": "2"})
    assert "add.rooms-0-windows" not in sheet.actions
    assert {name: sheet.values[name] for name in [*SENT][:4]} == {name: SENT[name] for name in [*SENT][:4]}
    location, sheet = press(journey, "remove.rooms-0-windows-0", **{"rooms-0-windows-1": "03"})
    assert location.endswith("#rooms-0-windows")
    assert sheet.values["rooms-0-windows-0"] == "03"
    _, sheet = press(journey, "remove.rooms-0")
    assert sheet.values["best-windows-0"] == "1.50"
    assert not [name for name in sheet.values if name.startswith("rooms")]


def test_each_button_says_in_what_it_adds_and_removes(journey):
    """Two rooms have windows of the same numbers."""
    for action in ("add.best-windows", "add.rooms", "add.rooms-0-windows"):
        press(journey, action)
    page = shown(journey.client.get(journey.url("house")))
    for button in (
        "Remove Width 1, The best room",
        "Add Width, The best room",
        "Remove Width 1, Rooms 1",
        "Add Width, Rooms 1",
        "Remove Rooms 1",
    ):
        assert button in page


def test_it_is_answered_and_shown(journey):
    """As typed on its page, and in words on the summary."""
    for action in ("add.best-windows", "add.rooms", "add.rooms-0-windows", "add.rooms-0-windows"):
        press(journey, action)
    said = journey.refused("house", **{**SENT, "rooms-0-windows-1": "x"})
    assert list(said) == ["rooms-0-windows-1"]
    journey.answer("house", **SENT).answer("others")
    house = journey.answers["house"]
    assert [str(one) for one in house["best"]["windows"]] == ["1.50"]
    assert [[str(one) for one in room["windows"]] for room in house["rooms"]] == [["2", "3"]]
    page = shown(journey.client.get(journey.url("summary"))).replace(" ,", ",")
    assert "Name: Hall, Windows: 1.50" in page
    assert "Name: Attic, Windows: 2, 3" in page
    sheet = journey._open(journey.url("house")).sheet(journey.url("house"))
    assert {name: sheet.values[name] for name in SENT} == SENT


def test_a_list_that_is_not_there_does_not_grow(journey):
    """A forged button is refused."""
    url = journey.url("house")
    values = journey._open(url).filled(url, {}, "")
    for action in ("add.rooms-4-windows", "add.best", "remove.best-windows-7", "remove.rooms-0-windows-0"):
        assert journey.client.post(url, data={**values, "_action": action}).status_code == 400, action


def test_it_is_driven_and_described():
    """As nested data."""
    best = {"name": "Hall", "windows": ["1.5"]}
    run = FLOW.run({"house": {"best": best, "rooms": [{**best, "windows": []}]}, "others": []})
    assert run.errors == {}
    assert run.answers["house"]["rooms"] == [{"name": "Hall", "windows": []}]
    found = schema(FLOW)["properties"]["house"]["properties"]["best"]["properties"]["windows"]
    assert (found["type"], found["maxItems"]) == ("array", 2)


def test_the_kit_walks_it(database):
    """With every button of every list."""
    quickly = Settings(max_examples=8, stateful_step_count=15, deadline=None, database=None, derandomize=True)
    walk(partial(serve, database, flow=FLOW), settings=quickly)
