"""What another answer may bring onto the path or take off it: nothing else is asked, and nothing is missed."""

from __future__ import annotations

import random
from datetime import date

import pytest
from wtforms import BooleanField, Form, IntegerField, RadioField, StringField

from wizard import Exit, Flow, Repeat, Run, Section, Step, Value
from wizard.flow.earlier import Earlier
from wizard.flow.touched import code_of

LIMIT = 5
limit = 5
asked = []


class Answered(Form):
    """Asks this and that."""

    kind = RadioField("Kind", choices={"a": "A", "b": "B", "c": "C"})
    count = IntegerField("Count")
    sure = BooleanField("Sure")
    text = StringField("Text")


def is_many(answers):
    """A condition with a constant."""
    return answers["s1"]["count"] > LIMIT


def step(name, when=None):
    """One of them."""
    return Step(name, Answered, title=name.capitalize(), when=when)


def by(name, *parts, **how):
    """Return what an answer to the step ``name`` may change."""
    return sorted(Flow(*parts, **how).order.touched.by(name))


S1, S2, S3 = step("s1"), step("s2"), step("s3")


def test_an_answer_touches_what_reads_it():
    """By way of others, too: what leaves the path takes along what reads that."""
    second = step("s2", lambda answers: answers["s1"]["kind"] == "a")
    third = step("s3", lambda answers: "s2" in answers and answers["s2"]["sure"])
    other = step("s4", lambda answers: answers["s1"]["count"] > 3 and answers["s1"]["text"] == "x")
    flow = (S1, second, third, other, step("s5"))
    assert by("s1", *flow) == ["s1", "s2", "s3", "s4"]
    assert by("s2", *flow) == ["s2", "s3"]
    assert by("s5", *flow) == ["s5"]


def test_a_section_an_exit_and_a_value_pass_it_on():
    """The steps of a section depend on its condition, those behind an exit on that of the exit."""
    value = Value("double", lambda answers: answers["s1"]["count"] * 2)
    by_value = step("s3", lambda answers: answers["double"] > 4)
    out = Exit("out", title="Out", template="out.html", when=lambda answers: answers["s1"]["sure"])
    assert "s3" in by("s1", S1, value, S2, by_value)
    assert by("s1", S1, S2, out, S3, step("s4")) == ["out", "s1", "s3", "s4"]
    sections = (
        Section("a", S1, title="A"),
        Section("b", S2, S3, title="B", when=is_many),
        Section("c", step("s4"), title="C"),
    )
    assert by("s1", *sections, any_order=True) == ["s1", "s2", "s3"]
    assert by("s4", *sections, any_order=True) == ["s4"]


@pytest.mark.parametrize(
    "when",
    [
        lambda answers: answers["s1"]["count"] > limit,
        lambda answers: date.today() > date(2020, 1, 1),
        lambda answers: answers["s1"]["text"].startswith("x") and answers["s1"]["sure"],
        lambda answers: answers["s1"].get("text") == "x",
        lambda answers: isinstance(answers["s1"]["count"], int) and answers["s1"]["sure"],
        lambda answers: (answers["s1"]["text"] is answers["s1"]["count"]) or answers["s1"]["sure"],
        lambda answers, at=asked: not at and answers["s1"]["sure"],
        lambda answers: any(answers["s1"]["count"] > number + limit for number in range(3)),
    ],
)
def test_what_cannot_be_known_is_asked_after_every_answer(when):
    """A condition that depends on more than answers, or does with them what a made-up one cannot take."""
    assert by("s2", S1, S2, step("s3", when), step("s4")) == ["s2", "s3"]


def test_what_goes_on_after_an_error_is_not_known():
    """With answers that are there, it takes another way."""

    def tries(answers):
        try:
            return answers["s1"]["sure"]
        except KeyError:
            return answers["s2"]["sure"]

    def imports(answers):
        from time import time

        return time() > answers["s1"]["count"]

    assert code_of(tries) is None
    assert code_of(imports) is None
    assert code_of(is_many)
    assert code_of(len) is None


