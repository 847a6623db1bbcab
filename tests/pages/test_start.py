"""StartPage: several instances of one flow at once, each with answers, expiry and Receipt of its own."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from tests.conftest import Visitor, hidden, shown
from wizard import Flow, Run, Step, Wizard
from wizard.sessions import open_sessions


class Trip(Form):
    """Asks where to."""

    town = StringField("Town", [InputRequired("Enter a town")])


FLOW = Flow(Step("trip", Trip, title="Your trip"), Step("next", Trip, title="And then"))


@pytest.fixture(params=["ours", "flask"])
def app(request, database):
    """An application with our sessions, and one with Flask's own."""
    app = Flask(__name__)
    app.secret_key = "key"
    app.testing = True
    if request.param == "ours":
        app.session_interface = open_sessions(database)
    app.keys = []
    wizard = Wizard(
        "claim", FLOW, on_finish=lambda answers, key: app.keys.append(key) or f"R-{len(app.keys)}", many=True
    )
    app.register_blueprint(wizard, url_prefix="/claim")
    return app


@pytest.fixture
def client(app):
    """A browser."""
    return app.test_client()


def begin(client):
    """Start another, and return the visitor of it."""
    token = hidden(client.get("/claim/").text)["csrf_token"]
    location = client.post("/claim/", data={"csrf_token": token}).location
    assert re.fullmatch(r"/claim/[\w-]{12}/", location)
    return Visitor(client, location.rstrip("/"))


def sessions(client):
    """The keys of the session."""
    with client.session_transaction() as session:
        return [key for key in session if key.startswith("claim")]


def test_looking_at_the_start_begins_nothing(client):
    """A GET changes nothing; and a visitor who has begun nothing is not told to go on with it."""
    page = client.get("/claim/")
    assert "Start" in shown(page)
    assert "<title>Form</title>" in page.text
    assert sessions(client) == []
    begin(client)
    assert "<title>Continue or start another - Form</title>" in client.get("/claim/").text


def test_two_at_once_keep_apart(client, app):
    """Each has its own address, answers and Receipt."""
    first, second = begin(client), begin(client)
    first.answer("trip", town="Rome")
    second.answer("trip", town="Oslo")
    first.answer("next", town="Bern")
    assert second.get("").location == f"{second.prefix}/next"
    page = shown(client.get("/claim/"))
    assert "Continue with number 1: Rome Ready to check and send" in page
    assert "Continue with number 2: Oslo Next: And then, step 2 of 3" in page
    assert first.post("summary").location == f"{first.prefix}/done"
    assert "R-1" in shown(first.get("done"))
    assert 'value="Oslo"' in second.get("trip").text
    assert "Number 1: finished Your reference is R-1" in shown(client.get("/claim/"))
    second.answer("next", town="Ulm")
    second.post("summary")
    assert "R-2" in shown(second.get("done"))
    assert "R-1" in shown(first.get("done"))
    assert len(set(app.keys)) == 2


def test_a_finished_one_stays_finished(client, app):
    """Whatever page of it is opened or sent again leads to its Receipt."""
    visitor = begin(client)
    visitor.answer("trip", town="Rome")
    visitor.answer("next", town="Bern")
    pages = {page: hidden(visitor.get(page).text) for page in ("trip", "summary")}
    visitor.post("summary")
    for page in ("", "trip", "next", "summary"):
        assert visitor.get(page).location == f"{visitor.prefix}/done"
    for page, fields in pages.items():
        response = client.post(f"{visitor.prefix}/{page}", data={**fields, "town": "Paris"})
        assert response.location == f"{visitor.prefix}/done"
    assert len(app.keys) == 1


def test_clearing_one_leaves_the_others(client):
    """What is cleared is not listed any more, and shows nothing of what it had."""
    first, second = begin(client), begin(client)
    first.answer("trip", town="Rome")
    second.answer("trip", town="Oslo")
    assert first.post("clear").location == "/claim/"
    assert "Rome" not in first.get("trip").text
    assert first.prefix not in client.get("/claim/").text
    assert 'value="Oslo"' in second.get("trip").text


