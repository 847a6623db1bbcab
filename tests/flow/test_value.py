"""Values that are computed from answers, without a request."""

from __future__ import annotations

import pytest
from wtforms import BooleanField, Form, IntegerField, RadioField

from wizard import Exit, Flow, FlowError, Page, Repeat, Step, Value
from wizard.flow.section import Section
from wizard.picture import condition, mermaid, svg, table


class Costs(Form):
    """Asks for two numbers, and a choice."""

    rent = IntegerField("Rent")
    food = IntegerField("Food")
    plan = RadioField("Plan", choices={"free": "Free", "team": "Team", "firm": "Firm"})


class Right(Form):
    """Asks whether it is right."""

    right = BooleanField("It is")


COSTS = Step("costs", Costs, title="Costs")
TOTAL = Value(
    "total", lambda a: a["costs"]["rent"] + a["costs"]["food"], title="In all", words=lambda total: f"€{total}"
)
SHARE = Value("share", lambda a: a["total"] / 2)
RIGHT = Step("right", Right, title="Right", check=lambda a, data: {} if a["total"] > 0 else {"": "No"})
FLOW = Flow(COSTS, TOTAL, SHARE, RIGHT)
ANSWERS = {"costs": {"rent": 600, "food": 200, "plan": "team"}}


def test_it_is_computed_from_the_answers_and_from_other_values():
    """As soon as they are there, and never before."""
    assert FLOW.path(ANSWERS).values_before() == {"total": 800, "share": 400}
    assert FLOW.path(ANSWERS).values_before(COSTS) == {}
    assert FLOW.path({}).values_before() == {}
    assert FLOW.path({}).value("total") is None


def test_it_is_no_step():
    """It is on no path, and has no address."""
    assert [FLOW.get("total"), FLOW.steps, FLOW.path(ANSWERS).names] == [None, (COSTS, RIGHT), ["costs", "right"]]
    assert [FLOW.parts, FLOW.values] == [(COSTS, TOTAL, SHARE, RIGHT), [TOTAL, SHARE]]


def test_a_step_that_reads_it_depends_on_what_comes_out():
    """Not on what it was computed from."""
    earlier = FLOW.path(ANSWERS).earlier(RIGHT)
    assert earlier["total"] == 800
    assert list(earlier.reads) == ["total"]
    reads = {"right": dict(earlier.reads)}
    answers = {**ANSWERS, "right": {"right": True}}
    assert FLOW.path(answers, reads).missing is None
    same = {**answers, "costs": {"rent": 200, "food": 600, "plan": "free"}}
    assert FLOW.path(same, reads).missing is None
    other = {**answers, "costs": {"rent": 601, "food": 200, "plan": "free"}}
    assert FLOW.path(other, reads).missing is RIGHT
    assert FLOW.path(other, reads).again == [RIGHT]


def test_it_is_never_stale():
    """A path that takes another answer computes it anew; what stands before is computed once."""
    calls = []
    count = Value("count", lambda a: calls.append("count") or a["costs"]["rent"] + 1)
    more = Value("more", lambda a: calls.append("more") or ("right" in a and a["right"]["right"]))
    flow = Flow(COSTS, count, RIGHT_ONLY, more, Page("end", title="End", template="x"))
    calls.clear()
    path = flow.path(ANSWERS)
    assert [path.value("count"), path.value("count"), path.value("more")] == [601, 601, False]
    path.accept(RIGHT_ONLY, {**ANSWERS, "right": {"right": True}}, {})
    assert [path.value("count"), path.value("more")] == [601, True]
    path.accept(COSTS, {"costs": {"rent": 1, "food": 1}, "right": {"right": True}}, {})
    assert path.value("count") == 2
    assert calls == ["count", "more", "more", "count"]


RIGHT_ONLY = Step("right", Right, title="Right")


def test_what_is_made_of_it_changes_nothing():
    """It is a copy."""
    flow = Flow(COSTS, Value("all", lambda a: [a["costs"]["rent"]]), Step("x", Right, title="X"))
    path = flow.path(ANSWERS)
    path.value("all").append(1)
    path.earlier(flow.steps[1])["all"].append(2)
    assert path.value("all") == [600]


def test_a_value_may_be_a_dictionary():
    """Each of its keys is read by itself."""
    flow = Flow(COSTS, Value("all", lambda a: {"one": a["costs"]["rent"], "two": 2}), Step("x", Right, title="X"))
    earlier = flow.path(ANSWERS).earlier(flow.steps[1])
    assert earlier["all"]["two"] == 2
    assert list(earlier.reads) == ["all.two"]


def test_conditions_and_exits_may_read_it():
    """What it may come to is known where its function says so, and drawn."""
    paid = Value("paid", lambda a: a["costs"]["plan"] != "free")
    step = Step("x", Right, title="X", when=lambda a: a["paid"])
    flow = Flow(COSTS, paid, step, Step("y", Right, title="X", when=lambda a: not a["paid"]))
    assert condition(flow, step) == "paid is True"
    assert [flow.path({}).ahead, flow.path({}).count] == [[COSTS, step], 3]
    assert flow.path({"costs": {"plan": "free"}}).names == ["costs", "y"]
    path = flow.path(ANSWERS)
    assert [path.names, path.is_read(COSTS)] == [["costs", "x"], True]
    with pytest.raises(FlowError, match="Step 'x': no answer leads to it"):
        Flow(COSTS, paid, Step("x", Right, title="X", when=lambda a: a["paid"] == "maybe"))
    ends = Exit("end", title="End", template="x", when=lambda a: a["total"] > 9)
    assert Flow(COSTS, TOTAL, ends).path(ANSWERS).sources(["total?", "x.y"]) == {"costs", "x"}


