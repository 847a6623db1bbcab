"""Answers of a person: found on each of their devices, and by nobody else who uses the same browser."""

from __future__ import annotations

import time
from datetime import timedelta
from secrets import token_hex

import pytest
from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from wtforms import Form, IntegerField, StringField
from wtforms.validators import InputRequired

from tests.conftest import Visitor, shown, stored
from tests.docs.pages import ROOT, samples
from wizard import Flow, FlowError, SettingError, Step, Wizard, WizardError
from wizard.sessions import open_sessions


class NameForm(Form):
    """Who it is."""

    first = StringField("First name", [InputRequired("Enter a first name")])


class AgeForm(Form):
    """And how old."""

    age = IntegerField("Age", [InputRequired("Enter an age")])


class User(UserMixin):
    """Somebody who is signed in."""

    def __init__(self, name):
        self.id = name


def make(url, **options):
    """An application in which people sign in, and a survey of theirs."""
    app = Flask(__name__)
    app.name, app.testing = token_hex(4), True
    app.secret_key = f"for the tests, and as long as it has to be {app.name}"
    app.session_interface = open_sessions(url)
    manager = LoginManager(app)
    manager.user_loader(User)

    @app.post("/login/<name>")
    def login(name):
        session.renew()
        login_user(User(name))
        return ""

    @app.post("/logout")
    def logout():
        logout_user()
        return ""

    finished = app.extensions["finished"] = {}
    app.extensions["called"] = []

    def finish(answers, key):
        app.extensions["called"].append((key, dict(answers)))
        if app.extensions.get("fails"):
            raise RuntimeError("in between")
        finished.setdefault(key, dict(answers))
        return f"R-{len(finished)}"

    flow = Flow(Step("name", NameForm, title="Name"), Step("age", AgeForm, title="Age", live=["age"]))
    options = {"owner": lambda: current_user.get_id(), **options}
    wizard = Wizard("survey", flow, on_finish=finish, **options)
    app.register_blueprint(wizard, url_prefix="/survey")
    app.add_url_rule(
        "/begin/<first>",
        view_func=lambda first: wizard.begin({"name": {"first": first}}, replace="replace" in request.args),
        endpoint="begin",
        methods=["POST"],
    )
    app.add_url_rule("/runs", "runs", lambda: {one.owner: [one.answers, one.missing] for one in wizard.unfinished()})
    return app


@pytest.fixture
def app(store_url):
    """The same over each store."""
    return make(store_url)


def device(app, name=None):
    """A browser, in which somebody may have signed in."""
    visitor = Visitor(app.test_client(), "/survey")
    if name:
        sign_in(visitor, name)
    return visitor


def sign_in(visitor, name):
    """As somebody whom no other test knows, since they may share a store."""
    visitor.client.post(f"/login/{name}{visitor.client.application.name}")


def test_another_device_of_the_same_person_goes_on(app):
    """With all that was answered, and half typed."""
    first, second = device(app, "ada"), device(app, "ada")
    first.answer("name", first="Ada")
    first.post("age", age="3x")
    assert second.client.get("/survey/").location == "/survey/age"
    assert 'value="3x"' in second.get("age").text
    second.answer("age", age="36")
    assert "36" in shown(first.get("summary"))
    first.post("summary")
    assert list(app.extensions["finished"].values()) == [{"name": {"first": "Ada"}, "age": {"age": 36}}]
    assert "R-1" in shown(second.get("done"))


def test_another_user_of_the_same_browser_finds_nothing(app):
    """Neither while nobody is signed in, nor as somebody else; and who comes back finds it."""
    browser = device(app, "ada")
    browser.answer("name", first="Ada")
    browser.client.post("/logout")
    assert "Ada" not in browser.get("name").text
    sign_in(browser, "bob")
    assert "Ada" not in browser.get("name").text
    browser.answer("name", first="Bob")
    sign_in(browser, "ada")
    assert 'value="Ada"' in browser.get("name").text


def test_a_page_of_before_signing_out_says_so(app):
    """Sent by nobody, or by somebody else: nothing is kept unless they go on with it. Clearing says other words."""
    browser = device(app, "ada")
    browser.answer("name", first="Ada")
    opened = browser.open("age")
    for leave in (lambda: browser.client.post("/logout"), lambda: sign_in(browser, "bob")):
        leave()
        response = browser.send("age", opened, age="36")
        assert response.status_code == 409
        assert "You’ve signed out since you opened this page. Nothing was sent." in shown(response)
        assert "Continue with what I typed here" in shown(response)
        assert "cleared" not in shown(response)
    sign_in(browser, "ada")
    assert browser.get("name").status_code == 200
    browser.post("clear")
    assert "Your answers were cleared in another tab" in shown(browser.send("age", opened, age="36"))


