"""The code of the signup: nobody learns who has an account, and a mistyped address is noticed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from tests.conftest import ACCOUNT, Visitor, shown
from wizard.signup.typos import meant

TAKEN, FREE = "ADA@example.com", "eve@example.com"


@pytest.fixture
def ada(app, visitor):
    """A visitor who has an account by now."""
    visitor.answer_all()
    assert visitor.post("summary").location == "/signup/done"
    return visitor


def letters(app):
    """All mails, the newest first."""
    return [letter.mail for letter in app.extensions["wizard.outbox"].letters()]


def watched(app, email, username):
    """All that a visitor sees who signs up with an address and tries a code, and what that asks of the database."""
    ran = []

    def run(connection, cursor, statement, *_):
        ran.append(statement)

    visitor = Visitor(app.test_client())
    visitor.token("account")
    engine = app.extensions["accounts"].engine
    event.listen(engine, "before_cursor_execute", run)
    sent = visitor.post("account", email=email, username=username)
    event.remove(engine, "before_cursor_execute", run)
    answers = [sent, visitor.get("verify"), visitor.post("verify", code="1"), visitor.post("verify", _action="send")]
    pages = [(one.status_code, one.location, shown(one).replace(email, "ADDRESS")) for one in answers]
    check = visitor.client.post("/signup/account/check/email", data={"email": email})
    return pages, ran, shown(check)


def test_nobody_learns_who_has_an_account(app, ada):
    """The pages, the status and the work are the same; the mail alone says which it is, and one is sent to each."""
    before = len(letters(app))
    taken, free = watched(app, TAKEN, "grace"), watched(app, FREE, "eve")
    assert taken == free
    assert len([statement for statement in free[1] if "FROM accounts" in statement and "email_key" in statement]) == 1
    code, known = letters(app)[:-before]
    assert (code.to, known.to) == (FREE, TAKEN)
    assert code.subject.endswith("is your code")
    assert known.subject == "You have an account already"
    assert "Sign in with this address" in known.text
    assert not re.search(r"\d{6}", known.text)


def test_what_is_taken_is_not_told_before_the_mail_is_read(app, ada):
    """Neither by the step, nor by its live check; of a username, both tell it."""
    other = Visitor(app.test_client())
    assert other.post("account", email=TAKEN, username="grace").location == "/signup/verify"
    response = other.post("account", email=FREE, username=ACCOUNT["username"])
    assert "This username is taken" in shown(response)


@pytest.mark.parametrize(
    ("host", "right"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("GMAL.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("yahooo.de", "yahoo.de"),
        ("gmx.ne", "gmx.net"),
        ("gmail.com", None),
        ("ymail.com", None),
        ("mail.com", None),
        ("hotmail.be", None),
        ("web.com", None),
        ("line.com", None),
        ("example.com", None),
    ],
)
def test_a_near_miss_of_a_well_known_host_is_noticed(host, right):
    """What is well known itself, short, or of another country is none."""
    assert meant(f"ada@{host}") == (right and f"ada@{right}")


def test_a_near_miss_is_hinted_at_and_never_refused(visitor):
    """Beside the field, by the live check; without an ending it is no address, and the mistake says which was meant."""
    hint = "Did you mean ada@gmail.com?"
    check = visitor.client.post("/signup/account/check/email", data={"email": "ada@gmial.com"})
    assert f'id="email-note">{hint}' in check.text
    assert "aria-invalid" not in check.text
    refused = visitor.post("account", email="ada@gmail", username="ada")
    assert refused.status_code == 422
    assert f"Error: {hint}" in shown(refused)
    assert visitor.post("account", email="ada@gmial.com", username="ada").location == "/signup/verify"
