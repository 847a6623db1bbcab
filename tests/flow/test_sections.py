"""Sections: steps in groups, which may be done in any order as far as they do not read each other."""

from __future__ import annotations

import re

import pytest
from wtforms import Form, IntegerField, RadioField, SelectField, StringField

from wizard.errors import FlowError
from wizard.flow import Exit, Flow, Page, Section, Step


class Person(Form):
    """Asks who somebody is."""

    name = StringField("Name")
    age = IntegerField("Age")


class Kind(Form):
    """Asks for one of two."""

    kind = RadioField("Kind", choices={"house": "House", "flat": "Flat"})


class Text(Form):
    """Asks for a word."""

    text = StringField("Text")


class Which(Form):
    """Asks for one that is computed."""

    which = SelectField("Which")


def step(name, form=Text, **how):
    """A step that asks for a word, or with another form."""
    return Step(name, form, title=how.pop("title", name.title()), **how)


def is_adult(answers):
    """Whether the visitor is old enough."""
    return answers["you"]["age"] >= 18


def is_flat(answers):
    """Whether the home is a flat."""
    return answers["kind"]["kind"] == "flat"


YOU, KIND = step("you", Person), step("kind", Kind)
ADA, CHILD = {"name": "Ada", "age": 36}, {"name": "Ada", "age": 6}
HOUSE, FLAT = {"kind": "house"}, {"kind": "flat"}
WORD = {"text": "word"}

#: Whoever is old enough is asked for a job, and how a flat is called depends on the home.
CENSUS = Flow(
    Section("who", YOU, step("contact"), title="You"),
    Section("home", KIND, step("floor", when=is_flat), step("rooms"), title="Your home"),
    Section("work", step("job"), step("pay"), title="Your work", when=is_adult),
    any_order=True,
)


def path(flow=CENSUS, reads=None, **answers):
    """The path that these answers lead along."""
    return flow.path(answers, reads)


def opened(path, flow=CENSUS):
    """The steps that may be shown."""
    return [step.name for step in flow if path.is_open(step)]


def awaited(path, flow=CENSUS):
    """What each section waits for, if it does."""
    return {section.name: path.awaited(section) for section in flow.sections if path.awaited(section)}


def missing(path, name, flow=CENSUS):
    """The step that has to be answered next in a section."""
    found = path.missing_in(next(one for one in flow.sections if one.name == name))
    return found and found.name


def test_a_flow_of_sections_is_a_flow_of_their_steps():
    """Whoever goes through it, or asks for a step by its name, need not know of sections."""
    assert [one.name for one in CENSUS] == ["you", "contact", "kind", "floor", "rooms", "job", "pay"]
    assert CENSUS.get("rooms") is CENSUS.steps[4]
    assert CENSUS.section(CENSUS.get("rooms")).title == "Your home"


def test_each_section_is_open_at_its_first_step():
    """Whatever is missing in those before it, unless it reads that."""
    assert opened(path()) == ["you", "kind"]
    assert opened(path(kind=HOUSE)) == ["you", "kind", "rooms"]
    assert opened(path(kind=FLAT)) == ["you", "kind", "floor"]
    assert opened(path(kind=FLAT, rooms=WORD)) == ["you", "kind", "floor"]


def test_a_section_waits_for_what_it_reads_and_for_nothing_else():
    """A section can start though the one that it reads is not completed."""
    assert awaited(path()) == {"work": ["you"]}
    now = path(you=ADA)
    assert not awaited(now)
    assert opened(now) == ["you", "contact", "kind", "job"]


def test_a_section_whose_condition_does_not_hold_has_no_steps():
    """It waits for nothing either, and what was answered there is not on the path."""
    now = path(you=CHILD, job=WORD)
    assert not awaited(now)
    assert now.names == ["you", "contact", "kind", "rooms"]
    assert not now.is_open(CENSUS.get("job"))


def test_what_is_first_missing_is_open():
    """In the order of the flow, so that the visitor can go on from wherever."""
    now = path(you=ADA, contact=WORD, job=WORD)
    assert now.missing.name == "kind"
    assert [missing(now, name) for name in ("who", "home", "work")] == [None, "kind", "pay"]
    assert path(you=CHILD, contact=WORD, kind=HOUSE, rooms=WORD).missing is None


