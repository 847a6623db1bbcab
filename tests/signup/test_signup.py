"""The signup through Flask's test client: every address, what it answers, and what it leaves in the session."""

from __future__ import annotations

import json
import re
import sqlite3
from itertools import pairwise

import pytest
from flask import session, template_rendered

from tests.conftest import ACCOUNT, PROFILE, SECURITY, TEAM, Visitor, hidden, shown, stored
from wizard import Step
from wizard.signup.flow import flow
from wizard.zones import today

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def rows(app, query):
    """What the database holds."""
    with sqlite3.connect(app.config["DATABASE_URL"].removeprefix("sqlite:///")) as connection:
        return connection.execute(query).fetchall()


def test_the_start_leads_to_the_first_missing_step_or_the_summary(visitor):
    """The address of the flow itself is where one goes on."""
    assert visitor.get("").location == "/signup/account"
    visitor.answer("account", **ACCOUNT)
    assert visitor.get("").location == "/signup/profile"
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    visitor.answer("security", **SECURITY)
    assert visitor.get("").location == "/signup/summary"


@pytest.mark.parametrize(
    ("plan", "steps"),
    [
        ("personal", "account verify profile plan photo security summary"),
        ("team", "account verify profile plan team members photo security summary"),
    ],
)
def test_each_step_leads_to_the_next(app, visitor, plan, steps):
    """A POST that succeeds answers 303, and the account has all that was given."""
    given = {
        "account": ACCOUNT,
        "profile": PROFILE,
        "plan": {"plan": plan},
        "team": TEAM,
        "members": {},
        "photo": {},
        "security": SECURITY,
    }
    names = steps.split()
    for name, following in pairwise(names):
        response = visitor.post(name, **({"code": visitor.code()} if name == "verify" else given[name]))
        assert (response.status_code, response.location) == (303, f"/signup/{following}")
    response = visitor.post("summary")
    assert (response.status_code, response.location) == (303, "/signup/done")
    [row] = rows(
        app, "select email, username, full_name, date_of_birth, country, plan, organisation, seats from accounts"
    )
    organisation, seats = ("Analytical Engines", 12) if plan == "team" else (None, None)
    assert row == ("ada@example.com", "ada", "Ada Lovelace", "1980-03-31", "GB", plan, organisation, seats)


def test_the_people_of_a_team_are_kept_with_its_account(app, visitor):
    """In their order; those of a visitor who has chosen the personal plan in the end are not."""
    people = [("Charles", "charles@example.com"), ("Mary", "mary@example.com")]
    visitor.answer_all(plan="team")
    for name, email in people:
        visitor.answer("members", _action="add", name=name, email=email)
    visitor.post("summary")
    found = rows(
        app, "select name, members.email from members join accounts on account_id = accounts.id order by members.id"
    )
    assert found == people
    visitor.answer_all(plan="team", email="b@example.com", username="bob")
    visitor.answer("members", _action="add", name="Eve", email="eve@example.com")
    visitor.answer("plan", plan="personal")
    visitor.post("summary")
    assert len(rows(app, "select * from accounts")) == 2
    assert len(rows(app, "select * from members")) == 2


def test_the_receipt_is_shown_again_after_a_refresh(app, visitor):
    """The reference on the page is that of the account."""
    visitor.answer_all()
    visitor.post("summary")
    [(reference,)] = rows(app, "select reference from accounts")
    assert reference in shown(visitor.get("done"))
    assert reference in shown(visitor.get("done"))


def test_there_is_no_end_without_a_receipt(visitor):
    """The page of the end leads to the start."""
    assert visitor.get("done").location == "/signup/"


