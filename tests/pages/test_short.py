"""What a step is called wherever that is not its heading."""

from __future__ import annotations

import re

import pytest
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from tests.conftest import Visitor, shown
from wizard import Exit, Flow, Repeat, Section, Step

from .cars import serve


class Text(Form):
    """Asks for a text."""

    text = StringField("Text", [InputRequired("Enter a text")])


def is_team(answers):
    """Whether it is for more than one."""
    return answers["plan"]["text"] == "team"


@pytest.fixture
def steps():
    """Steps whose headings are commands."""
    return [
        Step("plan", Text, title="Choose a plan", short="Plan"),
        Step(
            "team", Text, title="Name your team", short=lambda answers: f"Team {answers['plan']['text']}", when=is_team
        ),
        Repeat("people", Text, title="Invite your team", short="Invitations"),
        Step("password", Text, title="Secure your account"),
    ]


def filled(app, *texts):
    """A visitor who has answered each step with a text."""
    visitor = Visitor(app.test_client(), "/car")
    for name, text in texts:
        visitor.answer(name, text=text)
    return visitor


def bars(page):
    """What the progress names."""
    return re.findall(r"<li[^>]*><(?:span|button[^>]*|a [^>]*)>([^<]+)</", page.text.split("</nav>")[0])


def test_a_step_has_its_title_as_its_heading_and_its_short_name_elsewhere(database, steps):
    """In the progress, on the summary, and in what is said of a change."""
    visitor = filled(serve(Flow(*steps), database), ("plan", "team"))
    page = visitor.get("plan")
    assert "<title>Step 1 of 5: Choose a plan - " in page.text
    assert re.search("<h1[^>]*>Choose a plan</h1>", page.text)
    assert bars(page) == ["Plan", "Team team", "Invitations", "Secure your account", "Check your answers"]
    visitor.answer("team", text="Acme")
    visitor.answer("people", text="Ada", _action="add")
    visitor.answer("people")
    visitor.answer("password", text="x")
    headings = re.findall('<h2 id="answers-[a-z]+">([^<]+)</h2>', visitor.get("summary").text)
    assert headings == ["Plan", "Team team", "Invitations", "Secure your account"]
    visitor.post("plan?from=summary", text="one")
    assert "We no longer need “Team one”" in shown(visitor.get("summary"))


def test_the_summary_of_a_section_has_short_names(database, steps):
    """As the whole summary does."""
    app = serve(Flow(Section("all", *steps, title="All", summary=True)), database)
    visitor = filled(app, ("plan", "one"))
    visitor.answer("people")
    visitor.answer("password", text="x")
    headings = re.findall('<h2 id="answers-[a-z]+">([^<]+)</h2>', visitor.get("summary/all").text)
    assert headings == ["Plan", "Invitations", "Secure your account"]


def test_what_leads_back_to_a_step_calls_it_by_its_short_name(database, steps):
    """Such as the page of an exit."""
    out = Exit("out", title="No team", template="wizard/typed.html", when=is_team)
    page = filled(serve(Flow(steps[0], out, steps[3]), database), ("plan", "team")).get("out")
    assert "Change “Plan”" in shown(page)
