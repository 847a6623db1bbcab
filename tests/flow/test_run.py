"""Run: answers, what was typed, Drafts, and what a run leaves behind, over a plain mapping."""

from __future__ import annotations

from datetime import timedelta

import pytest

from wizard.errors import WizardError
from wizard.flow import Flow, Run, Step
from wizard.flow.settling import settle

from .texts import Text, a, answer, b, guests, secret


def test_nothing_is_written_by_reading(session, run):
    """Whoever only looks leaves the session as it was."""
    assert (dict(run), len(run), run.receipt(), run.draft("a"), "a" in run, run.key) == ({}, 0, None, None, False, "")
    run.keep_draft("a", None)
    run.clear()
    assert session == {}
    assert session.changes == 0


def test_an_accepted_answer_is_kept_under_the_name_of_the_wizard(session, run):
    """The session holds plain data, which a template reads without this class."""
    answer(run, a, text="Ada")
    assert session["survey"]["answers"] == {"a": {"text": "Ada"}}
    assert run["a"]["text"] == "Ada"
    assert list(run) == ["a"]
    assert len(run) == 1


def test_every_change_assigns_the_key_and_changes_nothing_in_place(session, run):
    """A session that watches its own keys alone sees each change, and what was loaded stays as it was."""
    answer(run, a, text="Ada")
    loaded = session["survey"]
    kept = {name: dict(part) if isinstance(part, dict) else part for name, part in loaded.items()}
    answer(run, b, text="Bob")
    run.keep_draft("a", {"text": ["x"]})
    run.keep_draft("a", None)
    assert session.changes == 4
    assert loaded == kept
    assert dict(run) == {"a": {"text": "Ada"}, "b": {"text": "Bob"}}


def test_what_was_typed_is_kept_beside_what_it_became(session, run):
    """It comes back as it was typed; secrets do not."""
    run.accept(secret, {"password": "#4", "age": 7}, {"password": ["1234"], "age": ["007"]})
    assert run.typed(secret) == {"age": ["007"]}
    assert "1234" not in str(session)
    run.accept(guests, [{"text": "X"}, {"text": "y"}], {"1": {"text": ["x"]}, "4": {"text": ["y"]}}, ids=["1", "4"])
    assert run.typed(guests) == {"1": {"text": ["x"]}, "4": {"text": ["y"]}}
    assert session["survey"]["typed"]["guests"] == {"1": {"text": ["x"]}}


def test_a_draft_is_kept_apart_from_the_answers(session, run):
    """What was typed and not accepted never enters the answers; twice the same is one change."""
    answer(run, a, text="Ada")
    before = session.changes
    run.keep_draft("a", {"text": ["Augusta"]})
    run.keep_draft("a", {"text": ["Augusta"]})
    assert session.changes == before + 1
    assert run["a"] == {"text": "Ada"}
    assert run.draft("a") == {"text": ["Augusta"]}


def test_an_answer_takes_the_place_of_its_own_draft_alone(run):
    """Those of other steps stay, and those of other entries of a list."""
    for name in ("a", "guests", "guests.2", "b"):
        run.keep_draft(name, {"text": ["x"]})
    answer(run, a, text="Ada")
    assert [run.draft(name) is None for name in ("a", "guests", "guests.2", "b")] == [True, False, False, False]
    run.accept(guests, [], {}, draft="guests.2")
    assert [run.draft(name) is None for name in ("a", "guests", "guests.2", "b")] == [True, False, True, False]
    run.accept(guests, [], {}, draft="")
    assert run.draft("guests")
    run.accept(guests, [], {})
    assert not run.draft("guests")


def test_the_key_of_a_run_stays_until_it_ends(run):
    """One run has one key, from the first thing typed; the next has another."""
    run.keep_draft("a", {"text": ["x"]})
    key = run.key
    answer(run, a, text="Ada")
    assert key
    assert run.key == key
    assert run.is_called(key)
    assert run.is_called("")
    run.clear()
    assert not run.key
    assert not run.is_called(key)
    answer(run, a, text="Ada")
    assert run.key != key


