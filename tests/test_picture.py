"""The pictures of a flow: every step, field and condition is in them, and none that is not there."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from wtforms import BooleanField, Form, IntegerField, PasswordField, RadioField, SelectField, StringField, SubmitField

from wizard.fields import declared
from wizard.flow import Flow, Repeat, Step
from wizard.picture import condition, mermaid, svg, table
from wizard.signup.flow import flow as signup


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
        (lambda answers: "name" in answers, "name is answered"),
        (lambda answers: answers.get("name") is None, "name is not answered"),
        (
            lambda answers: answers.get("plan", {}).get("months") or answers["name"]["text"],
            "depends on name.text and plan.months",
        ),
        (lambda answers: 1 / 0, "depends on more than answers"),
        (lambda answers: True, ""),
    ],
)
def test_a_condition_is_put_into_words(when, words):
    """As far as it can be known without a visitor."""
    assert condition(*built(when)) == words


@pytest.mark.parametrize("draw", [table, mermaid, svg])
def test_the_picture_of_the_signup_has_all_of_it(draw):
    """Every title and field, the condition, how many people can be invited, and that the password is secret."""
    picture = draw(signup)
    for step in signup:
        assert step.title in picture
        for name in declared(step.form):
            assert name in picture
    for words in ("plan.plan is team", "password (secret)", "0 to 20 entries"):
        assert words in picture
    assert "email (secret)" not in picture


def test_computed_choices_are_marked():
    """They are not to be found in the form."""
    step = Step("s", Secret, title="S", choices={"choice": lambda answers: {}}, keep=lambda data: {})
    assert "choice (computed choices)" in table(Flow(step))


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


def test_a_last_step_that_is_not_asked_leads_to_the_summary():
    """Nobody is left hanging."""
    flow, _ = built(lambda answers: answers["plan"]["plan"] == "team")
    assert {"when_last -->|no| summary", "step_last --> summary"} < edges(mermaid(flow))


def test_names_and_titles_break_no_picture():
    """Whatever an author calls a step."""
    flow = Flow(Step("end-of_it", Text, title='A "quoted" <title> & more, of quite some length as titles can be'))
    assert 'step_end__of_it["<b>A #quot;quoted#quot; #lt;title#gt; #amp; more' in mermaid(flow)
    root = ElementTree.fromstring(svg(flow))  # noqa: S314  (our own picture)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[1:3] == ['A "quoted" <title> & more, of quite', "some length as titles can be"]


def test_the_svg_is_told_to_who_cannot_see_it():
    """In a sentence."""
    root = ElementTree.fromstring(svg(signup))  # noqa: S314  (our own picture)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert "Your team: organisation, seats, only if plan.plan is team" in root.find(f"{space}desc").text
