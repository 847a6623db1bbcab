"""The summary: what it shows, and what becomes of a change that begins there."""

from __future__ import annotations

import re

from argon2 import PasswordHasher
from playwright.sync_api import Page, expect

from .journey import Journey
from .server import Server
from .watch import Watch

#: The step, the question, the field, what is typed into it, and what the summary shows then.
CHANGES = [
    ("account", "Username", "username", "augusta.king", "augusta.king"),
    ("profile", "Full name", "full_name", "Augusta King", "Augusta King"),
    ("profile", "Date of birth", "date_of_birth", "2000-02-29", "29 February 2000"),
    ("profile", "Country", "country", "NO", "Norway"),
    ("team", "Organisation", "organisation", "Engines & Sons <Ltd>", "Engines & Sons <Ltd>"),
    ("team", "Number of seats", "seats", "500", "500"),
]


def test_summary_shows_every_answer(journey: Journey) -> None:
    """The summary reads every answer out in words, and hides the password."""
    journey.go_to("summary", plan="team")
    shown = {
        "Email address": journey.email,
        "Username": journey.username,
        "Email confirmation": "Confirmed",
        "Full name": "Ada Lovelace",
        "Date of birth": "10 December 1985",
        "Country": "United Kingdom",
        "Plan": "Team, paid monthly",
        "Organisation": "Analytical Engines",
        "Number of seats": "12",
        "Added": "None",
        "Photo": "Not provided",
        "Password": "Hidden",
        "I accept the terms of use": "Yes",
    }
    expect(journey.page.locator("dt")).to_have_text(list(shown))
    for label, words in shown.items():
        expect(journey.summary_of(label)).to_have_text(words)


def test_change_leads_there_and_back(journey: Journey) -> None:
    """Change leads to the field with its answer in it, and Save and return to the line, which is marked and focused."""
    journey.go_to("summary", plan="team")
    for step, label, name, typed, shown in CHANGES:
        journey.change(label)
        journey.at(step)
        journey.sees_filled(step)
        expect(journey.field(name)).to_be_focused()
        # Another address is to be confirmed; with fewer seats, there may be too many people in the list.
        expect(journey.go_on).to_have_text("Continue" if step in ("account", "team") else "Save and return")
        journey.answer(step, **{name: typed})
        journey.at("summary")
        line = journey.page.locator("dl > div.changed")
        expect(line.locator("dt")).to_have_text(label)
        expect(line.locator(".change")).to_contain_text("Changed")
        expect(line).to_be_focused()
        expect(line).to_be_in_viewport()
        expect(journey.summary_of(label)).to_have_text(shown)
    for _, label, _, _, shown in CHANGES:
        expect(journey.summary_of(label)).to_have_text(shown)


def test_another_address_is_confirmed_on_the_way_back(journey: Journey) -> None:
    """It is the only thing that is asked again."""
    journey.go_to("summary")
    journey.change("Email address")
    journey.at("account")
    journey.answer("account", email="augusta.king@example.com")
    journey.at("verify")
    journey.answer("verify")
    journey.at("summary")
    expect(journey.summary_of("Email address")).to_have_text("augusta.king@example.com")


def finished(journey: Journey, server: Server) -> str:
    """Create the account, and return what it holds in place of the password."""
    journey.press("Create account")
    journey.at("done")
    (account,) = server.accounts(journey.email)
    return str(account["password_hash"])


def test_change_of_the_password_takes_a_new_one(journey: Journey, server: Server) -> None:
    """Change beside the password leads to an empty field, and a new password leads back to the summary."""
    journey.go_to("summary")
    journey.change("Password")
    journey.at("security")
    journey.sees_filled("security")
    journey.answer("security", password=f"{journey.password} again")
    journey.at("summary")
    assert PasswordHasher().verify(finished(journey, server), f"{journey.password} again")


