"""A choice that leads to an earlier step instead of onwards."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import strategies as st
from wtforms import Form, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Exit, Flow, FlowError, Repeat, Step, Value, Wizard
from wizard.picture import mermaid, svg, table
from wizard.schema import schema
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk
from wizard.testing.page import Page as Seen


class Cost(Form):
    """Asks for two costs."""

    rent = IntegerField("Rent", [InputRequired("Enter the rent")])
    food = IntegerField("Food", [InputRequired("Enter what you eat for")])


class Right(Form):
    """Asks whether it is right."""

    right = RadioField("Is that right?", [InputRequired("Choose")], choices={"yes": "Yes", "no": "No, change it"})
    why = StringField("Why?")


class Name(Form):
    """Asks for a name."""

    name = StringField("Name")


class Many(Right):
    """Has choices of which several can be chosen, and one choice twice."""

    many = SelectMultipleField("Many", choices={"a": "A"})
    again = RadioField("Again", choices={"yes": "Yes", "back": "Back"})


COST = Step("cost", Cost, title="Costs")
RIGHT = Step("right", Right, title=lambda a: f"Is €{a['total']} right?", back={"no": "cost"})
FLOW = Flow(
    COST,
    Value("total", lambda a: a["cost"]["rent"] + a["cost"]["food"]),
    Step("pet", Name, title="Pet", when=lambda a: a["cost"]["rent"] > 900),
    RIGHT,
    Step("more", Name, title="More", when=lambda a: a["right"]["right"] == "yes"),
)


@pytest.fixture
def make(database):
    """Makes the application of a flow."""

    def make(flow=FLOW):
        app = Flask("back")
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
        app.testing = True
        app.session_interface = open_sessions(database)
        app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: f"R-{key}"), url_prefix="/w")
        return app

    return make


@pytest.fixture
def journey(make):
    """A visitor who has said what it costs."""
    return Journey(make()).answer("cost", rent=600, food=200)


def send(journey, address, **typed):
    """Send a page as a visitor does who has opened it there."""
    page = Seen(journey.client.get(address)).filled(address, typed, "")
    return journey.client.post(address, data=page)


def test_it_leads_back_and_is_a_draft(journey):
    """What was typed beside it too. It is no answer, and need not be valid."""
    assert journey.led(send(journey, "/w/right", right="no", why="Too much")) == "cost"
    assert journey.answers == {"cost": {"rent": 600, "food": 200}}
    journey.answer("cost", rent=500, food=200)
    page = journey.client.get("/w/right").text
    assert "Is €700 right?" in shown(page)
    assert 'value="Too much"' in page
    assert Seen(journey.client.get("/w/right")).sheet("/w/right").values["right"] == "no"
    assert journey.answer("right", right="yes").at == "more"


def test_a_former_answer_counts_no_more(journey):
    """Nobody finishes with a yes who has said no. It is there until there is another, and asked again."""
    journey.answer("right", right="yes").answer("more")
    assert journey.at == "summary"
    led = send(journey, "/w/right?from=summary", right="no")
    assert led.location == "/w/cost?from=summary"
    assert [journey.at, journey.path] == ["right", ["cost", "right"]]
    page = shown(journey.client.get(led.location))
    assert "We no longer need “More”. Your answers are kept in case you change your mind." in page
    assert "again" not in page
    journey.client.post(led.location, data=Seen(journey.client.get(led.location)).filled(led.location, {}, ""))
    assert journey.at == "right"
    assert journey.answer("right", right="yes").at == "summary"
    assert journey.finish()


def test_the_page_makes_no_promise_that_the_choice_breaks(journey):
    """It does not say that it leads back to the summary."""
    journey.answer("right", right="yes").answer("more")
    page = shown(journey.client.get("/w/right?from=summary"))
    assert "Continue" in page
    assert "Save and return" not in page


def test_what_it_leads_back_to_is_what_it_asks_about(journey):
    """So another answer there asks it again, and no other does."""
    journey.answer("right", right="yes").answer("more", name="x")
    journey.answer("cost", rent=600, food=201)
    assert journey.at == "right"
    assert "Check “Is €801 right?” again" in shown(journey.client.get("/w/right"))


def test_where_that_step_is_not_asked_it_leads_to_the_one_before(make):
    """Which is where Back leads."""
    right = Step("right", Right, title="Right", back={"no": "pet"})
    pet = Step("pet", Name, title="Pet", when=lambda a: a["cost"]["rent"] > 900)
    journey = Journey(make(Flow(COST, pet, right))).answer("cost", rent=600, food=200)
    assert journey.led(send(journey, "/w/right", right="no")) == "cost"
    journey.answer("cost", rent=901, food=0).answer("pet")
    assert journey.led(send(journey, "/w/right", right="no")) == "pet"


def test_an_entry_of_a_list_can_lead_back_within_itself(make):
    """To a step of the same entry."""
    steps = [Step("toy", Name, title="Toy"), Step("right", Right, title="Right", back={"no": "toy"})]
    journey = Journey(make(Flow(COST, Repeat("toys", *steps, title="Toys", least=1)))).answer("cost", rent=1, food=2)
    page = Seen(journey.client.get("/w/toys")).filled("/w/toys", {}, "add")
    toy = journey.client.post("/w/toys", data=page).location
    right = send(journey, toy, name="Ball").location
    assert right == f"{toy.rpartition('/')[0]}/right"
    assert send(journey, right, right="no").location == toy
    assert "toys" not in journey.answers
    send(journey, right, right="yes")
    assert journey.answers["toys"] == [{"toy": {"name": "Ball"}, "right": {"right": "yes", "why": ""}}]


def test_an_answer_of_an_older_flow_is_asked_again(make, journey):
    """That was an answer before it led back."""
    old = Flow(COST, Value("total", lambda a: 1), Step("right", Right, title="Right"))
    before = Journey(make(old)).answer("cost", rent=600, food=200).answer("right", right="no", why="So")
    after = Journey(make())
    after.client.set_cookie("session", before.client.get_cookie("session").value)
    assert after.at == "right"


def test_without_a_browser_it_is_refused():
    """As what is not offered."""
    driven = FLOW.run({"cost": {"rent": "600", "food": "200"}, "right": {"right": "no"}})
    assert list(driven.errors) == ["right"]
    assert list(driven.errors["right"]) == ["right"]
    taken = schema(FLOW)["properties"]["right"]["properties"]["right"]
    assert taken["enum"] == ["yes"]


def test_no_condition_can_wait_for_it():
    """Since it is never an answer."""
    with pytest.raises(FlowError, match="Step 'more': no answer leads to it"):
        Flow(COST, RIGHT_ALONE, Step("more", Name, title="More", when=lambda a: a["right"]["right"] == "no"))


RIGHT_ALONE = Step("right", Right, title="Right", back={"no": "cost"})


def test_it_is_drawn():
    """With where it leads."""
    for drawn in (table(FLOW), mermaid(FLOW), svg(FLOW)):
        assert "no leads back to cost" in drawn
    assert "step_right -.->|no| step_cost" in mermaid(FLOW)


@pytest.mark.parametrize(
    ("back", "message"),
    [
        ("no", "its 'back' is 'no'. Use back={'no': 'an-earlier-step'}."),
        ({"maybe": "cost"}, "its 'back' names 'maybe', which is no choice of one of its fields alone. Name one of "),
        ({"yes": "cost"}, "its 'back' names 'yes', which is no choice of one of its fields alone"),
        ({"a": "cost"}, "its 'back' names 'a', which is no choice"),
        ({1: "cost"}, "its 'back' names 1, which is no choice"),
        ({"no": "csot"}, "its 'back' leads from 'no' to 'csot', which is no earlier step. Name one of 'cost', 'code'."),
        ({"back": "right"}, "its 'back' leads from 'back' to 'right', which is no earlier step"),
        ({"back": "total"}, "its 'back' leads from 'back' to 'total', which is no earlier step"),
        (
            {"back": "code"},
            "its 'back' leads to 'code', whose answer is not changed. Lead to a step that is not final.",
        ),
        ({"back": "poor"}, "its 'back' leads from 'back' to 'poor', which is no earlier step"),
    ],
)
def test_a_mistake_is_told_when_the_flow_is_built(back, message):
    """With the cure."""
    poor = Exit("poor", title="Poor", template="x", when=lambda a: a["cost"]["rent"] < 1)
    code = Step("code", Name, title="Code", final=True)
    with pytest.raises(FlowError) as error:
        Flow(COST, Value("total", lambda a: 1), poor, code, Step("right", Many, title="Right", back=back))
    assert message in str(error.value)


def test_a_list_or_a_form_without_choices_leads_nowhere():
    """The message says so."""
    with pytest.raises(FlowError, match=r"which is no choice of one of its fields alone. Give it a RadioField"):
        Step("x", Name, title="X", back={"no": "cost"})
    with pytest.raises(FlowError, match="an entry of a list leads nowhere, and it has a 'back'"):
        Repeat("x", Right, title="X", back={"no": "cost"})


def test_it_is_walked(make):
    """By visitors who say no as often as yes."""
    costs = st.fixed_dictionaries({"rent": st.sampled_from([1, 600, 901]), "food": st.just(1)})
    walk(make, answers={"cost": costs})
