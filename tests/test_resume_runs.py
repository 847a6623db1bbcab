"""Saving for later beside the rest: several runs of one visitor, given answers, each page, an outbox that fails."""

from __future__ import annotations

import re

import pytest
from flask import Flask, redirect
from jinja2 import DictLoader
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from tests.conftest import Visitor, shown
from tests.test_resume import ADA, begun, device, letters, make, save, stored_of
from wizard import Flow, ForEach, Outbox, Page, Proof, Repeat, Section, StoreError, Wizard
from wizard.flow import Step
from wizard.sessions import open_sessions
from wizard.sessions.sealed import owned_id
from wizard.testing import Journey, elsewhere


class WordForm(Form):
    """One word."""

    word = StringField("Word", [InputRequired("Enter a word")])


# Several runs of one visitor


class Run(Visitor):
    """A visitor's page of one of several runs; they share the cookie."""

    def __init__(self, visitor, address):
        super().__init__(visitor.client, address.rstrip("/"))


def start(visitor):
    """Start another run."""
    return Run(visitor, visitor.post("").location)


def save_one(run, email=ADA):
    """Save one of several runs for later; return the link, and its code."""
    assert run.post("save", email=email).location == f"{run.prefix}/save"
    code = re.search(r'id="return-code">(\d{6})<', run.get("save").text)[1]
    return re.search(r"/survey/(return/\S+)", letters(run.client.application)[0].text)[1], code


def test_one_of_several_runs_goes_on_elsewhere(store_url, database):
    """The others stay where they are, on both devices; the list of the old one says so."""
    app = make(store_url, database, many=True)
    old, new = device(app, ""), device(app, "")
    moved, stays, own = start(old), start(old), start(new)
    moved.answer("name", first="Ada")
    stays.answer("name", first="Grace")
    own.answer("name", first="Hedy")
    assert moved.post("secret", hint="pet", _action="save").location == f"{moved.prefix}/save"
    assert f'href="{moved.prefix}/">Continue now' in moved.get("save").text
    link, code = save_one(moved)
    assert "Ada" in shown(old.get(""))
    assert 'value="Ada"' in moved.get("name").text
    went = new.post(link, code=code)
    assert went.location == f"{moved.prefix}/"
    there = Run(new, went.location)
    assert 'value="pet"' in there.get("secret").text
    there.answer("secret", hint="pet", password="rex")
    there.answer("age", age=36)
    listed = shown(new.get(""))
    assert "Continue with number 1: Ada" in listed
    assert "number 2: Hedy" in listed
    assert there.post("summary").status_code == 303
    assert "Number 1: finished" in shown(new.get(""))

    listed = shown(old.get(""))
    assert "Number 1: continued on another device" in listed
    assert "number 2: Grace" in listed
    assert "You’ve continued on another device" in shown(moved.get("name"))
    assert moved.post("name", first="Eve").status_code == 409
    old.post("", _action=f"remove.{moved.prefix.rpartition('/')[2]}")
    listed = shown(old.get(""))
    assert "another device" not in listed
    assert "too long" not in listed
    assert "number 1: Grace" in listed
    stays.answer("secret", hint="", password="rex")
    stays.answer("age", age=85)
    assert stays.post("summary").status_code == 303
    assert [one["name"]["first"] for one in app.extensions["finished"].values()] == ["Ada", "Grace"]


def test_a_run_of_several_comes_back(store_url, database):
    """To the device that it was begun on, by a link of the other."""
    app = make(store_url, database, many=True)
    old, new = device(app, ""), device(app, "")
    run = start(old)
    run.answer("name", first="Ada")
    link, code = save_one(run)
    there = Run(new, new.post(link, code=code).location)
    assert there.prefix == run.prefix
    link, code = save_one(there)
    assert old.post(link, code=code).location == f"{run.prefix}/"
    assert "Continue with number 1: Ada" in shown(old.get(""))
    assert "Number 1: continued on" in shown(new.get(""))
    assert run.post("clear").status_code == 303
    assert there.post("clear").status_code == 303
    for listed in (shown(old.get("")), shown(new.get(""))):
        assert "number 1" not in listed.lower()


