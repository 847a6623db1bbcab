"""The whole signup, from the front page to the account in the database."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import quote

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page, Route, expect

from tests.conftest import digits_in

from .journey import STEPS, Journey, only_htmx, only_plain
from .server import Server
from .watch import Watch

#: The title of each page on the way, as it is when the page is reached.
TITLES = {
    "personal": (
        "Step 1 of 9: Your account - Sign up - Acme",
        "Step 2 of 9: Check your email - Sign up - Acme",
        "Step 3 of 9: About you - Sign up - Acme",
        "Step 4 of 9: Choose a plan - Sign up - Acme",
        "Step 5 of 7: Your photo - Sign up - Acme",
        "Step 6 of 7: Secure your account - Sign up - Acme",
    ),
    "team": (
        "Step 1 of 9: Your account - Sign up - Acme",
        "Step 2 of 9: Check your email - Sign up - Acme",
        "Step 3 of 9: About you - Sign up - Acme",
        "Step 4 of 9: Choose a plan - Sign up - Acme",
        "Step 5 of 9: Your team - Sign up - Acme",
        "Step 6 of 9: Invite your team - Sign up - Acme",
        "Step 7 of 9: Your photo - Sign up - Acme",
        "Step 8 of 9: Secure your account - Sign up - Acme",
    ),
}

plans = pytest.mark.parametrize("plan", ["personal", "team"])


def travel(journey: Journey, plan: str) -> None:
    """Go from the first step to the end, and see at each that the address and the title follow."""
    journey.answers["plan"]["plan"] = plan
    for step, title in zip(STEPS[plan], TITLES[plan], strict=True):
        journey.at(step)
        expect(journey.page).to_have_title(title)
        journey.answer(step)
    journey.at("summary")
    expect(journey.page).to_have_title("Check your answers - Sign up - Acme")
    journey.press("Create account")
    journey.at("done")
    expect(journey.page).to_have_title("Account created - Sign up - Acme")


def test_a_visitor_without_a_mail_server_reads_the_code_in_the_mailbox(journey: Journey, page: Page) -> None:
    """The link is on the page that asks for it, and Back leads there."""
    journey.open()
    journey.answer("account")
    journey.at("verify")
    page.get_by_role("link", name="Read the email in the mailbox").click()
    code = page.get_by_role("article").first.locator(".mail-text").inner_text()
    page.go_back()
    journey.fill(code=digits_in(code))
    journey.press("Continue")
    journey.at("profile")


@plans
def test_signup_ends_in_an_account(journey: Journey, page: Page, server: Server, plan: str) -> None:
    """A visitor who answers every step has an account with exactly those answers."""
    page.goto("/")
    page.get_by_role("link", name="Create an account").click()
    travel(journey, plan)
    (account,) = server.accounts(journey.email)
    assert account["username"] == journey.username
    assert account["full_name"] == "Ada Lovelace"
    assert account["date_of_birth"] == "1985-12-10"
    assert account["country"] == "GB"
    assert account["plan"] == plan
    assert (account["organisation"], account["seats"]) == (
        ("Analytical Engines", 12) if plan == "team" else (None, None)
    )
    expect(page.locator(".reference")).to_have_text(account["reference"])


def test_password_is_kept_as_a_hash_alone(journey: Journey, server: Server) -> None:
    """The password as it was typed stands nowhere in the database, neither on the way nor at the end."""
    journey.go_to("summary")
    kept = server.session(journey.page.context)
    assert journey.email in kept
    assert journey.password not in kept
    assert journey.password.encode() not in server.stored_bytes()
    journey.press("Create account")
    journey.at("done")
    (account,) = server.accounts(journey.email)
    assert account["password_hash"].startswith("$argon2")
    assert PasswordHasher().verify(account["password_hash"], journey.password)
    assert journey.password.encode() not in server.stored_bytes()


def test_answers_are_erased_when_the_account_is_there(journey: Journey, server: Server) -> None:
    """The session holds the answers until the end, and none of them after it."""
    journey.go_to("summary")
    assert journey.email in server.session(journey.page.context)
    journey.press("Create account")
    journey.at("done")
    assert journey.email not in server.session(journey.page.context)


@only_plain
def test_a_double_click_on_the_first_button_makes_one_run(journey: Journey, page: Page, server: Server) -> None:
    """Without JavaScript a browser sends the form twice, and never sees the answer to the first."""
    sent: list[int] = []

    def lose_answer(route: Route) -> None:
        sent.append(route.fetch(max_redirects=0).status)
        route.abort("aborted")

    before = server.sessions()
    journey.open()
    journey.fill(**journey.answers["account"])
    cookies = page.context.cookies()
    page.route("**/signup/account", lose_answer, times=1)
    with page.expect_event("requestfailed"):
        journey.press("Continue")
    assert sent == [303]
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    journey.press("Continue")
    journey.at("verify")
    assert server.sessions() == before + 1
    for step in ("verify", "profile", "plan", "photo", "security"):
        journey.answer(step)
    journey.at("summary")
    journey.press("Create account")
    journey.at("done")
    assert len(server.accounts(journey.email)) == 1


@only_htmx
@plans
def test_htmx_loads_one_whole_page(journey: Journey, page: Page, watch: Watch, plan: str) -> None:
    """With htmx, the first step is the only document that is loaded, and it lives until the end."""
    journey.open()
    journey.at("account")
    loads = len(watch.page_loads())
    page.evaluate("window.firstDocument = true")
    travel(journey, plan)
    assert page.evaluate("window.firstDocument") is True
    assert len(watch.page_loads()) == loads


@only_htmx
def test_focus_goes_to_the_heading(journey: Journey) -> None:
    """With htmx, the heading of each new page takes the focus, so that a screen reader says where one is."""
    journey.open()
    for step, following in pairwise((*STEPS["personal"], "summary")):
        journey.answer(step)
        journey.at(following)
        expect(journey.heading).to_be_focused()
    journey.press("Create account")
    journey.at("done")
    expect(journey.heading).to_be_focused()


def test_first_page_leaves_the_focus_alone(journey: Journey) -> None:
    """A page that is loaded as a whole begins where the browser begins it."""
    journey.open()
    journey.at("account")
    expect(journey.heading).not_to_be_focused()


def test_progress_tells_where_the_visitor_is_from_what_is_done(journey: Journey, page: Page) -> None:
    """The step that is shown looks like none that is done, also where all are; what may come counts from the start."""
    journey.go_to("plan")
    progress = page.get_by_role("navigation", name="Progress")
    expect(progress.locator("p")).to_have_text("Step 4 of 9")
    expect(progress.locator("[aria-current=step]")).to_have_text("Plan not completed")
    expect(progress.locator(".completed")).to_have_text(
        [f"Your account completed {journey.email}", "Email confirmation completed", "About you completed Ada Lovelace"]
    )
    expect(progress.locator(".open")).to_have_text(
        [re.compile("^Your team depends"), re.compile("^Invitations depends")]
    )
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(progress.get_by_text("Security", exact=True)).to_be_in_viewport()
    assert progress.get_by_text("Security", exact=True).evaluate("name => name.offsetWidth") > 50
    page.set_viewport_size({"width": 320, "height": 800})
    assert progress.get_by_text("Security", exact=True).evaluate("name => name.offsetWidth") == 1

    journey.go_to("summary")
    expect(progress.locator("p")).to_have_text("Step 7 of 7")
    expect(progress.locator("[aria-current=step]")).to_have_text("Check your answers not completed")
    journey.change("Full name")
    journey.at("profile")
    expect(progress.locator("p")).to_have_text("Step 3 of 7")
    here, done = progress.locator("[aria-current=step]"), progress.locator(".completed").first
    expect(here).to_have_text("About you completed")
    looks = [one.evaluate("one => getComputedStyle(one).borderTopColor") for one in (here, done)]
    assert looks[0] != looks[1]


def test_front_page_resumes_a_signup(journey: Journey, page: Page) -> None:
    """A visitor who comes back to the front page goes on at the first step that is missing."""
    journey.go_to("plan")
    page.goto("/")
    page.get_by_role("link", name="Continue your signup").click()
    journey.at("plan")


def test_unknown_page_says_so(page: Page, watch: Watch) -> None:
    """An address that does not exist has a page that says so and leads to the front page."""
    watch.provokes(404)
    response = page.goto("/signup/nowhere")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.get_by_role("link", name="Go to the home page").click()
    expect(page).to_have_url("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("One place for your work")


@pytest.mark.parametrize("answered", ["nothing", "account", "profile"])
def test_deep_link_leads_to_the_first_missing_step(journey: Journey, answered: str) -> None:
    """Whoever types the address of a later page is led to the first step that is missing."""
    steps = (*STEPS["personal"], "summary")
    missing = steps[0] if answered == "nothing" else steps[steps.index(answered) + 1]
    journey.go_to(missing)
    for page in (*steps[steps.index(missing) :], "team", "done", ""):
        journey.open(page)
        journey.at(missing)


def test_team_step_is_closed_to_a_personal_plan(journey: Journey) -> None:
    """A step that does not apply leads to the first missing step, or to the summary when none is."""
    journey.go_to("security")
    journey.open("team")
    journey.at("security")
    journey.answer("security")
    journey.at("summary")
    journey.open("team")
    journey.at("summary")


def test_a_password_manager_is_told_which_name_signs_in(journey: Journey, page: Page, watch: Watch) -> None:
    """The email address as it is by now, in the form of the password, before it; nobody sees it, and it is not sent."""
    journey.go_to("account")
    expect(page.locator("[autocomplete=username]")).to_have_count(0)
    journey.go_to("security")
    inputs = page.locator("form:has([name=password]) input:is([autocomplete=username], [type=password])")
    for email in (journey.email, f"king-{journey.email}"):
        expect(inputs).to_have_count(2)
        expect(inputs.first).to_have_attribute("autocomplete", "username")
        expect(inputs.first).to_have_value(email)
        expect(inputs.first).to_be_hidden()
        journey.answer("security")
        journey.at("summary")
        sent = watch.posts("/signup/security")[-1].post_data or ""
        assert "password" in sent
        assert quote(email) not in sent
        journey.open("account")
        journey.answer("account", email=f"king-{journey.email}")
        journey.answer("verify")
        journey.at("profile")
        journey.open("security")
