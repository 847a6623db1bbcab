"""The test kit: what a Journey does and says, and what a walk finds."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask, redirect
from flask_wtf import FlaskForm
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from wtforms import (
    BooleanField,
    DateField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from wizard import Answers, Flow, Refused, Repeat, Step, Wizard, WizardError, testing
from wizard.app import create_app
from wizard.pages.visit import Visit
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk

pytest_plugins = ["pytester"]

#: What an author imports into a conftest.py.
journey = testing.journey

SIZES = {"home": {"s": "Small", "m": "Medium"}, "office": {"m": "Medium", "l": "Large"}}


class Place(Form):
    """Asks where."""

    name = StringField("Name", [InputRequired("Enter a name"), Length(max=30, message="Enter a shorter name")])
    kind = RadioField("Kind", [InputRequired("Select a kind")], choices={"home": "Home", "office": "Office"})


class Size(FlaskForm):
    """Asks how large; what can be chosen depends on where."""

    size = SelectField("Size", [InputRequired("Select a size")])
    desks = IntegerField("Desks", [InputRequired("Enter a number"), NumberRange(1, 5, "Enter 1 to 5")])


class Guest(Form):
    """Asks for one guest."""

    name = StringField("Name", [InputRequired("Enter the name of the guest")])
    diet = StringField("Diet", [Optional()])


class Everything(Form):
    """A field of every kind."""

    text = TextAreaField("Text")
    day = DateField("Day", [Optional()])
    yes = BooleanField("Yes")
    one = SelectField("One", choices={"a": "A", "b": "B"})
    many = SelectMultipleField("Many", choices={"a": "A", "b": "B", "c": "C"})


class Pin(Form):
    """Asks for a secret."""

    pin = PasswordField("PIN", [InputRequired("Enter a PIN"), Length(8, 20, "Enter 8 to 20 characters")])


def wizard_of(*steps, **options):
    """A Wizard of these steps; else of one with a condition, computed choices and a list."""
    steps = steps or (
        Step("place", Place, title="Place"),
        Step("size", Size, title="Size", choices={"size": lambda answers: SIZES[answers["place"]["kind"]]}),
        Repeat("guests", Guest, title="Guests", when=lambda answers: answers["place"]["kind"] == "office", least=1),
    )
    return Wizard("visit", Flow(*steps), on_finish=lambda answers, key: f"R-{key[:4]}", **options)


def app_of(*wizards, prefix="/a/visit", interface=None):
    """An application of these Wizards, with Flask's own session."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="key", TESTING=True)
    app.session_interface = interface or app.session_interface
    for wizard in wizards or [wizard_of()]:
        app.register_blueprint(wizard, url_prefix=prefix)
    return app


@pytest.fixture
def app():
    """The application that the fixture ``journey`` uses."""
    return app_of()


OFFICE = {"name": "The office", "kind": "office"}


# A journey


def test_a_journey_is_led_from_the_first_step_to_the_receipt(journey):
    """It knows the path, the answers and the page it has come to."""
    assert journey.at == "place"
    journey.answer("place", name="Here", kind="home")
    assert journey.path == ["place", "size"]
    journey.answer("place", **OFFICE)
    assert journey.path == ["place", "size", "guests"]
    journey.answer("size", size="l", desks=3)
    assert journey.at == "guests"
    journey.add("guests", name="Ada").add("guests", name="Bob", diet="none").answer("guests")
    assert journey.at == "summary"
    assert journey.answers["size"] == {"size": "l", "desks": 3}
    assert journey.answers["guests"] == [{"name": "Ada", "diet": ""}, {"name": "Bob", "diet": "none"}]
    assert journey.finish().startswith("R-")
    assert journey.answers == {}
    assert journey.at == "place"


def test_entries_are_changed_field_by_field_and_removed(journey):
    """A field that is not named stays as it was."""
    journey.given(place=OFFICE, size={"size": "m", "desks": 1})
    journey.add("guests", name="Ada", diet="fish").add("guests", name="Bob")
    journey.change("guests", 1, name="Eve").remove("guests", 2)
    assert journey.answers["guests"] == [{"name": "Eve", "diet": "fish"}]


