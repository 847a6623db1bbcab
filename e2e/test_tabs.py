"""One visitor in two tabs, one who comes back too late, and one whose answers cannot be kept just now."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Dialog, Page, expect

from .journey import Journey, only_htmx
from .server import Server
from .watch import Watch


def other_tab(context: BrowserContext, journey: Journey, step: str) -> Journey:
    """The same visitor in a second tab, on this step."""
    other = Journey(context.new_page(), "htmx" if journey.htmx else "plain")
    other.answers = journey.answers
    other.language = journey.language
    other.open(step)
    other.at(step)
    return other


def test_same_step_in_two_tabs_asks_which_to_keep(journey: Journey, context: BrowserContext, watch: Watch) -> None:
    """What differs stands on two cards, which are told and no error; the one that the visitor chooses is kept."""
    watch.provokes(409)
    journey.go_to("plan")
    first, second = (other_tab(context, journey, "profile") for _ in range(2))
    first.fill(full_name="Ada in the first tab")
    first.press("Continue")
    first.at("plan")
    second.fill(full_name="Ada in the second tab")
    assert second.send().status == 409
    expect(second.heading).to_have_text("Which answers do you want to keep?")
    expect(second.page.locator("#two-versions")).to_be_focused()
    expect(second.page).to_have_title("Two versions: About you - Sign up - Acme")
    expect(second.page.locator(".notice-error:visible")).to_have_count(0)
    second.page.set_viewport_size({"width": 320, "height": 800})
    typed, saved = (second.page.get_by_role("region", name=re.compile(f"^What {what}")) for what in ("you", "was"))
    for card, text in ((typed, "Ada in the second tab"), (saved, "Ada in the first tab")):
        expect(card.locator("dt")).to_have_text("Full name")
        expect(card.locator("dd")).to_have_text(text)
    boxes = [card.bounding_box() for card in (typed, saved)]
    assert all(boxes)
    assert boxes[0]["y"] + boxes[0]["height"] < boxes[1]["y"]
    second.press("Use what I typed here")
    second.at("plan")
    first.page.reload()
    first.open("profile")
    first.sees_filled("profile", full_name="Ada in the second tab")


def test_what_is_saved_can_be_kept(journey: Journey, context: BrowserContext, watch: Watch) -> None:
    """The visitor goes on, and the answers of the other tab stay."""
    watch.provokes(409)
    journey.go_to("plan")
    first, second = (other_tab(context, journey, "account") for _ in range(2))
    first.fill(username=f"{journey.username}-1")
    first.press("Continue")
    first.at("verify")
    second.fill(username=f"{journey.username}-2")
    assert second.send().status == 409
    second.page.get_by_role("link", name="Keep what was saved").click()
    second.at("verify")
    second.open("account")
    second.sees_filled("account", username=f"{journey.username}-1")


def test_two_tabs_that_finish_make_one_account(journey: Journey, context: BrowserContext, server: Server) -> None:
    """Whoever presses Create account in the second tab too is led to the same reference."""
    journey.go_to("summary")
    other = other_tab(context, journey, "summary")
    journey.press("Create account")
    journey.at("done")
    reference = journey.page.locator(".reference").inner_text()
    other.press("Create account")
    other.at("done")
    expect(other.page.locator(".reference")).to_have_text(reference)
    (account,) = server.accounts(journey.email)
    assert account["reference"] == reference


def test_a_step_that_was_left_open_leads_to_the_receipt(
    journey: Journey, context: BrowserContext, server: Server
) -> None:
    """After the end in another tab, it starts nothing: neither with Continue nor with Back."""
    journey.go_to("summary")
    first, second = other_tab(context, journey, "profile"), other_tab(context, journey, "plan")
    journey.press("Create account")
    journey.at("done")
    reference = journey.page.locator(".reference").inner_text()
    first.fill(full_name=f"Late {journey.username}")
    first.press("Continue")
    second.press("Back")
    for tab in (first, second):
        tab.at("done")
        expect(tab.page.locator(".reference")).to_have_text(reference)
    assert f"Late {journey.username}" not in server.session(context)
    journey.open()
    journey.at("account")
    journey.sees_empty("account")


def test_the_receipt_stays_that_of_the_run_that_was_sent(journey: Journey, context: BrowserContext) -> None:
    """Also when another signup was finished after it."""
    journey.go_to("summary")
    left = other_tab(context, journey, "plan")
    journey.press("Create account")
    journey.at("done")
    reference = journey.page.locator(".reference").inner_text()
    again = Journey(context.new_page(), "htmx" if journey.htmx else "plain")
    again.go_to("summary")
    again.press("Create account")
    again.at("done")
    expect(again.page.locator(".reference")).not_to_have_text(reference)
    left.press("Continue")
    expect(left.heading).to_have_text("Account created")
    expect(left.page.locator(".reference")).to_have_text(reference)
    left.page.reload()
    expect(left.page.locator(".reference")).to_have_text(reference)


def test_clear_in_a_step_that_was_left_open_leads_to_the_receipt(
    journey: Journey, context: BrowserContext, watch: Watch
) -> None:
    """After the end in another tab, there is nothing left to clear but that."""
    journey.go_to("summary")
    left = other_tab(context, journey, "profile")
    journey.press("Create account")
    journey.at("done")
    if left.htmx:
        left.page.once("dialog", Dialog.accept)
    left.press("Clear answers")
    left.at("done")
    for tab in (journey, left):
        tab.page.reload()
        tab.at("done")


def clear(tab: Journey) -> None:
    """Clear the answers, on the page that asks in both modes."""
    tab.open("clear")
    tab.press("Clear answers")
    tab.at("account")


def test_answers_that_were_cleared_elsewhere_are_told(
    journey: Journey, context: BrowserContext, server: Server, watch: Watch
) -> None:
    """What was typed is shown, and nothing begins by itself; it does when the visitor says so."""
    watch.provokes(409)
    journey.go_to("plan")
    other = other_tab(context, journey, "profile")
    typed = {"full_name": f"Late {journey.username}", "country": "NO"}
    other.fill(**typed)
    clear(journey)
    assert other.send().status == 409
    expect(other.heading).to_have_text("Your answers were cleared")
    expect(other.page).to_have_title("Error: Your answers were cleared - Sign up - Acme")
    expect(other.page.locator("#error-summary")).to_be_focused()
    expect(other.page.locator("dl dd")).to_have_text([typed["full_name"], "10 December 1985", "Norway"])
    assert typed["full_name"] not in server.session(context)
    journey.open()
    journey.sees_empty("account")
    other.press("Start again with what I typed here")
    other.at("account")
    other.sees_empty("account")
    other.answer("account")
    other.answer("verify")
    other.at("profile")
    other.sees_filled("profile", **typed)


def test_nothing_typed_is_lost_nor_kept_where_answers_were_cleared(
    journey: Journey, context: BrowserContext, server: Server, watch: Watch
) -> None:
    """The password is not shown, and a visitor who starts again keeps nothing of the page."""
    watch.provokes(409)
    journey.go_to("summary")
    other = other_tab(context, journey, "security")
    other.fill(password=journey.password, accept_terms=True)
    clear(journey)
    response = other.send()
    assert response.status == 409
    assert journey.password not in response.text()
    other.page.get_by_role("link", name="Start again").click()
    other.at("account")
    other.sees_empty("account")
    assert journey.email not in server.session(context)


def test_two_tabs_that_were_open_before_there_was_a_run_both_go_on(
    journey: Journey, context: BrowserContext, server: Server, watch: Watch
) -> None:
    """The second is asked about its answer, as it is one more version of the same."""
    watch.provokes(409)
    before = server.sessions()
    journey.open()
    other = other_tab(context, journey, "account")
    journey.answer("account")
    journey.at("verify")
    other.answer("account")
    other.answer("verify")
    other.answer("profile")
    other.at("plan")
    assert server.sessions() == before + 1


def test_expired_answers_are_told(journey: Journey, server: Server) -> None:
    """Who comes back too late is told so, keeps what was just typed, and can go on."""
    journey.go_to("plan")
    server.expire(journey.page.context)
    journey.fill(plan="team")
    journey.press("Continue")
    journey.at("account")
    expect(journey.page.get_by_text("Your earlier answers have expired")).to_be_visible()
    journey.answer("account")
    journey.answer("verify")
    journey.at("profile")
    expect(journey.page.get_by_text("Your earlier answers have expired")).to_be_hidden()
    journey.answer("profile")
    journey.at("plan")
    journey.sees_filled("plan", plan="team")


@only_htmx
def test_store_that_is_away_loses_nothing(journey: Journey, page: Page, server: Server, watch: Watch) -> None:
    """While nothing can be saved the page says so and keeps what was typed; then the journey goes on."""
    watch.provokes(503)
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    with server.locked():
        assert journey.send().status == 503
    expect(journey.alert).to_contain_text("Something went wrong. What you typed is still here")
    journey.at("profile")
    journey.sees_filled("profile")
    journey.press("Continue")
    journey.at("plan")
