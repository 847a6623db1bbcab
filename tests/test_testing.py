"""The test kit: what a Journey does and says, and what a walk finds."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import ClassVar
from uuid import uuid4

import pytest
from flask import Flask, make_response, redirect, session
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    EmailField,
    FieldList,
    FloatField,
    Form,
    FormField,
    IntegerField,
    IntegerRangeField,
    MonthField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
    WeekField,
)
from wtforms.fields import enum_choices, enum_coerce
from wtforms.validators import (
    URL,
    UUID,
    AnyOf,
    DateRange,
    Email,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)
from wtforms.widgets import TextInput

from wizard import BaseStep, Flow, Refused, Repeat, Run, Step, Wizard, WizardError, testing
from wizard.app import create_app
from wizard.fields import AddressField, Alone, DurationField, MemorableDateField, MonthYearField, NotBefore, YearField
from wizard.flow import bound
from wizard.flow.typed import bind, receive
from wizard.pages import EntryPage, ListPage, Page, StepPage, SummaryPage, page_of, summary
from wizard.pages.form import FormPage
from wizard.pages.visit import Visit
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk, walks
from wizard.testing.guesses import typing, unknown
from wizard.testing.page import sent

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
SIZE = {"size": "m", "desks": 1}


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
    journey.given(place=OFFICE, size=SIZE)
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
    journey.given(place=OFFICE, size=SIZE)
    assert journey.refused("guests") == {"": "Add at least 1."}
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
        (lambda one: one.answer("place", **OFFICE).answer("size", size="s"), "size: This is no longer available"),
        (lambda one: one.given(size={}), "'size' was given {}, which its form does not accept: .*'desks'"),
        (lambda one: one.given(place=OFFICE, size=SIZE).add("guests", name=""), "name: Enter the name"),
        (lambda one: one.given(place=OFFICE, size=SIZE).change("guests", 1), "cannot be opened: it answered 404"),
        (lambda one: one.given(place=OFFICE, size=SIZE).remove("guests", 1), "no button 'remove.1'"),
    ],
)
def test_what_does_not_hold_is_said(journey, do, says):
    """The step, what its page says, and what to look at."""
    with pytest.raises(AssertionError, match=f"(?s){says}"):
        do(journey)


def test_a_journey_starts_in_the_middle(journey):
    """What is given is as if it had been accepted: nothing of it is asked again, in whatever order it is named."""
    journey.given(guests=[{"name": "Ada"}], size=SIZE, place=OFFICE)
    assert journey.at == "summary"
    journey.answer("place", name="The office", kind="home")
    assert journey.path == ["place", "size"]
    assert journey.at == "size"
    assert journey.answers["guests"] == [{"name": "Ada", "diet": ""}]


def test_a_journey_through_the_signup_starts_in_the_middle(database):
    """With sessions on the server, too."""
    app = create_app({"DATABASE_URL": database, "SECRET_KEY": "k" * 32, "TESTING": True})
    profile = {"full_name": "Ada Lovelace", "date_of_birth": date(1980, 3, 31), "country": "GB"}
    journey = Journey(app, "signup").given(
        account={"email": "ada@example.com", "username": "ada"}, verify=True, profile=profile
    )
    assert journey.at == "plan"
    journey.answer("plan", plan="personal").answer("photo").answer(
        "security", password="three random words", accept_terms=True
    )
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
        stateful_step_count=15,
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
    walk(make_app, settings=quickly(8))
    assert finished


def look_and_write(monkeypatch):
    """A GET that starts a run."""
    show = StepPage.show
    monkeypatch.setattr(Visit, "undo", lambda _: None)
    monkeypatch.setattr(StepPage, "show", lambda self: self.run.begin() or show(self))


def show_every_step(monkeypatch):
    """A step that is shown before its turn."""
    show = StepPage.show
    monkeypatch.setattr(StepPage, "show", lambda self: show(self) if self.path.is_open(self.step) else self.page(None))


def forget_drafts(monkeypatch):
    """What was typed and not accepted is lost."""
    monkeypatch.setattr(Visit, "keep_draft", lambda *_: None)


def overwrite(monkeypatch):
    """A page that was left open, and overwrites what another has stored."""
    monkeypatch.setattr(Visit, "is_outdated", lambda *_: False)


def accept_anything(monkeypatch):
    """An answer that is stored though the form refuses it."""

    def refuse(self, form, sent, errors):
        self.visit.accept(self.step, bound.clean(form), sent.typed)
        return self.go(self.step)

    monkeypatch.setattr(StepPage, "refuse", refuse)


def refuse_anything(monkeypatch):
    """An answer that is refused though it is valid."""
    monkeypatch.setattr(StepPage, "validate", lambda *_: {"": "No"})


def store_nothing(monkeypatch):
    """An answer that is lost."""
    monkeypatch.setattr(Run, "accept", lambda *_, **__: None)


def store_something_else(monkeypatch):
    """An answer that was not given."""
    clean = Step.clean
    monkeypatch.setattr(StepPage, "clean", lambda self, form: ({**clean(self.step, form), "name": "Eve"}, {}))


def keep_when_cleared(monkeypatch):
    """Answers that survive a clear."""
    monkeypatch.setattr(Run, "clear", lambda _: None)


def keep_when_finished(monkeypatch):
    """Answers that are there to be finished again."""
    monkeypatch.setattr(Run, "finish", lambda self, key, receipt: self.change(receipts=[{"run": key, **receipt}]))


def finish_off_the_path(monkeypatch):
    """All answers are handed over, also those that do not apply."""

    def finish_all(visit):
        key = visit.run.key
        receipt = {"run": key, "reference": visit.site.on_finish(dict(visit.run), key)}
        visit.run.finish(key, receipt)
        return receipt

    monkeypatch.setattr(summary, "finish", finish_all)


def finish_twice(monkeypatch):
    """A button that finishes each time that it is pressed."""
    press, last = SummaryPage.press, []

    def press_again(self):
        if not self.run.key and last:
            self.site.on_finish(*last[-1])
        elif self.path.missing is None:
            last.append((dict(self.run), self.run.key))
        return press(self)

    monkeypatch.setattr(SummaryPage, "press", press_again)


def finish_never(monkeypatch):
    """What was accepted cannot be finished."""
    monkeypatch.setattr(SummaryPage, "check", lambda self: {"place": {"": "This answer has changed since you gave it"}})


def begin_anew_from_an_old_page(monkeypatch):
    """A page of a run that is over starts another one."""
    monkeypatch.setattr(Visit, "is_of_another_run", False)


def say_nothing_of_a_clear(monkeypatch):
    """A page of a run that was cleared leads on without a word."""
    monkeypatch.setattr(FormPage, "say_cleared", lambda self: self.go_on())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "says"),
    [
        (look_and_write, "GET .* has changed the session"),
        (show_every_step, "leads nowhere: it answered 200"),
        (forget_drafts, "was typed into .*, but .* is shown"),
        (overwrite, "overwrote an answer that the page had not shown"),
        (accept_anything, "is not valid, but was accepted"),
        (refuse_anything, "is valid, but was refused"),
        (store_nothing, "was accepted, but None is stored"),
        (store_something_else, "was accepted, but .*Eve.* is stored"),
        (keep_when_cleared, "Clear has left"),
        (keep_when_finished, "It was finished, but .* is kept"),
        (finish_off_the_path, "not once with"),
        (finish_twice, "pressed twice, and it was finished twice"),
        (finish_never, "Every answer is valid, but it cannot be finished"),
        (begin_anew_from_an_old_page, "A page of a run that (is over has changed|was cleared answered)"),
        (say_nothing_of_a_clear, "does not say it"),
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


class Code(Form):
    """Asks for one guest, and a secret of each."""

    name = StringField("Name", [InputRequired("Enter the name of the guest")])
    code = PasswordField("Code", [InputRequired("Enter a code")])


def forget_secrets(monkeypatch):
    """A secret that was left empty is not what it was."""
    clean = Step.clean
    monkeypatch.setattr(FormPage, "clean", lambda self, form: (clean(self.step, form), {}))


def change_an_entry_unseen(monkeypatch):
    """A page of an entry overwrites what another has made of that entry."""
    monkeypatch.setattr(EntryPage, "_is_outdated", lambda _: False)


def remove_another(monkeypatch):
    """Entries are known by where they stand, so a page that was left open removes another one."""
    entries = ListPage.entries.fget
    anew = property(lambda self: {str(at): one for at, one in enumerate(entries(self).values(), 1)})
    monkeypatch.setattr(ListPage, "entries", anew)


def add_twice(monkeypatch):
    """A page that is sent twice adds its entry twice."""
    monkeypatch.setattr(Visit, "is_sent_twice", lambda *_: False)
    monkeypatch.setattr(Visit, "is_outdated", lambda *_: False)


def undo_nothing(monkeypatch):
    """What was removed does not come back."""
    monkeypatch.setattr(ListPage, "undo", lambda self: self.keep_draft(self.sent()) or self.go(self.step))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "form", "says"),
    [
        (forget_secrets, Code, "was accepted, but .* is stored"),
        (change_an_entry_unseen, Guest, "had not shown"),
        (remove_another, Guest, "its entries are called|accepted, but|answered|not there any more"),
        (add_twice, Guest, "was accepted, but|answered 409"),
        (undo_nothing, Guest, "was accepted, but"),
    ],
)
def test_a_walk_finds_a_bug_in_a_list(monkeypatch, database, bug, form, says):
    """Entries have ids, and are changed, removed and brought back by them."""
    bug(monkeypatch)
    keep = {"code": lambda code: uuid4().hex} if form is Code else {}
    step, sessions = Repeat("guests", form, title="Guests", least=1, keep=keep), open_sessions(database)
    with pytest.raises(AssertionError, match=f"(?s){says}"):
        walk(lambda: app_of(wizard_of(step), interface=sessions), settings=quickly(500, Phase.generate))


@pytest.mark.slow
@pytest.mark.parametrize("stores", ["hash", "secret"])
def test_a_walk_finds_a_secret_in_the_session(database, stores):
    """What ``keep`` should have hashed."""

    def make_app():
        keep = {"pin": str if stores == "secret" else lambda pin: f"{len(pin)} letters"}
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

    def validate_email(self, field):
        if field.data == "eve@example.com":
            raise ValidationError("Enter another email address")


@pytest.mark.slow
def test_a_walk_asks_for_the_values_that_it_cannot_guess():
    """And takes them from a strategy."""

    def make_app():
        return app_of(wizard_of(Step("mail", Mail, title="Mail")))

    mails = st.sampled_from(["ada@example.com", "eve@example.com", "nobody"]).map(lambda mail: {"email": mail})
    with pytest.raises(WizardError, match=r"Step 'mail': what can be typed into 'email' is not known.*answers="):
        walk(make_app)
    with pytest.raises(WizardError, match="the step 'male'"):
        walk(make_app, answers={"mail": mails, "male": mails})
    walk(make_app, answers={"mail": mails}, settings=quickly(3, Phase.generate))


def test_a_walk_that_gets_nowhere_says_so():
    """A strategy of nothing but wrong values holds the flow to nothing."""
    wrong = {"mail": st.just({"email": "nobody"})}
    with pytest.raises(AssertionError, match=r"'mail': nothing that was typed was ever accepted.*Enter an email"):
        walk(
            lambda: app_of(wizard_of(Step("mail", Mail, title="Mail"))),
            answers=wrong,
            settings=quickly(3, Phase.generate),
        )


@pytest.mark.slow
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


# What an author has got wrong


def walk_quickly(*steps, on_finish=None, examples=8, **options):
    """Walk through a flow of these steps."""
    wizard = wizard_of(*(steps or [Step("place", Place, title="Place")]), **options)
    wizard.on_finish = on_finish or wizard.on_finish
    walk(lambda: app_of(wizard), settings=quickly(examples, Phase.generate))


def test_on_finish_has_to_return_the_same_for_the_same_key():
    """After a crash it is called again, and then must find out what it has done already."""
    with pytest.raises(AssertionError, match=r"called twice with the key .*, as after a crash, and returned '\w+' and"):
        walk_quickly(on_finish=lambda answers, key: uuid4().hex)


@pytest.mark.slow
def test_on_finish_may_not_fail_when_it_is_called_again():
    """Such as by a key of the database that is there already."""
    keys = set()

    def finish(answers, key):
        if key in keys:
            raise ValueError("there already")
        keys.add(key)
        return "R-1"

    with pytest.raises(AssertionError, match="the second time it failed: ValueError: there already"):
        walk_quickly(on_finish=finish)


@pytest.mark.slow
def test_on_finish_is_called_again_with_the_session_as_it_was():
    """What the first call has taken out of it was not saved when that was cut off."""

    def finish(answers, key):
        session.pop("visit")
        return "R-1"

    walk_quickly(on_finish=finish)


@pytest.mark.parametrize("receipt", [None, ""])
def test_on_finish_has_to_return_something(receipt):
    """An author who has forgotten it is told so."""
    with pytest.raises(AssertionError, match=f"on_finish returned nothing: {receipt!r}. Return a reference"):
        walk_quickly(on_finish=lambda answers, key: receipt)


@pytest.mark.slow
def test_on_finish_may_lead_to_a_page_of_the_authors():
    """Then so does a page of that run that was left open."""
    walk_quickly(on_finish=lambda answers, key: redirect(f"/thanks/{key}"))


@pytest.mark.slow
def test_on_finish_may_refuse():
    """That is no mistake."""

    def refuse(answers, key):
        raise Refused("The card was declined")

    walk_quickly(on_finish=refuse)


class Sizes(Form):
    """Asks for one of no choices."""

    size = SelectField("Size", [InputRequired("Select a size")], choices=[])


@pytest.mark.parametrize("choices", [{}, {"size": lambda answers: []}])
def test_a_choice_that_cannot_be_made_is_said(choices):
    """The step and the field, whether the choices are computed or not."""
    with pytest.raises(WizardError, match="Step 'size': something must be chosen in 'size', and it has no choices"):
        walk_quickly(Step("size", Sizes, title="Size", choices=choices))


def fail(*_, **__):
    """Fail, as an author's function may."""
    raise LookupError("no such town")