def test_a_step_leads_on_within_its_section():
    """And back to the step before it there."""
    now = path(you=ADA, kind=FLAT)
    floor = CENSUS.get("floor")
    assert (now.previous(floor).name, now.next(floor).name, now.position(floor)) == ("kind", "rooms", 2)
    assert now.previous(KIND) is None
    assert now.next(CENSUS.get("contact")) is None


def test_a_new_answer_changes_what_comes_after_it_in_any_section():
    """And leaves as it is what does not depend on it."""
    now = path(you=ADA, kind=FLAT, job=WORD)
    assert now.names == ["you", "contact", "kind", "floor", "rooms", "job", "pay"]
    now.accept(YOU, {"you": CHILD, "kind": FLAT, "job": WORD}, {})
    assert now.names == ["you", "contact", "kind", "floor", "rooms"]
    now.accept(KIND, {"you": ADA, "kind": HOUSE, "job": WORD}, {})
    assert now.names == ["you", "contact", "kind", "rooms"]
    now.accept(YOU, {"you": ADA, "kind": HOUSE, "job": WORD}, {})
    assert now.names == ["you", "contact", "kind", "rooms", "job", "pay"]
    assert opened(now) == ["you", "contact", "kind", "rooms", "job", "pay"]


def test_a_step_is_asked_again_when_what_it_read_in_another_section_has_changed():
    """The condition of its section is read by each of its steps."""
    first = path(you=ADA, job=WORD)
    reads = {"job": dict(first.earlier(CENSUS.get("job")).reads)}
    assert list(reads["job"]) == ["you.age"]
    assert path(reads=reads, you=ADA, job=WORD).is_answered(CENSUS.get("job"))
    now = path(reads=reads, you={"name": "Ada", "age": 37}, job=WORD)
    assert [one.name for one in now.again] == ["job"]
    assert missing(now, "work") == "job"


def test_what_waits_keeps_waiting_for_what_waits_itself():
    """Nobody can start where an answer two sections further up is asked again."""
    flow = Flow(
        Section("a", step("one", Kind), step("two", Kind), title="A"),
        Section("b", step("three", Kind, when=lambda answers: answers["two"]["kind"] == "flat"), title="B"),
        Section("c", step("four", when=lambda answers: "three" in answers), step("five"), title="C"),
        any_order=True,
    )
    assert awaited(path(flow), flow) == {"b": ["two"], "c": ["three"]}
    # It does not apply, once that is known.
    assert awaited(path(flow, one=FLAT, two=HOUSE), flow) == {}
    assert opened(path(flow, one=FLAT, two=HOUSE), flow) == ["one", "two", "five"]
    # The step before it decides whether the second is asked at all.
    assert awaited(path(flow, two=HOUSE), flow) == {}
    reads = {"two": {"one.kind": "another"}}
    assert awaited(path(flow, reads=reads, one=FLAT, two=FLAT, three=FLAT), flow) == {"b": ["two"], "c": ["three"]}


@pytest.mark.parametrize(
    "how",
    [
        {"choices": {"which": lambda answers: [answers["you"]["name"]]}},
        {"defaults": lambda answers: {"which": answers["you"]["name"]}},
        {"title": lambda answers: answers["you"]["name"]},
        {"check": lambda answers, data: {"which": "No"} if data["which"] == answers["you"]["name"] else {}},
    ],
    ids=["choices", "defaults", "title", "check"],
)
def test_every_function_that_reads_another_section_makes_it_wait(how):
    """Not the conditions alone."""
    choices = {"choices": {"which": lambda _: ["one", "two"]}} | how
    flow = Flow(
        Section("who", YOU, title="You"),
        Section("more", step("pick", Which, **choices), title="More"),
        any_order=True,
    )
    assert awaited(path(flow), flow) == {"more": ["you"]}


def test_a_journey_that_ends_in_one_section_goes_on_in_others():
    """And cannot be finished."""
    flow = Flow(
        Section("who", YOU, Exit("young", title="No", template="x.html", when=is_child), step("more"), title="You"),
        Section("home", KIND, title="Your home"),
        any_order=True,
    )
    now = path(flow, you=CHILD, more=WORD, kind=FLAT)
    assert now.names == ["you", "young", "kind"]
    assert now.missing.name == "young"
    assert opened(now, flow) == ["you", "young", "kind"]


