"""The team on the page of the account: who is in it, one more, another link, and a seat taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import hidden, shown
from tests.signup.people import make_account
from tests.signup.test_invitations import account, age, join, letters, link, sign_up_a_team
from wizard.accounts import invitations


@pytest.fixture
def host(app):
    """Who has signed up with a team, and is signed in."""
    return sign_up_a_team(app).client


def invite(client, email, name="Kay"):
    """Fill in the page that invites."""
    page = hidden(client.get("/account/team/invite").text)
    return client.post("/account/team/invite", data={**page, "name": name, "email": email})


def press(client, address):
    """Press a button of the account's page."""
    return client.post(address, data=hidden(client.get("/account").text))


def people(app):
    """The rows of those who were invited."""
    return invitations.of_team(app.extensions["accounts"].engine, account(app, "ada@example.com")["id"])


def test_everybody_is_listed_and_whether_they_have_joined(app, host):
    """With what is left of the seats."""
    join(app, link(app))
    page = shown(host.get("/account"))
    assert "3 of 12 seats" in page
    assert "Grace Hopper grace@example.com · Joined" in page
    assert "Alan alan@example.com · Invited" in page


def test_one_more_is_invited(app, host):
    """And gets a mail, as the others did."""
    assert invite(host, "kay@example.com").location == "/account?changed=invited"
    assert "The invitation is on its way" in shown(host.get("/account?changed=invited"))
    assert letters(app, "kay@example.com")


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("ada@example.com", "This is your own address"),
        ("GRACE@example.com", "This address is already invited. Enter another one"),
        ("kay", "Enter an email address like"),
        ("", "Enter an email address"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(app, host, email, said):
    """And what was typed is still there."""
    page = invite(host, email)
    assert page.status_code == 422
    assert said in shown(page)
    assert f'value="{email}"' in page.text or not email
    assert len(people(app)) == 2


def test_another_link_is_sent(app, host):
    """Not at once, which is said."""
    [grace, _] = people(app)
    early = press(host, f"/account/team/{grace.id}/again")
    assert (early.status_code, "only just sent this invitation" in shown(early)) == (422, True)
    age(app, invitations.PAUSE + timedelta(seconds=1))
    assert press(host, f"/account/team/{grace.id}/again").location == "/account?changed=invited"
    assert len(letters(app, "grace@example.com")) == 2


def test_a_seat_is_taken_back(app, host):
    """The link then opens nothing."""
    [grace, _] = people(app)
    path = link(app)
    press(host, f"/account/team/{grace.id}/remove")
    assert app.test_client().get(path).status_code == 410
    assert [one.name for one in people(app)] == ["Alan"]


def test_nobody_changes_the_team_of_somebody_else(app, host):
    """Whoever guesses the number of a row."""
    make_account(app.extensions["accounts"].engine, "eve@example.com")
    eve = app.test_client()
    page = hidden(eve.get("/sign-in").text)
    eve.post("/sign-in", data={**page, "email": "eve@example.com", "password": "three random words"})
    age(app, invitations.PAUSE + timedelta(seconds=1))
    for row in people(app):
        press(eve, f"/account/team/{row.id}/remove")
        press(eve, f"/account/team/{row.id}/again")
    assert len(people(app)) == 2
    assert len(letters(app, "grace@example.com")) == 1
    assert eve.get("/account/team/invite").status_code == 404


def test_nobody_does_who_is_not_signed_in(app, host):
    """They sign in, and come back."""
    assert "/sign-in" in app.test_client().get("/account/team/invite").location


def test_nobody_is_sent_mail_after_mail(app, host):
    """Whoever invites, and takes back, and invites again."""
    for _ in range(5):
        assert invite(host, "kay@example.com").status_code == 303
        press(host, f"/account/team/{people(app)[-1].id}/remove")
    refused = invite(host, "Kay@example.com")
    assert (refused.status_code, "Too many attempts" in shown(refused)) == (422, True)
    assert len(letters(app, "kay@example.com")) == 5
