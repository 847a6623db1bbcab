"""Rules across steps: a check of the answer against earlier ones, and bounds that they give."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from hypothesis import strategies as st
from wtforms import (
    DateField,
    DecimalField,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    StringField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from tests.conftest import shown
from wizard import Flow, FlowError, Repeat, Step, Wizard
from wizard.picture import mermaid, svg, table
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk
from wizard.testing.page import Page as Seen


class Least(Form):
    """Asks for the least."""

    least = IntegerField("At least", [InputRequired("Enter a number")])
    note = StringField("Note")


class Most(Form):
    """Asks for the most."""

    most = IntegerField("At most", [InputRequired("Enter a number"), NumberRange(0, 99, "Enter 0 to 99")])
    unit = RadioField("Unit", choices={"kg": "kg", "lb": "lb"}, default="kg")


class Part(Form):
    """Asks for a part."""

    part = DecimalField("Part", [InputRequired("Enter a part")])


def check(answers, data):
    """No most is below the least, and none of a million is taken."""
    if data["most"] == answers["least"]["least"]:
        return {"": "Least and most are the same"}
    return {"most": "Enter more than the least" if data["most"] < answers["least"]["least"] else ""}


def at_most(answers):
    """As much as there may be altogether."""
    return answers["most"]["most"]


FLOW = Flow(
    Step("least", Least, title="Least"),
    Step("most", Most, title="Most", check=check),
    Step("part", Part, title="Part", bounds={"part": {"max": at_most, "message": "Enter %(max)s or less"}}),
)


@pytest.fixture
def make(database):
    """Makes the application of a flow."""

    def make(flow=FLOW):
        app = Flask("rules")
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
        app.testing = True
        app.session_interface = open_sessions(database)
        app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: f"R-{key}"), url_prefix="/w")
        return app

    return make


@pytest.fixture
def journey(make):
    """A new visitor."""
    return Journey(make())


def test_a_check_says_what_is_wrong_at_its_field_or_of_the_step(journey):
    """Only when all else is valid; what was typed is still there."""
    journey.answer("least", least=5)
    assert journey.refused("most", most=100) == {"most": "Enter 0 to 99"}
    assert journey.refused("most", most=4) == {"most": "Enter more than the least"}
    assert 'value="4"' in journey.client.get("/w/most").text
    assert journey.refused("most", most=5) == {"": "Least and most are the same"}
    assert journey.answer("most", most=6).at == "part"


def test_a_bound_stands_on_its_input_and_is_validated(journey):
    """With the message that it has."""
    journey.given(least={"least": 1}, most={"most": 9})
    assert 'max="9"' in journey.client.get("/w/part").text
    assert journey.refused("part", part="9.5") == {"part": "Enter 9 or less"}
    assert journey.answer("part", part="8.5").at == "summary"
    with journey._stored() as run:
        assert list(run.reads["part"]) == ["most.most"]


def test_what_it_read_is_noted_so_that_a_change_asks_again(journey):
    """And nothing else does; what is wrong by now is said at once."""
    journey.given(least={"least": 1, "note": "a"}, most={"most": 9}, part={"part": "8"})
    journey.answer("least", least=1, note="b")
    assert journey.at == "summary"
    journey.answer("least", least=20)
    assert journey.at == "most"
    page = shown(journey.client.get("/w/most"))
    assert "Check “Most” again" in page
    assert "Enter more than the least" in page
    journey.answer("most", most=21)
    assert journey.at == "part"
    assert journey.answer("part", part="8").at == "summary"


def test_it_is_checked_again_at_the_end(make):
    """It may read what is no answer."""
    taken = []
    flow = Flow(
        Step("least", Least, title="Least"),
        Step(
            "most", Most, title="Most", check=lambda answers, data: {"most": "Taken"} if data["most"] in taken else {}
        ),
    )
    journey = Journey(make(flow)).given(least={"least": 1}, most={"most": 9})
    taken.append(9)
    assert list(journey.refused("summary").values()) == ["Taken"]
    taken.clear()
    assert journey.finish().startswith("R-")


def test_the_words_of_a_bound_are_those_of_its_validator(make):
    """Where it has no message."""
    bounds = {"most": {"min": lambda answers: answers["least"]["least"], "max": lambda answers: 20}}
    flow = Flow(Step("least", Least, title="Least"), Step("most", Most, title="Most", bounds=bounds))
    journey = Journey(make(flow)).given(least={"least": 5})
    page = journey.client.get("/w/most").text
    assert 'min="5"' in page
    assert 'max="20"' in page
    assert journey.refused("most", most=4) == {"most": "Number must be between 5 and 20."}
    assert journey.answer("most", most=5).at == "summary"


class Code(Form):
    """Asks for a secret."""

    pin = PasswordField("Pin")


class Trip(Form):
    """Asks for what is enclosed, and for days."""

    code = FormField(Code)
    start = DateField("From", [Optional()], name="from-day")
    end = DateField("To", [Optional()])


def in_may(answers):
    """A day."""
    return date(2030, 5, answers["least"]["least"])


def trip(**how):
    """A step that follows a number."""
    return Step("trip", Trip, title="Trip", keep={"code.pin": lambda text: f"#{text}"}, **how)


def test_a_date_has_bounds_too(make):
    """As a browser reads them."""
    bounds = {"end": {"min": in_may, "message": "Come in May"}}
    journey = Journey(make(Flow(Step("least", Least, title="Least"), trip(bounds=bounds)))).given(least={"least": 7})
    assert 'min="2030-05-07"' in journey.client.get("/w/trip").text
    assert journey.refused("trip", end="2030-05-06") == {"end": "Come in May"}
    assert journey.answer("trip", end="").at == "summary"
    assert journey.answer("trip", end="2030-05-07").at == "summary"


def test_a_check_gets_a_copy_without_secrets_and_names_a_field_as_its_form_does(make):
    """What it does to the copy changes nothing."""
    got = []

    def check(answers, data):
        got.append(dict(data))
        data["code"]["more"] = 1
        return {"start": "Too early", "code": "No such code"} if data.get("start") else {}

    journey = Journey(make(Flow(Step("least", Least, title="Least"), trip(check=check)))).given(least={"least": 7})
    wrong = journey.refused("trip", **{"code-pin": "1234", "from-day": "2030-01-01"})
    assert wrong == {"from-day": "Too early", "code": "No such code"}
    journey.answer("trip", **{"code-pin": "1234", "from-day": ""})
    assert got[-1] == {"code": {"more": 1}, "start": None, "end": None}
    assert journey.answers["trip"]["code"] == {"pin": "#1234"}
    assert journey.answer("trip", **{"code-pin": "", "from-day": ""}).at == "summary"


def test_each_entry_of_a_list_is_checked(make):
    """And the list is asked again when what was read has changed."""
    rules = {"check": lambda answers, data: {"part": "Too much"} if data["part"] > least(answers) else {}}
    flow = Flow(Step("least", Least, title="Least"), Repeat("parts", Part, title="Parts", **rules))
    assert "checked against other answers" in table(flow)
    journey = Journey(make(flow)).given(least={"least": 5})
    journey.add("parts", part="5")
    sent = Seen(journey.client.get("/w/parts")).filled("/w/parts", {"part": "6"}, "add")
    assert "Too much" in shown(journey.client.post("/w/parts", data=sent))
    journey.answer("parts", part="")
    assert journey.answer("least", least=4).at == "parts"
    assert "Too much" in journey.refused("parts").values()
    assert journey.answer("least", least=6).at == "parts"
    assert journey.answer("parts").at == "summary"


def least(answers):
    """Nothing is known of it when the flow is built, so that what comes after it is met by a visitor."""
    return answers["least"]["least"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"check": lambda answers, data: {"most": least(answers) / 0}}, "'check' failed, having read 'least.least'"),
        ({"check": lambda answers, data: None if least(answers) else {}}, "'check' returned nothing"),
        ({"check": lambda answers, data: [least(answers)]}, "'check' returned list. Let it return a dictionary"),
        ({"check": lambda answers, data: {"mots": least(answers)}}, "names 'mots', which is no field"),
        (
            {"bounds": {"most": {"max": lambda answers: least(answers) / 0}}},
            "'bounds' failed, having read 'least.least'",
        ),
        ({"bounds": {"most": {"max": lambda answers: str(least(answers))}}}, "'bounds' for 'most' returned str."),
        ({"bounds": {"most": {"max": lambda answers: least(answers) == 77001}}}, "'bounds' for 'most' returned bool."),
    ],
)
def test_a_function_that_fails_is_a_500_and_keeps_everything(make, caplog, how, said):
    """The log says in which step, and what it had read; no value stands in it."""
    app = make(Flow(Step("least", Least, title="Least"), Step("most", Most, title="Most", **how)))
    journey = Journey(app).given(least={"least": 77001, "note": "mine"})
    sent = {"_run": "", "csrf_token": Seen(journey.client.get("/w/least")).filled("/w/least", {}, "")["csrf_token"]}
    with journey._stored() as run:
        sent["_run"] = run.key
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert journey.client.post("/w/most", data={**sent, "most": "88"}).status_code == 500
    assert "Step 'most': " in caplog.text
    assert said in caplog.text
    assert "77001" not in caplog.text.replace("== 77001", "")
    assert journey.answers == {"least": {"least": 77001, "note": "mine"}}
    if "check" in how:
        assert 'value="88"' in journey.client.get("/w/most").text


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"check": 5}, "its 'check' is 5. Use a function, such as check=lambda answers, data: "),
        ({"check": lambda answers: {}}, "its 'check' must take two arguments. Begin it with: lambda answers, data: "),
        ({"bounds": [1]}, "its 'bounds' is no dictionary. Use bounds={'field': {'min': function}}"),
        ({"bounds": {"unit": {"min": at_most}}}, "names 'unit', which is no field of a number, a date or a time"),
        ({"bounds": {"most": {}}}, "its 'bounds' for 'most' is {}. Use {'min': function, 'max': function}, or one."),
        ({"bounds": {"most": {"max": at_most, "mix": 1}}}, "its 'bounds' for 'most' is "),
        ({"bounds": {"most": {"max": 5}}}, "its 'bounds' is 5. Use a function"),
        ({"bounds": {"day": {"max": at_most}}}, "its 'bounds' for 'day' has no message in words of people."),
    ],
)
def test_a_mistake_is_told_when_the_step_is_built(how, message):
    """With the cure."""

    class Form(Most):
        day = DateField("Day")

    with pytest.raises(FlowError) as error:
        Step("most", Form, title="Most", **how)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"check": lambda answers, data: answers["leats"]}, "it reads 'leats', which is no earlier step"),
        (
            {"check": lambda answers, data: answers["least"]["laest"]},
            "it reads least.laest, and the step 'least' has no",
        ),
        ({"check": lambda answers, data: data["mots"]}, "it reads most.mots, and the step 'most' has no such field."),
        ({"check": lambda answers, data: {"mots": "no"} if data["unit"] == "lb" else {}}, "names 'mots', which is no"),
        ({"check": lambda answers, data: None}, "its 'check' returned nothing"),
        ({"bounds": {"most": {"min": lambda answers: answers["x"]}}}, "it reads 'x', which is no earlier step"),
        ({"bounds": {"most": {"min": lambda answers: "5"}}}, "returned str. Let it return a number."),
    ],
)
def test_what_can_be_tried_is_tried_when_the_flow_is_built(how, message):
    """As conditions are."""
    with pytest.raises(FlowError) as error:
        Flow(Step("least", Least, title="Least"), Step("most", Most, title="Most", **how))
    assert message in str(error.value)


def test_it_is_drawn():
    """In each picture."""
    for drawn in (table(FLOW), mermaid(FLOW), svg(FLOW)):
        assert "checked against other answers" in drawn
        assert "part (computed bounds)" in drawn


def too_much(answers, data):
    """A part is no more than the least."""
    return {"part": "Too much"} if data["part"] > least(answers) else {}


LIST = Flow(
    Step("least", Least, title="Least"),
    Repeat("parts", Part, title="Parts", check=too_much, bounds={"part": {"min": lambda answers: -least(answers)}}),
)


@pytest.mark.parametrize("flow", [FLOW, LIST], ids=["steps", "list"])
def test_it_is_walked(make, flow):
    """What is typed is held against the rules, too."""
    names = {"least": "least", "most": "most", "parts": "part"}
    typed = {step: st.fixed_dictionaries({name: st.integers(0, 9)}) for step, name in names.items() if flow.get(step)}
    walk(lambda: make(flow), answers=typed)