def test_what_is_typed_is_sent_as_a_browser_sends_it():
    """Text, a date, a box, one choice and several; what is not named is sent as it stands on the page."""
    journey = Journey(app_of(wizard_of(Step("all", Everything, title="All")), interface=open_sessions("cookie:")))
    journey.answer("all", text="two\nlines", day=date(2024, 2, 29), yes=True, one="b", many=["a", "c"])
    all_of_it = {"text": "two\nlines", "day": date(2024, 2, 29), "yes": True, "one": "b", "many": ["a", "c"]}
    assert journey.answers["all"] == all_of_it
    journey.answer("all")
    assert journey.answers["all"] == all_of_it
    journey.answer("all", day="", yes=False, many=None)
    assert journey.answers["all"] == {**all_of_it, "day": None, "yes": False, "many": []}


def test_what_is_refused_is_said_by_the_field(journey):
    """And what is wrong with the whole page under the empty name."""
    assert journey.refused("place", name="", kind=None) == {"name": "Enter a name", "kind": "Select a kind"}
    assert journey.answers == {}
    journey.given(place=OFFICE, size={"size": "m", "desks": 1})
    assert journey.refused("guests") == {"": "Add 1 at least."}
    assert journey.refused("guests", diet="fish") == {"name": "Enter the name of the guest"}


def test_an_end_that_is_refused_is_said_too():
    """``on_finish`` can refuse."""

    def refuse(answers, key):
        raise Refused({"place": {"name": "This name is taken"}})

    journey = Journey(app_of(Wizard("visit", Flow(Step("place", Place, title="Place")), on_finish=refuse)))
    journey.given(place=OFFICE)
    assert journey.refused("summary") == {"name": "This name is taken"}
    with pytest.raises(AssertionError, match="name: This name is taken"):
        journey.finish()


def test_back_keeps_what_was_typed(journey):
    """As a draft, which is no answer."""
    journey.answer("place", **OFFICE).back("size", desks="a few")
    assert "size" not in journey.answers
    assert journey.refused("size", size="m") == {"desks": "Not a valid integer value."}


def test_clear_leaves_nothing(journey):
    """The visitor begins again."""
    journey.answer("place", **OFFICE).clear()
    assert (journey.answers, journey.at) == ({}, "place")


@pytest.mark.parametrize(
    ("do", "says"),
    [
        (lambda one: one.answer("place", name="", kind="home"), "/a/visit/place was not accepted.*name: Enter a name"),
        (lambda one: one.answer("size", desks=1), "size is not open.*led to 'place'"),
        (lambda one: one.answer("plaice"), "no step 'plaice'. The steps are 'place', 'size', 'guests'"),
        (lambda one: one.answer("place", nam="x"), "'place' has no field 'nam'. Its fields are 'name', 'kind'"),
        (lambda one: one.refused("place", **OFFICE), "'place' was not refused.* answered 303"),
        (lambda one: one.back("place"), "no button 'back'"),
        (lambda one: one.finish(), "summary is not open"),
        (lambda one: one.given(plaice={}), "no step 'plaice'"),
        (lambda one: one.answer("place", **OFFICE).answer("size", size="s"), "size: Not a valid choice"),
        (lambda one: one.given(place=OFFICE, size={}).add("guests", name=""), "name: Enter the name"),
        (lambda one: one.given(place=OFFICE, size={}).change("guests", 1), "cannot be opened: it answered 404"),
        (lambda one: one.given(place=OFFICE, size={}).remove("guests", 1), "no button 'remove.1'"),
    ],
)
def test_what_does_not_hold_is_said(journey, do, says):
    """The step, what its page says, and what to look at."""
    with pytest.raises(AssertionError, match=f"(?s){says}"):
        do(journey)


def test_a_journey_starts_in_the_middle(journey):
    """What is given is as if it had been accepted: nothing of it is asked again, in whatever order it is named."""
    journey.given(guests=[{"name": "Ada"}], size={"size": "m", "desks": 1}, place=OFFICE)
    assert journey.at == "summary"
    journey.answer("place", name="The office", kind="home")
    assert journey.path == ["place", "size"]
    assert journey.at == "size"
    assert journey.answers["guests"] == [{"name": "Ada"}]


def test_a_journey_through_the_signup_starts_in_the_middle(database):
    """With sessions on the server, too."""
    app = create_app({"DATABASE_URL": database, "SECRET_KEY": "k" * 32, "TESTING": True})
    profile = {"full_name": "Ada Lovelace", "date_of_birth": date(1980, 3, 31), "country": "GB"}
    journey = Journey(app).given(account={"email": "ada@example.com", "username": "ada"}, profile=profile)
    assert journey.at == "plan"
    journey.answer("plan", plan="personal").answer("security", password="three random words", accept_terms=True)
    assert "three random words" not in str(journey.answers)
    assert journey.answers["profile"] == profile
    assert journey.finish()


