"""Settling: what an older version of the flow accepted, and what this one makes of it."""

from __future__ import annotations

from wtforms import Form, IntegerField, StringField
from wtforms.validators import Length, NumberRange

from wizard.flow import Flow, Repeat, Run, Step
from wizard.flow.settling import settle

from .texts import Longer, Secret, Text, a, answer, b, guests, secret

# Another version of the flow


def settled(session, flow):
    """The run as the next version of the code finds it."""
    run = Run(session, "survey")
    settle(run, flow)
    return run


def test_what_still_validates_stays_and_what_does_not_is_asked_again(session, run):
    """From what was typed, which is shown again."""
    answer(run, a, text="Ada")
    answer(run, b, text="Bob")
    key = run.key
    flow = Flow(
        Step("a", type("Text", (Form,), {"text": StringField("T", [Length(max=3)])}), title="A"),
        Step("b", Longer, title="B"),
    )
    run = settled(session, flow)
    path = flow.path(run.answers, run.reads)
    assert [step.name for step in flow if path.is_answered(step)] == ["a"]
    assert run.typed(flow.get("b")) == {"text": ["Bob"]}
    assert run.key == key
    changes = session.changes
    settled(session, flow)
    assert session.changes == changes


def test_an_answer_to_a_step_that_is_gone_waits_for_the_version_that_asks_it(session, run):
    """Two versions of the code can serve one session in turns."""
    old, new = Flow(a, b), Flow(a)
    answer(run, a, text="Ada")
    answer(run, b, text="Bob")
    run = settled(session, new)
    assert run["b"] == {"text": "Bob"}
    answer(run, a, text="Eve")
    changes = session.changes
    assert settled(session, new)["b"] == {"text": "Bob"}
    assert session.changes == changes
    run = settled(session, old)
    assert dict(run) == {"b": {"text": "Bob"}, "a": {"text": "Eve"}}
    assert old.path(run.answers, run.reads).missing is None


def test_a_migration_is_given_the_answers_and_what_was_typed(session, run):
    """And returns both as the new flow has them; what was typed is validated again."""
    answer(run, a, text="Ada")
    run.accept(secret, {"password": "#4", "age": 7}, {"age": ["007"]})
    seen = []

    def rename(answers, typed):
        seen.append((answers, typed))
        for part in (answers, typed):
            part["person"] = part.pop("a")
            part["safe"] = part.pop("s")
        return answers, typed

    flow = Flow(
        Step("person", Text, title="You"),
        Step("safe", Secret, title="Safe", keep=secret.keep),
        migrate=rename,
    )
    run = settled(session, flow)
    assert seen == [
        (
            {"person": {"text": "Ada"}, "safe": {"password": "#4", "age": 7}},
            {"person": {"text": ["Ada"]}, "safe": {"age": ["007"]}},
        )
    ]
    assert dict(run) == {"person": {"text": "Ada"}, "safe": {"password": "#4", "age": 7}}
    assert run.typed(flow.get("safe")) == {"age": ["007"]}


def test_entries_of_a_list_are_settled_one_by_one(session, run):
    """If one is refused by now, the list is asked again, and nothing of it is lost."""
    run.accept(
        guests, [{"text": "Ada"}, {"text": "Bobby"}], {"1": {"text": ["Ada"]}, "3": {"text": ["Bobby"]}}, ids=["1", "3"]
    )
    flow = Flow(Repeat("guests", type("T", (Form,), {"text": StringField("T", [Length(max=4)])}), title="Guests"))
    run = settled(session, flow)
    assert run["guests"] == [{"text": "Ada"}, {"text": "Bobby"}]
    assert run.ids("guests") == ["1", "3"]
    assert flow.path(run.answers, run.reads).missing is flow.get("guests")


def test_what_is_kept_of_a_secret_is_never_taken_for_what_was_typed(session, run):
    """Not by versions that have no such field either."""
    run.accept(secret, {"password": "#4", "age": 7}, {"age": ["7"]})
    for most in (3, 2):
        form = type("F", (Form,), {"age": IntegerField("Age", [NumberRange(max=most)])})
        settled(session, Flow(Step("s", form, title="S")))
    assert "#4" not in str(session["survey"]["typed"])
    assert settled(session, Flow(secret))["s"] == {"password": "#4", "age": 7}


def test_frozen_answers_are_not_settled(session, run):
    """Whoever finishes just now has them as they were pressed with."""
    answer(run, a, text="Adaaa")
    claim, _ = run.claim.joined(2**40)
    run.put_claim(claim, given=True)
    assert settled(session, Flow(Step("a", Longer, title="A")))["a"] == {"text": "Adaaa"}