def test_finishing_erases_the_answers_and_leaves_one_row(app, visitor):
    """Nothing but the receipt is left, and who is signed in; under the id that the visitor had, the receipt alone."""
    visitor.answer_all()
    with visitor.client.session_transaction() as session:
        before = session.cookie["id"]
    run = visitor.open("summary")["_run"]
    visitor.post("summary")
    [(reference, number, stamp)] = rows(app, "select reference, id, stamp from accounts")
    receipts = {"signup": {"format": 2, "receipts": [{"run": run, "reference": reference}]}}
    signed_in = {"_user_id": f"{number}.{stamp}", "_fresh": True, "_user_name": "Ada Lovelace"}
    left = json.loads(app.session_interface.sealed(app).load(before).data)
    for data, expected in ((stored(app, visitor.client), receipts | signed_in), (json.dumps(left), receipts)):
        assert {key: one for key, one in json.loads(data).items() if key != " begun"} == expected
    assert len(rows(app, "select id from sessions")) == 2


def test_who_has_signed_up_is_signed_in(app, visitor):
    """The last page leads to the account. To finish twice, to reload or to come with the old id changes nothing."""
    visitor.answer_all()
    old = app.test_client()
    old.set_cookie("session", visitor.client.get_cookie("session").value)
    opened = visitor.open("summary")
    assert visitor.send("summary", opened).location == "/signup/done"
    with visitor.client.session_transaction() as session:
        after = session.cookie["id"]
    for _ in range(2):
        page = visitor.get("done")
        assert page.text.index('href="/account"') < page.text.index("What happens next")
        assert "Signed in: Ada Lovelace" in shown(page)
        assert "hx-partial" not in page.text
        assert visitor.send("summary", opened).status_code == 303
    part = visitor.get("done", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert '<hx-partial hx-target="header.site .who" hx-swap="outerHTML"><a class="who" href="/account">' in part.text
    with visitor.client.session_transaction() as session:
        assert session.cookie["id"] == after
    assert "ada@example.com" in shown(visitor.client.get("/account"))
    assert Visitor(old).send("summary", opened).location == "/signup/done"
    assert rows(app, "select reference from accounts")[0][0] in old.get("/signup/done").text
    assert old.get("/account").location == "/sign-in?next=/account"
    assert len(rows(app, "select id from accounts")) == 1


def test_after_the_end_the_first_step_says_so(visitor):
    """Whoever goes back after the end reads that they have finished, and can start again."""
    visitor.answer_all()
    visitor.post("summary")
    page = shown(visitor.get("account"))
    assert "You’ve already finished" in page
    assert visitor.get("security").location == "/signup/account"
    assert visitor.post("clear").location == "/signup/"
    assert "You’ve already finished" not in shown(visitor.get("account"))


@pytest.mark.parametrize("name", ["profile", "plan", "team", "security", "summary"])
def test_nobody_jumps_ahead(visitor, name):
    """A deep link leads to the first missing step."""
    response = visitor.get(name)
    assert (response.status_code, response.location) == (303, "/signup/account")


def test_a_step_off_the_path_leads_to_the_first_missing_one(visitor):
    """The team step is not there for a personal plan."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    assert visitor.get("team").location == "/signup/security"


BEFORE = {"account": ACCOUNT, "profile": PROFILE, "plan": {"plan": "team"}, "team": TEAM, "members": {}, "security": {}}

BAD = [
    (
        "account",
        {"email": "nobody", "username": "ada"},
        "Enter an email address like name@example.com",
    ),
    ("account", {"email": "", "username": "ada"}, "Enter your email address"),
    ("account", {"email": "a@example.com", "username": "a b"}, "Use letters a to z"),
    ("account", {"email": "a@example.com", "username": ".ada"}, "Start the username with a letter or a number"),
    ("account", {"email": "a@example.com", "username": "ab"}, "Enter a username of 3 to 30 characters"),
    ("profile", {**PROFILE, "full_name": " "}, "Enter your full name"),
    ("profile", {**PROFILE, "date_of_birth": "1980-02-31"}, "31 February does not exist: February 1980 has 29 days"),
    ("profile", {**PROFILE, "date_of_birth": "some day"}, "Enter a day, a month and a year"),
    ("profile", {**PROFILE, "date_of_birth": ""}, "Enter your date of birth"),
    ("profile", {**PROFILE, "date_of_birth": "2999-01-01"}, "Enter a date of birth in the past"),
    ("profile", {**PROFILE, "date_of_birth": "1066-10-14"}, "Enter a date of birth after"),
    ("profile", {**PROFILE, "date_of_birth": str(today())}, "You must be at least 13 years old to have an account"),
    ("profile", {**PROFILE, "country": ""}, "Select your country"),
    ("profile", {**PROFILE, "country": "XX"}, "Select a country from the list"),
    ("plan", {}, "Select a plan"),
    ("plan", {"plan": "free"}, "Select one of the plans"),
    ("team", {**TEAM, "organisation": ""}, "Enter the name of your organisation"),
    ("team", {**TEAM, "seats": "many"}, "Enter the number of seats as a whole number"),
    ("team", {**TEAM, "seats": "1"}, "Enter a number of seats from 2 to 500"),
    ("team", {**TEAM, "seats": "501"}, "Enter a number of seats from 2 to 500"),
    ("security", {**SECURITY, "password": "short"}, "Enter a password of 8 to 200 characters"),
    ("security", {"password": SECURITY["password"]}, "Accept the terms of use to create an account"),
]


@pytest.mark.parametrize(("step", "data", "message"), BAD, ids=[f"{step}: {text}" for step, _, text in BAD])
def test_bad_input_is_said_beside_the_field_and_in_the_summary_and_is_no_answer(app, visitor, step, data, message):
    """Status 422, the message twice, what was typed kept, but for a password."""
    for name, given in BEFORE.items():
        if name == step:
            break
        visitor.answer(name, **given)
    response = visitor.post(step, **data)
    assert response.status_code == 422
    assert len(re.findall(f">(?:Error:</span>)? ?{re.escape(message)}", response.text)) == 2
    assert re.search("<title>Error: Step", response.text)
    for name, value in data.items():
        if name != "password" and value.strip() and value not in ("XX", "free"):
            # A date stands in three inputs.
            for text in value.split("-") if name == "date_of_birth" else [value]:
                assert f'value="{text}"' in response.text, name
    with visitor.client.session_transaction() as session:
        assert step not in session["signup"].get("answers", {})
    kept = stored(app, visitor.client)
    for text in (response.text, kept, visitor.get(step).text):
        assert SECURITY["password"] not in text


def test_a_taken_username_is_an_error_on_its_step_whatever_its_case(app, visitor):
    """The second visitor is told at once."""
    visitor.answer_all()
    visitor.post("summary")
    other = Visitor(app.test_client())
    response = other.post("account", email="b@example.com", username="ADA")
    assert response.status_code == 422
    assert "This username is taken. Choose another." in shown(response)


@pytest.mark.parametrize(
    ("first", "message", "field"),
    [
        (
            {"email": "ADA@example.com", "username": "other"},
            "There is already an account with this email address",
            "email",
        ),
        ({"email": "other@example.com", "username": "Ada"}, "This username is taken", "username"),
    ],
)
def test_what_is_taken_meanwhile_is_an_error_at_the_end(app, visitor, first, message, field):
    """The message leads to the field, and every answer is kept."""
    visitor.answer_all()
    faster = Visitor(app.test_client())
    faster.answer_all(**first)
    faster.post("summary")
    response = visitor.post("summary")
    assert response.status_code == 422
    assert message in shown(response)
    assert f'href="/signup/account?from=summary#{field}"' in response.text
    assert len(rows(app, "select id from accounts")) == 1
    visitor.answer("account?from=summary", email="c@example.com", username="carol")
    assert visitor.post("summary").location == "/signup/done"


def test_the_password_stands_nowhere(app, visitor, caplog, tmp_path):
    """Neither in the session, nor in the database, nor on a page, nor in the log."""
    caplog.set_level("DEBUG")
    visitor.answer_all()
    pages = [visitor.get(name).text for name in ("security", "summary")]
    kept = [file.read_bytes().decode("latin-1") for file in tmp_path.iterdir()]
    visitor.post("summary")
    kept += [file.read_bytes().decode("latin-1") for file in tmp_path.iterdir()]
    assert kept
    assert not [text for text in [*pages, *kept, caplog.text] if SECURITY["password"] in text]
    [(password_hash,)] = rows(app, "select password_hash from accounts")
    assert password_hash.startswith("$argon2id$")
    assert password_hash not in "".join(pages)


def test_the_summary_reads_only_from_the_session(app, visitor):
    """Its view passes no answer: with an empty session, the same context shows none."""
    visitor.answer_all(plan="team")
    visitor.answer("members", _action="add", name="Charles Babbage", email="charles@example.com")
    contexts = []
    with template_rendered.connected_to(lambda sender, template, context: contexts.append((template, context)), app):
        full = shown(visitor.get("summary"))
    answers = [
        "ada@example.com",
        "ada",
        "Ada Lovelace",
        "31 March 1980",
        "United Kingdom",
        "Team, paid monthly",
        "Analytical Engines",
        "12",
        "Charles Babbage , charles@example.com",
    ]
    for words in answers:
        assert words in full
    [(template, context)] = contexts
    passed = {name: value for name, value in context.items() if name not in ("session", "request", "g")}
    with app.test_request_context():
        assert not session
        empty = shown(template.render(**passed, session=session))
    for words in answers:
        assert f" {words} " not in empty
    assert empty.count("Not provided") == 10
    assert "Password Hidden" in empty
    with app.app_context():
        labels = [str(field.label.text) for step in flow if type(step) is Step for field in step.open()]
    assert all(label in empty for label in labels)


def test_change_leads_back_to_the_summary(visitor):
    """Whoever came from the summary and leaves no gap goes back to it."""
    visitor.answer_all()
    assert "/signup/profile?from=summary#full_name" in visitor.get("summary").text
    page = visitor.get("profile?from=summary").text
    assert 'value="Ada Lovelace"' in page
    assert 'action="/signup/profile?from=summary"' in page
    assert visitor.post("profile?from=summary", **{**PROFILE, "full_name": "Ada King"}).location == "/signup/summary"
    assert "Ada King" in visitor.get("summary").text


def test_a_change_that_opens_a_gap_leads_to_the_gap_and_then_back(visitor):
    """A team plan needs the steps of a team, and the summary comes after them."""
    visitor.answer_all()
    response = visitor.post("plan?from=summary", plan="team")
    assert response.location == "/signup/team?from=summary"
    assert visitor.get("summary").location == "/signup/team"
    assert visitor.post("team?from=summary", **TEAM).location == "/signup/members?from=summary"
    assert visitor.post("members?from=summary").location == "/signup/summary"


def test_without_change_each_step_leads_to_the_next(visitor):
    """Whoever walks back and on by themselves walks on step by step."""
    visitor.answer_all()
    assert visitor.post("account", **ACCOUNT).location == "/signup/verify"


def test_back_keeps_what_was_typed_as_a_draft(visitor):
    """What was not accepted is shown again later, and is no answer."""
    visitor.answer("account", **ACCOUNT)
    response = visitor.post("profile", full_name="Ada", date_of_birth="not a date", country="GB", _action="back")
    assert (response.status_code, response.location) == (303, "/signup/verify")
    page = visitor.get("profile").text
    assert 'value="Ada"' in page
    assert 'value="not a date"' in page
    assert '<option value="GB" selected>' in page
    assert "There is a problem" not in page
    assert visitor.get("plan").location == "/signup/profile"


def test_back_never_drafts_a_password(app, visitor):
    """A secret is not kept, accepted or not."""
    visitor.answer_all()
    visitor.post("security", password="another secret", accept_terms="", _action="back")
    data = stored(app, visitor.client)
    assert "another secret" not in data
    # Nor does it go without a word, although there is another one that counts.
    assert "For your security, enter this again" in shown(visitor.get("security"))
    assert visitor.post("summary").location == "/signup/done"


def test_back_without_a_change_leaves_no_draft(app, visitor):
    """What is typed there is what was accepted, so a later change elsewhere is not hidden by it."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.post("profile", **{**PROFILE, "full_name": "x"}, _action="back")
    visitor.post("profile", **PROFILE, _action="back")
    data = stored(app, visitor.client)
    assert "drafts" not in data


def test_back_from_a_change_leads_to_the_summary(visitor):
    """Whoever came from the summary and changes nothing goes back to it."""
    visitor.answer_all()
    assert visitor.post("plan?from=summary", plan="personal", _action="back").location == "/signup/summary"


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_stale_token_gets_the_same_step_with_a_fresh_one(visitor, token):
    """Nothing typed is lost, and sending it again works."""
    response = visitor.post("account", **ACCOUNT, csrf_token=token)
    assert response.status_code == 422
    assert "What you typed is still here" in shown(response)
    assert 'value="ada@example.com"' in response.text
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', response.text).group(1)
    again = visitor.client.post("/signup/account", data={**ACCOUNT, "csrf_token": fresh})
    assert again.location == "/signup/verify"


@pytest.mark.parametrize("address", ["summary", "clear"])
def test_a_stale_token_finishes_and_clears_nothing(visitor, address):
    """The page is shown again, with a fresh token."""
    visitor.answer_all()
    response = visitor.post(address, csrf_token="nonsense")
    assert response.status_code == 422
    assert "There is a problem" in shown(response)
    assert visitor.get("").location == "/signup/summary"


def test_clearing_asks_first_and_then_erases_every_answer(app, visitor):
    """The page that asks changes nothing; the answer to it leaves the key of the run, by which its pages are known."""
    visitor.answer("account", **ACCOUNT)
    [before] = rows(app, "select id from sessions")
    page = visitor.get("clear")
    assert "Clear all your answers?" in shown(page)
    assert 'value="ada@example.com"' in visitor.get("account").text
    response = visitor.post("clear")
    assert (response.status_code, response.location) == (303, "/signup/")
    assert rows(app, "select id from sessions") == [before]
    data = stored(app, visitor.client)
    assert (
        re.sub(r',?" begun":\d+', "", data) == f'{{"signup":{{"format":2,"cleared":["{hidden(page.text)["_run"]}"]}}}}'
    )
    assert 'value="ada@example.com"' not in visitor.get("account").text


def test_looking_around_writes_no_row(app, visitor):
    """No GET of a new visitor begins a row, nor does what comes without our cookie and our token."""
    for page in ("account", "plan", "summary", "done", "clear", "nowhere"):
        visitor.get(page)
    visitor.client.get("/")
    visitor.post("account", email="x", csrf_token="nonsense")
    app.test_client().post("/signup/account", data=ACCOUNT)
    app.test_client().post("/signup/account", data={**visitor.open("account"), **ACCOUNT})
    assert rows(app, "select id from sessions") == []
    visitor.post("account", email="x")
    assert len(rows(app, "select id from sessions")) == 1


def test_looking_around_changes_nothing(app, visitor):
    """No GET changes an answer, the row, or its version."""
    visitor.answer_all()
    before = rows(app, "select * from sessions")
    for page in ("", "account", "profile", "plan", "team", "security", "summary", "done", "clear"):
        visitor.get(page)
    assert rows(app, "select * from sessions") == before


def test_a_post_for_a_later_step_is_kept_and_leads_to_the_first_missing_one(visitor):
    """Typed input is not thrown away because earlier answers were lost; when its turn comes, it is asked."""
    assert visitor.post("plan", plan="team").location == "/signup/account"
    visitor.answer("account", **ACCOUNT)
    assert visitor.post("profile", **PROFILE).location == "/signup/plan"
    assert "checked" in visitor.get("plan").text
    assert visitor.get("team").location == "/signup/plan"


@pytest.mark.parametrize("address", ["account", "clear"])
def test_every_page_of_the_flow_is_kept_out_of_caches(visitor, address):
    """A cache that mixed up a block and a whole page would show half a page."""
    for headers in ({}, PARTIAL):
        response = visitor.get(address, headers=headers)
        assert response.headers["Cache-Control"] == "no-store"
        assert set(response.vary) >= {"HX-Request-Type", "HX-Request", "HX-History-Restore-Request", "Cookie"}


def test_a_partial_is_the_title_and_the_one_block_of_the_same_template(visitor):
    """One template serves both clients; the address bar follows the partial."""
    whole, partial = visitor.get("account"), visitor.get("account", headers=PARTIAL)
    assert partial.text.startswith("<title>Step 1 of 9: Your account - Sign up - Acme</title>")
    assert "<title>Step 1 of 9: Your account - Sign up - Acme</title>" in whole.text
    assert "<html" not in partial.text
    assert partial.headers["HX-Push-Url"] == "/signup/account"
    assert "HX-Push-Url" not in whole.headers
    strip = re.compile(r'value="[^"]*"|form-[\w-]{8}|"csrf_token": "[^"]*"| autofocus|\s+')
    block = partial.text.partition("</title>")[2]
    assert strip.sub("", block) in strip.sub("", whole.text)
    assert '<h1 tabindex="-1" autofocus>' in partial.text
    assert "autofocus" not in whole.text


def test_a_refused_partial_leaves_the_address_alone(visitor):
    """The step is where it was."""
    response = visitor.post("account", headers=PARTIAL, email="x")
    assert response.status_code == 422
    assert "<html" not in response.text
    assert "HX-Push-Url" not in response.headers


def test_a_page_restored_from_the_history_is_whole(visitor):
    """htmx swaps it into the body, so it needs all of it, and its heading takes the focus."""
    response = visitor.get("account", headers={"HX-History-Restore-Request": "true", "HX-Request-Type": "full"})
    assert "<html" in response.text
    assert "autofocus" in response.text


def check(visitor, step, field, **typed):
    """What is said of one field while the visitor is still typing."""
    response = visitor.client.post(f"/signup/{step}/check/{field}", data=typed)
    assert response.status_code == 200
    return response.text


def test_a_field_is_checked_by_itself_and_nothing_is_kept(app, visitor):
    """The session is not even begun, and what the rest of the step lacks is not said."""
    assert "name@example.com" in shown(check(visitor, "account", "email", email="nobody", username=""))
    assert "Error" not in shown(check(visitor, "account", "email", email="ada@example.com", username=""))
    assert "Error" not in shown(check(visitor, "account", "email", email="", username=""))
    assert rows(app, "select * from sessions") == []


def test_the_check_says_that_a_username_is_taken_and_nothing_of_emails(visitor):
    """A username is public; who has an account is nobody's business before the end."""
    visitor.answer_all()
    visitor.post("summary")
    assert "This username is taken" in shown(check(visitor, "account", "username", username="ADA"))
    assert "Error" not in shown(check(visitor, "account", "email", email=ACCOUNT["email"]))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("password1", "harder to guess"),
        ("Passw0rd!", "harder to guess"),
        ("Lovelace1980", "harder to guess"),
        ("password one", "This password will do"),
        ("typed again", "This is a good password"),
        ("three random words" * 11, "This is a strong password"),
        ("short", "Enter a password of 8 to 200 characters"),
    ],
)
def test_the_strength_of_a_password_is_said_in_words(visitor, password, words):
    """And it is not sent back."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    page = check(visitor, "security", "password", password=password)
    assert words in shown(page)
    assert password not in page
    status = 422 if "Enter" in words or "harder" in words else 303
    assert visitor.post("security", password=password, accept_terms="y").status_code == status


@pytest.mark.parametrize("address", ["security/check/accept_terms", "nowhere/check/email", "account/check/nothing"])
def test_what_is_not_checked_early_is_a_404(visitor, address):
    """Only what the flow names."""
    assert visitor.client.post(f"/signup/{address}", data={}).status_code == 404


def test_what_is_taken_is_told_at_once_at_the_end(app, visitor):
    """The username when its step is sent; the email address at the end alone, together with all that is wrong then."""
    visitor.answer_all()
    other = Visitor(app.test_client())
    other.answer_all(email="eve@example.com", username="eve")
    assert other.post("summary").status_code == 303
    page = visitor.get("account").text
    assert 'value="ada"' in page
    third = Visitor(app.test_client())
    third.answer_all()
    assert visitor.post("summary").status_code == 303
    page = shown(third.post("summary"))
    assert page.count("There is already an account with this email address") == 2
    assert page.count("This username is taken") == 2
    refused = shown(Visitor(app.test_client()).post("account", **ACCOUNT))
    assert "This username is taken" in refused
    assert "already an account" not in refused


def test_the_sign_in_name_travels_with_the_password(visitor):
    """For password managers, unseen and without a name, so that it is never sent. The step does not depend on it."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    assert '<input autocomplete="username" value="ada@example.com" readonly hidden>' in visitor.get("security").text
    assert 'autocomplete="username"' not in visitor.get("account").text
    visitor.answer("security", **SECURITY)
    visitor.answer("account", **{**ACCOUNT, "email": "king@example.com"})
    assert visitor.get("").location == "/signup/summary"


