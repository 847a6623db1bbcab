"""The look: one light sheet of tokens, pages that stand still, and a summary that can be printed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from wizard import assets

from .journey import STEPS, Journey, only_htmx

SHEET = assets._folder("static") / "wizard.css"

#: Adds up how far things have moved without the visitor having done anything. What says that a server is slow lies over
#: the page: where it comes from nowhere to its place, nothing that is read has moved.
OBSERVE = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { hadRecentInput, value, sources } of list.getEntries())
    if (!hadRecentInput && sources.some(({ node }) => node?.id !== "live")) window.shifts.push(
      [value, ...sources.map(({ node, previousRect, currentRect }) =>
      `${node?.outerHTML ?? node?.data}: ${previousRect.y} to ${currentRect.y}`)]);
}).observe({ type: "layout-shift", buffered: true });
"""

#: Counts the transitions between two pages that have begun, and those that have something to show.
COUNT = """
window.transitions = [];
const start = document.startViewTransition?.bind(document);
if (start) document.startViewTransition = (change) => {
  const transition = start(change);
  transition.ready.then(() => window.transitions.push(
    document.getAnimations().filter((one) => one.effect?.pseudoElement?.startsWith("::view-transition")).length));
  return transition;
};
"""


def test_the_sheet_is_light_and_speaks_in_tokens() -> None:
    """Under 12 kB; a colour is said once, in a block of custom properties."""
    sheet = SHEET.read_text()
    assert len(sheet.encode()) < 12_000
    rules = re.sub(r"--[\w-]+:[^;}]*|/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert not re.findall(r"#[0-9a-f]{3,8}\b(?=[^{]*})|rgba?\(|hsla?\(", rules)
    sides = r"(margin|padding|border|inset)-(left|right)|text-align: (left|right)|(?<![-\w])(left|right):"
    assert not re.findall(sides, rules), "use what runs with the script: inline-start and inline-end"


@only_htmx
def test_nothing_moves_between_steps(journey: Journey, page: Page) -> None:
    """No page shifts by itself, narrow or wide, in a window so high that nobody has to scroll."""
    page.add_init_script(OBSERVE)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 2400})
        journey.open("clear")
        journey.press("Clear answers")
        journey.at("account")
        journey.answers["plan"]["plan"] = "team"
        for step in STEPS["team"]:
            journey.answer(step)
        journey.at("summary")
        assert page.evaluate("() => window.shifts") == []


@only_htmx
def test_steps_fade_into_each_other(journey: Journey, page: Page) -> None:
    """Where nobody has asked for less motion."""
    page.add_init_script(COUNT)
    page.emulate_media(reduced_motion="no-preference")
    journey.go_to("profile")
    counts = page.evaluate("() => window.transitions")
    assert counts
    assert all(counts)


@only_htmx
def test_a_transition_that_is_given_up_is_no_error(journey: Journey, page: Page) -> None:
    """As by a browser that is busy, or by one that begins another: the page is there, and nobody complains."""
    journey.go_to("profile")
    page.evaluate("() => { for (let n = 0; n < 3; n++) document.startViewTransition(() => {}); }")
    journey.answer("profile")
    journey.at("plan")


@only_htmx
def test_nothing_moves_for_those_who_ask_for_it(journey: Journey, page: Page) -> None:
    """Neither from one step to the next nor on a button."""
    page.add_init_script(COUNT)
    page.emulate_media(reduced_motion="reduce")
    journey.go_to("plan")
    assert not any(page.evaluate("() => window.transitions"))
    assert page.evaluate("() => document.getAnimations().length") == 0
    expect(journey.button("Continue")).to_have_css("transition-duration", "0s")


def test_the_summary_and_the_end_can_be_printed(journey: Journey, page: Page) -> None:
    """Every answer, in black on white, and nothing that only a screen can use."""
    journey.go_to("summary", plan="team")
    page.emulate_media(media="print", color_scheme="dark")
    for words in (journey.email, "10 December 1985", "Analytical Engines"):
        expect(page.get_by_text(words)).to_be_visible()
    for button in ("Create account", "Clear answers", "Deutsch"):
        expect(page.get_by_role("button", name=button)).to_be_hidden()
    expect(page.get_by_role("link", name="Change email address")).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
    page.emulate_media(media="screen")
    journey.press("Create account")
    journey.at("done")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".reference")).to_be_visible()
    expect(page.locator(".reference")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.get_by_role("button", name="Start again")).to_be_hidden()