def test_a_key_that_was_given_away_is_not_given_away_with_other_answers(run):
    """Pages that named the run by its former key still belong to it."""
    answer(run, a, text="Ada")
    key = run.key
    claim, attempt = run.claim.joined(0)
    run.put_claim(claim, given=True)
    run.put_claim(run.claim.without(attempt))
    run.keep_draft("a", {"text": ["x"]})
    assert run.key == key
    answer(run, a, text="Bob")
    assert run.key != key
    assert run.is_called(key)
    second = run.key
    answer(run, a, text="Eve")
    assert run.key == second


def test_finishing_erases_all_but_the_receipt(session, run):
    """No answer outlives the end, and a new run stands beside the old Receipt."""
    answer(run, a, text="Ada")
    run.keep_draft("b", {"text": ["y"]})
    key = run.key
    run.finish(key, {"reference": "R-1"})
    assert session == {"survey": {"format": 2, "receipts": [{"run": key, "reference": "R-1"}]}}
    answer(run, a, text="Bob")
    assert run.receipt(key) == {"run": key, "reference": "R-1"}
    run.finish(key, {"reference": "R-1"})
    assert run["a"] == {"text": "Bob"}
    assert len(run.receipts) == 1


def test_the_last_ten_receipts_are_remembered(run):
    """By the keys of their runs, the last one first."""
    keys = []
    for number in range(12):
        answer(run, a, text="x")
        keys.append(run.key)
        run.finish(run.key, {"reference": f"R-{number}"})
    assert [one["reference"] for one in run.receipts] == [f"R-{number}" for number in range(11, 1, -1)]
    assert run.receipt(keys[1]) is None
    assert run.receipt()["reference"] == "R-11"


def test_clearing_leaves_the_key_of_the_run_and_nothing_else(session, run):
    """What others keep in the session stays."""
    session["language"] = "de"
    answer(run, a, text="Ada")
    key = run.key
    run.finish(key, {"reference": "R-1"})
    answer(run, a, text="Bob")
    second = run.key
    run.clear()
    assert session == {"language": "de", "survey": {"format": 2, "cleared": [key, second]}}


def test_a_record_of_another_version_is_that_of_a_new_visitor(session):
    """And what is no record at all is somebody else's."""
    session["survey"] = {"key": "old", "answers": {"a": {"text": "x"}}, "drafts": {}}
    run = Run(session, "survey")
    assert (dict(run), run.key) == ({}, "")
    answer(run, a, text="Ada")
    assert session["survey"]["answers"] == {"a": {"text": "Ada"}}
    session["survey"] = "something of the application's"
    with pytest.raises(WizardError, match=r"session\['survey'\] holds 'str', which is no wizard's.*give it another"):
        Run(session, "survey")


def test_what_a_change_did_is_told_until_the_next_answer(run):
    """Which answers are out of use, used again, or asked again."""
    flow = Flow(
        Step("plan", Text, title="Plan"),
        Step("team", Text, title="Team", when=lambda given: given["plan"]["text"] != "free"),
    )

    def accept(step, text):
        reads = flow.path(run.answers, run.reads).earlier(flow.get(step)).reads
        run.accept(flow.get(step), {"text": text}, {"text": [text]}, reads=reads)
        return run.follow(flow.path(run.answers, run.reads))

    assert accept("plan", "team") == {}
    assert accept("team", "Ada") == {}
    assert accept("plan", "free") == {"unused": ["team"], "before": ["plan", "team"]}
    assert run.notice == {"unused": ["team"]}
    assert accept("plan", "team") == {"used": ["team"], "before": ["plan"]}
    assert accept("plan", "firm") == {"again": ["team"]}
    assert accept("team", "Ada") == {}
    assert run.notice == {}


def test_a_lifetime_of_its_own_is_told_from_that_of_the_session(session):
    """What is too old is not there any more, and that is said until something is given."""
    flow = Flow(a)
    run = Run(session, "survey", timedelta(seconds=60))
    run.begin()
    answer(run, a, text="x")
    settle(run, flow)
    assert run["a"]
    assert not run.expired
    session["survey"] = session["survey"] | {"at": session["survey"]["at"] - 61}
    run = Run(session, "survey", timedelta(seconds=60))
    settle(run, flow)
    assert run.expired
    assert dict(run) == {}
    answer(run, a, text="y")
    assert not run.expired