def test_a_team_has_no_more_people_than_seats(visitor):
    """One seat is the visitor's. With fewer seats later, the list is asked again and says why; with more, it is not."""
    people = [{"name": name, "email": f"{name.lower()}@example.com"} for name in ("Bob", "Carol", "Dan")]
    visitor.answer_all(plan="team")
    visitor.answer("team", **{**TEAM, "seats": "3"})
    for one in people[:2]:
        visitor.answer("members", _action="add", **one)
    page = shown(visitor.get("members"))
    assert "3 of 3 seats taken, including yours" in page
    assert "You have reached the limit of 2" in page
    for action in ("add", ""):
        response = visitor.post("members", _action=action, **people[2])
        assert response.status_code == 422
        assert "You can add up to 2. Remove one before you add another." in shown(response)
        assert 'value="Dan"' in response.text
    assert visitor.post("team?from=summary", **{**TEAM, "seats": "4"}).location == "/signup/summary"
    assert visitor.post("team?from=summary", **{**TEAM, "seats": "2"}).location == "/signup/members?from=summary"
    assert visitor.post("summary").location == "/signup/members"
    page = shown(visitor.get("members"))
    assert "Check “Invitations” again" in page
    assert "You can have up to 1: remove 1 to continue" in page
    response = visitor.post("members")
    assert response.status_code == 422
    assert shown(response).count("You can have up to 1: remove 1 to continue") == 2
    assert visitor.post("members", _action="remove.1").location == "/signup/members"
    assert "carol@example.com" in shown(visitor.get("members"))
    assert visitor.post("members?from=summary").location == "/signup/summary"


def test_an_old_page_of_the_list_says_that_all_was_cleared(visitor):
    """Also where the seats that it counts are not known any more."""
    visitor.answer_all(plan="team")
    old = hidden(visitor.get("members").text)
    visitor.post("clear")
    response = visitor.client.post("/signup/members", data={**old, "name": "Bob", "email": "bob@example.com"})
    assert response.status_code == 409
    assert "bob@example.com" in shown(response)
