"""Lists of several pages: an entry is a run within a run, and what is finished of it is the answer of the list."""

from __future__ import annotations

import pytest
from wtforms import Form, IntegerField, RadioField, StringField

from wizard import Flow, FlowError, Repeat, Run, Step
from wizard.flow import ForEach
from wizard.flow.entry import Entry, EntryPath, entries_of, gather, gather_after, issue, items, put_entries


class Name(Form):
    """Asks a name."""

    first = StringField("First name")


class Birth(Form):
    """Asks a year."""

    year = IntegerField("Year of birth")


class Home(Form):
    """Asks where."""

    kind = RadioField("Kind", choices={"house": "House", "ship": "Ship"})


home = Step("home", Home, title="Home")
name = Step("name", Name, title="Name")
birth = Step("birth", Birth, title="Birth", when=lambda answers: answers["home"]["kind"] == "house")
job = Step("job", Name, title="Job")
jobs = Repeat("jobs", job, title="Jobs", when=lambda answers: answers["birth"]["year"] < 2010)
people = Repeat("people", name, birth, jobs, title="People", each=lambda entry: entry["name"]["first"])
diet = Step("diet", Name, title="Diet", when=lambda answers: answers["entry"]["name"]["first"] != "Baby")
diets = ForEach("diets", diet, over="people", title="Diets")
misread = Step("misread", Name, title="Misread", when=lambda answers: answers["entry"]["nam"])
FLOW = Flow(home, people, diets)


class Filler:
    """Answers steps as pages do."""

    def __init__(self, run, flow=FLOW):
        self.run, self.flow = run, flow
        self.path = flow.path(run.answers, run.reads)

    def answer(self, step, **answer):
        typed = {field: [str(value)] for field, value in answer.items()}
        self.run.accept(step, answer, typed, reads=self.path.earlier(step).reads)
        self.path.accept(step, self.run.answers, self.run.reads)
        return gather_after(self.run, self.path, self.flow, step)

    def add(self, loop):
        return self.enter(loop, issue(self.run, loop.name))

    def enter(self, loop, number):
        return Inside(self, loop, number)

    def gather(self, loop, **how):
        lost = gather(self.run, self.path, self.flow, loop, **how)
        return [*lost, *gather_after(self.run, self.path, self.flow, loop)]


class Inside(Filler):
    """The same, within an entry."""

    def __init__(self, outer, loop, number):
        self.outer, self.loop = outer, loop
        self.run, self.flow = Entry(outer.run, loop, number), outer.flow.inner(loop)
        item = items(outer.run, outer.path, loop)[number] if loop.over else None
        self.path = EntryPath(self.run, outer.path, self.flow, item)

    def answer(self, step, **answer):
        super().answer(step, **answer)
        self.outer.gather(self.loop)
        return self

    def gather(self, loop, **how):
        super().gather(loop, **how)
        self.outer.gather(self.loop)


@pytest.fixture
def filler(run):
    """One who has said that the home is a house."""
    filler = Filler(run)
    filler.answer(home, kind="house")
    return filler


def add(filler, first="Ada", year=2015):
    """Add a person."""
    return filler.add(people).answer(name, first=first).answer(birth, year=year)


def names(run):
    """Who is in the answers."""
    return [entry["name"]["first"] for entry in run["people"]]


def test_an_entry_counts_once_it_is_finished(filler, run):
    """Until then it is in no answer, and the list is what is missing."""
    ada = filler.add(people)
    assert "people" not in run
    ada.answer(name, first="Ada")
    assert ada.path.missing is birth
    assert "people" not in run
    assert filler.path.missing is people
    ada.answer(birth, year=2015)
    assert run["people"] == [{"name": {"first": "Ada"}, "birth": {"year": 2015}}]
    assert filler.path.missing is diets


def test_what_is_finished_can_be_read_while_another_is_not(filler, run):
    """The list is asked on, and what comes after it stays on the path."""
    add(filler)
    filler.add(people).answer(name, first="Grace")
    assert names(run) == ["Ada"]
    assert filler.path.missing is people
    assert filler.path.again == []
    assert filler.path.names == ["home", "people", "diets"]


def test_an_entry_that_is_issued_and_left_alone_is_none(filler, run):
    """It is stored without anything in it, counts for nothing, and no more than ten are kept."""
    add(filler)
    for _ in range(20):
        filler.add(people)
    assert filler.path.missing is diets
    assert len(entries_of(run, "people")) == 11
    assert issue(run, "people") == "22"


