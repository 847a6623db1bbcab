"""The same title twice: where two steps are never on one path."""

from __future__ import annotations

import pytest
from wtforms import BooleanField, Form, IntegerField, RadioField, StringField

from wizard import Exit, Flow, FlowError, Repeat, Step
from wizard.picture import mermaid, svg, table
from wizard.schema import schema


class Plan(Form):
    """Asks for much."""

    plan = RadioField("Plan", choices={"free": "Free", "team": "Team", "firm": "Firm"})
    trial = BooleanField("Trial")
    months = IntegerField("Months")
    name = StringField("Name")


class Text(Form):
    """Asks for a word."""

    text = StringField("Text")


MOST = 12


def flow(one, other, *between):
    """A flow whose last two steps have one title, each with a condition on the plan."""
    when = [function and (lambda answers, function=function: function(answers["plan"])) for function in (one, other)]
    return Flow(
        Step("plan", Plan, title="Plan"),
        Step("a", Text, title="Details", when=when[0]),
        *between,
        Step("b", Text, title="Details", when=when[1]),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda plan: plan["plan"] == "team", lambda plan: plan["plan"] == "firm"),
        (lambda plan: plan["plan"] == "team", lambda plan: plan["plan"] != "team"),
        (lambda plan: plan["trial"], lambda plan: not plan["trial"]),
        (lambda plan: plan["months"] < 12, lambda plan: plan["months"] >= 12),
        (lambda plan: plan["months"] > MOST, lambda plan: plan["months"] <= MOST),
        (lambda plan: plan["months"] == 1, lambda plan: plan["months"] != 1),
        (lambda plan: plan["name"], lambda plan: not plan["name"]),
        (lambda plan: plan["name"] is None, lambda plan: plan["name"] is not None),
        (lambda plan: "x" in plan["name"], lambda plan: "x" not in plan["name"]),
        (lambda plan: plan["name"] in ("Ada", "Bo"), lambda plan: plan["name"] not in ("Ada", "Bo")),
        (lambda plan: plan["plan"] == "team" and plan["months"] > 3, lambda plan: plan["plan"] == "firm"),
    ],
)
def test_two_steps_that_exclude_each_other_may_have_one_title(one, other):
    """In each picture both are drawn."""
    found = flow(one, other)
    for drawn in (table(found), mermaid(found), svg(found)):
        assert drawn.count("Details") >= 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, None),
        (lambda plan: plan["plan"] == "team", None),
        (lambda plan: plan["plan"] == "team", lambda plan: plan["plan"] != "firm"),
        (lambda plan: plan["plan"] == "team", lambda plan: plan["trial"]),
        (lambda plan: plan["months"] < 12, lambda plan: plan["months"] < 10),
        (lambda plan: plan["months"] is None, lambda plan: plan["months"] is None),
        (lambda plan: plan["months"] % 2 == 0, lambda plan: plan["months"] % 2 == 1),
        (lambda plan: f"{plan['months']}" == "1", lambda plan: f"{plan['months']}" == "2"),
        (lambda plan: plan["name"].startswith("A"), lambda plan: plan["name"].startswith("B")),
        (lambda plan: len(plan["name"]) > 2, lambda plan: len(plan["name"]) < 2),
    ],
)
def test_two_that_may_be_on_one_path_may_not(one, other):
    """Nor two of which it is not known; the message says the cure."""
    with pytest.raises(FlowError) as error:
        flow(one, other)
    assert str(error.value) == (
        "Two steps are called 'Details' by their 'title' or 'short', and one path may have both: 'a' and 'b'. Give "
        "each its own, or let the 'when' of each exclude the other."
    )


