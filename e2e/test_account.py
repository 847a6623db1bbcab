"""The account in a browser: opened after the signup, left, opened again, changed; with scripts and without."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from .journey import Journey, only_htmx
from .test_axe import examine
from .watch import Watch


def see_who(page: Page, name: str) -> None:
    """See what the header says of who is signed in."""
    expect(page.locator("header.site .who")).to_have_text(name)


def test_an_account_is_opened_left_opened_again_and_changed(journey: Journey, page: Page, watch: Watch) -> None:
    """Each page says who is signed in, also the one that was swapped in at the end of the signup."""
    watch.provokes(422)
    journey.go_to("summary")
    see_who(page, "Sign in")
    journey.press("Create account")
    journey.at("done")
    see_who(page, "Signed in: Ada Lovelace")
    page.get_by_role("link", name="Open your account").click()
    expect(journey.heading).to_have_text("Your account")
    expect(journey.summary_of("Date of birth")).to_have_text("10 December 1985")
    with page.expect_download() as info:
        page.get_by_role("link", name="Download your data").click()
    assert json.loads(info.value.path().read_text())["email"] == journey.email

    page.get_by_role("button", name="Change plan").click()
    expect(journey.heading).to_have_text("Change your plan")
    expect(page.get_by_label("Personal")).to_be_checked()
    journey.fill(plan="team")
    journey.press("Continue")
    journey.fill(organisation="Analytical Engines", seats="4")
    journey.press("Continue")
    journey.press("Change plan")
    expect(page.get_by_role("status").filter(has_text="Your plan has been saved.")).to_be_visible()
    expect(page.get_by_text("1 of 4 seats taken, including yours")).to_be_visible()

    journey.press("Sign out")
    expect(page).to_have_url("http://" + page.url.split("/")[2] + "/")
    see_who(page, "Sign in")
    page.goto("/account/password")
    expect(journey.heading).to_have_text("Sign in")
    journey.fill(email=journey.email, password="wrong")
    journey.press("Sign in")
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#password-error")).to_contain_text("There is no account with this email address")
    expect(journey.field("email")).to_have_value(journey.email)
    journey.fill(password=journey.password)
    journey.press("Sign in")

    expect(journey.heading).to_have_text("Change your password")
    see_who(page, "Signed in: Ada Lovelace")
    journey.fill(current=journey.password, password=f"another {journey.password}")
    journey.press("Change password")
    expect(page.get_by_role("status").filter(has_text="Your password has been changed.")).to_be_visible()
    expect(journey.heading).to_have_text("Your account")


@only_htmx
def test_axe_finds_nothing_on_the_pages_of_the_account(journey: Journey, page: Page, watch: Watch) -> None:
    """Each as it is opened, and with what is wrong."""
    watch.provokes(422)
    page.goto("/sign-in")
    journey.press("Sign in")
    expect(page.locator("#error-summary")).to_be_visible()
    examine(page)
    journey.go_to("summary", plan="team")
    journey.press("Create account")
    journey.at("done")
    page.goto("/account")
    page.get_by_role("button", name="Change plan").click()
    expect(journey.heading).to_have_text("Change your plan")
    examine(page)
    for address, words in (
        ("", ""),
        ("/password", "Change password"),
        ("/delete", "Delete account"),
        ("/email/address", "Continue"),
        ("/plan/team", ""),
        ("/new-photo/photo", ""),
    ):
        page.goto(f"/account{address}")
        if words:
            journey.press(words)
            expect(page.locator("#error-summary")).to_be_visible()
        examine(page)
    page.goto("/forgot/email")
    examine(page)
    page.goto("/account/delete")
    journey.fill(current=journey.password)
    journey.press("Delete account")
    expect(journey.heading).to_have_text("Your account was deleted")
    see_who(page, "Sign in")
    examine(page)