def is_child(answers):
    """Whether the visitor is too young."""
    return answers["you"]["age"] < 16


def test_in_order_a_section_comes_after_the_one_before_it():
    """Sections group the steps, and change nothing about the path, but for their conditions."""
    flow = Flow(*CENSUS.sections)
    assert opened(path(flow), flow) == ["you"]
    now = path(flow, you=CHILD, contact=WORD, kind=HOUSE, rooms=WORD, job=WORD)
    assert now.names == ["you", "contact", "kind", "rooms"]
    assert now.missing is None
    assert [(section.name, [one.name for one in steps]) for section, steps in now.sections] == [
        ("who", ["you", "contact"]),
        ("home", ["kind", "rooms"]),
    ]
    assert path(flow, you=ADA).ahead == list(flow)
    assert path(flow).steps_of(flow.sections[1]) == [KIND, flow.get("rooms")]


def test_the_way_ahead_is_that_of_each_section():
    """What may still come counts."""
    assert [one.name for one in path().ahead] == ["you", "contact", "kind", "floor", "rooms", "job", "pay"]
    assert [one.name for one in path(you=CHILD, kind=HOUSE).ahead] == ["you", "contact", "kind", "rooms"]


def test_no_section_is_derived_for_another():
    """Their conditions are evaluated when they are asked for."""
    called = []

    def counts(answers):
        called.append("called")
        return answers["two"]["kind"] == "flat"

    flow = Flow(
        Section("a", step("one"), title="A"),
        Section("b", step("two", Kind), step("three", when=counts), title="B"),
        Section("c", step("four"), title="C"),
        any_order=True,
    )
    called.clear()
    now = path(flow, two=FLAT)
    assert now.is_open(flow.get("one"))
    assert now.is_open(flow.get("four"))
    assert now.is_open(flow.get("two"))
    assert not called
    assert now.is_open(flow.get("three"))
    assert called == ["called"]