@pytest.mark.parametrize("where", ["on_finish", "when", "keep", "widget"])
def test_an_error_of_the_authors_own_is_said(where, database):
    """What it is, what it says, and the line that it comes from, wherever the application fails."""
    widget = fail if where == "widget" else TextInput()
    town = type("Town", (Form,), {"town": StringField("Town", widget=widget)})
    steps = [Step("town", town, title="Town")]
    if where == "when":
        steps.append(Step("more", town, title="More", when=lambda answers: answers["town"]["town"] and fail()))
    if where == "keep":
        steps.append(Step("pin", Pin, title="PIN", keep={"pin": fail}))
    wizard = wizard_of(*steps)
    wizard.on_finish = fail if where == "on_finish" else wizard.on_finish
    sessions = open_sessions(database)
    with pytest.raises(AssertionError, match=r"LookupError: no such town.*test_testing.py, line \d+, in fail"):
        walk(lambda: app_of(wizard, interface=sessions), settings=quickly(30, Phase.generate))


def test_a_walk_ends_where_a_form_is_slow(monkeypatch):
    """It stops where it is when its time is over: here at once."""
    monkeypatch.setattr(walks, "SECONDS", 0)
    opened = []
    monkeypatch.setattr(StepPage, "show", lambda self: opened.append(self))
    walk_quickly(examples=1000)
    assert not opened


