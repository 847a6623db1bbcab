"""Another email address: for who is signed in, knows the password, and reads the mails that are sent there."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import SECURITY, Visitor, shown
from tests.signup.people import make_account
from wizard.accounts.accounts import current_accounts
from wizard.mail import current_outbox

PASSWORD = SECURITY["password"]


def signed_in(app, email="ada@example.com"):
    """Somebody who has signed in, on the pages of the flow."""
    visitor = Visitor(app.test_client(), prefix="")
    assert visitor.post("sign-in", email=email, password=PASSWORD).status_code == 303
    return Visitor(visitor.client, prefix="/account/email")


@pytest.fixture
def ada(app):
    """Who has an account, beside Grace."""
    with app.app_context():
        for name in ("ada", "grace"):
            make_account(current_accounts().engine, f"{name}@example.com")
    return signed_in(app)


def letters(app):
    """The mails, the newest first."""
    with app.app_context():
        return [one.mail for one in current_outbox().letters()]


def test_the_address_is_changed_by_who_reads_its_mails(app, ada):
    """The old one is told, and no longer signs in."""
    assert 'href="/account/email/"' in ada.client.get("/account").text
    ada.answer("address", email="countess@example.com", current=PASSWORD)
    [mail] = letters(app)
    assert mail.to == "countess@example.com"
    ada.answer("code", code=mail.subject[:6])
    opened = ada.open("summary")
    for _ in range(2):
        assert ada.send("summary", opened).location == "/account?changed=email"
    assert "countess@example.com" in shown(ada.client.get("/account?changed=email"))
    assert (letters(app)[0].to, letters(app)[0].subject) == ("ada@example.com", "Your email address was changed")
    assert len(letters(app)) == 2
    assert signed_in(app, "countess@example.com")
    with pytest.raises(AssertionError):
        signed_in(app)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"email": "ADA@example.com"}, "This is already your email address. Enter a new one"),
        ({"email": "countess"}, "Enter an email address like name@example.com"),
        ({"current": "wrong"}, "This is not your password."),
        ({"current": ""}, "Enter your password"),
    ],
)
def test_what_is_wrong_is_said_at_once(ada, given, message):
    """At the field and above."""
    response = ada.post("address", **{"email": "countess@example.com", "current": PASSWORD, **given})
    assert response.status_code == 422
    assert response.text.count(message) == 2


def test_the_password_cannot_be_guessed_here(app, ada):
    """Tries count together with those of signing in."""
    app.config["WIZARD_LIMIT_SIGN_IN"] = {"account": "1 per minute"}
    ada.post("address", email="countess@example.com", current="wrong")
    assert "Too many attempts" in shown(ada.post("address", email="countess@example.com", current=PASSWORD))


def test_a_taken_address_is_told_so_by_mail_alone(app, ada):
    """The page is the same for both."""
    pages = []
    for email in ("countess@example.com", "grace@example.com"):
        response = ada.post("address", email=email, current=PASSWORD)
        page = re.sub(r'"[^"]*"', "", ada.get("code").text.replace(email, ""))
        pages.append((response.status_code, response.location, page))
    assert pages[0] == pages[1]
    mail = letters(app)[0]
    assert (mail.to, mail.subject) == ("grace@example.com", "You have an account already")
    assert not re.search(r"\d{6}", mail.text)


def test_an_address_that_is_taken_meanwhile_is_refused(app, ada):
    """At the last press, and nothing is changed."""
    ada.answer("address", email="countess@example.com", current=PASSWORD)
    ada.answer("code", code=letters(app)[0].subject[:6])
    with app.app_context():
        make_account(current_accounts().engine, "countess@example.com")
    response = ada.post("summary")
    assert response.status_code == 422
    assert "There is already an account with this email address." in shown(response)
    assert "ada@example.com" in shown(ada.client.get("/account"))


def test_it_is_for_who_is_signed_in_and_nothing_typed_is_lost(app, ada):
    """A form that is sent after signing in was over is kept, and there again after it."""
    stranger = Visitor(app.test_client(), prefix="/account/email")
    assert stranger.get("address").location == "/sign-in?next=/account/email/address"
    opened = ada.open("address")
    assert ada.client.post("/sign-out", data=opened).location == "/"
    response = ada.send("address", opened, email="countess@example.com", current=PASSWORD)
    assert response.status_code == 422
    assert "You’re no longer signed in." in shown(response)
    assert ada.get("address").location == "/sign-in?next=/account/email/address"
    person = Visitor(ada.client, prefix="")
    person.post("sign-in", email="ada@example.com", password=PASSWORD)
    assert 'value="countess@example.com"' in ada.get("address").text


def test_what_was_begun_goes_with_the_account(app, ada, database):
    """Nothing of it is left in the table of sessions."""
    ada.answer("address", email="countess@example.com", current=PASSWORD)

    def owned():
        engine = create_engine(database)
        with engine.connect() as connection:
            found = connection.execute(text("select count(*) from sessions")).scalar()
        engine.dispose()
        return found

    assert owned() == 2
    person = Visitor(ada.client, prefix="")
    assert person.post("account/delete", current=PASSWORD).location == "/account/deleted"
    assert owned() == 0


def test_what_was_begun_is_of_nobody_who_gets_the_same_number_later(app, ada):
    """A database may give the number of an account again that was deleted while a request of its own was under way."""
    ada.answer("address", email="countess@example.com", current=PASSWORD)
    with app.app_context():
        engine = current_accounts().engine
        with engine.begin() as connection:
            number = connection.execute(text("select id from accounts where email = 'ada@example.com'")).scalar()
            connection.execute(text("delete from accounts where id = :id"), {"id": number})
        make_account(engine, "mary@example.com")
        with engine.begin() as connection:
            connection.execute(text("update accounts set id = :id where email = 'mary@example.com'"), {"id": number})
    mary = signed_in(app, "mary@example.com")
    assert "countess" not in mary.get("address").text
