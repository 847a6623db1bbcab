"""A forgotten password: chosen anew by who reads the mails of the account; nobody learns who has one."""

from __future__ import annotations

import re

import pytest

from tests.conftest import SECURITY, Visitor, shown
from tests.signup.people import make_account
from wizard.accounts import people
from wizard.accounts.accounts import current_accounts
from wizard.mail import current_outbox

NEW = "four other random words"


@pytest.fixture
def forgetful(app):
    """Who has an account, and is signed in in another browser; with one that has no cookie."""
    with app.app_context():
        make_account(current_accounts().engine)
    other = Visitor(app.test_client(), prefix="")
    other.post("sign-in", email="ada@example.com", password=SECURITY["password"])
    return Visitor(app.test_client(), prefix="/forgot"), other


def letters(app):
    """The mails, the newest first."""
    with app.app_context():
        return [one.mail for one in current_outbox().letters()]


def test_who_reads_the_mails_chooses_a_new_password(app, forgetful):
    """All browsers are signed out but this one, and a mail says so."""
    visitor, other = forgetful
    assert 'href="/forgot/"' in visitor.client.get("/sign-in").text
    visitor.answer("email", email="ADA@example.com")
    [mail] = letters(app)
    assert mail.to == "ada@example.com"
    assert "\n\n\n" not in mail.text
    code = mail.subject[:6]
    assert code in mail.text
    assert visitor.post("code", code="000000" if code != "000000" else "111111").status_code == 422
    visitor.answer("code", code=code)
    assert visitor.post("password", password="ada@example.com").status_code == 422
    visitor.answer("password", password=NEW)
    assert other.get("account").status_code == 200
    assert visitor.post("summary").location == "/account?changed=password"
    assert "ada@example.com" in shown(visitor.client.get("/account"))
    assert other.get("account").status_code == 303
    assert letters(app)[0].subject == "Your password was changed"
    again = Visitor(app.test_client(), prefix="")
    assert again.post("sign-in", email="ada@example.com", password=SECURITY["password"]).status_code == 422
    assert again.post("sign-in", email="ada@example.com", password=NEW).status_code == 303


def test_finishing_twice_signs_nobody_out(app, forgetful):
    """A press that is sent again leaves what has signed in since."""
    visitor, _ = forgetful
    visitor.answer("email", email="ada@example.com")
    visitor.answer("code", code=letters(app)[0].subject[:6])
    visitor.answer("password", password=NEW)
    opened = visitor.open("summary")
    for _ in range(2):
        assert visitor.send("summary", opened).status_code == 303
    assert visitor.client.get("/account").status_code == 200
    assert [one.subject for one in letters(app)].count("Your password was changed") == 1


def test_the_page_says_the_same_to_who_has_no_account(app, forgetful):
    """The mail says that there is none, and no code."""
    visitor, _ = forgetful
    pages = []
    for email in ("ada@example.com", "eve@example.com"):
        response = visitor.post("email", email=email)
        page = visitor.get("code").text.replace(email, "")
        page = re.sub(r'"[^"]*"', "", page)
        pages.append((response.status_code, response.location, page))
    assert pages[0] == pages[1]
    mail = letters(app)[0]
    assert (mail.to, mail.subject) == ("eve@example.com", "There is no account with this address")
    assert not re.search(r"\d{6}", mail.text)


def test_an_account_that_is_gone_by_then_is_told_of(app, forgetful):
    """The end says so, and makes none."""
    visitor, other = forgetful
    visitor.answer("email", email="ada@example.com")
    visitor.answer("code", code=letters(app)[0].subject[:6])
    visitor.answer("password", password=NEW)
    other.post("account/delete", current=SECURITY["password"])
    response = visitor.post("summary")
    assert response.status_code == 422
    assert "This account no longer exists." in shown(response)
    with app.app_context():
        assert people.by_email("ada@example.com") is None
