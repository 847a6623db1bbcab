"""Signing in and out: who may, what is said to who may not, and what the browser keeps."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, select, update

from tests.conftest import SECURITY, Visitor, hidden, shown
from wizard import limits
from wizard.accounts import passwords, people
from wizard.accounts.accounts import current_accounts
from wizard.accounts.tables import accounts
from wizard.signup.signed_in import KEPT_FOR

PASSWORD = SECURITY["password"]
WRONG = "There is no account with this email address and password."
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def ada(app):
    """The application has her account; returns a visitor who has no cookie."""
    visitor = Visitor(app.test_client())
    visitor.answer_all()
    assert visitor.post("summary").location.endswith("/signup/done")
    return Visitor(app.test_client(), prefix="")


@contextmanager
def statements(app):
    """Counts what the database of the accounts is asked for."""
    found = []
    with app.app_context():
        engine = current_accounts().engine

    def note(_connection, _cursor, statement, *_):
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def row(app):
    """The row of the only account."""
    with app.app_context(), current_accounts().engine.connect() as connection:
        return connection.execute(select(accounts)).one()


def sign_in(visitor, page="sign-in", **given):
    """Send the form."""
    return visitor.post(page, **{"email": "ada@example.com", "password": PASSWORD, **given})


def test_who_signs_in_sees_their_account_and_leaves_it_again(ada):
    """And every page says who is signed in."""
    assert "Sign in" in shown(ada.get(""))
    response = sign_in(ada, email=" ADA@example.com ")
    assert (response.status_code, response.location) == (303, "/account")
    assert "ada@example.com" in shown(ada.get("account"))
    assert "Signed in: Ada Lovelace" in shown(ada.get(""))
    assert ada.get("sign-in").location == "/account"
    assert ada.post("sign-out").location == "/"
    assert "Signed in" not in shown(ada.get(""))
    assert ada.get("account").location == "/sign-in?next=/account"


def test_htmx_loads_the_whole_page_once_somebody_is_signed_in(ada):
    """What stands around the block has changed too."""
    response = ada.post("sign-in", headers=PARTIAL, email="ada@example.com", password=PASSWORD)
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, "/account")
    refused = Visitor(ada.client.application.test_client(), prefix="").post(
        "sign-in", headers=PARTIAL, email="", password=""
    )
    assert refused.status_code == 422
    assert "<html" not in refused.text


@pytest.mark.parametrize(
    ("given", "link", "text"),
    [
        ({"email": ""}, "#email", "Enter your email address"),
        ({"email": "ada"}, "#email", "Enter an email address like name@example.com"),
        ({"password": ""}, "#password", "Enter your password"),
        ({"password": "three random word"}, "#password", WRONG),
        ({"password": f"{PASSWORD} "}, "#password", WRONG),
        ({"email": "grace@example.com"}, "#password", WRONG),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_above(ada, given, link, text):
    """As everywhere: status 422, what was typed is kept, but for the password."""
    response = sign_in(ada, **given)
    assert response.status_code == 422
    assert f'<a href="{link}">{text}' in response.text
    assert response.text.count(text) == 2
    assert "<title>Error: Sign in" in response.text
    assert PASSWORD not in response.text
    assert f'value="{given.get("email", "ada@example.com")}"' in response.text or not given.get("email", "x")


def test_nobody_learns_who_has_an_account(ada, monkeypatch):
    """A wrong password and an address without an account are answered alike, and take as long."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1))
    app = ada.client.application
    with app.app_context():
        people.by_email("ada@example.com").change_password(passwords.hash_password(PASSWORD))
    hashed = []
    for name in ("hash", "verify"):
        own = getattr(PasswordHasher, name)
        monkeypatch.setattr(
            PasswordHasher,
            name,
            lambda *given, own=own, name=name, **more: (hashed.append(name), own(*given, **more))[1],
        )
    pages = []
    for email in ("ada@example.com", "eve@example.com"):
        response = sign_in(ada, email=email, password="another password")
        page = re.sub(r'name="csrf_token" value="[^"]*"', "", response.text.replace(email, ""))
        pages.append((response.status_code, page, len(hashed), sorted(response.headers.keys())))
        hashed.clear()
    assert pages[0] == pages[1]


