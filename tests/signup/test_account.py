"""The account: what is shown of it and to whom, and how it is changed, taken along and deleted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, update

from tests.conftest import SECURITY, Visitor, shown
from wizard.accounts import people
from wizard.accounts.accounts import current_accounts
from wizard.accounts.tables import accounts, members, passkeys, photos
from wizard.mail import current_outbox

PASSWORD = SECURITY["password"]
NEW = "four other random words"


def sign_up(app, name, plan="personal", invites=()):
    """Let somebody have an account, and return them signed in."""
    visitor = Visitor(app.test_client())
    visitor.answer_all(plan=plan, email=f"{name}@example.com", username=name)
    for one in invites:
        visitor.answer("members", _action="add", name=one.title(), email=f"{one}@example.com")
    assert visitor.post("summary").status_code == 303
    return Visitor(visitor.client, prefix="")


def execute(app, statement):
    """Do something with the tables."""
    with app.app_context(), current_accounts().engine.begin() as connection:
        found = connection.execute(statement)
        return found.all() if found.returns_rows else None


def row(app, name):
    """The row of an account."""
    [found] = execute(app, select(accounts).where(accounts.c.email == f"{name}@example.com"))
    return found


def letters(app, name):
    """The subjects of the mails to somebody, the newest first."""
    with app.app_context():
        return [one.mail.subject for one in current_outbox().letters() if one.mail.to == f"{name}@example.com"]


@pytest.fixture
def ada(app):
    """Who has an account alone."""
    return sign_up(app, "ada")


@pytest.fixture
def host(app):
    """Who has a team, which Bob has joined and Eve has not, a photo and a passkey."""
    visitor = sign_up(app, "host", "team", ["bob", "eve"])
    sign_up(app, "bob")
    team, bob = row(app, "host").id, row(app, "bob").id
    execute(app, update(accounts).where(accounts.c.id == bob).values(team_id=team, plan="team"))
    execute(app, update(members).where(members.c.email == "bob@example.com").values(joined_id=bob))
    execute(app, insert(photos).values(account_id=team, type="image/png", data=b"png", name="abc"))
    key = {
        "credential": b"1",
        "public_key": b"2",
        "sign_count": 0,
        "name": "Telephone",
        "created_at": datetime.now(UTC),
    }
    execute(app, insert(passkeys).values(account_id=team, **key))
    return visitor


def signed_in(app, name, password=PASSWORD):
    """Somebody who has signed in."""
    visitor = Visitor(app.test_client(), prefix="")
    assert visitor.post("sign-in", email=f"{name}@example.com", password=password).status_code == 303
    return visitor


PAGES = ["account", "account/photo/abc", "account/password", "account/export", "account/delete"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_for_who_is_signed_in_alone(host, app, page):
    """Others are asked for their password, and come back. No cache keeps any of it."""
    response = app.test_client().get(f"/{page}")
    assert (response.status_code, response.location) == (303, f"/sign-in?next=/{page}")
    response = host.get(page)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == ("private, max-age=86400" if "photo" in page else "no-store")
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_the_page_shows_all_that_was_answered(host, app):
    """In the language of the page."""
    page = shown(host.get("account"))
    for text in (
        "host@example.com",
        "Ada Lovelace",
        "31 March 1980",
        "United Kingdom",
        "Team",
        "Analytical Engines",
        "12",
    ):
        assert text in page
    assert row(app, "host").reference in page
    assert "Bob bob@example.com · Joined" in page
    assert "Eve eve@example.com · Invited" in page
    german = shown(host.get("account", headers={"Accept-Language": "de"}))
    assert "31. März 1980" in german
    assert "Vereinigtes Königreich" in german


def test_a_member_sees_whose_team_it_is(host, app):
    """And nobody who was invited to it."""
    page = shown(signed_in(app, "bob").get("account"))
    assert "You are a member of Analytical Engines." in page
    assert "eve@example.com" not in page


def test_a_photo_is_shown_to_its_owner_and_their_team(host, app, ada):
    """To nobody else, and under its own name alone."""
    assert 'src="/account/photo/abc"' in host.get("account").text
    for visitor in (host, signed_in(app, "bob")):
        response = visitor.get("account/photo/abc")
        assert (response.data, response.mimetype) == (b"png", "image/png")
    assert ada.get("account/photo/abc").status_code == 404
    assert host.get("account/photo/xyz").status_code == 404
    assert "<img class" not in ada.get("account").text


def test_the_password_is_changed_by_who_knows_it(ada, app):
    """Every other browser is signed out, this one is not, and a mail says so."""
    other = signed_in(app, "ada")
    kept = Visitor(app.test_client(), prefix="")
    kept.post("sign-in", email="ada@example.com", password=PASSWORD, keep="y")
    for given, text in (
        ({"current": "wrong", "password": NEW}, "This is not your password."),
        ({"current": "", "password": NEW}, "Enter your password"),
        ({"current": PASSWORD, "password": "password"}, "Enter a password that is harder to guess"),
        ({"current": PASSWORD, "password": "ada@example.com"}, "Enter a password that is harder to guess"),
    ):
        response = ada.post("account/password", **given)
        assert response.status_code == 422
        assert text in shown(response)
    assert ada.post("account/password", current=PASSWORD, password=NEW).location == "/account?changed=password"
    assert "Your password has been changed." in shown(ada.get("account?changed=password"))
    assert other.get("account").status_code == kept.get("account").status_code == 303
    assert letters(app, "ada")[:2] == ["Your password was changed", "Your account is ready"]
    assert signed_in(app, "ada", NEW).get("account").status_code == 200


def test_a_browser_that_keeps_who_is_signed_in_goes_on_doing_so(app, ada):
    """Its cookie is another one."""
    kept = Visitor(app.test_client(), prefix="")
    kept.post("sign-in", email="ada@example.com", password=PASSWORD, keep="y")
    before = kept.client.get_cookie("session-kept").value
    kept.post("account/password", current=PASSWORD, password=NEW)
    assert kept.client.get_cookie("session-kept").value != before
    kept.client.delete_cookie("session")
    assert kept.get("account").status_code == 200


def test_who_was_signed_out_meanwhile_comes_back_to_the_page(ada, app):
    """Also after a press, with scripts or without; nothing was done."""
    opened = ada.open("account/password")
    ada.client.post("/sign-out", data=opened)
    sent = {**opened, "current": PASSWORD, "password": NEW}
    assert ada.client.post("/account/password", data=sent).location == "/sign-in?next=/account/password"
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    response = ada.client.post("/account/delete", data=sent, headers=partial)
    assert response.headers["HX-Redirect"] == "/sign-in?next=/account/delete"
    assert ada.client.post("/account/passkeys", data=sent).location == "/sign-in"
    assert signed_in(app, "ada").get("account").status_code == 200


@pytest.mark.parametrize("page", ["password", "delete"])
def test_a_password_cannot_be_guessed_here_either(ada, app, page):
    """The tries count together with those of signing in."""
    app.config["WIZARD_LIMIT_SIGN_IN"] = {"account": "2 per minute"}
    for _ in range(2):
        assert ada.post(f"account/{page}", current="wrong", password=NEW).status_code == 422
    assert ada.post(f"account/{page}", current=PASSWORD, password=NEW).status_code == 429
    assert ada.get("account").status_code == 200


@pytest.mark.parametrize("page", ["password", "delete"])
def test_a_stale_form_changes_nothing(ada, page):
    """It is shown again, with a good token."""
    response = ada.client.post(f"/account/{page}", data={"current": PASSWORD, "password": NEW})
    assert response.status_code == 422
    assert "For your security, this page has expired" in shown(response)
    assert PASSWORD not in response.text
    assert ada.get("account").status_code == 200


def test_all_that_is_kept_can_be_taken_along(host, app):
    """As a file, without what opens anything."""
    response = host.get("account/export")
    found = row(app, "host")
    assert response.headers["Content-Disposition"] == f'attachment; filename="acme-{found.reference}.json"'
    data = json.loads(response.text)
    assert data["email"] == "host@example.com"
    assert data["date_of_birth"] == "1980-03-31"
    assert data["photo"] == {"type": "image/png", "base64": "cG5n"}
    assert [key["name"] for key in data["passkeys"]] == ["Telephone"]
    assert [(one["email"], one["has_joined"]) for one in data["invited"]] == [
        ("bob@example.com", True),
        ("eve@example.com", False),
    ]
    for secret in (found.password_hash, found.stamp, found.run):
        assert secret not in response.text
    assert json.loads(signed_in(app, "bob").get("account/export").text)["member_of"] == "Analytical Engines"


def test_an_account_is_deleted_with_all_of_it(host, app):
    """By who knows its password. Its members keep their own accounts; a mail says so, and no other waits."""
    other, bob = signed_in(app, "host"), signed_in(app, "bob")
    assert "People who have joined your team keep their own accounts" in shown(host.get("account/delete"))
    assert host.post("account/delete", current="wrong").status_code == 422
    response = host.post("account/delete", current=PASSWORD)
    assert response.location == "/account/deleted"
    page = shown(host.get("account/deleted"))
    assert "Your account was deleted" in page
    assert "Signed in" not in page
    assert host.get("account").status_code == other.get("account").status_code == 303
    assert "Signed in" not in shown(other.get("sign-in"))
    for table in (photos, passkeys, members):
        assert execute(app, select(table)) == []
    assert letters(app, "host") == ["Your account was deleted"]
    assert bob.get("account").status_code == 200
    [left] = execute(app, select(accounts))
    assert (left.email, left.team_id, left.plan) == ("bob@example.com", None, "personal")


def test_a_member_who_leaves_frees_their_seat(host, app):
    """Of who deletes their account, the team keeps neither the name nor the address."""
    signed_in(app, "bob").post("account/delete", current=PASSWORD)
    assert [one.email for one in execute(app, select(members))] == ["eve@example.com"]
    assert host.get("account").status_code == 200


def test_an_account_with_an_old_id_does_not_open_by_an_old_cookie(ada, app):
    """SQLite gives the id of an account that was deleted to the next one."""
    kept = Visitor(app.test_client(), prefix="")
    kept.post("sign-in", email="ada@example.com", password=PASSWORD, keep="y")
    before = row(app, "ada").id
    ada.post("account/delete", current=PASSWORD)
    sign_up(app, "grace")
    assert row(app, "grace").id == before
    assert kept.get("account").status_code == 303
    with app.app_context():
        assert people.by_session(f"{before}.") is None