def test_a_page_of_one_that_was_cleared_keeps_what_was_typed(client):
    """It says so, and begins anew only when the visitor presses the button for it."""
    visitor = begin(client)
    visitor.answer("trip", town="Rome")
    page = visitor.open("trip")
    visitor.post("clear")
    response = visitor.send("trip", page, town="Paris")
    assert response.status_code == 409
    assert "Your answers were cleared" in shown(response)
    assert visitor.prefix not in client.get("/claim/").text
    anew = hidden(response.text)
    assert anew["town"] == "Paris"
    assert visitor.send("trip", anew).location == f"{visitor.prefix}/next"
    assert "Paris" in shown(client.get("/claim/"))


def test_finished_ones_do_not_count_and_can_be_removed(app, client):
    """The limit is for those that are not finished; each Receipt is there until it is removed."""
    app.config["WIZARD_MOST_RUNS"] = 2
    for number in range(3):
        visitor = begin(client)
        visitor.answer("trip", town="Rome")
        visitor.answer("next", town="Bern")
        assert visitor.post("summary").location == f"{visitor.prefix}/done"
        assert f"R-{number + 1}" in shown(client.get("/claim/"))
    page = client.get("/claim/").text
    instance = visitor.prefix.rpartition("/")[2]
    assert client.post("/claim/", data={**hidden(page), "_action": f"remove.{instance}"}).location == "/claim/"
    page = shown(client.get("/claim/"))
    assert "R-2" in page
    assert "R-3" not in page


def test_one_that_is_not_finished_cannot_be_removed_like_that(client):
    """There are answers in it, so that it is cleared, which asks."""
    visitor = begin(client)
    visitor.answer("trip", town="Rome")
    instance = visitor.prefix.rpartition("/")[2]
    client.post("/claim/", data={**hidden(client.get("/claim/").text), "_action": f"remove.{instance}"})
    assert 'value="Rome"' in visitor.get("trip").text


def test_a_page_of_a_finished_one_that_is_sent_late_says_so_and_starts_nothing(client):
    """Whether or not it says of which run it is; clearing it still does."""
    visitor = begin(client)
    visitor.answer("trip", town="Rome")
    visitor.answer("next", town="Oslo")
    page = visitor.open("trip")
    visitor.post("summary")
    for sent in (page, {"csrf_token": page["csrf_token"]}):
        assert visitor.send("trip", sent, town="Bern").location == f"{visitor.prefix}/done"
        assert "in another tab or window was not used" in shown(visitor.get("done"))
    assert visitor.send("clear", {"csrf_token": page["csrf_token"]}).location == "/claim/"
    assert sessions(client) == [] or "finished" not in shown(client.get("/claim/"))


@pytest.mark.parametrize("address", ["", "trip", "summary", "done", "clear"])
def test_an_id_of_nobody_or_of_another_visitor_is_a_404(app, client, address):
    """For looking and for sending."""
    other = begin(app.test_client())
    mine = begin(client)
    token = mine.token("trip")
    for instance in (other.prefix, "/claim/nobody"):
        assert client.get(f"{instance}/{address}").status_code == 404
        assert client.post(f"{instance}/{address}", data={"csrf_token": token}).status_code in (404, 405)


def test_each_expires_by_itself(app, client, monkeypatch):
    """Who comes back to it is told so, and can go on; the others are as they were."""
    old = begin(client)
    old.answer("trip", town="Rome")
    with client.session_transaction() as session:
        key = next(iter(key for key in session if key.startswith("claim:")))
        session[key] = session[key] | {"at": session[key]["at"] - 1000}
    young = begin(client)
    young.answer("trip", town="Oslo")
    app.permanent_session_lifetime = timedelta(seconds=500)
    page = old.get("trip")
    assert "Your earlier answers have expired" in shown(page)
    assert "Rome" not in page.text
    assert 'value="Oslo"' in young.get("trip").text
    assert "Rome" not in client.get("/claim/").text
    old.answer("trip", town="Bern")
    assert "Your earlier answers have expired" in shown(old.get("next"))
    assert "Bern" in shown(client.get("/claim/"))