@pytest.mark.parametrize("prefix", ["", "/deep/down"])
@pytest.mark.parametrize("csrf", [True, False])
def test_a_journey_works_wherever_the_wizard_stands(prefix, csrf):
    """Under any address, and with or without the tokens of Flask-WTF."""
    app = app_of(prefix=prefix or None)
    app.config["WTF_CSRF_ENABLED"] = csrf
    journey = Journey(app).answer("place", name="Here", kind="home").answer("size", size="s", desks=5)
    assert journey.finish()


def test_of_several_wizards_one_has_to_be_named():
    """The message says how."""
    other = Wizard("other", Flow(Step("place", Place, title="Place")), on_finish=lambda answers, key: "R")
    app = app_of(wizard_of())
    app.register_blueprint(other, url_prefix="/other")
    with pytest.raises(WizardError, match=r"'visit', 'other'.*own fixture that returns Journey\(app, \"name\"\)"):
        Journey(app)
    assert Journey(app, "other").answer("place", **OFFICE).finish() == "R"


def test_a_journey_has_an_instance_of_its_own():
    """Where there are several; one that is finished stays so, and after a clear another is begun."""
    journey = Journey(app_of(wizard_of(many=True)))
    journey.given(place={"name": "Here", "kind": "home"}).answer("size", size="s", desks=1)
    assert journey.finish()
    assert journey.at == "done"
    journey = Journey(journey.app).answer("place", **OFFICE)
    assert journey.at == "size"
    assert journey.clear().at == "place"


def test_the_fixture_comes_with_the_plugin(pytester):
    """One line in an author's conftest.py, and the author's own application."""
    pytester.makeconftest(
        """
        import pytest
        from flask import Flask
        from wtforms import Form, StringField
        from wizard import Flow, Step, Wizard

        pytest_plugins = ["wizard.testing"]

        class Name(Form):
            name = StringField("Name")

        @pytest.fixture
        def app():
            app = Flask("shop")
            app.secret_key = "key"
            app.register_blueprint(Wizard("ask", Flow(Step("you", Name, title="You")), on_finish=lambda *_: "R-1"))
            return app
        """
    )
    pytester.makepyfile('def test_ask(journey):\n    assert journey.answer("you", name="Ada").finish() == "R-1"\n')
    # Playwright's plugin does not work in a pytest within a pytest.
    pytester.runpytest_inprocess("-W", "error", "-p", "no:playwright").assert_outcomes(passed=1)


# A walk


