"""One visitor in two tabs, one who comes back too late, and one whose answers cannot be kept just now."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from .journey import Journey, only_htmx
from .server import Server
from .watch import Watch


def other_tab(context: BrowserContext, journey: Journey, step: str) -> Journey:
    """The same visitor in a second tab, on this step."""
    other = Journey(context.new_page(), "htmx" if journey.htmx else "plain")
    other.answers = journey.answers
    other.open(step)
    other.at(step)
    return other


def test_same_step_in_two_tabs_asks_which_to_keep(journey: Journey, context: BrowserContext, watch: Watch) -> None:
    """Both versions stand side by side; the one that the visitor chooses is kept."""
    watch.provokes(409)
    journey.go_to("plan")
    first, second = (other_tab(context, journey, "profile") for _ in range(2))
    first.fill(full_name="Ada in the first tab")
    first.press("Continue")
    first.at("plan")
    second.fill(full_name="Ada in the second tab")
    assert second.send().status == 409
    expect(second.heading).to_have_text("Which answers do you want to keep?")
    expect(second.page.locator("#error-summary")).to_be_focused()
    row = second.page.get_by_role("row", name="Full name")
    expect(row.get_by_role("cell")).to_have_text(["Ada in the first tab", "Ada in the second tab"])
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
    first.at("profile")
    second.fill(username=f"{journey.username}-2")
    assert second.send().status == 409
    second.page.get_by_role("link", name="Keep what is saved").click()
    second.at("profile")
    second.open("account")
    second.sees_filled("account", username=f"{journey.username}-1")


def test_expired_answers_are_told(journey: Journey, server: Server) -> None:
    """Who comes back too late is told so, keeps what was just typed, and can go on."""
    journey.go_to("plan")
    server.expire(journey.email)
    journey.fill(plan="team")
    journey.press("Continue")
    journey.at("account")
    expect(journey.page.get_by_text("You were away for too long")).to_be_visible()
    journey.answer("account")
    journey.at("profile")
    expect(journey.page.get_by_text("You were away for too long")).to_be_hidden()
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
    expect(journey.alert).to_contain_text("Something went wrong. Nothing was lost")
    journey.at("profile")
    journey.sees_filled("profile")
    journey.press("Continue")
    journey.at("plan")
