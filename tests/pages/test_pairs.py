"""Steps that are asked for each two entries of a list: which two these are, and what stays with them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import settings as Settings  # noqa: N812  (walk() has a parameter of its own name)
from wtforms import Form, StringField

from tests.conftest import shown
from wizard import Flow, FlowError, ForEach, Repeat, Step
from wizard.picture import table
from wizard.testing import Journey, walk

from .census import serve


class Name(Form):
    """Asks a name."""

    name = StringField("Name")


def who(answers):
    """Ask for two people by their names."""
    return " and ".join(answers["entry"][one]["name"]["name"] for one in ("one", "other")) + "?"


def called(name, **given):
    """Ask for a name."""
    return Step(name, Name, **{"title": name.capitalize(), **given})


people = Repeat("people", called("name"), title="People", each=lambda entry: entry["name"]["name"])
related = ForEach("related", called("as", title=who), over="people", pairs=True, title="Related")
FLOW = Flow(people, related)


def run_of(*names, **more):
    """Go through the flow, and say of each two how they are related."""
    two = [{"as": {"name": "-".join(pair)}} for pair in combinations(names, 2)]
    return FLOW.run({"people": [{"name": {"name": name}} for name in names], "related": two, **more})


def test_they_are_asked_for_each_two():
    """In the order of the list."""
    run = run_of("A", "B", "C")
    assert run.missing == []
    assert [one["as"]["name"] for one in run.answers["related"]] == ["A-B", "A-C", "B-C"]


@pytest.mark.parametrize("names", [(), ("A",)])
def test_nothing_is_asked_where_there_are_no_two(names):
    """One alone is related to nobody."""
    run = run_of(*names)
    assert "related" not in run.path.names
    assert run.missing == []


def test_two_lists_can_be_gone_over(database):
    """With ids that cannot be taken for each other."""
    guests = Repeat("guests", called("guest"), title="Guests")
    either = ForEach("either", called("as"), over=["people", "guests"], pairs=True, title="Either")
    journey = Journey(serve(database, flow=Flow(people, guests, either)))
    journey.begin("people").answer("name", name="Ada")
    journey.answer("people").begin("guests").answer("guest", name="Bo")
    journey.answer("guests")
    assert journey.client.get(journey.url("either")).location.endswith("/either/people-1~guests-1/as")
    assert "Either: Ada and Number 2" in shown(journey.client.get("/census/either/people-1~guests-1/as"))


@pytest.fixture
def journey(database):
    """A visitor with three people, who are related."""
    journey = Journey(serve(database, flow=FLOW))
    for name in "ABC":
        journey.begin("people").answer("name", name=name)
    journey.answer("people")
    for number, kind in enumerate(["A-B", "A-C", "B-C"], 1):
        journey.entry("related", number).answer("as", name=kind)
    return journey


def kinds(journey):
    """How they are related."""
    return [one["as"]["name"] for one in journey.answers["related"]]


def test_a_pair_goes_and_comes_back_with_either_of_its_entries(journey):
    """What is said of the others stays."""
    journey.remove("people", 2)
    assert kinds(journey) == ["A-C"]
    journey.undo("people")
    assert kinds(journey) == ["A-B", "A-C", "B-C"]
    journey.begin("people").answer("name", name="D")
    journey.answer("people")
    assert journey.at == "related"
    assert kinds(journey)[:2] == ["A-B", "A-C"]


def test_the_pages_say_whom_they_are_about(journey):
    """By the titles of both."""
    assert "B and C?" in shown(journey.client.get("/census/related/2~3/as"))
    assert "A and B Change A and B A and C" in shown(journey.client.get("/census/related"))
    assert journey.client.get("/census/related/3~2/as").status_code == 404


def test_the_summary_shows_each_two_of_them(journey):
    """With a link to change each, and that is what is finished."""
    assert "A and C" in shown(journey.client.get("/census/summary"))
    assert journey.finish() == "Done"


@pytest.mark.slow
def test_no_visitor_breaks_them(database):
    """Whatever they add and remove."""
    quickly = Settings(max_examples=15, stateful_step_count=20, deadline=None, database=None, derandomize=True)
    app = serve(database, flow=FLOW)
    walk(lambda: app, settings=quickly)


def test_mistakes_are_found_when_the_flow_is_built():
    """Who comes first must not change, and an entry is read through one of the two."""
    moved = Repeat("people", called("name"), title="People", sortable=True)
    with pytest.raises(FlowError, match=r"those of 'people' can be moved. Leave out its 'sortable'"):
        Flow(moved, related)
    misread = called("as", when=lambda answers: answers["entry"]["name"])
    with pytest.raises(FlowError, match=r"it reads entry.name, .* It has 'one', 'other'"):
        Flow(people, ForEach("related", misread, over="people", pairs=True, title="Related"))
    assert "for each two of people" in table(FLOW)