def test_the_stamp_is_another_where_a_condition_is():
    """So that what an earlier version of the code has noted is not taken for what this one says."""

    def stamp(*parts):
        return Flow(*parts).order.touched.stamp

    first = stamp(S1, step("s2", lambda answers: answers["s1"]["count"] > 1))
    assert first == stamp(S1, step("s2", lambda answers: answers["s1"]["count"] > 1))
    assert first != stamp(S1, step("s2", lambda answers: answers["s1"]["count"] > 2))
    assert first != stamp(S1, step("s2"))


def conditions(number):
    """Return conditions that read what stands before the step of that ``number``."""
    one, two = f"s{max(0, number - 1)}", f"s{max(0, number - 4)}"
    return [
        None,
        lambda answers: answers[one]["kind"] == "a",
        lambda answers: one in answers and answers[one]["count"] > 1,
        lambda answers: answers[two]["sure"] or answers[one]["kind"] != "c",
        lambda answers: answers[two]["text"].startswith("x"),
        lambda answers: answers["count"] > 3 if "count" in answers else answers[two]["sure"],
    ]


def some_flow(chance):
    """Return a flow of twelve steps with conditions in four sections, and one value among them."""
    parts = [step("s0")]
    for number in range(1, 12):
        parts.append(step(f"s{number}", chance.choice(conditions(number)[: 6 if number > 3 else 5])))
        if number == 3:
            parts.append(Value("count", lambda answers: answers["s0"]["count"] + 1))
    groups = [Section(f"x{at}", *parts[at : at + 4], title=f"X{at}") for at in (0, 4, 8, 12)]
    return Flow(*groups, any_order=True)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_followed_is_what_is_derived(seed):
    """Whatever is answered, in whatever order: the path that is noted is the one that all conditions together give."""
    chance = random.Random(seed)
    flow = some_flow(chance)
    run, whole = Run({}, "one"), Run({}, "other")
    for _ in range(40):
        path = flow.path(run.answers, run.reads)
        chosen = chance.choice(path.steps)
        answer = {
            "kind": chance.choice("abc"),
            "count": chance.randint(0, 4),
            "sure": chance.random() < 0.5,
            "text": chance.choice(["x", "y"]),
        }
        reads = path.earlier(chosen).reads
        for one in (run, whole):
            if chance.random() < 0.1:
                one.take_back(chosen.name) if chosen.name in one else None
        run.accept(chosen, answer, {}, reads=reads)
        whole.record = {**run.record, "path": whole.record.get("path"), "order": None}
        path.accept(chosen, run.answers, run.reads)
        assert run.follow(path) == whole.follow(flow.path(run.answers, run.reads))
        assert run.record["path"] == flow.path(run.answers, run.reads).names


def test_only_what_is_touched_is_asked(monkeypatch):
    """Of a long flow, the condition that reads the answer."""
    calls = []

    def counted(name):
        def when(answers):
            return answers[name]["sure"]

        return when

    sections = [
        Section(f"x{at}", step(f"a{at}"), step(f"b{at}", counted(f"a{at}")), title=f"X{at}") for at in range(10)
    ]
    flow = Flow(*sections, any_order=True)
    call = Earlier.call
    monkeypatch.setattr(Earlier, "call", lambda self, *how: calls.append(self._step) or call(self, *how))
    run = Run({}, "run")
    sure = {"kind": "a", "count": 1, "sure": True, "text": ""}
    for at in range(10):
        path = flow.path(run.answers, run.reads)
        run.accept(flow.get(f"a{at}"), sure, {})
        path.accept(flow.get(f"a{at}"), run.answers, run.reads)
        calls.clear()
        run.follow(path)
        assert at == 0 or calls == [f"b{at}"]


def test_the_list_of_another_step_is_asked_for_after_every_answer():
    """Nothing is known of a list but that it is there."""
    people = Repeat("people", Answered, title="People")
    assert by("s1", people, S1, step("s2", lambda answers: len(answers["people"]) > 1)) == ["s1", "s2"]