def test_a_password_that_is_set_need_not_be_typed_again(journey: Journey, server: Server, watch: Watch) -> None:
    """The page says so; what else stands on it can be changed, and the password stays what it was."""
    watch.provokes(422)
    journey.go_to("summary")
    journey.change("I accept the terms of use")
    journey.at("security")
    kept = "You have already chosen a password. Leave this empty to keep it."
    expect(journey.field("password")).to_have_accessible_description(re.compile(re.escape(kept)))
    journey.fill(accept_terms=False)
    assert journey.send("Save and return").status == 422
    expect(journey.page.locator("#error-summary").get_by_role("listitem")).to_have_text(
        ["Accept the terms of use to create an account"]
    )
    expect(journey.page.get_by_text(kept)).to_be_visible()
    journey.fill(accept_terms=True)
    journey.press("Save and return")
    expect(journey.page.locator(".changed")).to_have_count(0)
    expect(journey.page.locator("dl > div:focus dt")).to_have_text("Password")
    journey.at("summary")
    assert PasswordHasher().verify(finished(journey, server), journey.password)


def test_back_button_of_a_change_leads_to_the_summary(journey: Journey) -> None:
    """Who came from the summary gets back to it with Back, and has changed nothing."""
    journey.go_to("summary")
    journey.change("Full name")
    journey.at("profile")
    journey.fill(full_name="Augusta King")
    journey.press("Back")
    journey.at("summary")
    expect(journey.summary_of("Full name")).to_have_text("Ada Lovelace")


def test_refused_change_keeps_the_way_back(journey: Journey, watch: Watch) -> None:
    """After a change that is refused and mended, Continue still leads back to the summary."""
    journey.go_to("summary", plan="team")
    journey.change("Full name")
    journey.at("profile")
    watch.provokes(422)
    journey.fill(full_name="")
    assert journey.send("Save and return").status == 422
    expect(journey.page.locator("#error-summary")).to_be_focused()
    journey.answer("profile", full_name="Augusta King")
    journey.at("summary")
    expect(journey.summary_of("Full name")).to_have_text("Augusta King")


def test_change_of_plan_opens_and_closes_the_team_step(journey: Journey, page: Page) -> None:
    """From personal to team, the gap is asked for; back to personal, the team is hidden; to team again, it is back."""
    journey.go_to("summary")
    expect(journey.summary_of("Organisation")).to_have_count(0)

    journey.change("Plan")
    journey.answer("plan", plan="team")
    journey.at("team")
    more = "Your change adds more questions: “Your team” and “Invitations”."
    expect(page.locator("#changes")).to_have_text(more)
    expect(journey.go_on).to_have_text("Continue")
    journey.answer("team")
    journey.at("members")
    expect(journey.go_on).to_have_text("Save and return")
    journey.answer("members")
    journey.at("summary")
    expect(page.locator(".changed dt")).to_have_text(["Plan", "Organisation", "Number of seats", "Added"])
    expect(page.locator(".changed").first).to_be_focused()
    expect(journey.summary_of("Plan")).to_have_text("Team, paid monthly")
    expect(journey.summary_of("Organisation")).to_have_text("Analytical Engines")

    journey.change("Plan")
    journey.answer("plan", plan="personal")
    journey.at("summary")
    expect(journey.summary_of("Plan")).to_have_text("Personal, free")
    expect(page.locator("#changes")).to_have_text(
        "We no longer need “Your team” and “Invitations”. Your answers are kept in case you change your mind."
    )
    expect(page.locator("main")).not_to_contain_text("Analytical Engines")
    expect(journey.summary_of("Organisation")).to_have_count(0)
    # Said once is enough: on the page that comes next, and on no other.
    journey.change("Full name")
    journey.at("profile")
    expect(page.locator("#changes")).to_have_count(0)
    journey.press("Back")
    journey.at("summary")
    expect(page.locator(".changed")).to_have_count(0)

    journey.change("Plan")
    journey.answer("plan", plan="team")
    journey.at("summary")
    expect(page.locator("#changes")).to_have_text(
        "We’re using your earlier answers to “Your team” and “Invitations” again."
    )
    expect(journey.summary_of("Organisation")).to_have_text("Analytical Engines")
    expect(journey.summary_of("Number of seats")).to_have_text("12")


def test_question_answer_and_change_stand_in_this_order(journey: Journey, page: Page) -> None:
    """In a wide window, each row reads from the question over the answer to the link."""
    page.set_viewport_size({"width": 1280, "height": 800})
    journey.go_to("summary")
    row = page.locator("dl > div").first
    boxes = [row.locator(part).bounding_box() for part in ("dt", "dd:not(.change)", "dd.change")]
    lefts = [box["x"] for box in boxes if box is not None]
    assert len(lefts) == 3
    assert lefts == sorted(lefts)
