"""Lists that were begun in a browser and by the person who signs in there: no entry is lost, none is there twice."""

from __future__ import annotations

import pytest
from flask import Flask, session
from wtforms import Form, IntegerField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Flow, ForEach, Repeat, Step, Wizard
from wizard.sessions import open_sessions
from wizard.testing import Journey


class PetForm(Form):
    """One of several."""

    name = StringField("Name", [InputRequired("Enter a name")])


class AgeForm(Form):
    """And how old."""

    age = IntegerField("Age", [InputRequired("Enter an age")])


def called(answers):
    """The name of a pet."""
    return answers["entry"]["name"]


@pytest.fixture
def app(database):
    """An application with a list of each kind, of who is signed in."""
    return serve(database)


def serve(database, *more):
    """The same, with more steps."""
    app = Flask(__name__)
    app.testing = True
    app.secret_key = "for the tests, and as long as it has to be"
    app.session_interface = open_sessions(database)
    app.finished = []
    flow = Flow(
        Repeat("pets", PetForm, title="Pets", most=3),
        Repeat("people", Step("who", PetForm, title="Who"), Step("old", AgeForm, title="Age"), title="People"),
        *more,
    )
    survey = Wizard(
        "survey",
        flow,
        on_finish=lambda answers, key: app.finished.append(answers) or "R-1",
        owner=lambda: session.get("user"),
    )
    app.register_blueprint(survey, url_prefix="/survey")

    @app.post("/login")
    def login():
        session["user"] = "ada"
        return ""

    return app


def person(journey, name, age=None):
    """Add somebody, perhaps only half."""
    inner = journey.begin("people").answer("who", name=name)
    if age is not None:
        inner.answer("old", age=age)


def signed_in(app, **said):
    """A browser of the person, in which these pets and people were entered."""
    journey = Journey(app)
    journey.client.post("/login")
    return entered(journey, **said)


def entered(journey, pets=(), people=()):
    """Enter these."""
    for pet in pets:
        journey.add("pets", name=pet)
    if pets or people:
        journey.answer("pets")
    for one in people:
        person(journey, *one)
    return journey


def test_the_entries_of_both_are_there(app):
    """Once each, and the lists are asked again; half-filled ones hold theirs up as ever."""
    there = signed_in(app, pets=["Rex", "Tib"], people=[("Ada", 36), ("Bo", 7)])
    there.answer("people")
    here = entered(Journey(app), pets=["Tib", "Kit"], people=[("Cy", 9), ("Bo", 7), ("Dee",)])
    here.client.post("/login")
    assert here.at == "pets"
    page = shown(here.client.get("/survey/pets"))
    assert [page.count(name) > 0 for name in ("Rex", "Tib", "Kit")] == [True] * 3
    here.answer("pets")
    assert here.at == "people"
    assert [one["name"] for one in here.answers["pets"]] == ["Rex", "Tib", "Kit"]
    assert [one["who"]["name"] for one in here.answers["people"]] == ["Ada", "Bo", "Cy"]
    assert "Finish this one" in str(here.refused("people"))
    here.entry("people", 4).answer("old", age=3)
    person(here, "Eve", 5)
    here.answer("people")
    assert here.finish()
    [answers] = app.finished
    assert [(one["who"]["name"], one["old"]["age"]) for one in answers["people"]] == [
        ("Ada", 36), ("Bo", 7), ("Cy", 9), ("Dee", 3), ("Eve", 5),
    ]  # fmt: skip


def test_more_than_there_may_be_are_there_to_be_chosen_from(app):
    """The list says how many to remove."""
    signed_in(app, pets=["Rex", "Tib"])
    here = entered(Journey(app), pets=["Kit", "Kat"])
    here.client.post("/login")
    assert "You can have up to 3: remove 1 to continue" in shown(here.client.get("/survey/pets"))
    here.remove("pets", 1)
    here.answer("pets")
    assert [one["name"] for one in here.answers["pets"]] == ["Tib", "Kit", "Kat"]


def test_a_list_of_the_browser_alone_goes_along_with_its_ids(app):
    """What is added later takes the place of none."""
    signed_in(app, pets=["Rex"])
    here = entered(Journey(app), people=[("Ada", 36)])
    here.client.post("/login")
    person(here, "Bo", 7)
    here.answer("people")
    assert [one["who"]["name"] for one in here.answers["people"]] == ["Ada", "Bo"]


def test_what_belongs_to_an_entry_is_not_taken_for_that_of_another(database):
    """The entries of a list are counted on each side: what was said of the first here is of no other first."""
    app = serve(
        database,
        Step("ages", AgeForm, title="Ages", for_each={"age": "pets"}, labels={"age": called}),
        ForEach("food", Step("eats", PetForm, title="Eats"), over="pets", title="Food"),
    )
    signed_in(app, pets=["Rex"])
    here = entered(Journey(app), pets=["Kit"])
    here.answer("people").answer("ages", age=[3])
    here.entry("food", 1).answer("eats", name="Mice")
    here.client.post("/login")
    here.answer("pets").answer("people")
    page = shown(here.client.get("/survey/ages"))
    assert here.at == "ages"
    assert "Rex" in page
    assert "Kit" in page
    assert 'value="3"' not in here.client.get("/survey/ages").text
    here.answer("ages", age=[1, 2])
    assert here.at == "food"
    assert "Mice" not in here.client.get("/survey/food/1/eats").text