def test_what_comes_after_an_exit_is_on_no_path_with_it():
    """So that two exits may have one title, and so may a step and one that comes after its exit."""
    exits = [
        Exit(
            name,
            title="You cannot apply",
            template="x.html",
            when=lambda answers, plan=plan: answers["plan"]["plan"] == plan,
        )
        for name, plan in (("x", "free"), ("y", "firm"))
    ]
    Flow(Step("plan", Plan, title="Plan"), *exits, Step("a", Text, title="Details"))
    is_long = lambda answers: answers["plan"]["months"] > 12  # noqa: E731
    flow(lambda plan: plan["months"] > 12, None, Exit("z", title="Z", template="z.html", when=is_long))


def test_the_way_has_one_of_them():
    """The progress never counts, nor names, what can only be there in place of another."""
    found = flow(lambda plan: plan["plan"] == "team", lambda plan: plan["plan"] == "firm")
    assert [step.name for step in found.path({}).ahead] == ["plan", "a"]
    assert [step.name for step in found.path({"plan": {"plan": "firm"}}).ahead] == ["plan", "b"]
    assert found.path({"plan": {"plan": "free"}}).count == 2


def test_the_way_has_the_one_that_applies():
    """Also where it comes after one that is not known yet."""

    def is_team(answers):
        return answers["plan"]["plan"] == "team"

    found = Flow(
        Step("plan", Plan, title="Plan"),
        Step("more", Text, title="More"),
        Step("a", Text, title="Details", when=lambda answers: answers["more"]["text"] == "x" and not is_team(answers)),
        Repeat("b", Text, title="Details", when=is_team),
    )
    assert [step.name for step in found.path({"plan": {"plan": "team"}}).ahead] == ["plan", "more", "b"]
    assert [step.name for step in found.path({"plan": {"plan": "firm"}}).ahead] == ["plan", "more", "a"]


def short(*names):
    """A flow whose steps all may be asked, each with these of a title and a short name."""
    return Flow(
        Step("plan", Plan, title="Choose a plan", short="Plan"),
        *(Step(f"s{at}", Text, title=title, short=name) for at, (title, name) in enumerate(names)),
    )


def test_a_short_name_is_drawn_in_place_of_the_title():
    """In each picture, and in the schema of what a program may send."""
    found = short(("Enter your details", lambda answers: f"Details of {answers['plan']['name']}"))
    for drawn in (table(found), mermaid(found), svg(found)):
        assert "Details of {plan.name}" in drawn
        assert "Choose a plan" not in drawn
    assert schema(found)["properties"]["plan"]["title"] == "Plan"
    path = found.path({"plan": {"name": "Ada"}})
    assert [path.title(step) for step in found.steps] == ["Plan", "Details of Ada"]
    assert path.text(found.steps[0], "title") == "Choose a plan"


@pytest.mark.parametrize("name", ["", "  ", lambda answers: " "])
def test_a_short_name_that_says_nothing_is_none(name):
    """The title is what it is called then, or of a function the name of the step."""
    found = short(("Enter your details", name))
    assert found.path({"plan": {"name": "Ada"}}).title(found.steps[1]) == (
        "S0" if callable(name) else "Enter your details"
    )


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        ([("Details", None)], "Step 's0': its 'short' is None. Use a text, or a function: short=lambda answers: ...."),
        ([("Details", lambda: "x")], "Step 's0': its 'short' must take one argument. Begin it with: lambda answers: "),
        ([("Details", lambda a: a["pla"])], "Step 's0': it reads 'pla', which is no earlier step"),
        (
            [("Details", "Plan")],
            "Two steps are called 'Plan' by their 'title' or 'short', and one path may have both: ",
        ),
        ([("Plan", "")], "Two steps are called 'Plan' by their 'title' or 'short', and one path may have both: "),
        ([("One", "Same"), ("Two", "Same")], "'s0' and 's1'. Give each its own, or let the 'when' of each exclude the"),
    ],
)
def test_mistakes_in_a_short_name_are_told_when_the_flow_is_built(names, wrong):
    """In one line, with the cure."""
    with pytest.raises(FlowError) as error:
        short(*names)
    assert wrong in str(error.value)
    assert "\n" not in str(error.value)
