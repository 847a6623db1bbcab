"""Clear answers: asked first in both modes, and thorough when confirmed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

from .journey import STEPS, Journey, in_parts, only_htmx, only_plain
from .server import Server
from .watch import Watch

some_pages = pytest.mark.parametrize("where", ["profile", "team", "summary"])


@only_htmx
@some_pages
def test_confirmed_dialog_clears_everything(journey: Journey, page: Page, watch: Watch, where: str) -> None:
    """With htmx, on any page, one question and one POST clear the answers, and an empty first step follows."""
    journey.go_to(where, plan="team")
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.accept()))
    journey.press("Clear answers")
    journey.at("account")
    journey.sees_empty("account")
    expect(journey.heading).to_be_focused()
    assert questions == ["Clear all your answers?"]
    assert len(watch.posts("/signup/clear")) == 1


@only_htmx
@some_pages
def test_dismissed_dialog_changes_nothing(journey: Journey, page: Page, watch: Watch, where: str) -> None:
    """With htmx, a question dismissed sends nothing, and what was typed stays where it is."""
    journey.go_to(where, plan="team")
    sent = len(watch.posts())
    if where != "summary":
        journey.type(where)
    with page.expect_event("dialog") as info:
        page.once("dialog", lambda dialog: dialog.dismiss())
        journey.press("Clear answers")
    assert info.value.type == "confirm"
    journey.at(where)
    if where != "summary":
        for name, value in in_parts(journey.answers[where]).items():
            if isinstance(value, str) and name != "plan":
                expect(journey.field(name)).to_have_value(journey.held(name, value))
    assert len(watch.posts()) == sent
    page.reload()
    journey.at(where)


@only_plain
@some_pages
def test_page_that_asks_clears_everything(journey: Journey, page: Page, where: str) -> None:
    """Without JavaScript, on any page, a page of its own asks first, and then clears the answers."""
    journey.go_to(where, plan="team")
    journey.press("Clear answers")
    journey.at("clear")
    expect(page).to_have_title("Clear answers - Sign up - Acme")
    journey.press("Clear answers")
    journey.at("account")
    journey.sees_empty("account")


@only_plain
@some_pages
def test_page_that_asks_keeps_everything(journey: Journey, page: Page, watch: Watch, where: str) -> None:
    """Without JavaScript, who keeps the answers goes on with all of them where that was asked."""
    journey.go_to(where, plan="team")
    sent = len(watch.posts())
    journey.press("Clear answers")
    journey.at("clear")
    page.get_by_role("link", name="Keep my answers").click()
    journey.at(where)
    assert len(watch.posts()) == sent
    if where != "account":
        journey.open("account")
        journey.sees_filled("account")


def clear(journey: Journey) -> None:
    """Clear the answers, the way the mode has it."""
    if journey.htmx:
        journey.page.once("dialog", Dialog.accept)
    journey.press("Clear answers")
    if not journey.htmx:
        journey.at("clear")
        journey.press("Clear answers")
    journey.at("account")


def test_no_answer_is_left_in_a_cleared_session(journey: Journey, server: Server) -> None:
    """The session stays the one that it was, which the other tabs need, and holds nothing that was typed."""
    journey.go_to("summary", plan="team")
    context = journey.page.context
    before, count = server.session(context), server.sessions()
    clear(journey)
    after = server.session(context)
    assert server.sessions() == count
    for answer in (journey.email, journey.username, "Ada Lovelace", "1985", "Analytical Engines", "argon2"):
        assert answer in before
        assert answer not in after


def test_cleared_answers_stay_cleared(journey: Journey, page: Page) -> None:
    """No refresh, no Back and no address brings a cleared answer to light again."""
    journey.go_to("security", plan="team")
    clear(journey)
    page.reload()
    journey.at("account")
    journey.sees_empty("account")
    # Without htmx, the page that asks is one of them: there is nothing left to be asked.
    for _ in range(2 if journey.htmx else 3):
        page.go_back()
        journey.at("account")
        journey.sees_empty("account")
    for step in (*STEPS["team"], "summary"):
        journey.open(step)
        journey.at("account")
        journey.sees_empty("account")


def test_signup_after_clearing_works(journey: Journey, server: Server) -> None:
    """After clearing, the same page goes straight on to a new signup, in the same browser."""
    journey.go_to("plan")
    clear(journey)
    for step in STEPS["personal"]:
        journey.answer(step)
    journey.at("summary")
    journey.press("Create account")
    journey.at("done")
    assert len(server.accounts(journey.email)) == 1


def test_nothing_is_offered_to_be_cleared_before_there_is_anything(journey: Journey, page: Page) -> None:
    """Then it stands in the footer, as what it is: dangerous, and not beside the button that goes on."""
    journey.open()
    journey.at("account")
    expect(journey.button("Clear answers")).to_have_count(0)
    expect(page.locator(".foot")).to_contain_text("We keep your answers on our server until you create your account")
    journey.answer("account")
    journey.at("verify")
    clear = page.locator("footer").get_by_role("button", name="Clear answers")
    expect(clear).to_have_count(1)
    danger = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--error')").lstrip("#")
    colour = [int(danger[at : at + 2], 16) for at in (0, 2, 4)]
    expect(clear).to_have_css("color", f"rgb({', '.join(map(str, colour))})")
    journey.open("clear")
    choices = page.locator("#wizard .buttons > *")
    expect(choices).to_have_text(["Keep my answers", "Clear answers"])
    expect(page.locator(".foot")).to_have_count(0)