def quickly(examples, *phases):
    """Settings under which a walk is the same each time."""
    return settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        phases=phases or [Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
@pytest.mark.parametrize("many", [False, True])
def test_a_sound_flow_is_walked_to_the_end(many):
    """With a condition, computed choices and a list, of which nothing has to be told."""
    finished = []

    def finish(answers, key):
        finished.append(answers)
        return "R-1"

    def make_app():
        wizard = wizard_of(many=many)
        wizard.on_finish = finish
        return app_of(wizard)

    # What Hypothesis draws differs with the sources beside it, also without chance: so enough of it.
    walk(make_app, settings=quickly(40))
    assert finished


def look_and_write(monkeypatch):
    """A GET that starts a run."""
    show = Visit.show
    monkeypatch.setattr(Wizard, "_put_back", lambda *_: None)
    monkeypatch.setattr(Visit, "show", lambda self, step: self.answers.begin() or show(self, step))


def show_every_step(monkeypatch):
    """A step that is shown before its turn."""
    monkeypatch.setattr(Visit, "show", lambda self, step: self._page(step, step.open(self.path.earlier(step))))


def forget_drafts(monkeypatch):
    """A Back that loses what was typed."""
    monkeypatch.setattr(Visit, "_keep_draft", lambda *_: None)


def overwrite(monkeypatch):
    """A page that was left open, and overwrites what another has stored."""
    monkeypatch.setattr(Visit, "_is_outdated", lambda *_: False)


def accept_anything(monkeypatch):
    """An answer that is stored though the form refuses it."""

    def refuse(self, step, form, number=None):
        self.answers.accept(step.name, [form.data] if step.repeats else form.data, form=step.fingerprint)
        return self.go(step)

    monkeypatch.setattr(Visit, "_refuse", refuse)


def store_nothing(monkeypatch):
    """An answer that is lost."""
    monkeypatch.setattr(Answers, "accept", lambda *_, **__: None)


def keep_when_cleared(monkeypatch):
    """Answers that survive a clear."""
    monkeypatch.setattr(Answers, "clear", lambda *_: None)


def keep_when_finished(monkeypatch):
    """Answers that are there to be finished again."""
    monkeypatch.setattr(Answers, "finish", lambda *_: None)


def finish_off_the_path(monkeypatch):
    """All answers are handed over, also those that do not apply."""

    def finish(self):
        if self.path.missing:
            return self.go_on()
        self.answers.finish(self.pages.on_finish(dict(self.answers), self.answers.key))
        return redirect(self.pages.url_of("done"), 303)

    monkeypatch.setattr(Visit, "finish", finish)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "says"),
    [
        (look_and_write, "GET .* has changed the session"),
        (show_every_step, "leads nowhere: it answered 200"),
        (forget_drafts, "was typed into .* before Back"),
        (overwrite, "overwrote an answer that the page had not shown"),
        (accept_anything, "is not valid, but was accepted"),
        (store_nothing, "was accepted, but None is stored"),
        (keep_when_cleared, "Clear has left"),
        (keep_when_finished, "not once with"),
        (finish_off_the_path, "not once with"),
    ],
)
def test_a_walk_finds_a_bug(monkeypatch, bug, says):
    """One was planted. The walk stops when it has found it, which takes it the longer the rarer it is."""
    bug(monkeypatch)
    steps = [
        Step("place", Place, title="Place"),
        Step("guest", Guest, title="Guest", when=lambda answers: answers["place"]["kind"] == "office"),
    ]
    with pytest.raises(AssertionError, match=f"(?s){says}"):
        walk(lambda: app_of(wizard_of(*steps)), settings=quickly(500, Phase.generate))


@pytest.mark.slow
@pytest.mark.parametrize("stores", ["hash", "secret"])
def test_a_walk_finds_a_secret_in_the_session(database, stores):
    """What ``keep`` should have hashed."""

    def make_app():
        keep = dict if stores == "secret" else lambda data: {"length": len(data["pin"])}
        return app_of(wizard_of(Step("pin", Pin, title="PIN", keep=keep)), interface=sessions)

    sessions = open_sessions(database)
    if stores == "hash":
        walk(make_app, settings=quickly(3, Phase.generate))
    else:
        with pytest.raises(AssertionError, match="is in the session"):
            walk(make_app, settings=quickly(3, Phase.generate))


class Mail(Form):
    """Asks for what cannot be guessed."""

    email = StringField("Email address", [InputRequired("Enter it"), Email("Enter an email address")])


@pytest.mark.slow
def test_a_walk_asks_for_the_values_that_it_cannot_guess():
    """And takes them from a strategy."""

    def make_app():
        return app_of(wizard_of(Step("mail", Mail, title="Mail")))

    mails = st.sampled_from(["ada@example.com", "bob@example.com", "nobody"]).map(lambda mail: {"email": mail})
    with pytest.raises(WizardError, match=r"Step 'mail': what can be typed into 'email' is not known.*answers="):
        walk(make_app)
    with pytest.raises(WizardError, match="the step 'male'"):
        walk(make_app, answers={"mail": mails, "male": mails})
    walk(make_app, answers={"mail": mails}, settings=quickly(3, Phase.generate))


@pytest.mark.slow
def test_a_walk_that_gets_nowhere_says_so():
    """A strategy of nothing but wrong values holds the flow to nothing."""
    wrong = {"mail": st.just({"email": "nobody"})}
    with pytest.raises(AssertionError, match=r"'mail': nothing that was typed was ever accepted.*Enter an email"):
        walk(
            lambda: app_of(wizard_of(Step("mail", Mail, title="Mail"))),
            answers=wrong,
            settings=quickly(3, Phase.generate),
        )


def test_what_makes_the_application_cleans_up_after_each_run():
    """A context manager is left when its run is over; the Wizard is as it was."""
    wizard, open_now, made = wizard_of(Step("place", Place, title="Place")), set(), []
    on_finish = wizard.on_finish

    @contextmanager
    def make_app():
        app = app_of(wizard)
        made.append(app)
        open_now.add(app)
        yield app
        open_now.remove(app)

    walk(make_app, settings=quickly(3, Phase.generate))
    assert len(made) > 3
    assert not open_now
    assert wizard.on_finish is on_finish