class Sign(BaseStep):
    """A kind of step of the author's own."""


@page_of.register(Sign)
class SignPage(Page):
    """Asks for nothing but a press on its button."""

    buttons: ClassVar = {"": "accept"}

    def show(self):
        token = generate_csrf()
        return make_response(
            f'<form method="post" action="{self.site.url(self.step)}"><input name="csrf_token" value="{token}"></form>'
        )

    def accept(self):
        self.visit.accept(self.step, {"signed": True})
        return self.go_past(self.step)


@pytest.mark.slow
def test_a_kind_of_step_of_the_authors_own_is_walked_past():
    """Its button Continue is pressed, and what comes of it is believed."""
    finished = []

    def finish(answers, key):
        finished.append(answers)
        return "R-1"

    walk_quickly(Step("place", Place, title="Place"), Sign("sign", title="Sign"), on_finish=finish)
    assert finished[0]["sign"] == {"signed": True}


# What is guessed


class Colour(Enum):
    """Some choices."""

    RED = 1
    GREEN = 2


class Inner(Form):
    """A form within another."""

    street = StringField("Street", [InputRequired(), Length(2, 5)])
    since = MonthField("Since", [InputRequired()])


class Range(Form):
    """Two days."""

    begins = MemorableDateField("From", [InputRequired()])
    ends = MemorableDateField("To", [InputRequired(), NotBefore("begins")])
    until = MemorableDateField("Until", [Optional(), NotBefore("begins")])