def test_an_answer_begun_stays_and_the_id_is_another(ada):
    """What was typed before signing in is there after it, and after signing out, each time under a new id."""
    visitor = Visitor(ada.client)
    visitor.answer("account", email="grace@example.com", username="grace")

    def session_id():
        with ada.client.session_transaction() as session:
            assert session["signup"]["answers"]["account"]["username"] == "grace"
            return session.cookie["id"]

    ids = [session_id()]
    sign_in(ada)
    ids.append(session_id())
    ada.post("sign-out")
    ids.append(session_id())
    assert len(set(ids)) == 3
    with ada.client.session_transaction() as session:
        assert not [key for key in session if key.startswith("_")]


def test_the_old_id_opens_nothing_but_a_receipt(app):
    """A tab that comes with it finds its Receipt, and nothing of who is signed in."""
    first = Visitor(app.test_client())
    first.answer_all()
    opened = first.open("summary")
    first.send("summary", opened)
    with app.app_context():
        reference = people.by_email("ada@example.com").row["reference"]
    person = Visitor(first.client, prefix="")
    first.client.post("/sign-out", data=opened)
    old = app.test_client()
    old.set_cookie("session", first.client.get_cookie("session").value)
    sign_in(person)
    assert person.get("account").status_code == 200
    tab = Visitor(old)
    assert reference in shown(tab.get("done"))
    assert "/signup/done" in tab.send("summary", opened).location
    assert old.get("/account").location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/signup/?a=1", "/signup/?a=1"),
        ("https://evil.example/", "/account"),
        ("//evil.example/", "/account"),
        ("/\\evil.example", "/account"),
        ("javascript:alert(1)", "/account"),
        ("", "/account"),
    ],
)
def test_signing_in_leads_to_our_own_addresses_alone(ada, asked, leads):
    """Wherever a link says."""
    page = ada.client.get("/sign-in", query_string={"next": asked})
    action = re.search(r'action="(/sign-in[^"]*)"', page.text)[1].replace("&amp;", "&")
    data = {**hidden(page.text), "email": "ada@example.com", "password": PASSWORD}
    assert ada.client.post(action, data=data).location == leads


def test_a_form_of_another_site_does_nothing(ada):
    """Neither signs in, nor out; what was typed is shown again, with a token."""
    response = ada.client.post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})
    assert response.status_code == 422
    assert "For your security, this page has expired" in shown(response)
    assert 'value="ada@example.com"' in response.text
    sign_in(ada)
    assert ada.client.post("/sign-out", data={"csrf_token": "made up"}).location == "/account"
    assert ada.get("account").status_code == 200


def test_another_password_signs_out_every_browser(ada):
    """At once, also one that keeps who was signed in."""
    app = ada.client.application
    other = Visitor(app.test_client(), prefix="")
    sign_in(ada)
    sign_in(other, keep="y")
    with app.app_context():
        people.by_email("ada@example.com").change_password(passwords.hash_password("another password"))
    for visitor in (ada, other):
        assert visitor.get("account").location == "/sign-in?next=/account"
        page = visitor.get("sign-in")
        assert page.status_code == 200
        assert "Signed in" not in shown(page)
        assert sign_in(visitor, password=PASSWORD).status_code == 422
    assert sign_in(ada, password="another password").status_code == 303


def test_a_browser_keeps_who_is_signed_in_if_it_is_asked_to(ada):
    """In a cookie like the session's, which opens the account when the session is over, and changes nothing by that."""
    response = sign_in(ada, keep="y")
    [cookie] = [one for one in response.headers.getlist("Set-Cookie") if one.startswith("session-kept=")]
    assert {"HttpOnly", "SameSite=Lax", f"Max-Age={KEPT_FOR}", "Path=/"} <= set(cookie.split("; "))
    later = ada.client.application.test_client()
    later.set_cookie("session-kept", ada.client.get_cookie("session-kept").value)
    assert "Signed in: Your account" in shown(later.get("/"))
    page = later.get("/account")
    assert "ada@example.com" in shown(page)
    with later.session_transaction() as session:
        assert "_user_id" not in session
    response = later.post("/sign-out", data=hidden(page.text))
    assert response.location == "/"
    assert later.get("/account").status_code == 303


def test_over_https_the_cookie_goes_over_nothing_else(ada):
    """And is bound to the host, as that of the session is."""
    https = {"base_url": "https://localhost"}
    page = ada.client.get("/sign-in", **https)
    data = {**hidden(page.text), "email": "ada@example.com", "password": PASSWORD, "keep": "y"}
    response = ada.client.post("/sign-in", data=data, headers={"Origin": "https://localhost"}, **https)
    [cookie] = [one for one in response.headers.getlist("Set-Cookie") if "-kept=" in one]
    assert cookie.startswith("__Host-session-kept=")
    assert "Secure" in cookie.split("; ")


