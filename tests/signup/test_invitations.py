"""Invitations: mailed once the account is there, and opened by a link that makes one member of that team."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.conftest import ACCOUNT, PROFILE, SECURITY, TEAM, Visitor, hidden, shown
from wizard import Refused
from wizard.accounts import invitations
from wizard.accounts.tables import accounts, members
from wizard.signup import mails

PEOPLE = [{"name": "Grace", "email": "grace@example.com"}, {"name": "Alan", "email": "alan@example.com"}]


def at_members(visitor):
    """Answer the steps before the list of people."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="team")
    visitor.answer("team", **TEAM)


def sign_up_a_team(app, people=PEOPLE):
    """Make an account with a team of these people."""
    visitor = Visitor(app.test_client())
    at_members(visitor)
    for person in people:
        visitor.answer("members", _action="add", **person)
    visitor.answer("members")
    visitor.answer("security", **SECURITY)
    visitor.answer("summary")
    return visitor


def letters(app, to):
    """The texts of the mails to an address, the newest first."""
    return [one.mail.text for one in app.extensions["wizard.outbox"].letters() if one.mail.to == to]


def link(app, to="grace@example.com"):
    """The path that the newest invitation to an address leads to."""
    return re.search(r"/join/[\w-]+/", letters(app, to)[0])[0]


def joining(app, path):
    """A visitor of the flow that a link opens."""
    return Visitor(app.test_client(), path.rstrip("/"))


def join(app, path, name="Grace Hopper"):
    """Join by a link, and return the last page."""
    visitor = joining(app, path)
    visitor.answer("you", full_name=name)
    visitor.answer("security", **SECURITY)
    visitor.answer("summary")
    return visitor.get("done")


def account(app, email):
    """The row of an account, if there is one."""
    with app.extensions["accounts"].engine.connect() as connection:
        return connection.execute(select(accounts).where(accounts.c.email == email)).mappings().first()


def age(app, by):
    """Let all invitations be older."""
    with app.extensions["accounts"].engine.begin() as connection:
        connection.execute(update(members).values(invited_at=datetime.now(UTC) - by))


def test_everybody_who_is_named_gets_a_link_of_their_own(app):
    """In the transaction of the account, and whatever the browser does then."""
    sign_up_a_team(app)
    assert link(app) != link(app, "alan@example.com")
    [said] = letters(app, "grace@example.com")
    assert "ada@example.com has invited you" in said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Gr<ce"], "Gr<ce has a link in their inbox. Your account shows who has joined"),
        (["Grace", "Alan"], "You invited 2 people: Grace and Alan . Each of them has a link in their inbox."),
        (["A", "B", "C", "D"], "You invited 4 people, among them A, B and C . Each of them has a link in their inbox."),
        ([], ""),
    ],
)
def test_the_last_page_says_what_happens_to_the_invitations_of_who_invited_somebody(app, names, said):
    """How many, and who; nothing to anybody else, and no more once somebody has signed out."""
    visitor = sign_up_a_team(app, [{"name": name, "email": f"{name[0]}@example.com"} for name in names])
    page = shown(visitor.get("done"))
    assert said in page
    assert ("inbox" in page) == bool(names)
    # Of one address and another name nothing is kept.
    with visitor.client.session_transaction() as session:
        assert "example.com" not in str(dict(session))
    visitor.client.post("/sign-out", data=hidden(visitor.client.get("/account").text))
    assert "inbox" not in shown(visitor.get("done"))


def test_the_last_page_says_nothing_of_the_invitations_of_another_account(app):
    """One that was made before in the same browser."""
    visitor = sign_up_a_team(app)
    visitor.answer("account", **{**ACCOUNT, "email": "eve@example.com", "username": "eve"})
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    visitor.answer("security", **SECURITY)
    visitor.answer("summary")
    assert "inbox" not in shown(visitor.get("done"))


def test_the_mail_says_nothing_that_the_host_can_word(app):
    """Or strangers would get whatever somebody writes into the name of a team."""
    sign_up_a_team(app, [{"name": "Buy at http://evil.example", "email": "grace@example.com"}])
    [said] = letters(app, "grace@example.com")
    for typed in ("evil", "Ada Lovelace", "Analytical"):
        assert typed not in said


def test_a_link_ends_in_a_member_of_that_team(app):
    """With a name and a password, and nothing else asked."""
    sign_up_a_team(app)
    path = link(app)
    page = app.test_client().get(path, follow_redirects=True).text
    assert (
        "Ada Lovelace has invited you to join Analytical Engines at Acme. You’ll sign in with grace@example.com."
        in shown(page)
    )
    assert "You have joined the team" in shown(join(app, path))
    member, host = account(app, "grace@example.com"), account(app, "ada@example.com")
    assert (member["full_name"], member["team_id"], member["plan"]) == ("Grace Hopper", host["id"], "team")
    assert "Your account is ready" in letters(app, "grace@example.com")[0]
    [grace, alan] = invitations.of_team(app.extensions["accounts"].engine, host["id"])
    assert (grace.joined_id, alan.joined_id) == (member["id"], None)


def test_whoever_joins_is_signed_in(app):
    """And sees whose team it is."""
    sign_up_a_team(app)
    visitor = joining(app, link(app))
    visitor.answer("you", full_name="Grace Hopper")
    visitor.answer("security", **SECURITY)
    visitor.answer("summary")
    assert 'href="/account"' in visitor.get("done").text
    assert "Grace Hopper" in shown(visitor.client.get("/account"))


