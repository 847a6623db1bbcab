"""Texts that are functions of earlier answers, as visitors see them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from wtforms import Form, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Exit, Flow, Page, Repeat, Step, Wizard
from wizard.languages import gettext
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk
from wizard.testing.page import Page as Seen


class You(Form):
    """Asks who you are."""

    first = StringField("First name", [InputRequired("Enter your name")])
    age = IntegerField("Age", [InputRequired("Enter your age")])


class Pet(Form):
    """Asks for a pet."""

    pet = StringField("Pet", [InputRequired("Enter a name")], description="Its name")
    who = RadioField("Whose", [InputRequired("Choose")], choices={"me": "Mine", "us": "Ours"})


class Toy(Form):
    """Asks for a toy."""

    toy = StringField("Toy", [InputRequired("Enter a toy")])


def first(answers):
    """The name, which may be markup to somebody."""
    return answers["you"]["first"]


FLOW = Flow(
    Step("you", You, title="You"),
    Exit("bye", title=lambda a: f"Goodbye {first(a)}", template="text.html", when=lambda a: a["you"]["age"] < 16),
    Page("hello", title=lambda a: f"Hello {first(a)}", button=lambda a: f"Hi, says {first(a)}", template="text.html"),
    Step(
        "pet",
        Pet,
        title=lambda a: f"The pet of {first(a)}",
        intro=lambda a: f"{first(a)} has a pet.",
        labels={"pet": lambda a: f"What {first(a)} calls it"},
        hints={"pet": lambda a: f"Ask {first(a)}"},
        options={"who": {"me": lambda a: f"It is of {first(a)}"}},
        button=lambda a: f"Go on, {first(a)}",
    ),
    Repeat(
        "toys",
        Toy,
        title=lambda a: f"Toys of {a['pet']['pet']}",
        labels={"toy": lambda a: f"A toy of {a['pet']['pet']}"},
        add=lambda a: f"Give it to {a['pet']['pet']}",
    ),
)


@pytest.fixture
def make(tmp_path, database):
    """Makes the application of a flow."""

    def make(flow=FLOW, **how):
        (tmp_path / "text.html").write_text("<p>Some text.</p>")
        app = Flask("said", template_folder=str(tmp_path))
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
        app.testing = True
        app.session_interface = open_sessions(database)
        app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: f"R-{key}", **how), url_prefix="/w")
        return app

    return make


@pytest.fixture
def journey(make):
    """A visitor who has said who they are."""
    return Journey(make()).answer("you", first="A<b", age=40)


def title(page):
    """The title that the browser shows."""
    return re.search("<title>(.*?)</title>", page.text, re.S)[1]


def test_every_text_of_a_step_says_what_was_answered(journey):
    """Escaped, as what a visitor types has to be."""
    page = journey.answer("hello").client.get("/w/pet")
    assert title(page) == "Step 3 of 5: The pet of A&lt;b - Form"
    assert "<h1" in page.text
    assert "<b" not in re.sub("<b(utton|ody|r)", "", page.text)
    for text in ("The pet of A<b", "A<b has a pet.", "What A<b calls it", "Ask A<b", "It is of A<b", "Go on, A<b"):
        assert text in shown(page)
    assert "Ours" in shown(page)
    journey.answer("pet", pet="Rex", who="me")
    page = shown(journey.client.get("/w/toys"))
    for text in ("Toys of Rex", "A toy of Rex", "Give it to Rex"):
        assert text in page


def test_every_page_says_the_titles_of_others(journey):
    """With a gap for what is not answered yet."""
    page = shown(journey.client.get("/w/hello"))
    for text in ("Hello A<b", "The pet of A<b", "Toys of …", "Hi, says A<b"):
        assert text in page
    journey.answer("hello").answer("pet", pet="Rex", who="me").add("toys", toy="Ball").answer("toys")
    page = journey.client.get("/w/summary")
    for text in ("The pet of A<b", "What A<b calls it Rex", "Whose It is of A<b", "Toys of Rex", "Change toys of rex"):
        assert text in shown(page)
    entry = journey.client.get(journey.url("toys", 1))
    assert "Change Ball : Toys of Rex" in shown(entry)
    assert title(entry) == "Change Ball: Toys of Rex - Form"


def test_a_page_where_the_journey_ends_and_one_to_start_at_say_it_too(make):
    """The first quotes the titles of what leads out of it, the other that of what comes next."""
    journey = Journey(make(many=True)).answer("you", first="Bo", age=9)
    assert title(journey.client.get(journey.url("bye"))) == "Goodbye Bo - Form"
    assert "Change “You”" in shown(journey.client.get(journey.url("bye")))
    assert "Goodbye Bo" in shown(journey.client.get("/w/"))
    journey.answer("you", first="Bo", age=19)
    assert "Next: Hello Bo, step 2 of 5" in shown(journey.client.get("/w/"))


def test_a_text_that_changes_asks_nothing_again(journey):
    """The summary says it in the new words."""
    journey.answer("hello").answer("pet", pet="Rex", who="me").add("toys", toy="Ball").answer("toys")
    journey.answer("you", first="Eve", age=41)
    assert journey.at == "summary"
    assert "The pet of Eve What Eve calls it Rex" in shown(journey.client.get("/w/summary"))
    with journey._stored() as run:
        assert [run.reads.get(name, {}) for name in ("hello", "pet", "toys")] == [{}, {}, {}]


def test_what_has_changed_is_told_by_the_titles_as_they_are_now(make):
    """Also of a step that is no longer asked."""

    class More(Form):
        more = StringField("More")

    flow = Flow(
        Step("you", You, title="You"),
        Step("more", More, title=lambda a: f"More of {first(a)}", when=lambda a: a["you"]["age"] > 50),
        Step("pet", Pet, title="Pet"),
    )
    journey = Journey(make(flow)).given(you={"first": "Ada", "age": 60}, more={"more": "x"})
    journey.answer("you", first="Eve", age=40)
    assert "We no longer need “More of Eve”. Your answers are kept in case you change your mind." in shown(
        journey.client.get("/w/pet")
    )


def test_two_versions_are_told_apart_under_the_title(journey):
    """And by the labels."""
    journey.answer("hello")
    old = Seen(journey.client.get("/w/pet"))
    journey.answer("pet", pet="Rex", who="me")
    response = journey.client.post("/w/pet", data=old.filled("/w/pet", {"pet": "Tom", "who": "us"}, ""))
    assert response.status_code == 409
    assert title(response) == "Two versions: The pet of A&lt;b - Form"
    for text in ("What A<b calls it Tom", "Whose It is of A<b"):
        assert text in shown(response)


def test_a_text_is_in_the_language_of_the_page(make):
    """Not in the one that the answer was typed in."""
    hidden = lambda a: f"{gettext('Hidden')}: {first(a)}"  # noqa: E731
    flow = Flow(
        Step("you", You, title="You"), Step("pet", Pet, title=lambda a: f"Pet, {hidden(a)}", labels={"pet": hidden})
    )
    journey = Journey(make(flow)).answer("you", first="Ada", age=40).answer("pet", pet="Rex", who="me")
    for address in ("/w/pet", "/w/pet?from=summary", "/w/summary"):
        page = shown(journey.client.get(address, headers={"Accept-Language": "de"}))
        assert "Pet, Wird nicht angezeigt: Ada" in page
        assert page.count("Wird nicht angezeigt: Ada") > page.count("Pet, Wird nicht angezeigt: Ada")


@pytest.mark.parametrize(
    ("what", "how"),
    [
        ("title", {"title": lambda a: f"{1 / first(a)}"}),
        ("intro", {"intro": lambda a: f"{1 / first(a)}"}),
        ("button", {"button": lambda a: f"{1 / first(a)}"}),
        ("labels", {"labels": {"pet": lambda a: f"{1 / first(a)}"}}),
        ("hints", {"hints": {"pet": lambda a: f"{1 / first(a)}"}}),
        ("options", {"options": {"who": {"us": lambda a: f"{1 / first(a)}"}}}),
    ],
)
def test_a_text_that_fails_is_a_500_and_keeps_everything(make, caplog, what, how):
    """The log says in which step, and what was read; no value stands in it. Every other page is there as it was."""
    flow = Flow(
        Step("you", You, title="You"), Step("pet", Pet, **{"title": "Pet", **how}), Step("toy", Toy, title="Toy")
    )
    app = make(flow)
    journey = Journey(app).answer("you", first="s3cret", age=40)
    sent = Seen(journey.client.get("/w/you")).filled("/w/you", {}, "")
    sent = {name: sent[name] for name in ("csrf_token", "_run")}
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert journey.client.get("/w/pet").status_code == 500
    assert journey.client.post("/w/pet", data={**sent, "pet": ""}).status_code == 500
    assert f"Step 'pet': its {what!r} failed, having read 'you.first': TypeError in " in caplog.text
    assert "s3cret" not in caplog.text
    assert journey.answers == {"you": {"first": "s3cret", "age": 40}}
    with journey._stored() as run:
        assert run.draft("pet")["pet"] == [""]
    page = journey.client.get("/w/you")
    assert page.status_code == 200
    assert "Pet" in shown(page)


def test_it_is_walked(make):
    """By visitors who change names all the time."""
    walk(make)
