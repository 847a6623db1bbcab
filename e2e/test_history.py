"""The browser's Back, Forward and refresh, and the form's own Back button."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, Route, expect

from .journey import HEADINGS, STEPS, Journey, only_htmx

TEAM = STEPS["team"]


def test_browser_back_and_forward_show_every_step_filled(journey: Journey, page: Page) -> None:
    """All the way back and all the way forward again, the page is that of the address and holds its answers."""
    journey.walk_to("summary", plan="team")
    for step in reversed(TEAM):
        page.go_back()
        journey.at(step)
        journey.sees_filled(step)
    for step in TEAM[1:]:
        page.go_forward()
        journey.at(step)
        journey.sees_filled(step)
    page.go_forward()
    journey.at("summary")
    expect(journey.summary_of("Email address")).to_have_text(journey.email)


@only_htmx
def test_who_goes_back_before_the_scripts_are_there_sees_the_page_of_the_address(journey: Journey, page: Page) -> None:
    """As on a slow phone: until then, nobody hears that the browser has only changed the address."""
    journey.walk_to("verify")
    page.goto("about:blank")
    held: list[Route] = []
    are_held = True
    page.route("**/*.js", lambda route: held.append(route) if are_held else route.continue_())
    page.go_back(wait_until="commit")
    expect(journey.heading).to_have_text(HEADINGS["verify"])
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile("/signup/account$"))
    are_held = False
    for route in held:
        route.continue_()
    journey.at("account")
    journey.sees_filled("account")


def test_refresh_shows_the_step_again(journey: Journey, page: Page) -> None:
    """A refresh shows the same step: empty before it is answered, and filled with its answers after that."""
    journey.answers["plan"]["plan"] = "team"
    journey.open()
    for step, following in pairwise((*TEAM, "summary")):
        journey.at(step)
        page.reload()
        journey.at(step)
        journey.sees_empty(step)
        journey.answer(step)
        journey.at(following)
        page.reload()
        journey.at(following)
        journey.open(step)
        page.reload()
        journey.at(step)
        journey.sees_filled(step)
        journey.open(following)


def test_answer_changed_after_browser_back_is_the_one_kept(journey: Journey, page: Page) -> None:
    """A visitor who goes back, types something else and continues, has changed the answer and lost no other."""
    journey.walk_to("plan")
    page.go_back()
    journey.answer("profile", full_name="Augusta King")
    journey.at("plan")
    page.go_back()
    journey.at("profile")
    journey.sees_filled("profile")
    page.go_back()
    journey.at("verify")
    journey.sees_filled("verify")


@only_htmx
def test_browser_back_moves_the_focus_to_the_heading(journey: Journey, page: Page) -> None:
    """With htmx, a page that Back brings in gives its heading the focus, as a page that Continue brings in does."""
    journey.go_to("plan")
    page.go_back()
    journey.at("profile")
    expect(journey.heading).to_be_focused()
    page.go_forward()
    journey.at("plan")
    expect(journey.heading).to_be_focused()


def test_browser_back_from_another_page(journey: Journey, page: Page) -> None:
    """A visitor who left for the front page comes back, with Back, to a whole page that works."""
    journey.go_to("profile")
    page.get_by_role("link", name="Acme", exact=True).click()
    expect(page).to_have_url("/")
    page.go_back()
    expect(page.get_by_role("banner")).to_be_visible()
    journey.answer("profile")
    journey.at("plan")


def test_back_button_keeps_a_draft(journey: Journey) -> None:
    """What was typed but not yet accepted is there again when the visitor comes back to it."""
    journey.go_to("profile")
    typed = {"full_name": "Ada, Countess of", "date_of_birth": "2999-12-31", "country": ""}
    journey.fill(**typed)
    journey.press("Back")
    journey.at("verify")
    journey.sees_filled("verify")
    journey.press("Continue")
    journey.at("profile")
    journey.sees_filled("profile", **typed)


def test_back_button_keeps_a_draft_apart_from_the_answer(journey: Journey, page: Page) -> None:
    """A draft over an accepted answer is shown on the step, but it is not the answer until Continue accepts it."""
    journey.go_to("summary")
    page.go_back()
    journey.at("security")
    journey.press("Back")
    journey.at("photo")
    journey.press("Back")
    journey.at("plan")
    journey.press("Back")
    journey.at("profile")
    journey.fill(full_name="Augusta King")
    journey.press("Back")
    journey.at("verify")
    journey.open("summary")
    expect(journey.summary_of("Full name")).to_have_text("Ada Lovelace")
    journey.open("profile")
    journey.sees_filled("profile", full_name="Augusta King")
    journey.press("Continue")
    journey.at("plan")
    journey.open("summary")
    expect(journey.summary_of("Full name")).to_have_text("Augusta King")


def test_draft_never_holds_the_password(journey: Journey) -> None:
    """The Back button keeps what was ticked on the last step, but not the password."""
    journey.go_to("security")
    journey.fill(password=journey.password, accept_terms=True)
    journey.press("Back")
    journey.at("photo")
    journey.press("Continue")
    journey.at("security")
    journey.sees_filled("security", accept_terms=True)


@pytest.mark.parametrize("plan", ["personal", "team"])
def test_back_button_leads_all_the_way_back(journey: Journey, plan: str) -> None:
    """From the last step, Back leads through every step of the path to the first, which has no Back."""
    journey.go_to(STEPS[plan][-1], plan=plan)
    for step in reversed(STEPS[plan][:-1]):
        journey.press("Back")
        journey.at(step)
        journey.sees_filled(step)
    expect(journey.button("Back")).to_have_count(0)


def test_browser_back_after_finishing_shows_no_answers(journey: Journey, page: Page) -> None:
    """After the end, no Back brings an answer to light: each page is an empty first step that names the reference."""
    journey.walk_to("summary")
    journey.press("Create account")
    journey.at("done")
    reference = page.locator(".reference").inner_text()
    for _ in range(3):
        page.go_back()
        journey.at("account")
        journey.sees_empty("account")
        expect(page.locator("main")).to_contain_text(f"You’ve already finished. Your reference is {reference}")
        expect(page.locator("html")).not_to_contain_text(journey.email)


def test_reference_stays_after_a_refresh(journey: Journey, page: Page) -> None:
    """The last page shows the same reference as often as it is opened."""
    journey.go_to("summary")
    journey.press("Create account")
    journey.at("done")
    reference = page.locator(".reference").inner_text()
    page.reload()
    expect(page.locator(".reference")).to_have_text(reference)
    journey.open("done")
    expect(page.locator(".reference")).to_have_text(reference)


def test_start_again_begins_empty(journey: Journey) -> None:
    """Start again leads to an empty first step, and the reference is gone."""
    journey.go_to("summary")
    journey.press("Create account")
    journey.at("done")
    journey.press("Start again")
    journey.at("account")
    journey.sees_empty("account")
    journey.open("done")
    journey.at("account")
    expect(journey.page.locator(".notice:visible")).to_have_count(0)


@only_htmx
def test_what_is_typed_and_not_sent_stays_with_its_page(journey: Journey, page: Page) -> None:
    """After Back and Forward, after another page of the site and after a refresh, as in a browser without scripts."""
    journey.go_to("profile")
    typed = {"full_name": "Ada, Countess of", "country": "FR"}
    journey.fill(**typed)
    page.go_back()
    journey.at("verify")
    journey.sees_filled("verify")
    page.go_forward()
    journey.at("profile")
    for name, value in typed.items():
        expect(journey.field(name)).to_have_value(journey.held(name, value))
    journey.fill(full_name="Ada", country="GB")
    journey.fill(full_name="Ada King")
    page.get_by_role("link", name="Acme", exact=True).click()
    expect(page).to_have_url("/")
    page.go_back()
    expect(journey.field("full_name")).to_have_value("Ada King")
    journey.fill(full_name="Ada", country="GB")
    journey.fill(full_name="Augusta King")
    page.reload()
    expect(journey.field("full_name")).to_have_value("Augusta King")
    # What is sent is an answer from then on, and what was typed before is over.
    journey.answer("profile")
    journey.at("plan")
    journey.field("plan", "team").check()
    page.go_back()
    journey.at("profile")
    journey.sees_filled("profile")
    page.go_forward()
    journey.at("plan")
    expect(journey.field("plan", "team")).to_be_checked()


@pytest.mark.parametrize("step", ["profile", "team", "members"])
def test_what_is_half_typed_is_there_after_another_page_and_back(journey: Journey, page: Page, step: str) -> None:
    """Without scripts, the browser itself keeps it, unless a field tells it not to."""
    journey.go_to(step, plan="team")
    typed = {"profile": "full_name", "team": "seats", "members": "email"}
    journey.fill(**{typed[step]: "4"})
    page.get_by_role("link", name="Acme", exact=True).click()
    expect(page).to_have_url("/")
    page.go_back()
    journey.at(step)
    expect(journey.field(typed[step])).to_have_value("4")


@only_htmx
def test_no_secret_is_kept_by_the_browser(journey: Journey, page: Page) -> None:
    """A password is gone after Back and Forward, also one that was shown; the rest of its page is not."""
    journey.go_to("security")
    journey.fill(password=journey.password, accept_terms=True)
    page.get_by_role("button", name="Show password").click()
    journey.field("password").press("End")
    journey.field("password").press("x")
    assert journey.password not in page.evaluate("() => JSON.stringify([...history.state.typed.fields])")
    page.go_back()
    journey.at("photo")
    page.go_forward()
    journey.at("security")
    expect(journey.field("password")).to_have_value("")
    expect(journey.field("accept_terms")).to_be_checked()


@only_htmx
def test_what_was_changed_or_cleared_since_is_not_brought_back(journey: Journey, page: Page) -> None:
    """The page shows what is saved by then; after clearing, nothing."""
    journey.go_to("profile")
    journey.answer("profile")
    journey.at("plan")
    page.go_back()
    journey.at("profile")
    journey.fill(full_name="Half typed")
    page.go_back()
    journey.at("verify")
    other = Journey(page.context.new_page(), "htmx")
    other.answers["profile"]["full_name"] = "Augusta King"
    other.open("profile")
    other.answer("profile")
    other.at("plan")
    page.go_forward()
    journey.at("profile")
    journey.sees_filled("profile", full_name="Augusta King")
    journey.fill(full_name="Half typed")
    other.open("clear")
    other.press("Clear answers")
    other.at("account")
    page.go_back()
    journey.at("account")
    journey.sees_empty("account")
    journey.fill(email="half@typed.example")
    other.answer("account")
    other.at("verify")
    other.open("clear")
    other.press("Clear answers")
    other.at("account")
    page.reload()
    journey.sees_empty("account")


def test_the_progress_leads_back_and_what_is_typed_is_kept(journey: Journey, page: Page) -> None:
    """By the name of a step that is answered. Enter in a field goes on all the same."""
    journey.walk_to("plan")
    journey.at("plan")
    page.get_by_role("navigation", name=journey.say("Progress")).get_by_role("button").first.click()
    journey.at("account")
    journey.sees_filled("account")
    page.locator("[name=email]").press("Enter")
    journey.at("verify")
    journey.go_on.click()
    journey.at("profile")
    journey.fill(full_name="Somebody else")
    page.get_by_role("navigation", name=journey.say("Progress")).get_by_role("button").first.click()
    journey.at("account")
    journey.go_on.click()
    journey.at("verify")
    journey.go_on.click()
    journey.at("profile")
    expect(page.locator("[name=full_name]")).to_have_value("Somebody else")
