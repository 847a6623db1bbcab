"""The keyboard alone, what has the focus, and what those see who zoom in or choose their own colours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .journey import STEPS, Journey, only_htmx
from .watch import Watch

#: How what has the focus shows it. Of a choice it is the card around it that does.
RING = """(element) => {
  element.focus();
  element = element.closest(".option") ?? element;
  const style = getComputedStyle(element);
  let behind = element.parentElement, paper;
  while ((paper = getComputedStyle(behind).backgroundColor) === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, bright] = [light(style.outlineColor), light(paper)].sort((one, other) => one - other);
  const contrast = (bright + 0.05) / (dark + 0.05);
  return { style: style.outlineStyle, width: parseFloat(style.outlineWidth), contrast, html: element.outerHTML };
}"""

#: Notes what has the focus, if anything has. A part of a date has a ring of the browser's own.
STOP = """() => {
  const stop = document.activeElement;
  if (stop.matches(":focus")) stops.add(stop);
  return stop !== document.body;
}"""


class Keyboard:
    """A visitor without a mouse.

    :param page: the browser page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def focused(self) -> Locator:
        """What has the focus."""
        return self.page.locator("*:focus")

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the focus is on ``target``; every stop on the way shows where it is."""
        expect(target).to_be_visible()
        for _ in range(60):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {target}")

    def press(self, journey: Journey, words: str) -> None:
        """Go to a button, and press it."""
        self.tab_to(journey.button(words))
        self.page.keyboard.press("Enter")

    def type(self, journey: Journey, name: str, text: str) -> None:
        """Go to a field, and type."""
        self.tab_to(journey.field(name))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


@pytest.fixture
def keyboard(page: Page) -> Keyboard:
    """The keyboard of the page."""
    return Keyboard(page)


def fill(keyboard: Keyboard, journey: Journey, step: str) -> None:
    """Answer the questions of ``step`` as a keyboard can."""
    press = keyboard.page.keyboard.press
    if step == "verify":
        journey.read_mail()
    if step == "profile":
        keyboard.type(journey, "full_name", "Ada Lovelace")
        for part, text in (("day", "10"), ("month", "dec"), ("year", "1985")):
            keyboard.type(journey, f"date_of_birth-{part}", text)
        keyboard.tab_to(journey.field("country"))
        keyboard.page.keyboard.type("United K")
    elif step == "plan":
        # Radio buttons are one stop, and the arrows choose.
        keyboard.tab_to(journey.field("plan", "personal"))
        press("ArrowDown")
        expect(journey.field("plan", "team")).to_be_checked()
    elif step == "security":
        keyboard.type(journey, "password", journey.password)
        keyboard.tab_to(journey.field("accept_terms"))
        press("Space")
    else:
        for name, value in journey.answers[step].items():
            keyboard.type(journey, name, str(value))


def test_the_whole_way_by_keyboard(journey: Journey, keyboard: Keyboard, page: Page) -> None:
    """From the first field to the account, with a person invited, an answer changed, and nothing pressed by a mouse."""
    page.goto("/")
    keyboard.tab_to(page.get_by_role("link", name="Create an account"))
    page.keyboard.press("Enter")
    for step in STEPS["team"]:
        journey.at(step)
        if step == "members":
            for name in ("Bob", "Carol"):
                keyboard.type(journey, "name", name)
                keyboard.type(journey, "email", f"{name.lower()}@example.com")
                page.keyboard.press("Enter")
                expect(journey.field("name")).to_have_value("")
            keyboard.tab_to(page.get_by_role("button", name="Remove Bob, bob@example.com"))
            page.keyboard.press("Enter")
            journey.sees_invited("Carol")
        fill(keyboard, journey, step)
        keyboard.press(journey, "Continue")
    journey.at("summary")
    keyboard.tab_to(page.get_by_role("link", name="Change full name"))
    page.keyboard.press("Enter")
    journey.at("profile")
    keyboard.type(journey, "full_name", "Augusta King")
    page.keyboard.press("Enter")
    journey.at("summary")
    expect(journey.summary_of("Full name")).to_have_text("Augusta King")
    keyboard.press(journey, "Create account")
    journey.at("done")


def test_the_skip_link_leads_past_the_header(journey: Journey, page: Page) -> None:
    """It is the first stop, and can be seen when it has the focus."""
    journey.open()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@only_htmx
def test_the_focus_is_never_lost(journey: Journey, page: Page, watch: Watch) -> None:
    """To the heading after a step and after Back, to the error summary after a mistake, and never to nothing."""
    watch.provokes(422)
    journey.go_to("profile")
    expect(journey.heading).to_be_focused()
    journey.press("Continue")
    expect(page.locator("#error-summary")).to_be_focused()
    journey.press("Back")
    journey.at("verify")
    expect(journey.heading).to_be_focused()
    page.on("dialog", lambda dialog: dialog.accept())
    journey.press("Clear answers")
    journey.at("account")
    expect(journey.heading).to_be_focused()


@only_htmx
def test_the_focus_can_be_seen_wherever_it_is(journey: Journey, page: Page, watch: Watch) -> None:
    """A ring of 3:1 against what is behind it, on every stop of a page with everything on it; none is out of sight."""
    watch.provokes(422)
    journey.open()
    journey.answers["plan"]["plan"] = "team"
    for step in (*STEPS["team"], "summary"):
        journey.at(step)
        if step == "members":
            journey.press("Add this person")
            expect(page.locator("#error-summary")).to_be_focused()
            journey.invite("Bob")
            journey.sees_invited("Bob")
        if step != "account":
            expect(journey.heading).to_be_focused()
        # From the top: where nothing has the focus, Tab goes on from where it was last.
        page.get_by_role("link", name="Skip to main content").focus()
        page.evaluate("window.stops = new Set()")
        for _ in range(60):
            page.keyboard.press("Tab")
            if not page.evaluate(STOP):
                break
            expect(page.locator("*:focus-within").last).to_be_in_viewport()
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            rings = page.evaluate(f"[...stops].map({RING})")
            assert len(rings) > 4
            for ring in rings:
                assert ring["style"] != "none", (scheme, ring)
                assert ring["width"] >= 2, (scheme, ring)
                assert ring["contrast"] >= 3, (scheme, ring)
        if step in journey.answers:
            journey.answer(step)


def test_the_way_at_400_percent(new_context: Callable[..., BrowserContext], mode: str, base_url: str) -> None:
    """A window of 1280 by 1024 is one of 320 by 256 then: nothing is cut off, nothing scrolls sideways."""
    page = new_context(java_script_enabled=mode == "htmx", viewport={"width": 320, "height": 256}).new_page()
    journey = Journey(page, mode)
    journey.open()
    journey.answers["plan"]["plan"] = "team"
    for step in (*STEPS["team"], "summary", "done"):
        journey.at(step)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        if step in journey.answers:
            journey.answer(step)
        elif step == "summary":
            journey.press("Create account")


@only_htmx
def test_forced_colours_leave_everything_to_be_seen(journey: Journey, page: Page, watch: Watch) -> None:
    """What is said by a colour is said by a line too, since colours are the visitor's own then."""
    watch.provokes(422)
    page.emulate_media(forced_colors="active")
    journey.go_to("profile")
    done, now, later = (
        page.locator(f".progress li >> nth={number}").evaluate(
            "one => ['content', 'outlineStyle'].map((what) => getComputedStyle(one, '::before')[what]).join()"
        )
        for number in (0, 2, 3)
    )
    # A tick, a ring around the mark, and the mark alone.
    assert len({done, now, later}) == 3
    page.set_viewport_size({"width": 600, "height": 800})
    expect(page.locator(".progress li").last).to_have_css("border-top-style", "solid")
    page.set_viewport_size({"width": 1280, "height": 720})
    journey.press("Continue")
    expect(page.locator("#error-summary")).to_have_css("border-top-style", "solid")
    expect(page.locator(".field-error").first).to_have_css("border-left-width", "4px")
    for button in ("Continue", "Back"):
        expect(journey.button(button)).to_have_css("border-top-style", "solid")
    main, other = (
        journey.button(words).evaluate("one => getComputedStyle(one).backgroundColor") for words in ("Continue", "Back")
    )
    assert main != other
    # A picture keeps its colours.
    expect(page.locator(".site-name img")).to_have_js_property("complete", True)
    page.keyboard.press("Tab")
    expect(page.locator("*:focus")).to_have_css("outline-style", "solid")
