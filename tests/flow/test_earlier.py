"""Earlier: what is noted of each way to read, and what can be known of a condition without answers."""

from __future__ import annotations

import pytest

from wizard.errors import FlowError, StoreError
from wizard.flow.earlier import Earlier, NotAnsweredError, returned
from wizard.flow.trial import WAYS, reads_only_answers, ways

GIVEN = {"plan": {"plan": "team", "months": 12}, "guests": [{"name": "Ada"}]}


def earlier(**changed):
    """A view of the answers above, with some of them changed; None takes one away."""
    answers = {name: answer for name, answer in {**GIVEN, **changed}.items() if answer is not None}
    return Earlier("price", ["account", "plan", "guests"], answers)


@pytest.mark.parametrize(
    ("read", "noted", "unchanged", "changed"),
    [
        (lambda view: view["plan"]["plan"], ["plan.plan"], {"plan": {"plan": "team"}}, {"plan": {"plan": "x"}}),
        (lambda view: view["plan"].get("gone"), ["plan.gone"], {"plan": {}}, {"plan": {"gone": None}}),
        (lambda view: view.get("plan")["plan"], ["plan?", "plan.plan"], {"guests": None}, {"plan": {"plan": "x"}}),
        (lambda view: dict(view["plan"]), ["plan", "plan.plan", "plan.months"], {"guests": None}, {"plan": {"a": 1}}),
        (lambda view: len(view["plan"]), ["plan"], {}, {"plan": {}}),
        (lambda view: "account" in view, ["account?"], {"plan": None}, {"account": {}}),
        (lambda view: view.get("account"), ["account?"], {"plan": None}, {"account": {}}),
        (lambda view: len(view["guests"]), ["guests"], {"plan": None}, {"guests": []}),
        (lambda view: list(view), ["account?", "plan?", "guests?"], {"plan": {}}, {"plan": None}),
        (len, ["account?", "plan?", "guests?"], {"plan": {}}, {"plan": None}),
    ],
)
def test_what_is_read_is_noted_and_nothing_else(read, noted, unchanged, changed):
    """A change of it is seen, a change of anything else is not."""
    view = earlier()
    read(view)
    assert list(view.reads) == noted
    assert earlier(**unchanged).is_unchanged(view.reads)
    assert not earlier(**changed).is_unchanged(view.reads)


def test_a_note_has_no_value_in_it():
    """What is kept beside the answers tells nothing of them."""
    view = earlier()
    assert view["plan"]["plan"] == "team"
    assert "team" not in str(view.reads)


def test_an_answer_that_is_not_there_is_not_answered():
    """Which is no mistake; a step that is no earlier one is."""
    with pytest.raises(NotAnsweredError):
        earlier()["account"]
    with pytest.raises(FlowError, match="'price': it reads 'price', which is no earlier step"):
        earlier()["price"]


@pytest.mark.parametrize("error", [StoreError("gone"), NotAnsweredError("account"), FlowError("wrong")])
def test_what_a_function_raises_on_purpose_is_left_alone(error):
    """Only what nobody meant to raise is a mistake of the flow."""

    def fails(answers):
        raise error

    with pytest.raises(type(error)) as raised:
        earlier().call("when", fails)
    assert raised.value is error


DOMAINS = {
    "plan": {"plan": ["free", "team"], "months": None, "trial": [True, False]},
    "guests": None,
}


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (
            lambda answers: answers["plan"]["plan"] == "team",
            [({"plan.plan": "free"}, False), ({"plan.plan": "team"}, True)],
        ),
        (
            lambda answers: answers["plan"]["plan"] == "team" and answers["plan"].get("trial"),
            [
                ({"plan.plan": "free"}, False),
                ({"plan.plan": "team", "plan.trial": True}, True),
                ({"plan.plan": "team", "plan.trial": False}, False),
            ],
        ),
        (lambda answers: answers["plan"]["months"] > 3, [({"plan.months": None}, None)]),
        (lambda answers: "plan" in answers, [({"plan?": True}, True), ({"plan?": False}, False)]),
        (lambda answers: answers.get("plan") is None, [({"plan?": True}, False), ({"plan?": False}, True)]),
        (lambda answers: len(answers["guests"]) > 3, [({"guests": None}, None)]),
        (lambda answers: dict(answers["plan"]) == {}, [({"plan": None}, None)]),
        (lambda answers: len(answers["plan"]) == 2, [({"plan": None}, None)]),
        (lambda answers: "plan" in answers or answers["plan"], [({"plan?": True}, True), ({"plan?": False}, False)]),
        (lambda answers: 1 / 0, [({}, None)]),
        (lambda answers: False, [({}, False)]),
    ],
)
def test_the_ways_through_a_condition_are_found(condition, found):
    """As far as what it reads has values that are known beforehand."""
    assert ways("price", condition, DOMAINS) == found


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (lambda answers: answers["later"], "it reads 'later', which is no earlier step"),
        (lambda answers: "later" in answers, "it reads 'later', which is no earlier step"),
        (lambda answers: answers["plan"]["plan"] == "team" and answers["later"], "it reads 'later'"),
        (
            lambda answers: answers["plan"]["paln"],
            "reads plan.paln, and the step 'plan' has no such field. It has 'plan'",
        ),
    ],
)
def test_a_read_of_what_is_not_there_is_found_on_every_way(condition, message):
    """Not only on the first."""
    with pytest.raises(FlowError, match=message):
        ways("price", condition, DOMAINS)


def test_too_many_ways_are_not_walked():
    """A condition over a hundred countries and a hundred products stays unknown, and costs no time."""
    domains = {"a": {"b": list(range(100)), "c": list(range(100))}}
    found = ways("price", lambda answers: answers["a"]["b"] == answers["a"]["c"], domains)
    assert len(found) <= 2 * WAYS
    assert None in [outcome for _, outcome in found]


FLAG = False


def test_a_condition_that_reads_more_than_answers_is_known():
    """What a flag says today holds for today alone."""
    flag = False
    assert reads_only_answers(lambda answers: answers.get("plan") is None)
    assert not reads_only_answers(lambda answers: FLAG)
    assert not reads_only_answers(lambda answers: flag)
    assert not reads_only_answers(len)
    assert not reads_only_answers(None)


@pytest.mark.parametrize(
    ("what", "due"),
    [("when", "True or False"), ("each", "the title of an entry"), ("choices", "something, if only an empty list or ")],
)
def test_a_function_that_returns_nothing_is_told_what_is_due(what, due):
    """By what it is for."""
    with pytest.raises(FlowError, match=f"Step 's': its '{what}' returned nothing. Let it return {due}"):
        returned("s", what, None)