def test_sections_hold_values_and_wait_for_what_they_are_computed_from():
    """In any order."""
    one = Section("one", COSTS, TOTAL, title="One")
    two = Section("two", RIGHT, title="Two")
    flow = Flow(one, two, any_order=True)
    assert [one.steps, flow.parts] == [(COSTS,), (COSTS, TOTAL, RIGHT)]
    assert [flow.path({}).awaited(two), flow.path(ANSWERS).awaited(two)] == [["costs"], []]
    assert flow.path(ANSWERS).earlier(RIGHT)["total"] == 800
    assert flow.path(ANSWERS).value("total") == 800
    with pytest.raises(FlowError, match="Value 'half': it stands in no section"):
        Flow(one, two, Value("half", lambda a: a["total"] / 2))


def test_steps_of_an_entry_may_read_it():
    """That stands before their list."""
    pets = Repeat("pets", Step("pet", Right, title="Pet", when=lambda a: a["total"] > 0), title="Pets")
    flow = Flow(COSTS, TOTAL, pets)
    assert [one.name for one in flow.inner(pets)] == ["pet"]
    with pytest.raises(FlowError, match="a step around the list 'pets' has the same name"):
        Flow(COSTS, TOTAL, Repeat("pets", Step("total", Right, title="Pet"), title="Pets"))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([lambda: [Value("Total", lambda a: 1)]], "Value 'Total': a value's name is part of its URL"),
        ([lambda: [Value("total", 5)]], "Value 'total': its 'function' is 5. Use a function"),
        ([lambda: [Value("total", lambda: 5)]], "Value 'total': its 'function' must take one argument"),
        ([lambda: [Value("total", lambda a: 5, words=lambda: "")]], "its 'words' must take one argument"),
        ([lambda: [Value("total", lambda a: 5, title=lambda a: "")]], "its 'title' is a function"),
        ([lambda: [Value("costs", lambda a: 5)]], "Value 'costs': something else in the flow has the same name"),
        ([lambda: [SHARE, Value("share", lambda a: 5)]], "Value 'share': something else in the flow has the same"),
        ([lambda: [Value("x", lambda a: a["ride"])]], "Value 'x': it reads 'ride', which is no earlier step"),
        ([lambda: [Value("x", lambda a: a["right"])]], "Value 'x': it reads 'right', which is no earlier step"),
        (
            [lambda: [Value("x", lambda a: a["costs"]["rent"] + a["costs"]["fod"])]],
            "Value 'x': it reads costs.fod, and the step 'costs' has no such field",
        ),
        ([lambda: [Value("x", lambda a: None)]], "Value 'x': its 'function' returned nothing"),
        ([lambda: [Value("x", lambda a: a["x"] + 1)]], "Value 'x': it is computed from itself: 'x' -> 'x'"),
        (
            [lambda: [Value("x", lambda a: a["y"]), Value("z", lambda a: a["x"]), Value("y", lambda a: a["z"] * 2)]],
            "it is computed from itself: 'x' -> 'y' -> 'z' -> 'x'. Let it read what comes before it",
        ),
    ],
)
def test_a_mistake_is_told_when_the_flow_is_built(parts, message):
    """With the cure; a ring by its names."""
    with pytest.raises(FlowError, match=message):
        Flow(COSTS, *parts[0](), Step("right", Right, title="Right"))


def test_a_flow_of_values_alone_is_none():
    """There is nothing to ask."""
    with pytest.raises(FlowError, match="A Flow needs at least one Step"):
        Flow(Value("x", lambda a: 1))


def test_one_that_fails_says_what_it_had_read():
    """And no value."""
    flow = Flow(COSTS, Value("x", lambda a: a["costs"]["rent"] / a["costs"]["food"]))
    with pytest.raises(FlowError) as error:
        flow.path({"costs": {"rent": 77001, "food": 0}}).value("x")
    assert "Value 'x': its 'function' failed, having read 'costs.rent', 'costs.food': ZeroDivision" in str(error.value)
    assert "77001" not in str(error.value)


def test_it_is_drawn():
    """With what it is computed from."""
    for drawn in (table(FLOW), mermaid(FLOW), svg(FLOW)):
        for text in ("In all", "Share", "computed from costs", "computed from total"):
            assert text in drawn
    assert "computed from no answer" in table(Flow(COSTS, Value("x", lambda a: 1)))
    assert '[/"<b>In all</b><br>computed from costs"/]' in mermaid(FLOW)


def test_it_is_shown_below_the_step_before_it():
    """In the words of the author where there are any. A page has no place of its own on the summary."""
    first, last = Value("first", lambda a: 1, title="First"), Value("last", lambda a: "total" in a, title="Last")
    flow = Flow(first, COSTS, TOTAL, SHARE, Page("read", title="Read", template="x"), last, RIGHT)
    path = flow.path(ANSWERS)
    assert path.values_after(COSTS) == [("First", None, 1), ("In all", "€800", 800), ("Last", None, True)]
    assert path.values_after(RIGHT) == []
    assert flow.path({}).values_after(COSTS) == [("First", None, 1), ("Last", None, False)]
