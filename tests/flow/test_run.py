"""Answers and Drafts over a plain mapping."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wizard.flow.answers import Answers
from wtforms import Form, StringField

from wizard.flow import Flow, Step


class Text(Form):
    """Asks for a word."""

    text = StringField("Text")


class Watched(dict):
    """A mapping that, like a session, only sees its own keys being assigned."""

    changes = 0

    def __setitem__(self, key, value):
        self.changes += 1
        super().__setitem__(key, value)


@pytest.fixture
def session():
    """An empty session."""
    return Watched()


@pytest.fixture
def answers(session):
    """The answers of one wizard in it."""
    return Answers(session, "survey")


def test_nothing_is_written_by_reading(session, answers):
    """Whoever only looks leaves the session as it was."""
    assert (dict(answers), len(answers), answers.receipt, answers.draft("a"), "a" in answers) == (
        {},
        0,
        None,
        None,
        False,
    )
    answers.drop_draft("a")
    answers.clear()
    assert session == {}
    assert session.changes == 0


def test_an_accepted_answer_is_kept_under_the_name_of_the_wizard(session, answers):
    """The session holds plain data, which a template reads without this class."""
    answers.accept("a", {"name": "Ada"})
    assert session["survey"]["answers"] == {"a": {"name": "Ada"}}
    assert answers["a"]["name"] == "Ada"
    assert list(answers) == ["a"]
    assert len(answers) == 1


def test_every_change_assigns_the_key(session, answers):
    """A session that watches its own keys alone sees each change."""
    answers.accept("a", {"name": "Ada"})
    answers.accept("b", {"name": "Bob"})
    answers.keep_draft("a", {"name": [""]})
    answers.drop_draft("a")
    assert session.changes == 4
    assert dict(answers) == {"a": {"name": "Ada"}, "b": {"name": "Bob"}}


def test_a_draft_is_kept_apart_from_the_answers(answers):
    """What was typed and not accepted never enters the answers."""
    answers.accept("a", {"name": "Ada"})
    answers.keep_draft("a", {"name": ["Augusta"]})
    assert answers["a"] == {"name": "Ada"}
    assert answers.draft("a") == {"name": ["Augusta"]}


def test_the_same_draft_twice_is_one_change(session, answers):
    """Going back twice writes once."""
    answers.keep_draft("a", {"name": ["x"]})
    answers.keep_draft("a", {"name": ["x"]})
    assert session.changes == 1


def test_accepting_a_step_drops_its_draft_alone(answers):
    """The drafts of other steps stay."""
    answers.keep_draft("a", {"name": ["x"]})
    answers.keep_draft("b", {"name": ["y"]})
    answers.accept("a", {"name": "Ada"})
    assert answers.draft("a") is None
    assert answers.draft("b") == {"name": ["y"]}


def test_the_key_of_a_run_stays_until_it_ends(answers):
    """One run has one key; the next has another."""
    answers.accept("a", {})
    key = answers.key
    answers.accept("b", {})
    assert answers.key == key
    answers.clear()
    answers.accept("a", {})
    assert answers.key != key


def test_finishing_erases_all_but_the_receipt(session, answers):
    """No answer outlives the end, and a new run stands beside the old receipt."""
    answers.accept("a", {"name": "Ada"})
    answers.keep_draft("b", {"name": ["y"]})
    answers.finish("R-1")
    assert session == {"survey": {"receipt": "R-1"}}
    assert answers.receipt == "R-1"
    answers.accept("a", {"name": "Bob"})
    assert answers.receipt == "R-1"
    assert answers.key


def test_clearing_erases_everything_of_this_wizard(session, answers):
    """What others keep in the session stays."""
    session["language"] = "de"
    answers.accept("a", {"name": "Ada"})
    answers.clear()
    assert session == {"language": "de"}


def test_what_a_change_did_is_told_until_the_next_answer(answers):
    """Which answers are out of use, used again, or asked again."""
    flow = Flow(
        Step("plan", Text, title="Plan"),
        Step("team", Text, title="Team", when=lambda given: given["plan"]["text"] != "free"),
    )

    def accept(step, text):
        reads = flow.path(answers, answers.reads).earlier(flow.get(step)).reads
        answers.accept(step, {"text": text}, reads=reads)
        return answers.follow(flow.path(answers, answers.reads))

    assert accept("plan", "team") == {}
    assert accept("team", "Ada") == {}
    assert accept("plan", "free") == {"unused": ["team"], "before": ["plan", "team"]}
    assert answers.notice == {"unused": ["team"]}
    assert accept("plan", "team") == {"used": ["team"], "before": ["plan"]}
    assert accept("plan", "firm") == {"again": ["team"]}
    assert accept("team", "Ada") == {}
    assert answers.notice == {}


def test_a_lifetime_of_its_own_is_told_from_that_of_the_session(session):
    """What is too old is not there any more, and that is said until something is given."""
    flow = Flow(Step("plan", Text, title="Plan"))
    answers = Answers(session, "survey", timedelta(seconds=60))
    answers.begin()
    answers.accept("plan", {"text": "x"})
    answers.settle(flow)
    assert answers["plan"]
    assert not answers.expired
    session["survey"] = session["survey"] | {"at": session["survey"]["at"] - 61}
    answers.settle(flow)
    assert answers.expired
    assert dict(answers) == {}
    answers.accept("plan", {"text": "y"})
    assert not answers.expired
