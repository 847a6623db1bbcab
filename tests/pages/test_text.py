"""A page to read, and what a visitor is told of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Flow, FlowError, Page, Step, Wizard
from wizard.pages.page import FROZEN
from wizard.picture import mermaid, svg, table
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk
from wizard.testing.page import Page as Seen


class Name(Form):
    """Asks a name."""

    name = StringField("Your name", [InputRequired("Enter your name")])


class Plan(Form):
    """Asks for a plan."""

    plan = RadioField("Plan", [InputRequired("Select one")], choices={"one": "One", "two": "Two"})


def is_two(answers):
    """Whether the plan is the second."""
    return answers["plan"]["plan"] == "two"


FLOW = Flow(
    Page("before", title="What you need", template="texts/before.html"),
    Step("you", Name, title="You"),
    Step("plan", Plan, title="Plan"),
    Page("two", title="About two", template="texts/two.html", when=is_two),
    Step("last", Name, title="Last"),
)
TEXTS = {
    "before.html": '<p>{{ _("Step %(number)s of %(count)s", number=7, count=9) }}, {{ answers | length }} answers</p>',
    "two.html": "<p>Two is for you, {{ answers.you.name }}.</p>",
}


@pytest.fixture
def given():
    """What ``on_finish`` was given."""
    return []


@pytest.fixture
def make(tmp_path, database, given):
    """Makes the application of a flow with texts."""
    (tmp_path / "texts").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "texts" / name).write_text(text)

    def make(flow=FLOW):
        app = Flask("texts", template_folder=str(tmp_path))
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
        app.testing = True
        app.session_interface = open_sessions(database)
        wizard = Wizard("w", flow, on_finish=lambda answers, key: given.append(answers) or "R-1")
        app.register_blueprint(wizard, url_prefix="/w")
        return app

    return make


def test_it_is_shown_read_and_not_on_the_summary(make, given):
    """What was answered before can be said in it, and nothing comes before it was read."""
    journey = Journey(make())
    assert journey.led(journey.client.get("/w/you")) == "before"
    assert "Step 7 of 9, 0 answers" in shown(journey.client.get("/w/before"))
    assert "Schritt 7 von 9" in shown(journey.client.get("/w/before", headers={"Accept-Language": "de"}))
    journey.answer("before").answer("you", name="A<b>da").answer("plan", plan="two")
    assert journey.at == "two"
    assert "<p>Two is for you, A&lt;b&gt;da.</p>" in journey.client.get("/w/two").text
    journey.back("two")
    journey.answer("two").answer("last", name="Eve")
    assert "What you need</h2>" not in journey.client.get("/w/summary").text
    assert journey.finish() == "R-1"
    assert given[0]["before"] == given[0]["two"] == {"read": True}


def test_it_stays_read_and_nobody_is_told_of_answers_to_it(make):
    """It has none that a visitor has given."""
    journey = Journey(make()).given(before={"read": True}, you={"name": "Ada"}, plan={"plan": "one"})
    journey.answer("last", name="Eve")
    change = journey.url("plan", **{"from": "summary"})
    page = Seen(journey.client.get(change))
    journey.client.post(change, data=page.filled(change, {"plan": "two"}, ""))
    assert journey.at == "two"
    assert "more questions" not in journey.client.get("/w/two").text
    journey.answer("two").answer("plan", plan="one")
    assert "no longer need" not in journey.client.get("/w/summary").text
    journey.answer("plan", plan="two")
    assert journey.at == "summary"
    assert "your earlier answers" not in journey.client.get("/w/summary").text


def test_a_stale_or_frozen_page_says_so(make):
    """And nothing is marked as read; what is not open yet leads to what is missing."""
    journey = Journey(make())
    sent = Seen(journey.client.get("/w/before")).filled("/w/before", {}, "")
    stale = journey.client.post("/w/before", data={**sent, "csrf_token": "old"})
    assert stale.status_code == 422
    assert "this page has expired" in shown(stale)
    assert journey.client.post("/w/before", data={**sent, "_action": "jump"}).status_code == 400
    assert journey.led(journey.client.post("/w/two", data=sent)) == "before"
    assert journey.led(journey.client.post("/w/two", data={**sent, "csrf_token": "old"})) == "before"
    assert journey.answers == {}
    journey.answer("before").answer("you", name="Ada")
    with journey._stored() as run:
        run.put_claim(run.claim.joined(10**12)[0])
    sent = Seen(journey.client.get("/w/before")).filled("/w/before", {}, "")
    frozen = journey.client.post("/w/before", data=sent)
    assert (frozen.status_code, str(FROZEN) in shown(frozen)) == (422, True)


def test_a_page_of_a_finished_run_leads_to_its_receipt(make):
    """As one with a form does."""
    journey = Journey(make()).answer("before").answer("you", name="Ada").answer("plan", plan="one")
    sent = Seen(journey.client.get("/w/before")).filled("/w/before", {}, "")
    journey.answer("last", name="Eve").finish()
    assert journey.led(journey.client.post("/w/before", data=sent)) == "done"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"template": ""}, r"Step 'x': its 'template' is ''. Name one of your templates: template='x.html'."),
        ({"template": None}, r"Step 'x': its 'template' is None."),
        ({"template": "x.html", "title": ""}, r"Step 'x': it has no title"),
    ],
)
def test_a_mistake_is_told_when_it_is_built(how, message):
    """With the cure."""
    with pytest.raises(FlowError, match=message):
        Page("x", **{"title": "X", **how})


def test_a_condition_reads_what_a_page_has_and_no_more():
    """Its one answer is that it was read."""
    step = Step("you", Name, title="You", when=lambda answers: answers["before"]["seen"])
    with pytest.raises(FlowError, match=r"Step 'you': it reads before.seen, .* It has 'read'."):
        Flow(Page("before", title="Before", template="before.html"), step)


def test_it_is_drawn():
    """In each picture, with its condition."""
    assert ["two", "About two", "a page to read", "plan.plan is two"] in [
        re.split("  +", row) for row in table(FLOW).split("\n")
    ]
    assert 'step_two["<b>About two</b><br>a page to read"]' in mermaid(FLOW)
    assert "About two: a page to read, only if plan.plan is two" in svg(FLOW)


def test_it_is_walked(make):
    """Like any other step."""
    walk(make)
