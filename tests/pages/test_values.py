"""Values that are computed from answers, as visitors and authors see them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import strategies as st
from wtforms import DecimalField, Form, RadioField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Exit, Flow, Page, Repeat, Step, Value, Wizard
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk
from wizard.testing.page import Page as Seen


class Cost(Form):
    """Asks for a cost."""

    cost = DecimalField("Cost", [InputRequired("Enter what it costs")])


class Right(Form):
    """Asks whether it is right."""

    right = RadioField("Is that right?", [InputRequired("Choose")], choices={"yes": "Yes", "no": "No"})


def right_sum(answers, data):
    """A total that is too large is never right."""
    return {"right": "It cannot be"} if data["right"] == "yes" and answers["total"] > 999 else {}


FLOW = Flow(
    Step("rent", Cost, title="Rent"),
    Repeat("more", Cost, title="More"),
    Value("total", lambda a: a["rent"]["cost"] + sum(one["cost"] for one in a["more"]), title="In all"),
    Value("half", lambda a: a["total"] / 2, title="Half", words=lambda half: f"€{half}"),
    Exit("poor", title="That is too little", template="poor.html", when=lambda a: a["total"] < 1),
    Page("read", title="What it comes to", template="read.html"),
    Step("right", Right, title=lambda a: f"Is €{a['total']} right?", check=right_sum),
)


@pytest.fixture
def given():
    """What ``on_finish`` and ``check`` were given."""
    return []


@pytest.fixture
def make(tmp_path, database, given):
    """Makes the application of a flow."""

    def finish(answers, key):
        given.append(answers)
        return f"R-{key}"

    def make(flow=FLOW, **how):
        (tmp_path / "read.html").write_text("<p>It comes to {{ answers.total }}, half of it is {{ answers.half }}.</p>")
        (tmp_path / "poor.html").write_text("<p>{{ answers.total }} is too little.</p>")
        app = Flask("values", template_folder=str(tmp_path))
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
        app.testing = True
        app.session_interface = open_sessions(database)
        app.register_blueprint(Wizard("w", flow, on_finish=finish, **how), url_prefix="/w")
        return app

    return make


@pytest.fixture
def journey(make):
    """A visitor who has entered what it costs."""
    return Journey(make()).answer("rent", cost="600").add("more", cost="100").answer("more")


def test_later_pages_and_the_summary_show_it(journey):
    """Below the step before it, in words; it is computed, and stored nowhere."""
    assert "It comes to 700, half of it is 350." in shown(journey.client.get("/w/read"))
    journey.answer("read")
    assert "Is €700 right?" in shown(journey.client.get("/w/right"))
    journey.answer("right", right="yes")
    page = shown(journey.client.get("/w/summary"))
    assert "In all 700 Half €350 Is €700 right?" in page
    with journey._stored() as run:
        assert "700" not in str(run.record)
    assert journey.values == {"total": 700, "half": 350}


def test_it_is_shown_below_a_list_of_several_pages(make):
    """Which has no lines of its own."""
    people = Repeat("people", Step("cost", Cost, title="Cost"), Step("right", Right, title="Right"), title="People")
    count = Value("count", lambda a: len(a["people"]), title="How many there are")
    journey = Journey(make(Flow(people, count))).given(people=[{"cost": {"cost": "1"}, "right": {"right": "yes"}}])
    page = journey.client.get("/w/summary")
    assert "How many there are 1" in shown(page)
    assert re.search(r"<dl>\s*<div><dt>How many there are", page.text)


def test_the_author_is_given_it_at_the_end(journey, given):
    """With the answers."""
    journey.answer("read").answer("right", right="yes")
    assert journey.finish()
    assert [(answers["total"], answers["half"]) for answers in given] == [(700, 350)]


def test_a_check_at_the_end_is_given_it_too(make, given):
    """Where an answer is refused then that was accepted before."""
    most = [999]

    def rule(answers, data):
        return {"cost": "Too much"} if data["cost"] > most[0] else {}

    flow = Flow(Step("rent", Cost, title="Rent", check=rule), Value("total", lambda a: a["rent"]["cost"] * 2))
    app = make(flow, check=lambda answers, key: given.append(answers))
    journey = Journey(app).answer("rent", cost="350")
    most[0] = 1
    assert "Too much" in journey.refused("summary").values()
    assert [answers["total"] for answers in given] == [700]


def test_another_sum_asks_again_and_the_same_does_not(journey):
    """Whatever it is made of."""
    journey.answer("read").answer("right", right="yes")
    journey.answer("rent", cost="500").change("more", 1, cost="200").answer("more")
    assert journey.at == "summary"
    journey.answer("rent", cost="501")
    assert journey.at == "right"
    assert "Check “Is €701 right?” again" in shown(journey.client.get("/w/more"))
    journey.answer("rent", cost="5000").answer("more")
    assert journey.refused("right", right="yes") == {"right": "It cannot be"}


def test_an_exit_leads_back_to_what_it_is_computed_from(make):
    """Not to the value, which is no page."""
    journey = Journey(make()).answer("rent", cost="0").answer("more")
    page = shown(journey.client.get("/w/poor"))
    for text in ("0 is too little.", "Change “Rent”", "Change “More”"):
        assert text in page
    assert journey.client.get("/w/total").status_code in (303, 404)
    assert Journey(make()).client.get("/w/total").status_code == 404


def test_a_page_says_continue_where_a_value_is_read_that_another_answer_changes(journey):
    """Since that may lead to more questions."""
    journey.answer("read").answer("right", right="yes")
    assert "Save and return" not in shown(journey.client.get("/w/rent?from=summary"))
    assert "Save and return" in shown(journey.client.get("/w/right?from=summary"))


def test_one_that_fails_is_a_500_and_keeps_everything(make, caplog):
    """The log says which value, and what it had read."""
    flow = Flow(
        Step("rent", Cost, title="Rent"),
        Value("share", lambda a: 1000 / (a["rent"]["cost"] - 77001)),
        Step("right", Right, title="Right", when=lambda a: a["share"] > 1),
    )
    app = make(flow)
    journey = Journey(app).answer("rent", cost="1")
    sent = Seen(journey.client.get("/w/rent")).filled("/w/rent", {"cost": "77001"}, "")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert journey.client.post("/w/rent", data=sent).status_code == 500
    assert "Value 'share': its 'function' failed, having read 'rent.cost': " in caplog.text
    assert "77001" not in caplog.text.replace("- 77001", "")
    assert journey.answers == {"rent": {"cost": Decimal(1)}}
    with journey._stored() as run:
        assert run.draft("rent")["cost"] == ["77001"]


def test_it_is_walked(make):
    """What is finished is held against what is computed."""
    cost = st.fixed_dictionaries({"cost": st.sampled_from(["1", "600", "7.50", "0"])})
    walk(make, answers={"rent": cost, "more": cost})