@pytest.mark.parametrize("app", ["ours"], indirect=True)
def test_what_is_typed_survives_a_session_that_is_gone(client, app):
    """The visitor is told, and goes on at the same address. Flask's own session cannot tell that it has expired."""
    visitor = begin(client)
    page = hidden(visitor.get("trip").text)
    visitor.expire()
    assert "Your earlier answers have expired" in shown(visitor.get("trip"))
    assert sessions(client) == []
    response = client.post(f"{visitor.prefix}/trip", data={**page, "town": "Rome"})
    assert response.location == f"{visitor.prefix}/next"
    assert "Your earlier answers have expired" in shown(visitor.get("next"))
    assert "Rome" in shown(client.get("/claim/"))


@pytest.fixture
def left(client):
    """The key of a run that was has expired and been deleted."""
    begin(client).answer("trip", town="Rome")
    with client.session_transaction() as session:
        [key] = [key for key in session if key.startswith("claim:")]
        session[key] = session[key] | {"at": 0}
    return key


def test_one_that_was_left_for_too_long_is_gone_and_the_list_says_so(client, left):
    """Looking at it changes nothing, nor does a form without a token."""
    for _ in range(2):
        page = shown(client.get("/claim/"))
        assert "One of those you started has expired and been deleted." in page
        assert "Rome" not in page
    assert sessions(client) == [left]
    assert client.post("/claim/").status_code == 422
    assert sessions(client) == [left]
    begin(client)
    assert "has expired and been deleted" not in shown(client.get("/claim/"))


@pytest.mark.parametrize("change", ["another is started", "another is changed", "another is cleared"])
def test_the_next_change_erases_what_was_left_for_too_long(client, change):
    """Whatever is changed: nothing is kept for longer than was said."""
    other = begin(client)
    other.answer("trip", town="Oslo")
    [kept] = sessions(client)
    begin(client).answer("trip", town="Rome")
    with client.session_transaction() as session:
        [key] = [key for key in session if key.startswith("claim:") and key != kept]
        session[key] = session[key] | {"at": 0}
    if change == "another is started":
        begin(client)
    elif change == "another is changed":
        other.answer("trip", town="Bern")
    else:
        assert other.post("clear").status_code == 303
    assert key not in sessions(client)
    assert "Rome" not in client.get("/claim/").text


def test_there_is_an_end_to_how_many_are_begun(app, client):
    """The message says the cure."""
    app.config["WIZARD_MOST_RUNS"] = 3
    with client.session_transaction() as session:
        for number in range(3):
            Run(session, f"claim:{number}").begin()
    token = hidden(client.get("/claim/").text)["csrf_token"]
    response = client.post("/claim/", data={"csrf_token": token})
    assert response.status_code == 422
    assert "You already have 3. Clear one before you start another." in shown(response)


def test_a_start_without_a_token_is_asked_again(client):
    """It begins nothing."""
    response = client.post("/claim/")
    assert response.status_code == 422
    assert "this page has expired" in shown(response)
    assert sessions(client) == []


def test_htmx_gets_the_block_of_the_start_alone(client):
    """Like any other page."""
    page = client.get("/claim/", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert page.startswith("<title>")
    assert "<html" not in page


def test_a_form_that_names_a_run_gets_the_list(client):
    """The first page is of no run, so that there is none to lead to."""
    begin(client)
    token = hidden(client.get("/claim/").text)["csrf_token"]
    response = client.post("/claim/", data={"csrf_token": token, "_run": "x", "_action": "remove.x"})
    assert response.status_code == 200
    assert "Continue with number 1" in shown(response)