def test_what_was_typed_before_signing_in_goes_along(app):
    """A look alone moves nothing; the next answer does, and nothing is left in the browser's session."""
    browser = device(app)
    browser.answer("name", first="Ada")
    sign_in(browser, "ada")
    assert browser.client.get("/survey/").location == "/survey/age"
    assert "survey" in stored(app, browser.client)
    browser.answer("age", age="36")
    assert "Ada" not in stored(app, browser.client)
    browser.client.post("/logout")
    assert "Ada" not in browser.get("name").text
    assert 'value="36"' in device(app, "ada").get("age").text


def test_what_differs_from_what_is_theirs_is_shown_and_overwrites_nothing(app):
    """As a Draft, beside the answer that counts."""
    device(app, "ada").answer("name", first="Ada")
    browser = device(app)
    browser.answer("name", first="Augusta")
    page = browser.open("age")
    sign_in(browser, "ada")
    assert browser.send("age", page, age="36").status_code == 303
    other = device(app, "ada")
    assert 'value="Augusta"' in other.get("name").text
    assert 'value="36"' in other.get("age").text
    runs = app.test_client().get("/runs").json
    assert runs == {f"ada{app.name}": [{"name": {"first": "Ada"}, "age": {"age": 36}}, None]}


def test_two_devices_at_once_lose_nothing(app):
    """Each saves a step of its own."""
    first, second = device(app, "ada"), device(app, "ada")
    pages = first.open("name"), second.open("name")
    assert first.send("name", pages[0], first="Ada").status_code == 303
    assert second.send("name", pages[1], first="Eve").status_code == 409


def test_who_looks_after_it_sees_what_is_unfinished(app):
    """Of each person; what is finished or cleared is none of it."""
    for name in ("ada", "bob", "eve"):
        device(app, name).answer("name", first=name.title())
    device(app, "bob").post("clear")
    eve = device(app, "eve")
    eve.answer("age", age="36")
    eve.post("summary")
    assert app.test_client().get("/runs").json == {f"ada{app.name}": [{"name": {"first": "Ada"}}, "age"]}


@pytest.mark.parametrize("many", [False, True])
def test_nobody_is_listed_whose_run_has_expired(store_url, monkeypatch, many):
    """Before anything purges it: one of several by itself, and a person's row when it is as old as it may be."""
    app = make(store_url, many=many)
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=3)
    app.config["SESSION_ABSOLUTE_LIFETIME"] = timedelta(days=2)
    browser = device(app, "ada")
    start = (browser.post("").location if many else "/survey/").removeprefix("/survey/")
    browser.answer(f"{start}name", first="Ada")
    now = time.time()

    def listed(days):
        monkeypatch.setattr(time, "time", lambda: now + days * 86_400)
        return [*app.test_client().get("/runs").json] == [f"ada{app.name}"]

    assert listed(1.9)
    if many:
        app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=1)
    # The store says the time by its own clock.
    monkeypatch.setattr(type(app.session_interface.store), "find", _all_of(app.session_interface.store))
    assert not listed(1.9 if many else 2.1)


def _all_of(store):
    """The rows that there are now, whatever time it is said to be later."""
    rows = list(store.find(""))
    return lambda self, prefix: (one for one in rows if one[0].startswith(prefix))


def test_several_runs_of_a_person_are_found_on_each_device(store_url):
    """And started on either."""
    app = make(store_url, many=True)
    first, second = device(app, "ada"), device(app, "ada")
    for browser in (first, second):
        browser.client.post("/survey/", data={"csrf_token": browser.open("")["csrf_token"]})
    assert first.client.get("/survey/").text.count("/survey/") == second.client.get("/survey/").text.count("/survey/")
    assert "Nothing" not in shown(first.client.get("/survey/"))
    assert device(app, "bob").client.get("/survey/").text.count("/survey/") < first.client.get("/survey/").text.count(
        "/survey/"
    )


def test_what_was_typed_before_signing_in_outlives_what_saves_nothing(app):
    """A live check, or a button that there is not, is no answer that would take it along."""
    device(app, "ada").answer("name", first="Ada")
    browser = device(app)
    browser.answer("name", first="Augusta")
    sign_in(browser, "ada")
    page = browser.open("age")
    assert browser.send("age/check/age", page, age="3").status_code == 200
    assert "Augusta" in stored(app, browser.client)
    assert browser.send("age", page, _action="nothing").status_code == 400
    assert 'value="Augusta"' in browser.get("name").text