def test_a_device_with_as_many_runs_as_there_may_be_takes_no_other(database):
    """It says so, and the link is not used."""
    app = make(database, database, many=True)
    app.config["WIZARD_MOST_RUNS"] = 1
    old, new = device(app, ""), device(app, "")
    run, full = start(old), start(new)
    run.answer("name", first="Ada")
    full.answer("name", first="Eve")
    link, code = save_one(run)
    refused = new.post(link, code=code)
    assert (refused.status_code, "You already have 1" in shown(refused)) == (422, True)
    full.post("clear")
    assert new.post(link, code=code).location == f"{run.prefix}/"


def test_a_run_of_several_that_was_saved_expires(database):
    """Its page says so, and so does the list, until something else is done there."""
    app = make(database, database, many=True)
    old = device(app, "")
    run = start(old)
    run.answer("name", first="Ada")
    save_one(run)
    with old.client.session_transaction() as own:
        secret = own[f"survey saved:{run.prefix.rpartition('/')[2]}"]["secret"]
    app.session_interface.sealed(app).delete(owned_id(f"survey:{run.prefix.rpartition('/')[2]}", f"saved {secret}"))
    assert "has expired and been deleted" in shown(old.get(""))
    assert run.get("name").status_code == 200
    start(old)
    assert "has expired and been deleted" not in shown(old.get(""))


# What this browser had saved itself


def test_what_a_device_has_saved_itself_is_kept_when_it_opens_another_link(database):
    """It becomes a Draft like all that was begun there; its own link is used up."""
    app = make(database, database)
    old, new = begun(app), device(app)
    new.answer("name", first="Eve")
    own_link, own_code = save(new, "eve@example.com")
    link, code = save(old)
    assert new.post(link, code=code).location == "/survey/"
    assert "Ada" in stored_of(app, new)
    assert 'value="Eve"' in new.get("name").text
    assert device(app).post(own_link, code=own_code).status_code == 422


def test_a_code_is_not_shown_whose_link_is_over(database):
    """Since it was used, or tried too often."""
    app = make(database, database)
    old, new = begun(app), device(app)
    link, code = save(old)
    new.post(link, code=code)
    old.post("clear")
    old.answer("name", first="Eve")
    page = old.get("save")
    assert (code in page.text, "Send the link" in shown(page)) == (False, True)


@pytest.mark.parametrize("resume", [lambda answers: answers["name"]["email"], lambda answers: answers["name"] + 1])
def test_an_address_is_suggested_that_was_typed_and_not_accepted(database, resume):
    """Whatever the function makes of it."""
    browser = device(make(database, database, resume=resume))
    browser.post("name", first="", email=ADA, _action="save")
    page = browser.get("save")
    assert (page.status_code, f'value="{ADA}"' in page.text) == (200, "email" in resume.__code__.co_consts)


# An outbox that fails