def test_two_sections_may_have_steps_with_one_title():
    """One section may not, unless the steps are never on one path."""
    one, two = step("one", title="Name"), step("two", title="Name")
    assert len(Flow(Section("a", one, title="A"), Section("b", two, title="B")).steps) == 2
    with pytest.raises(FlowError, match="Two steps are called 'Name'"):
        Flow(Section("a", one, two, title="A"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Section("Not a URL", YOU, title="A"), "Section 'Not a URL': a section's name is part of its URL"),
        (lambda: Section("a", title="A"), "Section 'a': it has no step. Give it one"),
        (lambda: Section("a", YOU, title=""), "Section 'a': it has no title"),
        (lambda: Section("a", YOU, title=lambda answers: "A"), "Section 'a': its 'title' is a function"),
        (lambda: Section("a", "you", title="A"), "Section 'a': 'you' in it is no Step"),
        (lambda: Section("a", Section("b", YOU, title="B"), title="A"), "Section 'a': .* in it is no Step"),
        (lambda: Section("a", YOU, title="A", when=True), "Section 'a': its 'when' is True. Use a function"),
        (lambda: Flow(Section("a", YOU, title="A"), KIND), "Step 'kind': it stands in no section, and other steps do"),
        (lambda: Flow(YOU, any_order=True), "any_order' is for sections, and it has none"),
        (
            lambda: Flow(Section("a", YOU, title="A"), Section("a", KIND, title="B")),
            "Two sections are named 'a'. Give each another",
        ),
        (
            lambda: Flow(Section("a", YOU, title="A"), Section("b", KIND, title="A")),
            "Two sections have the title 'A'. Give each another",
        ),
        (
            lambda: Flow(Section("a", YOU, title="A"), Section("b", YOU, title="B")),
            "Two steps are named 'you'",
        ),
        (
            lambda: Flow(Section("a", step("tasks"), title="A"), any_order=True),
            "Step 'tasks': the list of sections has this name. Use another",
        ),
        (
            lambda: Flow(Section("a", YOU, title="A", when=lambda answers: answers["kind"])),
            "Section 'a': it reads 'kind', which is no earlier step",
        ),
        (
            lambda: Flow(
                Section("a", step("one", when=is_flat), title="A"), Section("b", KIND, title="B"), any_order=True
            ),
            "Step 'one': it reads 'kind', which is no earlier step",
        ),
        (
            lambda: Flow(Section("a", YOU, title="A"), Section("b", KIND, title="B", when=lambda answers: None)),
            "Section 'b': its 'when' returned nothing",
        ),
        (
            lambda: Flow(
                Section("a", KIND, title="A"),
                Section("b", YOU, title="B", when=lambda answers: answers["kind"]["kind"] == "barn"),
            ),
            "Section 'b': no answer leads to it. Mend its 'when', or remove the section",
        ),
        (
            lambda: Flow(
                Section("a", KIND, title="A"),
                Section(
                    "b",
                    step("one", when=lambda answers: answers["kind"]["kind"] == "flat"),
                    step("two"),
                    title="B",
                    when=lambda answers: answers["kind"]["kind"] == "house",
                ),
            ),
            "Step 'one': no answer leads to it within its section",
        ),
    ],
)
def test_a_mistake_is_found_when_it_is_built(make, message):
    """The message says which, and the cure, in one line."""
    with pytest.raises(FlowError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_a_flow_without_an_order_may_have_a_step_of_that_name():
    """There is no list of sections there."""
    assert Flow(Section("a", step("tasks"), title="A")).get("tasks")
    assert Flow(step("tasks")).get("tasks")


def test_what_is_read_in_another_section_is_named_when_a_condition_fails(monkeypatch):
    """With the section, and no values."""
    flow = Flow(
        Section("who", YOU, title="You"),
        Section("work", step("job"), title="Work", when=lambda answers: 1 / (answers["you"]["age"] - 6)),
    )
    with pytest.raises(FlowError, match=re.escape("Section 'work': its 'when' failed, having read 'you.age'")):
        assert path(flow, you=CHILD).names


def test_a_page_is_part_of_its_section():
    """Whoever has read it goes on to the next step of that."""
    flow = Flow(
        Section("who", Page("before", title="Before", template="x.html"), YOU, title="You"),
        Section("home", KIND, title="Your home"),
        any_order=True,
    )
    assert opened(path(flow), flow) == ["before", "kind"]
    assert opened(path(flow, before={"read": True}), flow) == ["before", "you", "kind"]


@pytest.mark.parametrize(
    "when",
    [
        lambda answers: answers["you"]["age"] + len(answers["kind"]["kind"]) > 3,
        lambda answers: answers["you"]["name"].strip().lower() in {"ada", answers["kind"]["kind"]},
        lambda answers: sum(len(one) for one in answers["you"]["name"]) and answers["kind"]["kind"],
        lambda answers: not answers["you"]["age"] * 2 and answers["kind"]["kind"] == "flat",
        lambda answers: f"{answers['you']['age']:>4}" != str(answers["you"]["name"]) and "kind" in answers,
        lambda answers: (answers["kind"]["kind"] == "flat" and answers["you"]["age"] // 10 > 1) or False,
        lambda answers: int(answers["you"]["age"]) < 3 or float(answers["you"]["age"]) < 4 or answers["kind"],
        lambda answers: range(answers["you"]["age"]) == {answers["you"]["name"]: 1} or answers.get("kind"),
    ],
)
def test_what_is_read_is_found_whatever_is_done_with_it(when):
    """A value of which nothing is known is tried as anything."""
    flow = Flow(
        Section("who", YOU, title="You"),
        Section("home", KIND, title="Home"),
        Section("more", step("more", when=when), title="More"),
        any_order=True,
    )
    assert awaited(path(flow), flow) == {"more": ["you", "kind"]}


def test_a_function_that_would_never_end_is_not_waited_for():
    """It counts down what never comes to nothing."""

    def endless(answers):
        age = answers["you"]["age"]
        while age > 0:
            age -= 1
        return answers["kind"]["kind"] == "flat"

    flow = Flow(
        Section("who", YOU, title="You"),
        Section("home", KIND, title="Home"),
        Section("more", step("more", when=endless), title="More"),
        any_order=True,
    )
    assert awaited(path(flow), flow) == {"more": ["you", "kind"]}
