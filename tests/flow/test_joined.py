"""Lists that are one together: what is read under their name, and what is asked for each of its entries."""

from __future__ import annotations

import pytest
from wtforms import Form, RadioField, StringField

from wizard import Flow, FlowError, ForEach, Repeat, Section, Step, Value
from wizard.flow.entry import items
from wizard.picture import mermaid, svg, table


class Name(Form):
    """Asks a name."""

    name = StringField("Name")


class Visited(Form):
    """Asks whether there are guests."""

    any = RadioField("Any guests?", choices={"yes": "Yes", "no": "No"})


def called(name):
    """Ask for a name."""
    return Step(name, Name, title=name.capitalize())


family = Repeat(
    "family", called("name"), title="Family", each=lambda entry: entry["name"]["name"], sortable=True, into="people"
)
visited = Step("visited", Visited, title="Visited")
guests = Repeat(
    "guests",
    called("name"),
    called("from"),
    title="Guests",
    into="people",
    when=lambda answers: answers["visited"]["any"] == "yes",
)
count = Value("count", lambda answers: len(answers["people"]))
beds = ForEach("beds", called("bed"), over="people", title="Beds")
FLOW = Flow(family, visited, guests, count, beds)


def run_of(**values):
    """Go through the flow."""
    return FLOW.run({"family": [{"name": {"name": "Ada"}}], "visited": {"any": "yes"}, **values})


GUEST = {"name": {"name": "Bo"}, "from": {"name": "Rome"}}


def test_what_both_steps_add_is_read_as_one_list():
    """By values, by pages for each, and by whoever gets the answers."""
    run = run_of(guests=[GUEST], beds=[{"bed": {"name": "1"}}, {"bed": {"name": "2"}}])
    assert run.missing == []
    assert run.answers["people"] == [{"name": {"name": "Ada"}}, GUEST]
    assert run.answers["count"] == 2
    assert run.answers["beds"] == [{"bed": {"name": "1"}}, {"bed": {"name": "2"}}]


def test_a_list_that_leaves_the_path_takes_its_entries_along():
    """And they come back with it, and so does what belongs to them."""
    run = run_of(guests=[GUEST], beds=[{"bed": {"name": "1"}}, {"bed": {"name": "2"}}])
    run.give({"visited": {"any": "no"}})
    assert [one["name"]["name"] for one in run.answers["people"]] == ["Ada"]
    assert run.answers["count"] == 1
    assert run.answers["beds"] == [{"bed": {"name": "1"}}]
    run.give({"visited": {"any": "yes"}})
    assert run.missing == []
    assert run.answers["beds"] == [{"bed": {"name": "1"}}, {"bed": {"name": "2"}}]


def test_a_list_of_one_page_that_leaves_the_path_is_no_longer_gone_over():
    """Neither is one that is gone over by its own name, beside another."""
    flat = Repeat("pets", Name, title="Pets", when=lambda answers: answers["visited"]["any"] == "yes")
    names = ForEach("names", called("tag"), over=["family", "pets"], title="Tags")
    flow = Flow(Repeat("family", called("name"), title="Family"), visited, flat, names)
    values = {"family": [{"name": {"name": "Ada"}}], "visited": {"any": "yes"}, "pets": [{"name": "Rex"}]}
    run = flow.run(values | {"names": [{"tag": {"name": "A"}}, {"tag": {"name": "R"}}]})
    assert list(items(run._run, run.path, names)) == ["family-1", "pets-1"]
    run.give({"visited": {"any": "no"}})
    assert list(items(run._run, run.path, names)) == ["family-1"]
    assert run.answers["names"] == [{"tag": {"name": "A"}}]
    run.give({"visited": {"any": "yes"}})
    assert run.answers["names"] == [{"tag": {"name": "A"}}, {"tag": {"name": "R"}}]


def test_nobody_reads_the_list_before_it_is_whole():
    """A step between the two reads the one before it."""
    between = Step("between", Name, title="Between", when=lambda answers: len(answers["people"]) > 1)
    with pytest.raises(FlowError, match="Step 'between': it reads 'people', which is no earlier step"):
        Flow(family, visited, between, guests)


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ([family], "Step 'family': its entries go into 'people', and those of no other list do. Give another"),
        ([called("people"), family, visited, guests], "'people': something else in the flow has the same name"),
        ([family, beds, visited, guests], "it goes over 'people', which comes no earlier, .* Put 'people' before it"),
        (
            [
                family,
                visited,
                guests,
                ForEach(
                    "x",
                    Step("y", Name, title="Y", when=lambda answers: answers["entry"]["age"]),
                    over="people",
                    title="X",
                ),
            ],
            "it reads entry.age, and the step 'entry' has no such field. It has 'name', 'from'.",
        ),
    ],
)
def test_mistakes_are_found_when_the_flow_is_built(steps, text):
    """Each says the cure."""
    with pytest.raises(FlowError, match=text):
        Flow(*steps)


def test_a_list_of_a_form_says_how_it_can_be_joined():
    """Its entries are to be asked in steps."""
    with pytest.raises(FlowError, match=r"Repeat\(name, Step\(...\), into='people'\)"):
        Repeat("family", Name, title="Family", into="people")


@pytest.mark.parametrize("draw", [table, mermaid, svg])
def test_a_picture_shows_the_list_and_what_it_is_made_of(draw):
    """In sections, too."""
    flow = Flow(Section("a", family, visited, title="A"), Section("b", guests, count, beds, title="B"))
    drawn = draw(flow)
    assert drawn.count("they go into people") == (4 if draw is svg else 2)
    assert "computed from family and guests" in drawn
    assert "for each of people" in drawn


def test_a_section_waits_for_every_list_of_those_it_reads():
    """Where the order of sections is free."""
    flow = Flow(
        Section("a", family, title="A"),
        Section("b", visited, guests, title="B"),
        Section("c", beds, title="C"),
        any_order=True,
    )
    assert flow.path({}).awaited(flow.sections[2]) == ["family", "guests"]


def test_nothing_is_asked_for_each_where_there_is_nobody():
    """The list is there, and empty."""
    run = FLOW.run({"family": [], "visited": {"any": "no"}})
    assert run.missing == []
    assert run.answers["people"] == []