def test_to_look_at_a_link_uses_nothing_up(app):
    """Whoever scans mails for viruses follows each link in them."""
    sign_up_a_team(app)
    for _ in range(3):
        assert app.test_client().get(link(app), follow_redirects=True).status_code == 200
    assert "You have joined" in shown(join(app, link(app)))


def test_a_link_works_once(app):
    """The second time it says so, and how to go on; the first visitor still has the last page."""
    sign_up_a_team(app)
    path = link(app)
    visitor = joining(app, path)
    late = joining(app, path)
    for one in (visitor, late):
        one.answer("you", full_name="Grace Hopper")
        one.answer("security", **SECURITY)
    visitor.answer("summary")
    for page in (late.get("summary"), late.client.post(f"{path}summary"), app.test_client().get(path)):
        assert page.status_code == 410
        assert "works only once" in shown(page)
    assert "You have joined" in shown(visitor.get("done"))
    assert "You have joined" in shown(visitor.get("done"))


def test_two_who_press_at_once_make_one_account(app):
    """The database decides, whatever either has seen."""
    sign_up_a_team(app)
    token = link(app).split("/")[2]
    engine = app.extensions["accounts"].engine
    answers = {"you": {"full_name": "Grace"}, "security": {"password": "hash"}}
    with app.test_request_context():
        reference = invitations.join(engine, token, answers, "run-1", mails.joined)
        assert invitations.join(engine, token, answers, "run-1", mails.joined) == reference
        with pytest.raises(Refused):
            invitations.join(engine, token, answers, "run-2", mails.joined)


def test_a_link_that_nobody_sent_opens_nothing(app):
    """And one that is too old."""
    sign_up_a_team(app)
    assert app.test_client().get("/join/made-up/").status_code == 410
    age(app, invitations.LIFETIME + timedelta(minutes=1))
    page = app.test_client().get(link(app))
    assert page.status_code == 410
    assert "ask whoever invited you for a new one" in shown(page)


def test_another_link_replaces_the_one_before(app):
    """Not so soon, or a person could be sent mail after mail."""
    sign_up_a_team(app)
    engine, host, old = app.extensions["accounts"].engine, account(app, "ada@example.com"), link(app)
    [grace, _] = invitations.of_team(engine, host["id"])
    with app.test_request_context():
        assert not invitations.send_again(engine, host, grace.id, mails.invitation)
        age(app, invitations.PAUSE)
        assert not invitations.send_again(engine, {**host, "id": host["id"] + 1}, grace.id, mails.invitation)
        assert invitations.send_again(engine, host, grace.id, mails.invitation)
    assert app.test_client().get(old).status_code == 410
    assert "You have joined" in shown(join(app, link(app)))


def test_an_invitation_is_taken_back(app):
    """The link then opens nothing; who has joined keeps an account."""
    sign_up_a_team(app)
    engine, host, path = app.extensions["accounts"].engine, account(app, "ada@example.com"), link(app)
    join(app, link(app, "alan@example.com"), "Alan Turing")
    for row in invitations.of_team(engine, host["id"]):
        invitations.take_back(engine, host, row.id)
    assert app.test_client().get(path).status_code == 410
    assert account(app, "alan@example.com")["team_id"] is None


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("ADA@example.com", "This is your own address"),
        ("Grace@Example.com", "This address is already invited. Enter another one"),
    ],
)
def test_one_more_is_invited(app, email, said):
    """What is wrong is said at once."""
    sign_up_a_team(app)
    engine, host = app.extensions["accounts"].engine, account(app, "ada@example.com")
    with app.test_request_context():
        invitations.add(engine, host, {"name": "New", "email": "new@example.com"}, mails.invitation)
        with pytest.raises(Refused, match=said):
            invitations.add(engine, host, {"name": "Again", "email": email}, mails.invitation)
    assert link(app, "new@example.com")


def test_nobody_is_invited_without_a_seat(app):
    """One is that of the account itself."""
    sign_up_a_team(app, [{"name": "P", "email": f"p{n}@example.com"} for n in range(11)])
    engine, host = app.extensions["accounts"].engine, account(app, "ada@example.com")
    with app.test_request_context(), pytest.raises(Refused, match="All your team’s seats"):
        invitations.add(engine, host, {"name": "New", "email": "new@example.com"}, mails.invitation)


@pytest.mark.parametrize(
    ("email", "said"),
    [("Grace@EXAMPLE.com", "This is already on the list"), ("ADA@example.com", "This is your own address")],
)
def test_the_signup_says_at_once_who_cannot_be_invited(app, email, said):
    """At the field, and nothing is lost."""
    visitor = Visitor(app.test_client())
    at_members(visitor)
    visitor.answer("members", _action="add", **PEOPLE[0])
    for sent in ({"_action": "add"}, {}):
        page = visitor.post("members", name="Again", email=email, **sent)
        assert page.status_code == 422
        assert said in shown(page)
        assert f'value="{email}"' in page.text
    visitor.answer("members", _action="add", **PEOPLE[1])
    page = visitor.post("members/2", name="Alan", email=email)
    assert (page.status_code, said in shown(page)) == (422, True)


def test_an_address_that_becomes_the_own_one_is_asked_about_again(app):
    """The list is then looked at anew."""
    visitor = Visitor(app.test_client())
    at_members(visitor)
    visitor.answer("members", _action="add", **PEOPLE[0])
    visitor.answer("members")
    visitor.answer("security", **SECURITY)
    visitor.answer("account", email="grace@example.com", username="ada")
    page = visitor.client.get("/signup/summary", follow_redirects=True).text
    assert "/signup/members" in page
    assert "This is your own address" in shown(visitor.send("members", hidden(page)))
