"""axe-core finds nothing on any page, in any state, light and narrow or dark and wide, loaded or swapped in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from .conftest import PATIENCE
from .journey import Journey, only_htmx
from .server import Server
from .watch import Watch

AXE = (Path(__file__).parent / "axe.min.js").read_text()

# What changes while axe looks, such as by the check of a field, is looked at again.
RUN = """async (within) => {
  let found, isChanged = true;
  while (isChanged) {
    isChanged = false;
    const observer = new MutationObserver(() => { isChanged = true; });
    observer.observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
    found = await axe.run(within, { resultTypes: ["violations", "incomplete"] });
    observer.disconnect();
  }
  const { violations, incomplete } = found;
  const told = (kind) => (rule) => rule.nodes.map((node) => `${kind} ${rule.id}: ${node.failureSummary}: ${node.html}`);
  return [...violations.flatMap(told("violation")), ...incomplete.flatMap(told("incomplete"))];
}"""

#: What axe looks at. No colour depends on the width, so that two of the four say what all would.
LOOKS: dict[int, Literal["light", "dark"]] = {320: "light", 1280: "dark"}


def examine(page: Page, within: str = "html", but: str = "nothing") -> None:
    """Run axe on the page as it stands, narrow and wide, in either colour scheme; and see that nothing is cut off.

    :param within: what axe looks at, where something lies over the rest.
    :param but: words of what axe cannot tell, where that is known.
    """
    found: dict[str, list[str]] = {}
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    for width, scheme in LOOKS.items():
        # At rest: what is half faded in has half its contrast.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 800})
        if problems := [one for one in page.evaluate(RUN, within) if but not in one]:
            found[f"{scheme}, {width} px"] = problems
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert found == {}, page.url


pytestmark = only_htmx


def test_every_step_empty_with_errors_and_filled(journey: Journey, page: Page, watch: Watch) -> None:
    """The whole way of a team, each state of each step as it is swapped in; then the summary, the end and the mail."""
    watch.provokes(422)
    journey.see_every_page(lambda _name, _state: examine(page))
    page.get_by_role("link", name="Read the email in the mailbox").click()
    expect(page.get_by_role("article").filter(has_text="Your account is ready").first).to_be_visible()
    examine(page)


def test_an_entry(journey: Journey, page: Page) -> None:
    """The page on which a person is changed."""
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    page.get_by_role("button", name="Change Bob, bob@example.com").click()
    expect(journey.heading).to_have_text("Change Bob: Invitations")
    examine(page)


def test_what_is_said_while_typing(journey: Journey, page: Page) -> None:
    """A message and a note beside their fields, and a password that is shown."""
    journey.go_to("security")
    journey.fill(password="password1")
    journey.field("accept_terms").focus()
    expect(page.locator("#password-error")).to_be_visible()
    examine(page)
    journey.fill(password=journey.password)
    journey.field("accept_terms").focus()
    expect(page.locator("#password-note")).to_be_visible()
    page.get_by_role("button", name="Show password").click()
    examine(page)


def test_the_summary_after_a_change(journey: Journey, page: Page) -> None:
    """With the sentence that says what the change has done."""
    journey.go_to("summary", plan="team")
    journey.change("Plan")
    journey.answer("plan", plan="personal")
    journey.at("summary")
    expect(page.locator("#changes")).to_be_visible()
    examine(page)


def test_a_conflict(journey: Journey, page: Page, watch: Watch) -> None:
    """The page that asks which answers to keep."""
    watch.provokes(409)
    journey.go_to("profile")
    other = Journey(page.context.new_page(), "htmx")
    other.answers["profile"]["full_name"] = "Augusta King"
    other.open("profile")
    other.answer("profile")
    other.at("plan")
    journey.answer("profile")
    expect(journey.heading).to_have_text("Which answers do you want to keep?")
    examine(page)


def test_the_page_that_asks_before_clearing(journey: Journey, page: Page) -> None:
    """As it is without a dialog."""
    journey.go_to("profile")
    journey.open("clear")
    examine(page)


def test_answers_that_were_cleared_elsewhere(journey: Journey, page: Page, watch: Watch) -> None:
    """The page that says so, with what was typed."""
    watch.provokes(409)
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    other = Journey(page.context.new_page(), "htmx")
    other.open("clear")
    other.press("Clear answers")
    other.at("account")
    journey.press("Continue")
    expect(journey.heading).to_have_text("Your answers were cleared")
    examine(page)


def test_a_list_from_which_somebody_was_removed(journey: Journey, page: Page) -> None:
    """With the notice that offers to bring them back, and with nobody else in it."""
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    page.get_by_role("button", name="Remove Bob, bob@example.com").click()
    expect(journey.button("Undo Bob, bob@example.com")).to_be_visible()
    examine(page)


def test_a_password_that_is_kept(journey: Journey, page: Page) -> None:
    """With the sentence that says so."""
    journey.go_to("summary")
    journey.change("Password")
    journey.at("security")
    expect(page.locator("#password-kept")).to_be_visible()
    examine(page)


def test_a_session_that_has_expired(journey: Journey, page: Page, server: Server) -> None:
    """The first step, with the notice."""
    journey.go_to("profile")
    server.expire(page.context)
    journey.open("profile")
    journey.at("account")
    expect(page.locator(".notice").filter(has_text="Your earlier answers have expired")).to_be_visible()
    examine(page)


def test_pages_outside_the_flow(journey: Journey, page: Page, watch: Watch) -> None:
    """The front page, before and after a signup was begun, and what is shown for an address that is no page."""
    watch.provokes(404)
    page.goto("/")
    examine(page)
    page.goto("/nowhere")
    examine(page)
    journey.go_to("profile")
    page.goto("/")
    expect(page.get_by_role("link", name="Continue your signup")).to_be_visible()
    examine(page)


def test_pages_of_errors(journey: Journey, page: Page, watch: Watch, server: Server) -> None:
    """Sent by the browser itself, as without JavaScript: too much, and a store that cannot save."""
    watch.provokes(413, 503)
    journey.go_to("profile")
    page.locator("#full_name").evaluate("field => { field.value = 'x'.repeat(1000001); field.form.submit(); }")
    expect(journey.heading).to_have_text("Too much for one page")
    examine(page)
    page.go_back()
    journey.at("profile")
    journey.fill(**journey.answers["profile"])
    with server.locked():
        page.locator("#full_name").evaluate("field => field.form.submit()")
        expect(journey.heading).to_have_text("Not available right now", timeout=3 * PATIENCE)
    examine(page)


@pytest.mark.parametrize(("status", "heading"), [(413, "Too much for one page"), (503, "Not available right now")])
def test_when_the_server_cannot(journey: Journey, page: Page, watch: Watch, status: int, heading: str) -> None:
    """What htmx shows above the step."""
    watch.provokes(status)
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    body: dict[str, Any] = {"status": status, "body": f"<h1>{heading}</h1>", "content_type": "text/html"}
    page.route("**/signup/profile", lambda route: route.fulfill(**body), times=1)
    journey.press("Continue")
    expect(journey.alert).to_be_visible()
    examine(page)
