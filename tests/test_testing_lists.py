"""The test kit, where a list is asked in several pages."""

from __future__ import annotations

import pytest
from hypothesis import settings as Settings  # noqa: N812  (walk() has a parameter of its own name)
from wtforms import Form, StringField

from tests.pages.census import serve
from wizard import Flow, Repeat, Step, WizardError
from wizard.testing import Journey, walk


@pytest.fixture
def journey(database):
    """A visitor of the census, who has said that the home is a house."""
    return Journey(serve(database)).answer("home", kind="house")


def test_a_journey_leads_into_an_entry(journey):
    """And into lists in it; there, it is as anywhere."""
    ada = journey.begin("people")
    ada.answer("name", first="Ada").answer("birth", year=1990)
    assert ada.path == ["name", "birth", "jobs"]
    assert journey.at == "people"
    ada.begin("jobs").answer("job", work="Poet")
    assert ada.refused("name", first="") == {"first": "Enter a name"}
    ada.answer("jobs")
    assert ada.answers["jobs"] == [{"job": {"work": "Poet"}}]
    assert journey.at == "diets"
    journey.entry("diets", 1).answer("diet", eats="soup")
    journey.answer("sure", sure=True)
    assert journey.finish() == "Done"


def test_a_journey_moves_removes_and_brings_back_entries(journey):
    """By their numbers on the list."""
    for first in ("Ada", "Bo", "Cy"):
        journey.begin("people").answer("name", first=first).answer("birth", year=2020)

    def names():
        return [one["name"]["first"] for one in journey.answers["people"]]

    journey.move_up("people", 3)
    assert names() == ["Ada", "Cy", "Bo"]
    journey.remove("people", 1)
    assert names() == ["Cy", "Bo"]
    journey.undo("people")
    journey.entry("people", 2).answer("name", first="Cyd")
    assert names() == ["Ada", "Cyd", "Bo"]


def test_a_journey_starts_with_entries_that_it_is_given(journey):
    """With lists in them, and pages for each; one that is given in part is not finished."""
    people = [
        {"name": {"first": "Ada"}, "birth": {"year": 1990}, "jobs": [{"job": {"work": "Poet"}}]},
        {"name": {"first": "Bo"}, "birth": {"year": 2020}},
    ]
    journey.given(people=people, diets=[{"diet": {"eats": "soup"}}, {"diet": {"eats": "milk"}}])
    assert journey.answers["people"] == people
    assert journey.at == "sure"
    journey.given(people=[{"name": {"first": "Cy"}}])
    assert journey.at == "people"
    assert journey.answers["people"] == []


def test_no_visitor_breaks_a_list_of_several_pages(database):
    """With lists in it, and pages for each entry."""
    walk(lambda: serve(database), settings=Settings(max_examples=8, stateful_step_count=10, deadline=None))


def test_a_walk_says_which_step_of_an_entry_it_cannot_guess(database):
    """By the names of its list and its own."""

    class Guessless(Form):
        word = StringField("Word", [lambda form, field: None])

    flow = Flow(Repeat("people", Step("name", Guessless, title="Name"), title="People"))
    with pytest.raises(WizardError, match=r"Step 'people/name': what can be typed into 'word' is not known"):
        walk(lambda: serve(database, flow=flow))
