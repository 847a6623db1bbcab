"""Settling, where a list is asked in several pages: what an older version of the flow accepted of its entries."""

from __future__ import annotations

import pytest
from wtforms import Form, StringField
from wtforms.validators import Length

from wizard.flow import Flow, ForEach, Repeat, Run, Step
from wizard.flow.entry import Entry, EntryPath, entries_of, issue
from wizard.flow.settling import settle

from .test_entry import Filler


class Text(Form):
    """Asks for a word."""

    text = StringField("Text")


class Short(Form):
    """The same, but for a rule."""

    text = StringField("Text", [Length(max=4)])


def build(name=Text, job=Text, migrate=None):
    """Return a flow of people, their jobs, and a page for each."""
    people = Repeat(
        "people",
        Step("name", name, title="Name"),
        Repeat("jobs", Step("job", job, title="Job"), title="Jobs"),
        title="People",
    )
    return Flow(people, ForEach("diets", Step("diet", Text, title="Diet"), over="people", title="D"), migrate=migrate)


@pytest.fixture
def old(run):
    """Two people with jobs, of an older version."""
    flow = build()
    people, diets = flow.steps
    name, jobs = people.steps
    filler = Filler(run, flow)
    for text, works in (("Ada", ["Poet"]), ("Beatrice", ["Programmer", "Cook"])):
        person = filler.add(people).answer(name, text=text)
        for work in works:
            person.add(jobs).answer(jobs.steps[0], text=work)
    for number, text in (("1", "soup"), ("2", "bread")):
        filler.enter(diets, number).answer(diets.steps[0], text=text)
    assert filler.path.missing is None
    return dict(run)


def settled(session, flow):
    """The run as the next version of the code finds it, and its path."""
    run = Run(session, "survey")
    settle(run, flow)
    return run, flow.path(run.answers, run.reads)


def test_an_entry_that_still_validates_stays(session, old):
    """With the lists in it, and what belongs to it."""
    run, path = settled(session, build(name=Short, job=type("Same", (Form,), {"text": StringField("T")})))
    assert run["people"] == old["people"][:1]
    assert path.missing.name == "people"
    changes = session.changes
    settled(session, build(name=Short, job=type("Same", (Form,), {"text": StringField("T")})))
    assert session.changes == changes


def test_an_entry_that_does_not_is_asked_again_with_what_was_typed(session, old):
    """In the list that it is in, and where it is in one itself."""
    flow = build(job=Short)
    run, path = settled(session, flow)
    people = flow.get("people")
    assert list(entries_of(run, "people")) == ["1", "2"]
    assert run["people"] == old["people"][:1]
    beatrice = Entry(run, people, "2")
    inner = EntryPath(beatrice, path, flow.inner(people))
    assert inner.missing.name == "jobs"
    assert beatrice["jobs"] == [{"job": {"text": "Cook"}}]
    jobs = flow.inner(people).get("jobs")
    programmer = Entry(beatrice, jobs, "1")
    assert programmer.typed(flow.inner(people).inner(jobs).get("job")) == {"text": ["Programmer"]}
    # What belongs to her waits.
    assert [one["diet"]["text"] for one in run["diets"]] == ["soup"]
    assert "bread" in repr(entries_of(run, "diets"))


def test_a_migration_may_give_entries(session, old):
    """As a list of their answers, by step; what was not typed for them is made of these."""

    def migrate(answers, typed):
        people = [{"name": one["name"], "jobs": []} for one in answers["people"]]
        return {**answers, "people": [*people, {"name": {"text": "Eve"}}]}, typed

    flow = build(name=Short, migrate=migrate)
    run, _ = settled(session, flow)
    names = [one["answers"]["name"]["text"] for one in entries_of(run, "people").values()]
    assert names == ["Ada", "Beatrice", "Eve"]
    assert issue(run, "people") not in ("1", "2", "3")