def test_what_was_typed_before_signing_in_is_kept_beside_frozen_answers(app):
    """As Drafts: the answers that somebody is just finishing stay as they are."""
    first = device(app, "ada")
    first.answer("name", first="Ada")
    first.answer("age", age="36")
    app.extensions["fails"] = True
    with pytest.raises(RuntimeError, match="in between"):
        first.post("summary")
    browser = device(app)
    browser.answer("name", first="Augusta")
    sign_in(browser, "ada")
    browser.post("name", first="Augusta")
    assert 'value="Augusta"' in first.get("name").text
    app.extensions["fails"] = False
    first.post("summary")
    assert list(app.extensions["finished"].values()) == [{"name": {"first": "Ada"}, "age": {"age": 36}}]


def test_a_key_that_was_given_away_comes_with_the_same_answers_after_signing_in(app):
    """Also where the person has finished another run before."""
    before = device(app, "ada")
    before.answer("name", first="Ada")
    before.answer("age", age="36")
    before.post("summary")
    browser = device(app)
    browser.answer("name", first="Eve")
    browser.answer("age", age="20")
    app.extensions["fails"] = True
    with pytest.raises(RuntimeError, match="in between"):
        browser.post("summary")
    app.extensions["fails"] = False
    sign_in(browser, "ada")
    browser.post("age", age="21")
    browser.post("summary")
    first, second, *rest = [answers for _, answers in app.extensions["called"]][1:]
    assert first == second == {"name": {"first": "Eve"}, "age": {"age": 20}}
    assert rest == []


def test_given_answers_are_those_of_the_person(app):
    """At once, on each device. What they have answered stays, unless it is to be replaced."""
    browser = device(app, "ada")
    browser.client.post("/begin/Ada")
    other = device(app, "ada")
    assert 'value="Ada"' in other.get("name").text
    assert "Ada" not in stored(app, browser.client)
    other.answer("name", first="Augusta")
    browser.client.post("/begin/Ada")
    assert 'value="Augusta"' in browser.get("name").text
    browser.client.post("/begin/Eve?replace")
    assert 'value="Eve"' in other.get("name").text
    assert app.test_client().get("/runs").json == {f"ada{app.name}": [{"name": {"first": "Eve"}}, "age"]}


def test_who_goes_on_answering_stays_signed_in(app):
    """An answer prolongs the session in which that stands, as it does where the answers stand there too."""
    browser = device(app, "ada")

    def version():
        with browser.client.session_transaction() as ours:
            return app.session_interface.sealed(app).load(ours.cookie["id"]).version

    before = version()
    browser.answer("name", first="Ada")
    answered = version()
    assert answered > before
    browser.get("age")
    assert version() == answered


@pytest.mark.parametrize("nobody", [None, "", False])
def test_nobody_owns_nothing(database, nobody):
    """False too, as of ``user.is_authenticated and user.id``: else all who are not signed in shared their answers."""
    app = make(database, owner=lambda: nobody)
    device(app).answer("name", first="Ada")
    assert "Ada" not in device(app).get("name").text


def test_an_owner_is_a_name_and_no_object(database):
    """Of which nobody knows whether it says the same tomorrow."""
    app = make(database, owner=lambda: current_user)
    with pytest.raises(FlowError, match=r"its owner= returned a .*current_user.get_id"):
        device(app).get("name")


@pytest.mark.parametrize("interface", ["cookie:", None])
def test_a_session_in_the_cookie_cannot_be_a_persons(interface):
    """No other device would find it."""
    app = Flask(__name__)
    app.secret_key = "for the tests, and as long as it has to be"
    if interface:
        app.session_interface = open_sessions(interface)
    survey = Wizard(
        "survey",
        Flow(Step("name", NameForm, title="Name")),
        on_finish=lambda answers, key: key,
        owner=lambda: request.path,
    )
    with pytest.raises(SettingError, match=r"owner=.*Use a database or Redis"):
        app.register_blueprint(survey)


def test_an_owner_is_asked_with_nothing():
    """As the runs of browsers belong to nobody."""
    flow = Flow(Step("name", NameForm, title="Name"))
    with pytest.raises(FlowError, match="its owner must take no argument"):
        Wizard("survey", flow, on_finish=lambda answers, key: key, owner=lambda user: user)
    app, survey = Flask(__name__), Wizard("survey", flow, on_finish=lambda answers, key: key)
    app.secret_key = "for the tests, and as long as it has to be"
    app.register_blueprint(survey)
    with app.app_context(), pytest.raises(WizardError, match="belong to browsers"):
        survey.unfinished()


@pytest.mark.checkout
def test_the_samples_run(database):
    """What the document says of itself, with two people who have not finished."""
    names = {"__name__": "work", "url": database}
    for sample in samples(ROOT / "docs" / "owners.md"):
        exec(sample.text, names)  # noqa: S102  (that is what it is for)
    app = names["app"]
    app.testing = True
    visitor = Visitor(app.test_client(), "/onboarding")
    visitor.client.post("/login/ada")
    visitor.answer("contact", phone="1")
    assert app.test_client().get("/admin/onboarding").json == ["ada: desk"]