def _number(value):
    return int(value) if value else None


GUESSED = {
    "integer": IntegerField("A", [InputRequired(), NumberRange(3, 5)]),
    "whole": IntegerField("A", [InputRequired(), NumberRange(min=lambda: -7, max=lambda: -5)]),
    "decimal": DecimalField("A", [InputRequired(), NumberRange(Decimal("0.001"), Decimal("0.002"))]),
    "locale": DecimalField("A", [InputRequired(), NumberRange(1)], use_locale=True),
    "float": FloatField("A", [InputRequired(), NumberRange(max=-1.5)]),
    "slider": IntegerRangeField("A", [NumberRange(10, 20)]),
    "date": DateField("A", [InputRequired(), DateRange(date(2024, 2, 28), date(2024, 3, 1))]),
    "german": DateField("A", [InputRequired()], format="%d.%m.%Y"),
    "later": DateField("A", [InputRequired(), DateRange(lambda: datetime(2030, 1, 1, 12))]),
    "moment": DateTimeLocalField("A", [InputRequired(), DateRange(max=datetime(1990, 1, 1))]),
    "time": TimeField("A", [InputRequired()]),
    "by heart": MemorableDateField("A", [InputRequired(), DateRange(date(2024, 2, 28), date(2024, 3, 1))]),
    "birthday": MemorableDateField("A", [Optional()]),
    "month": MonthField("A", [InputRequired()]),
    "month by heart": MonthYearField("A", [InputRequired(), DateRange(date(2024, 2, 2), date(2024, 4, 1))]),
    "year": YearField("A", [InputRequired()]),
    "early year": YearField("A", [InputRequired(), NumberRange(max=476)]),
    "duration": DurationField("A", [InputRequired(), NumberRange(11, 25)]),
    "place": AddressField("A", [InputRequired()]),
    "alone": SelectMultipleField("A", [InputRequired(), Alone("none", "c")], choices=["a", "b", "none", "c"]),
    "only alone": SelectMultipleField("A", [InputRequired(), Alone("none")], choices=["none"]),
    "range": FormField(Range),
    "week": WeekField("A", [InputRequired()]),
    "email": EmailField("A", [InputRequired(), Email()]),
    "address": StringField("A", [InputRequired(), URL()]),
    "id": StringField("A", [InputRequired(), UUID()]),
    "pattern": StringField("A", [InputRequired(), Regexp(r"^[A-Z]{2} ?\d{3,}$"), Length(max=8)]),
    "name": StringField("A", [InputRequired(), Length(3, 30), Regexp(r"\A[a-z0-9][a-z0-9._-]*\Z")]),
    "any": StringField("A", [AnyOf(["x", "y"])]),
    "secret": PasswordField("A", [InputRequired(), Length(2, 4)]),
    "enum": RadioField("A", [InputRequired()], choices=enum_choices(Colour), coerce=enum_coerce(Colour)),
    "coerced": SelectField("A", [InputRequired()], choices=[SelectChoice(""), SelectChoice(1)], coerce=_number),
    "grouped": SelectField("A", [InputRequired()], choices=[SelectChoice("a", "A", optgroup="Group")]),
    "several": SelectMultipleField("A", [InputRequired()], choices=["a", "b"]),
    "terms": BooleanField("A", [InputRequired()]),
    "form": FormField(Inner),
    "list": FieldList(IntegerField("A", [InputRequired(), NumberRange(1, 2)]), min_entries=2),
    "forms": FieldList(FormField(Inner), min_entries=1),
    "again": StringField("A", [InputRequired(), EqualTo("other")]),
}


