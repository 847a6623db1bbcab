"""The pictures of a flow: every step, field and condition is in them, and none that is not there."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from wtforms import BooleanField, Form, IntegerField, PasswordField, RadioField, SelectField, StringField, SubmitField

from tests.pages.census import FLOW as CENSUS
from wizard.flow import Flow, Repeat, Section, Step
from wizard.flow.fields import samples
from wizard.picture import condition, mermaid, svg, table
from wizard.signup.flow import flow as signup

#: What an author may have a condition look at besides the answers.
OPEN = True


class Plan(Form):
    """Asks for a plan."""

    plan = RadioField("Plan", choices={"free": "Free", "team": "Team", "firm": "Firm"})
    trial = BooleanField("Trial")
    months = IntegerField("Months")
    send = SubmitField()


class Text(Form):
    """Asks for a word."""

    text = StringField("Text")


class Secret(Form):
    """Asks for a secret, and for a choice."""

    code = PasswordField("Code")
    choice = SelectField("Choice")


def built(when):
    """A flow whose last step hangs on a condition."""
    last = Step("last", Text, title="Last", when=when)
    return Flow(Step("plan", Plan, title="Plan"), Step("name", Text, title="Name"), last), last


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (None, ""),
        (lambda answers: answers["plan"]["plan"] == "team", "plan.plan is team"),
        (lambda answers: answers["plan"]["plan"] != "free", "plan.plan is team or firm"),
        (lambda answers: answers["plan"]["trial"], "plan.trial is True"),
        (
            lambda answers: answers["plan"]["trial"] and answers["plan"]["plan"] != "free",
            "plan.trial is True and plan.plan is team or firm",
        ),
        (
            lambda answers: answers["plan"]["plan"] == "firm" or answers["plan"]["trial"],
            "plan.plan is free and plan.trial is True or plan.plan is team and plan.trial is True or plan.plan is firm",
        ),
        (lambda answers: answers["plan"]["months"] > 3, "depends on plan.months"),
        (
            lambda answers: answers["plan"]["plan"] == "team" and answers["plan"]["months"] > 3,
            "depends on plan.months and plan.plan",
        ),
        (lambda answers: answers["plan"]["plan"] == "team" and 1 / 0, "depends on plan.plan and more than answers"),
        (
            lambda answers: "name" in answers and answers["plan"]["plan"] == "team",
            "name is answered and plan.plan is team",
        ),
        (lambda answers: "name" in answers, "name is answered"),
        (lambda answers: answers.get("name") is None, "name is not answered"),
        (
            lambda answers: answers.get("plan", {}).get("months") or answers["name"]["text"],
            "depends on name.text and plan.months",
        ),
        (lambda answers: 1 / 0, "depends on more than answers"),
        (lambda answers: True, ""),
        (lambda answers: OPEN, "depends on more than answers"),
        (lambda answers: not OPEN, "depends on more than answers"),
        (lambda answers: OPEN and answers["plan"]["trial"], "plan.trial is True"),
    ],
)
def test_a_condition_is_put_into_words(when, words):
    """As far as it can be known without a visitor."""
    assert condition(*built(when)) == words


@pytest.mark.parametrize("draw", [table, mermaid, svg])
def test_the_picture_of_the_signup_has_all_of_it(draw):
    """Every title and field, the condition, how many people can be invited, and that the password alone is secret."""
    picture = draw(signup)
    for step in signup:
        assert str(step.short or step.title) in picture
        for name in samples(step.form) if isinstance(step, (Step, Repeat)) else ():
            assert name in picture
    for words in ("plan.plan is team", "password (secret)", "0 or more entries", "a code that is sent by mail"):
        assert words in picture
    assert picture.count("(secret)") == (2 if draw is svg else 1)  # the SVG has it in words, too


@pytest.mark.parametrize("draw", [table, mermaid, svg])
def test_what_is_computed_is_marked(draw):
    """Choices that depend on answers, and secrets, of which something else is stored."""
    step = Step("s", Secret, title="S", choices={"choice": lambda answers: {}}, keep={"code": str})
    for words in ("code (secret)", "choice (computed choices)"):
        assert words in draw(Flow(step))
        assert words not in draw(Flow(Step("s", Text, title="S")))


def test_the_table_has_a_line_for_each_field():
    """Its columns are aligned."""
    lines = table(built(lambda answers: answers["plan"]["plan"] == "team")[0]).splitlines()
    assert lines == [
        "step  title  fields  asked when",
        "----  -----  ------  -----------------",
        "plan  Plan   plan    always",
        "             trial",
        "             months",
        "name  Name   text    always",
        "last  Last   text    plan.plan is team",
    ]


def edges(picture):
    """The arrows of a Mermaid diagram."""
    return {line.strip() for line in picture.splitlines() if "-->" in line}


def test_the_diagram_leads_around_what_is_not_asked():
    """Steps that hang on one condition are passed over together; two conditions in a row are two questions."""

    def is_team(answers):
        return answers["plan"]["plan"] == "team"

    flow = Flow(
        Step("plan", Plan, title="Plan"),
        Step("a", Text, title="A", when=is_team),
        Repeat("b", Text, title="B", when=is_team),
        Step("c", Text, title="C", when=lambda answers: answers["plan"]["trial"]),
        Step("end", Text, title="D"),
    )
    assert edges(mermaid(flow)) == {
        "start --> step_plan",
        "step_plan --> when_a",
        "when_a -->|yes| step_a",
        "step_a --> step_b",
        "step_b --> when_c",
        "when_a -->|no| when_c",
        "when_c -->|yes| step_c",
        "step_c --> step_end",
        "when_c -->|no| step_end",
        "step_end --> summary",
        "summary --> done",
    }


def test_the_picture_goes_around_each_condition_apart():
    """Who is not asked for one step comes back before the way around the next one leaves."""
    flow = Flow(
        Step("plan", Plan, title="Plan"),
        Step("a", Text, title="A", when=lambda answers: answers["plan"]["plan"] == "team"),
        Step("b", Text, title="B", when=lambda answers: answers["plan"]["trial"]),
    )
    (_, first_end), (second_start, _) = re.findall(r'line maybe" d="M\d+ (\d+)H\d+V(\d+)H', svg(flow))
    assert int(first_end) < int(second_start)


@pytest.mark.parametrize("draw", [mermaid, svg])
def test_what_cannot_be_known_is_no_question(draw):
    """It says on what it depends."""
    picture = draw(built(lambda answers: answers["plan"]["months"] > 3)[0])
    assert "depends on plan.months" in picture
    assert "plan.months?" not in picture
    assert "only if depends" not in picture


def test_no_name_of_a_step_is_taken_for_another_node():
    """Not even that of the start, nor those of two steps that differ in one sign."""
    names = ["start", "end", "a-b", "a_b"]
    picture = mermaid(Flow(*(Step(name, Text, title=name) for name in names)))
    assert edges(picture) == {
        "start --> step_start",
        "step_start --> step_end",
        "step_end --> step_a__b",
        "step_a__b --> step_a_b",
        "step_a_b --> summary",
        "summary --> done",
    }


def test_a_last_step_that_is_not_asked_leads_to_the_summary():
    """Nobody is left hanging."""
    flow, _ = built(lambda answers: answers["plan"]["plan"] == "team")
    assert {"when_last -->|no| summary", "step_last --> summary"} < edges(mermaid(flow))


def texts(picture):
    """What is written in an SVG, line by line."""
    root = ElementTree.fromstring(picture)  # noqa: S314  (our own picture)
    return [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_names_and_titles_break_no_picture():
    """Whatever an author calls a step."""
    flow = Flow(Step("end-of_it", Text, title='A "quoted" <title> & more, of quite some length as #35; can be'))
    assert 'step_end__of_it["<b>A #quot;quoted#quot; #lt;title#gt; #amp; more' in mermaid(flow)
    assert "as #35;35; can be" in mermaid(flow)
    assert " ".join(texts(svg(flow))[1:3]) == flow.steps[0].title


@pytest.mark.parametrize("title", ["W" * 60, "日本" * 30, "a_long_name" * 8, "word " * 20])
def test_no_text_is_wider_than_its_box(title):
    """Wide letters are broken earlier than narrow ones, and none is lost."""
    lines = texts(svg(Flow(Step("s", Text, title=title))))[1:-2]
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    # A bold letter of 16 px, at its widest, in a box of 420 with a margin of 18.
    widest = {"W": 17.6, "日": 17, "本": 17}
    for line in lines:
        assert sum(widest.get(letter, 11) for letter in line) <= 420 - 36, line


def test_the_svg_is_told_to_who_cannot_see_it():
    """In a sentence."""
    root = ElementTree.fromstring(svg(signup))  # noqa: S314  (our own picture)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert "Your team: organisation, seats, only if plan.plan is team" in root.find(f"{space}desc").text


def test_the_steps_of_an_entry_stand_within_their_list():
    """In all three pictures, however deep, and what they hang on is said as everywhere."""
    lines = table(CENSUS).splitlines()
    assert "  birth    Birth       year                home.kind is house" in lines
    assert any(line.startswith("    job      Job ") for line in lines)
    drawn = mermaid(CENSUS)
    inner = drawn.partition('subgraph step_people["')[2].partition("\n    end\n")[0]
    assert '            step_people___jobs___job["<b>Job</b><br>work"]' in inner
    assert "step_people --> step_diets" in drawn
    picture = ElementTree.fromstring(svg(CENSUS))  # noqa: S314  (our own)
    boxes = [
        [int(box.get(side)) for side in ("x", "y", "width", "height")]
        for box in picture.iter("{http://www.w3.org/2000/svg}rect")
        if "box" in box.get("class", "")
    ]
    _, people, name, birth, jobs, job = boxes[:6]
    for inner, outer in ((name, people), (birth, people), (jobs, people), (job, jobs)):
        assert outer[0] < inner[0]
        assert outer[1] < inner[1]
        assert inner[0] + inner[2] < outer[0] + outer[2]
        assert inner[1] + inner[3] < outer[1] + outer[3]
    assert "Jobs: 0 to 50 entries, depends on birth.year; Job: work" in svg(CENSUS)


def sections(*, any_order):
    """A flow of three sections, of which the last reads the first."""
    is_free = Step("why", Text, title="Why", when=lambda answers: answers["plan"]["plan"] == "free")
    return Flow(
        Section("plans", Step("plan", Plan, title="Plan"), Step("name", Text, title="Name"), title="Your plan"),
        Section("more", Step("wish", Text, title="Name"), title="Wishes", summary=True),
        Section("end", is_free, title="The end", when=lambda answers: answers["plan"]["trial"]),
        any_order=any_order,
    )


@pytest.mark.parametrize("any_order", [False, True])
def test_the_steps_of_a_section_stand_within_it(any_order):
    """In all three pictures, with what the section hangs on; what it waits for is said where the order is free."""
    flow = sections(any_order=any_order)
    lines = [" ".join(line.split()) for line in table(flow).splitlines()]
    assert "plans Your plan a section always" in lines
    assert "end The end a section plan.trial is True" in lines
    assert "why Why text plan.plan is free" in lines
    assert ("waits for plan" in lines) is any_order
    drawn = mermaid(flow)
    inner = drawn.partition('subgraph section_step_plans["')[2].partition("\n    end\n")[0]
    assert "        step_plan --> step_name" in inner
    assert ("    section_step_plans --> section_step_more" in drawn) is not any_order
    assert ("    tasks --> section_step_more" in drawn) is any_order
    assert ("    tasks -->|all completed| summary" in drawn) is any_order
    assert "step_wish" not in inner
    found = svg(flow)
    assert ("In any order; " in found) is any_order
    assert "Wishes: a section, its answers are checked at its end; Name: text" in found
    boxes = [
        [int(box.get(side)) for side in ("x", "y", "width", "height")]
        for box in ElementTree.fromstring(found).iter("{http://www.w3.org/2000/svg}rect")  # noqa: S314  (our own)
        if "box" in box.get("class", "")
    ]
    plans, plan, name, more = boxes[:4]
    assert plans[1] < plan[1] < name[1] < plans[1] + plans[3] < more[1]
    assert plans[0] < plan[0]