@pytest.mark.parametrize("change", ["made up", "1.", "0.x"])
def test_a_cookie_that_is_not_ours_signs_nobody_in(ada, change):
    """Nor does one whose account is not there."""
    ada.client.set_cookie("session-kept", change)
    assert ada.get("account").status_code == 303
    assert ada.get("").status_code == 200


def test_tries_are_counted_before_the_password_is_looked_at(ada):
    """Of one account, whatever the network; then not even the right password opens it for a while."""
    app = ada.client.application
    app.config["WIZARD_LIMIT_SIGN_IN"] = {"account": "3 per minute"}
    for number in range(3):
        visitor = Visitor(app.test_client(), prefix="")
        visitor.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        assert sign_in(visitor, password="wrong").status_code == 422
    response = sign_in(ada, email="ADA@example.com")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) <= 60
    assert "Too many attempts" in shown(response)
    assert 'value="ADA@example.com"' in response.text
    assert sign_in(ada, email="eve@example.com").status_code == 422
    assert ada.post("sign-in", headers=PARTIAL, email="ada@example.com", password="x").mimetype == "text/plain"


def test_tries_from_one_network_are_counted_too(ada):
    """For whatever account."""
    ada.client.application.config["WIZARD_LIMIT_SIGN_IN"] = {"address": "3 per minute"}
    for number in range(3):
        assert sign_in(ada, email=f"eve{number}@example.com").status_code == 422
    assert sign_in(ada).status_code == 429


def test_of_two_tries_at_once_only_one_is_the_last(app):
    """The count is asked again where another request had the last try meanwhile."""
    app.config["WIZARD_LIMIT_SIGN_IN"] = {"account": "1 per minute"}
    with app.test_request_context("/sign-in", method="POST"):
        known = app.extensions["wizard_limits"]
        tested = known._ask
        answers = iter([(0, 0)])
        known._ask = lambda what, *key: (
            next(answers, None) or tested(what, *key) if what == "seen" else tested(what, *key)
        )
        assert limits.spend("sign_in", "ada") == 0
        answers = iter([(0, 0)])
        assert limits.spend("sign_in", "ada") > 0


def test_a_line_says_who_came_in_and_who_did_not(ada, caplog):
    """By the network alone: no line holds the address that was typed."""
    caplog.set_level(logging.INFO, "wizard.security")
    sign_in(ada, password="wrong")
    sign_in(ada)
    ada.post("sign-out")
    lines = [record.getMessage() for record in caplog.records if record.name == "wizard.security"]
    assert [line.split()[1] for line in lines] == ["event=sign_in_refused", "event=signed_in", "event=signed_out"]
    assert "ada" not in "".join(lines)


def test_a_hash_is_made_anew_with_the_parameters_of_today(ada, monkeypatch):
    """When its password is typed. Nobody is signed out by that."""
    app = ada.client.application
    before = row(app)
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
    assert sign_in(ada).status_code == 303
    after = row(app)
    assert "m=16" in after.password_hash
    assert after.password_hash != before.password_hash
    assert after.stamp == before.stamp
    assert ada.get("account").status_code == 200


def test_a_hash_that_is_none_opens_nothing(ada):
    """Whatever stands in the table."""
    app = ada.client.application
    with app.app_context(), current_accounts().engine.begin() as connection:
        connection.execute(update(accounts).values(password_hash=PASSWORD))
    assert sign_in(ada).status_code == 422


def test_only_pages_that_ask_look_for_the_account(ada):
    """And those once."""
    app = ada.client.application
    sign_in(ada)

    def asked(address):
        with statements(app) as found:
            assert ada.client.get(address).status_code == 200
        return [one for one in found if "password_hash" in one]

    assert asked("/") == asked("/robots.txt") == asked("/signup/account") == []
    assert len(asked("/account")) == 1


def test_who_is_signed_in_finds_no_expired_session(ada):
    """It says that it is over, asks for the password, and leads back."""
    sign_in(ada)
    ada.expire()
    assert ada.get("account").location == "/sign-in?next=/account"
    assert sign_in(ada, "sign-in?next=/account").location == "/account"