@pytest.mark.parametrize("kind", GUESSED)
def test_what_a_field_takes_is_guessed(kind):
    """From its class and its validators: whatever is guessed is accepted."""
    form = type("Guessed", (Form,), {"guessed": GUESSED[kind], "other": StringField("Other", [InputRequired()])})
    form.Meta = type("Meta", (), {"locales": ["de_DE"]} if kind == "locale" else {})
    keep = {"guessed": lambda pin: "kept"} if kind == "secret" else {}
    step, refused = Step("guessed", form, title="Guessed", keep=keep), []

    @quickly(25, Phase.generate)
    @given(st.data())
    def type_it(data):
        typed = data.draw(typing(step.open()))
        sent_as = {name: sent(value) for name, value in typed.items()}
        bound = step.open(None, receive(step.form, bind(sent_as)).typed)
        errors = step.validate(bound, {})
        refused.extend([(typed, errors)] if errors else [])

    with app_of().test_request_context():
        assert unknown(step.open()) is None
        type_it()
    assert refused == []


class Iban(StringField):
    """A field of the author's own."""

    def pre_validate(self, form):
        raise ValidationError("Enter an IBAN")


@pytest.mark.parametrize("field", [Iban("A"), StringField("A", [fail]), FieldList(Iban("A"))])
def test_what_nobody_can_know_is_not_guessed(field):
    """A rule of the author's own."""
    with app_of().test_request_context():
        assert unknown(type("Unknown", (Form,), {"field": field})()).startswith("field")