def test_what_is_stored_stands_in_one_place(filler, session):
    """An answer of a finished entry in the answers, one of an unfinished entry in its record."""
    add(filler, "Adalbert").answer(name, first="Berta")
    filler.add(people).answer(name, first="Caesar")
    stored = repr(session)
    assert "Adalbert" not in stored
    assert stored.count("Berta") == 1
    assert stored.count("Caesar") == 1


def test_lists_stand_in_lists(filler, run):
    """A job that is not finished holds up its person, and the list of people."""
    ada = add(filler, year=1990)
    assert "people" not in run
    assert ada.path.missing is jobs
    for title in ("Poet", "Engineer"):
        ada.add(jobs).answer(job, first=title)
    assert run["people"][0]["jobs"] == [{"job": {"first": "Poet"}}, {"job": {"first": "Engineer"}}]
    assert filler.path.missing is diets
    last = ada.add(jobs)
    last.run.keep_draft("job", {"first": ["Pil"]})
    ada.gather(jobs)
    assert filler.path.missing is people
    assert run["people"] == []


def test_a_list_may_be_settled_without_an_entry(filler, run):
    """As by Continue on a list that may stay empty."""
    ada = add(filler, year=1990)
    ada.gather(jobs, settles=True)
    assert run["people"][0]["jobs"] == []


def test_a_change_around_the_list_asks_the_entries_that_read_it(filler, run):
    """What leaves the path of an entry leaves the answers, is kept, and comes back."""
    add(filler)
    assert filler.answer(home, kind="ship") == []
    assert run["people"] == [{"name": {"first": "Ada"}}]
    assert filler.answer(home, kind="house") == []
    assert run["people"] == [{"name": {"first": "Ada"}, "birth": {"year": 2015}}]
    filler.answer(home, kind="ship")
    filler.add(people).answer(name, first="Grace")
    assert filler.answer(home, kind="house") == ["people"]
    assert names(run) == ["Ada"]
    assert filler.path.missing is people


def test_pages_for_each_stay_with_their_entry(filler, run):
    """They are asked of one that is added, and go and come with it, in the order of the list."""
    add(filler)
    add(filler, "Grace")
    for number, what in (("1", "bread"), ("2", "soup")):
        filler.enter(diets, number).answer(diet, first=what)
    assert [one["diet"]["first"] for one in run["diets"]] == ["bread", "soup"]
    records = entries_of(run, "people")
    put_entries(run, "people", dict(reversed(records.items())))
    filler.gather(people)
    assert names(run) == ["Grace", "Ada"]
    assert [one["diet"]["first"] for one in run["diets"]] == ["soup", "bread"]
    assert filler.path.missing is None
    add(filler, "Eve")
    assert filler.path.missing is diets
    filler.enter(diets, "3").answer(diet, first="figs")
    put_entries(run, "people", {number: one for number, one in entries_of(run, "people").items() if number != "1"})
    filler.gather(people)
    assert [one["diet"]["first"] for one in run["diets"]] == ["soup", "figs"]
    assert "bread" not in repr(run.record)


def test_pages_for_each_wait_while_their_entry_is_not_finished(filler, run):
    """What was answered is there again when it is."""
    ada = add(filler)
    add(filler, "Grace")
    filler.enter(diets, "1").answer(diet, first="bread")
    filler.enter(diets, "2").answer(diet, first="soup")
    ada.answer(birth, year=1990)
    assert names(run) == ["Grace"]
    ada.gather(jobs, settles=True)
    assert [one["diet"]["first"] for one in run["diets"]] == ["bread", "soup"]


def test_a_page_for_each_is_asked_again_of_the_one_whose_answer_it_has_read(filler, run):
    """And of no other."""
    ada = add(filler, "Baby")
    add(filler, "Grace")
    filler.enter(diets, "2").answer(diet, first="soup")
    assert run["diets"] == [{}, {"diet": {"first": "soup"}}]
    assert filler.path.missing is None
    ada.answer(name, first="Ada")
    assert filler.path.missing is diets
    assert filler.enter(diets, "1").path.missing is diet
    assert filler.enter(diets, "2").path.missing is None


