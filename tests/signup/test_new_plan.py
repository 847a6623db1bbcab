"""Another plan: chosen on the page of the account by who is signed in, by the rules of the signup."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.conftest import TEAM, Visitor, hidden, shown
from tests.signup.test_account import PASSWORD, execute, letters, row, sign_up, signed_in
from tests.signup.test_invitations import join, link
from wizard.accounts import invitations
from wizard.accounts.accounts import current_accounts
from wizard.accounts.tables import members
from wizard.errors import Refused
from wizard.signup import mails


def begin(app, visitor):
    """Press Change on the page of the account, and return the pages that follow."""
    response = visitor.client.post("/account/plan/begin", data=hidden(visitor.get("account").text))
    assert response.location == "/account/plan/"
    return Visitor(visitor.client, prefix="/account/plan")


@pytest.fixture
def host(app):
    """Who has a team of twelve seats; Bob has joined, Eve has not."""
    visitor = sign_up(app, "host", "team", ["bob", "eve"])
    join(app, link(app, "bob@example.com"))
    return visitor


def test_a_person_becomes_a_team(app):
    """The plan of now is chosen on the page, the steps are those of the signup, and a mail says so."""
    ada = sign_up(app, "ada")
    pages = begin(app, ada)
    assert pages.get("").location == "/account/plan/plan"
    page = pages.get("plan")
    assert 'value="personal" checked' in page.text
    assert "€6 per person a month" in shown(page)
    assert "your team ends" not in shown(page)
    assert "Clear answers" not in shown(page)
    pages.answer("plan", plan="team")
    refused = pages.post("team", organisation="", seats="1")
    assert refused.status_code == 422
    assert "Enter a number of seats from 2 to 500" in shown(refused)
    pages.answer("team", **TEAM)
    opened = pages.open("summary")
    for _ in range(2):
        assert pages.send("summary", opened).location == "/account?changed=plan"
    found = row(app, "ada")
    assert (found.plan, found.organisation, found.seats) == ("team", "Analytical Engines", 12)
    page = shown(ada.get("account?changed=plan"))
    assert "Your plan has been saved." in page
    assert "1 of 12 seats taken" in page
    assert letters(app, "ada")[:2] == ["Your plan was changed", "Your account is ready"]


def test_a_team_has_as_many_seats_as_people(app, host):
    """Which is said on the page of the seats, and at the end where somebody was invited meanwhile."""
    pages = begin(app, host)
    pages.answer("plan", plan="team")
    assert 'value="12"' in pages.get("team").text
    refused = pages.post("team", organisation="Engines", seats="2")
    assert refused.status_code == 422
    assert "3 seats are taken, including yours" in shown(refused)
    pages.answer("team", organisation="Engines", seats="3")
    with app.app_context():
        team = row(app, "host")._mapping
        with app.test_request_context():
            kay = {"name": "Kay", "email": "kay@example.com"}
            invitations.add(current_accounts().engine, team, kay, mails.invitation)
    refused = pages.post("summary")
    assert refused.status_code == 422
    assert "4 seats are taken, including yours" in shown(refused)
    assert (row(app, "host").organisation, row(app, "host").seats) == ("Analytical Engines", 12)
    pages.answer("team", organisation="Engines", seats="4")
    assert pages.post("summary").location == "/account?changed=plan"
    assert (row(app, "host").organisation, row(app, "host").seats) == ("Engines", 4)
    with app.test_request_context(), pytest.raises(Refused, match="seats are taken"):
        # What is in the row that a request has read before says nothing.
        invitations.add(current_accounts().engine, team, {"name": "A", "email": "a@example.com"}, mails.invitation)


def test_a_team_ends(app, host):
    """Its members keep their accounts, and what was sent to others opens nothing."""
    path = link(app, "eve@example.com")
    pages = begin(app, host)
    assert "If you choose Personal, your team ends" in shown(pages.get("plan"))
    pages.answer("plan", plan="personal")
    assert pages.post("summary").location == "/account?changed=plan"
    found = row(app, "host")
    assert (found.plan, found.organisation, found.seats) == ("personal", None, None)
    assert execute(app, select(members)) == []
    assert (row(app, "bob").team_id, row(app, "bob").plan) == (None, "personal")
    assert app.test_client().get(path).status_code == 410


def test_nothing_is_changed_by_the_plan_of_before(app):
    """And no mail says that it was."""
    ada = sign_up(app, "ada")
    pages = begin(app, ada)
    pages.answer("plan", plan="personal")
    assert pages.post("summary").location == "/account?changed=plan"
    assert letters(app, "ada")[0] == "Your account is ready"


def test_a_member_has_no_plan_of_their_own(app, host):
    """They are shown no way to change it, and find none. Once removed from the team, they have one."""
    bob = signed_in(app, "bob")
    page = bob.get("account").text
    assert "/account/plan" not in page
    assert bob.get("account/plan/plan").status_code == 404
    assert bob.client.post("/account/plan/begin", data=hidden(page)).status_code == 404
    [member] = [one for one in execute(app, select(members)) if one.email == "bob@example.com"]
    host.client.post(f"/account/team/{member.id}/remove", data=hidden(host.get("account").text))
    assert (row(app, "bob").team_id, row(app, "bob").plan) == (None, "personal")
    assert "/account/plan/begin" in bob.get("account").text


def test_it_is_for_who_is_signed_in(app):
    """Others are asked for their password; a form that is sent too late is kept."""
    ada = sign_up(app, "ada")
    stranger = Visitor(app.test_client(), prefix="")
    assert stranger.get("account/plan/plan").location == "/sign-in?next=/account/plan/plan"
    assert stranger.client.post("/account/plan/begin").location == "/sign-in?next=/account/plan/begin"
    assert ada.get("account/plan/begin").location == "/account"
    pages = begin(app, ada)
    pages.answer("plan", plan="team")
    pages.answer("team", **TEAM)
    team, opened = pages.open("team"), pages.open("summary")
    ada.client.post("/sign-out", data=opened)
    assert pages.send("summary", opened).status_code != 200
    assert row(app, "ada").plan == "personal"
    response = pages.send("team", team, organisation="Engines", seats="7")
    assert "You’ve signed out since you opened this page." in shown(response)
    assert pages.send("team", hidden(response.text), organisation="Engines", seats="7").status_code == 303
    ada.post("sign-in", email="ada@example.com", password=PASSWORD)
    assert 'value="Engines"' in pages.get("team").text


def test_a_forged_press_begins_nothing(app):
    """The page of the account is shown again."""
    ada = sign_up(app, "ada")
    response = ada.client.post("/account/plan/begin")
    assert response.status_code == 422
    assert "For your security, this page has expired" in shown(response)
    assert ada.get("account/plan/").location == "/account/plan/plan"


def test_the_plan_is_in_what_can_be_taken_along(app, host):
    """As it is now."""
    pages = begin(app, host)
    pages.answer("plan", plan="personal")
    pages.post("summary")
    data = json.loads(host.get("account/export").text)
    assert (data["plan"], data["seats"], data["invited"]) == ("personal", None, [])