def test_no_code_is_shown_without_a_mail(database, monkeypatch):
    """The answers are there, and so is the link before; the next one is sent as ever."""
    app = make(database, database)
    old = begun(app)
    first, first_code = save(old)

    def fail(self, mail):
        raise StoreError("the database does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "put_now", fail)
        assert old.post("save", email="ada@example.org").status_code == 503
        page = old.get("save").text
        assert (first_code in page, ADA in page, "ada@example.org" in page) == (True, True, False)
        other = begun(app)
        assert other.post("save", email=ADA).status_code == 503
        assert "return-code" not in other.get("save").text
    assert "Ada" in other.get("name").text
    assert device(app).get(first).status_code == 200
    link, code = save(other)
    assert device(app).post(link, code=code).status_code == 303
    assert device(app).post(first, code=first_code).status_code == 303


def test_a_link_is_sent_once_where_another_request_saves_meanwhile(database, monkeypatch):
    """One mail, whose code is the one that is shown."""
    app = make(database, database)
    old = begun(app)
    put_now, sent = Outbox.put_now, []

    def put_beside(self, mail):
        sent.append(mail)
        if len(sent) == 1:
            old.answer("name", first="Augusta", email=ADA)
        return put_now(self, mail)

    monkeypatch.setattr(Outbox, "put_now", put_beside)
    link, code = save(old)
    assert len(sent) == 1
    new = device(app)
    assert new.post(link, code=code).status_code == 303
    assert "Augusta" in stored_of(app, new)


# Given answers


def test_answers_are_not_given_beside_a_run_that_went_on_elsewhere(database):
    """The page says where it is; to replace it is to start anew."""
    app = make(database, database)
    wizard = app.blueprints["survey"]
    replaces = []

    @app.post("/given")
    def give():
        return redirect(wizard.begin({"name": {"first": "Eve", "email": ""}}, replace=bool(replaces)))

    old, new = begun(app), device(app)
    link, code = save(old)
    new.post(link, code=code)
    for again in range(2):
        assert old.client.post("/given").location == "/survey/"
        assert "You’ve continued on another device" in shown(old.client.get("/survey/", follow_redirects=True)), again
    replaces.append(True)
    old.client.post("/given")
    assert "Eve" in stored_of(app, old)
    old.answer("secret", hint="", password="rex")
    old.answer("age", age=36)
    assert old.post("summary").status_code == 303
    assert "Ada" in stored_of(app, new)


# Each page


def test_every_page_offers_it(database):
    """Those with a form, and those without."""
    app = Flask(__name__)
    app.testing = True
    app.secret_key = "for the tests, and as long as it has to be"
    app.session_interface = open_sessions(database)
    app.jinja_loader = DictLoader({"read.html": "<p>Read this</p>"})
    Outbox(app, url=database)
    word = Step("word", WordForm, title="Word")
    flow = Flow(
        Section("one", Step("own", WordForm, title="Own"), title="One", summary=True),
        Section(
            "two",
            Page("read", title="Read", template="read.html"),
            Repeat("pets", WordForm, title="Pets"),
            Repeat("people", word, Step("more", WordForm, title="More", optional=True), title="People"),
            ForEach("homes", word, title="Homes", over="people"),
            Proof("paid", title="Paid", begin=lambda answers, key: None),
            title="Two",
        ),
        any_order=True,
    )
    site = Wizard("survey", flow, on_finish=lambda answers, key: key, resume=True)
    app.register_blueprint(site, url_prefix="/survey")
    visitor = device_of(app)

    def offers(page, status=200):
        got = visitor.get(page)
        assert got.status_code == status, page
        return "Save and finish later" in got.text

    assert not offers("tasks")
    visitor.answer("own", word="a")
    assert all(map(offers, ["tasks", "own", "summary/one", "read"]))
    visitor.answer("read")
    visitor.answer("pets", word="Rex", _action="add")
    assert all(map(offers, ["pets", "pets/1"]))
    visitor.answer("pets")
    first = visitor.post("people", _action="add").location.removeprefix("/survey/")
    assert offers(first)
    visitor.answer(first, word="Ada")
    visitor.answer("people/1/more", _action="skip")
    assert all(map(offers, ["people", "people/1"]))
    visitor.answer("people")
    assert offers("homes/1/word")
    visitor.answer("homes/1/word", word="Flat")
    assert all(map(offers, ["homes", "homes/1"]))
    visitor.answer("homes")
    assert offers("paid")
    begun = visitor.post("paid", _action="begin")
    assert begun.status_code == 303
    assert offers("paid")
    assert visitor.post("paid", _action="save").location == "/survey/save"
    visitor.post("save", email=ADA)
    assert "return-code" in visitor.get("save").text


def device_of(app):
    """A browser of another flow."""
    visitor = Visitor(app.test_client(), "/survey")
    visitor._token = visitor.token("own")
    return visitor


def test_a_conflict_can_be_saved_for_later(database):
    """What was typed is kept as a Draft."""
    app = make(database, database)
    old = begun(app)
    page = old.open("name")
    old.answer("name", first="Augusta", email=ADA)
    conflict = old.send("name", page, first="Byron", email=ADA)
    assert (conflict.status_code, "Save and finish later" in conflict.text) == (409, True)
    assert old.send("name", page, first="Byron", email=ADA, _action="save").location == "/survey/save"
    assert 'value="Byron"' in old.get("name").text
    assert "Augusta" in stored_of(app, old)


# In the tests of an author


@pytest.mark.parametrize("many", [False, True])
def test_a_test_goes_on_elsewhere(database, many):
    """The same visitor, with another cookie."""
    first = Journey(make(database, database, many=many))
    first.answer("name", first="Ada", email=ADA)
    second = elsewhere(first)
    assert second.answer("secret", hint="pet", password="rex").answer("age", age=36).finish() == "R-1"
    third = elsewhere(Journey(first.app).answer("name", first="Eve"), "eve@example.com")
    assert third.answers["name"]["first"] == "Eve"


def test_a_test_is_told_that_nothing_can_be_saved(database):
    """Where the wizard has no ``resume=``."""
    with pytest.raises(AssertionError, match="has no resume="):
        elsewhere(Journey(make(database, database, resume=False)))
