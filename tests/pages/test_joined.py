"""Lists that are one together: each shows the entries of all, and they can be removed on each."""

from __future__ import annotations

import pytest
from hypothesis import settings as Settings  # noqa: N812  (walk() has a parameter of its own name)

from tests.conftest import Visitor, shown
from tests.flow.test_joined import FLOW
from wizard.testing import Journey, walk

from .census import serve


@pytest.fixture
def app(database):
    """Family, guests, and a bed for each of both."""
    return serve(database, flow=FLOW)


@pytest.fixture
def journey(app):
    """A visitor with Ada in the family, and Bo for a guest."""
    journey = Journey(app)
    journey.begin("family").answer("name", name="Ada")
    journey.answer("family").answer("visited", any="yes")
    journey.begin("guests").answer("name", name="Bo").answer("from", name="Rome")
    return journey.answer("guests")


def press(journey, page, action):
    """Press a button of a list, and return what the list then says."""
    response = Visitor(journey.client, "/census").post(page, _action=action)
    if response.status_code != 303:
        return response.status_code
    return shown(journey.client.get(response.location))


def people(journey):
    """Who is read as one list."""
    return [one["name"]["name"] for one in journey.values["people"]]


def test_each_page_shows_all_entries(journey):
    """Those of the other list lead to their own page, which leads back to its list."""
    journey.begin("family").answer("name", name="Cy")
    ada, cy, bo = "Ada Change Ada Remove Ada", "Cy Change Cy {}Remove Cy", "Number 3 Change Number 3 Remove Number 3"
    for page, moves in (("family", "Move up Cy "), ("guests", "")):
        assert f"{ada} {cy.format(moves)} {bo}" in shown(journey.client.get(journey.url(page)))
    assert 'href="/census/family/1' in journey.client.get(journey.url("guests")).text


def test_an_entry_is_removed_and_brought_back_in_either_place(journey):
    """With what belongs to it."""
    journey.entry("beds", 1).answer("bed", name="by the window")
    journey.entry("beds", 2).answer("bed", name="by the door")
    for page, action, name, left in (
        ("guests", "elsewhere.family.1", "Ada", ["Bo"]),
        ("family", "elsewhere.guests.1", "Number 2", ["Ada"]),
    ):
        assert f"Removed: {name}" in press(journey, page, action)
        assert people(journey) == left
        assert len(journey.answers["beds"]) == 1
        assert "Removed" not in press(journey, page, "undo")
        assert people(journey) == ["Ada", "Bo"]
    assert [one["bed"]["name"] for one in journey.answers["beds"]] == ["by the window", "by the door"]


def test_one_removal_can_be_undone_whichever_list_it_is_of(journey):
    """That of the entry that was removed last."""
    press(journey, "guests", "elsewhere.family.1")
    assert "Removed: Number 1" in press(journey, "guests", "remove.1")
    press(journey, "guests", "undo")
    press(journey, "guests", "undo")
    assert people(journey) == ["Bo"]


@pytest.mark.parametrize("action", ["elsewhere.family.7", "elsewhere.beds.1", "elsewhere.guests.1", "elsewhere.x"])
def test_what_is_not_there_cannot_be_removed(journey, action):
    """The list is shown as it is."""
    assert press(journey, "guests", action) == 409
    assert people(journey) == ["Ada", "Bo"]


def test_the_entries_of_a_list_that_is_not_asked_are_not_shown(journey):
    """Until it is."""

    def listed():
        return [
            name for name in ("Ada", "Number 2") if f"Remove {name}" in shown(journey.client.get(journey.url("family")))
        ]

    assert listed() == ["Ada", "Number 2"]
    journey.answer("visited", any="no")
    assert listed() == ["Ada"]
    journey.answer("visited", any="yes")
    assert listed() == ["Ada", "Number 2"]


@pytest.mark.slow
def test_no_visitor_breaks_them(app):
    """Whatever they add and remove, and where."""
    quickly = Settings(max_examples=30, stateful_step_count=20, deadline=None, database=None, derandomize=True)
    walk(lambda: app, settings=quickly)
