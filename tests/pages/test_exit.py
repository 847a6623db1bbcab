"""An exit: where a journey ends early, and how the visitor comes back from it."""

from __future__ import annotations

import pytest
from flask import Flask
from wtforms import Form, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Exit, Flow, FlowError, Step, Wizard
from wizard.picture import mermaid, svg, table
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk
from wizard.testing.page import Page as Seen


class Person(Form):
    """Asks a name and an age."""

    name = StringField("Your name", [InputRequired("Enter your name")])
    age = IntegerField("Your age", [InputRequired("Enter your age")])


class Where(Form):
    """Asks for a country."""

    land = RadioField("Country", [InputRequired("Select one")], choices={"uk": "UK", "fr": "France"})


class Pet(Form):
    """Asks for a pet."""

    pet = StringField("Pet")


def is_child(answers):
    """Whether the visitor is too young."""
    return answers["you"]["age"] < 16


def is_abroad(answers):
    """Whether the visitor is elsewhere."""
    return answers["where"]["land"] == "fr"


def is_home(answers):
    """Whether the visitor is here."""
    return answers["where"]["land"] == "uk"


you, where, pet = Step("you", Person, title="You"), Step("where", Where, title="Where"), Step("pet", Pet, title="Pet")
too_young = Exit("too-young", title="You are too young", template="young.html", when=is_child)
abroad = Exit("abroad", title="You cannot apply", template="abroad.html", when=is_abroad)
FLOW = Flow(you, too_young, where, abroad, pet)


@pytest.fixture
def given():
    """What ``on_finish`` was given."""
    return []


@pytest.fixture
def app(tmp_path, database, given):
    """A flow with two exits."""
    (tmp_path / "young.html").write_text("<p>Come back when you are 16, {{ answers.you.name }}.</p>")
    (tmp_path / "abroad.html").write_text("<p>Write to us.</p>")
    app = Flask("exits", template_folder=str(tmp_path))
    app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
    app.testing = True
    app.session_interface = open_sessions(database)
    app.register_blueprint(
        Wizard("w", FLOW, on_finish=lambda answers, key: given.append(answers) or "R-1"), url_prefix="/w"
    )
    app.register_blueprint(Wizard("many", FLOW, on_finish=lambda *_: "R-2", many=True), url_prefix="/many")
    return app


@pytest.fixture
def journey(app):
    """A new visitor."""
    return Journey(app, "w")


def test_the_journey_ends_there(journey):
    """Every address leads to it, the summary too, and the page has neither Continue nor a place on the way."""
    assert "Step 1 of 4" in shown(journey.client.get("/w/you"))
    assert journey.led(journey.client.get("/w/too-young")) == "you"
    journey.answer("you", name="Bo", age=9)
    assert (journey.at, journey.path) == ("too-young", ["you", "too-young"])
    page = shown(journey.client.get("/w/too-young"))
    assert "Come back when you are 16, Bo." in page
    assert "Step" not in page
    assert "Continue" not in page
    for other in ("where", "pet", "summary", "abroad"):
        assert journey.led(journey.client.get(f"/w/{other}")) == "too-young"
    assert "Step 1 of 4" in shown(journey.client.get("/w/you"))
    sent = Seen(journey.client.get("/w/too-young")).filled("/w/too-young", {}, "back")
    for other in ("summary", "pet"):
        assert journey.led(journey.client.post(f"/w/{other}", data={**sent, "_action": ""})) == "too-young"
    assert journey.client.post("/w/too-young", data={**sent, "_action": ""}).status_code == 400
    stale = journey.client.post("/w/too-young", data={**sent, "csrf_token": "old"})
    assert (stale.status_code, "this page has expired" in shown(stale)) == (422, True)


def test_back_and_change_lead_out_of_it(journey, given):
    """To the answers that have led there; what was answered beyond is there again."""
    journey.answer("you", name="Ada", age=36).answer("where", land="uk").answer("pet", pet="Rex")
    change = journey.url("you", **{"from": "summary"})
    response = journey.client.post(change, data=Seen(journey.client.get(change)).filled(change, {"age": 9}, ""))
    assert journey.led(response) == "too-young"
    page = journey.client.get(response.location).text
    assert '<a href="/w/you?from=summary">Change “You”</a>' in page
    assert "more questions" not in page
    assert "no longer need “Where” and “Pet”" in shown(journey.client.get(response.location))
    sent = Seen(journey.client.get("/w/too-young")).filled("/w/too-young", {}, "back")
    assert journey.led(journey.client.post("/w/too-young", data=sent)) == "you"
    journey.answer("you", name="Ada", age=16)
    assert journey.at == "summary"
    journey.answer("where", land="fr")
    assert journey.path == ["you", "where", "abroad"]
    assert ">Change “Where”</a>" in journey.client.get("/w/abroad").text
    assert "„Where“ ändern" in journey.client.get("/w/abroad", headers={"Accept-Language": "de"}).text
    journey.answer("where", land="uk")
    assert journey.finish() == "R-1"
    assert list(given[0]) == ["you", "where", "pet"]


def test_the_list_of_several_says_where_a_journey_has_ended(app):
    """And not which step it is."""
    journey = Journey(app, "many").answer("you", name="Bo", age=9)
    page = shown(journey.client.get("/many/"))
    assert "You are too young" in page
    assert "step 2" not in page


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            lambda: [Exit("x", title="X", template="x.html", when=lambda answers: True), pet],
            r"No journey through this Flow can be finished",
        ),
        (
            lambda: [where, abroad, Step("late", Pet, title="Late", when=is_abroad), pet],
            r"Step 'late': every journey that would lead to it ends before. Mend its 'when', or that of an exit.",
        ),
        (
            lambda: [where, abroad, Exit("home", title="X", template="x.html", when=is_home)],
            r"No journey through this Flow can be finished: each ends at an exit. Mend their 'when'.",
        ),
        (
            lambda: [Exit("x", title="X", template="x.html")],
            r"Step 'x': every journey would end there. Give it a 'when=",
        ),
        (
            lambda: [you, too_young, Step("p", Pet, title="P", when=lambda answers: answers["too-young"]["read"])],
            r"Step 'p': it reads too-young.read, and the step 'too-young' has no such field",
        ),
    ],
)
def test_a_mistake_is_told_when_it_is_built(steps, message):
    """With the cure."""
    with pytest.raises(FlowError, match=message):
        Flow(*steps())


def test_it_is_drawn_as_an_end():
    """Nothing leads on from it."""
    drawn = mermaid(FLOW)
    assert 'step_abroad(["<b>You cannot apply</b><br>the journey ends here"])' in drawn
    assert "    when_abroad -->|yes| step_abroad\n" in drawn
    assert "    when_abroad -->|no| step_pet\n" in drawn
    assert "step_abroad -->" not in drawn
    assert "step_too__young -->" not in drawn
    assert "the journey ends here  depends on you.age" in table(FLOW)
    assert "You cannot apply: the journey ends here, only if where.land is fr" in svg(FLOW)


def test_it_is_walked(app):
    """Into it, and back."""
    walk(lambda: app, "w")