def test_the_first_entry_may_be_asked_in_another_way(run):
    """And an entry that becomes the first is asked that then."""
    you = Step("you", Name, title="You", when=lambda answers: answers["entry"]["number"] == 1)
    other = Step("other", Name, title="Other", when=lambda answers: answers["entry"]["number"] > 1)
    everybody = Repeat("everybody", you, other, title="Everybody")
    filler = Filler(run, Flow(everybody))
    filler.add(everybody)
    filler.add(everybody).answer(you, first="Ada")
    filler.add(everybody).answer(other, first="Bo")
    assert run["everybody"] == [{"you": {"first": "Ada"}}, {"other": {"first": "Bo"}}]
    put_entries(run, "everybody", {"3": entries_of(run, "everybody")["3"]})
    filler.gather(everybody)
    assert run["everybody"] == []
    assert filler.enter(everybody, "3").path.missing is you


def test_pages_for_each_go_over_two_lists(run):
    """One after the other, with ids that cannot be taken for each other."""
    guests = Repeat("guests", Step("guest", Name, title="Guest"), title="Guests")
    flat = Repeat("pets", Name, title="Pets")
    called = Step("called", Name, title="Called")
    names = ForEach("names", called, over=["guests", "pets"], title="Names")
    filler = Filler(run, Flow(guests, flat, names))
    filler.add(guests).answer(guests.steps[0], first="Ada")
    run.accept(flat, [{"first": "Rex"}], {"1": {"first": ["Rex"]}}, ids=["1"], next=2)
    filler.path.accept(flat, run.answers, run.reads)
    assert list(items(run, filler.path, names)) == ["guests-1", "pets-1"]
    for number, one in (("guests-1", "A"), ("pets-1", "R")):
        filler.enter(names, number).answer(called, first=one)
    assert run["names"] == [{"called": {"first": "A"}}, {"called": {"first": "R"}}]
    assert filler.path.missing is None


def test_a_list_that_nobody_is_in_asks_nothing_for_each(filler):
    """Its pages are not on the path."""
    filler.gather(people, settles=True)
    assert filler.path.names == ["home", "people"]
    assert filler.path.missing is None


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ([diets, people], "it goes over 'people', which comes no earlier, .*: 'diets' -> 'people' -> 'diets'."),
        ([ForEach("x", name, over="x", title="X")], "it goes over itself: 'x' -> 'x'. Put a Repeat before it"),
        ([home, ForEach("x", name, over="home", title="X")], "it goes over 'home', which is no list before it. Put a"),
        (
            [home, people, ForEach("x", diet, over="y", title="X")],
            "'y', which is no list before it. Name one of 'people'.",
        ),
        ([name, people], "Step 'name': a step around the list 'people' has the same name."),
        ([Step("entry", Name, title="E"), people], "Step 'entry': the steps of the list 'people' read their own entry"),
        (
            [Repeat("a", Step("b", Name, title="B", when=lambda answers: answers["c"]), title="A")],
            "Step 'b': it reads 'c', which is no earlier step.",
        ),
        (
            [Repeat("a", name, title="A", each=lambda entry: entry["nam"]["first"])],
            "Step 'a': it reads 'nam', which is no earlier step. It can read 'name'.",
        ),
        (
            [Repeat("a", name, title="A", each=lambda entry: entry["name"]["last"])],
            "it reads name.last, and the step 'name' has no such field. It has 'first'.",
        ),
        (
            [home, people, ForEach("x", misread, over="people", title="X")],
            "it reads entry.nam, and the step 'entry' has no such field. It has 'name', 'birth', 'jobs'.",
        ),
    ],
)
def test_mistakes_are_found_when_the_flow_is_built(steps, text):
    """Each says the cure."""
    with pytest.raises(FlowError, match=text):
        Flow(*steps)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Repeat("a", name, Name, title="A"), "is no step of an entry. Use Step"),
        (lambda: ForEach("a", over="b", title="A"), "it asks nothing of an entry. Give it steps"),
        (lambda: ForEach("a", name, over=[], title="A"), "it goes over no list. Name an earlier one: over='people'."),
        (lambda: Repeat("a", name, title="A", least=3, most=2), "it takes 3 to 2 entries"),
        (lambda: Repeat("a", name, title="A", each="name"), "its 'each' is 'name'. Use a function"),
    ],
)
def test_a_list_says_what_is_wrong_with_it(make, text):
    """As any step does."""
    with pytest.raises(FlowError, match=text):
        make()


def test_a_run_that_is_empty_knows_no_entries():
    """Neither of a list that there is, nor of another."""
    assert entries_of(Run({}, "survey"), "people") == {}
