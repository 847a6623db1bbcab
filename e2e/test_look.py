"""The look: one light sheet of tokens, pages that stand still, and a summary that can be printed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from wizard import assets

from .journey import STEPS, Journey, only_htmx, only_plain
from .watch import Watch

STATIC = assets.folder("static")
SHEET = STATIC / "wizard.css"

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

#: Whether two things on the page lie over each other.
OVERLAP = """([one, other]) => {
  const [a, b] = [one, other].map((selector) => document.querySelector(selector).getBoundingClientRect());
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}"""

#: What visitors may ask of a text: twice its size, and the spacing of WCAG 1.4.12.
LARGE = "html { font-size: 212.5% !important }"
WIDE = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
SET_SHEET = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""

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
    """Under 20 kB; a colour is said once, in a block of custom properties."""
    assert len(SHEET.read_bytes()) < 20_000
    sheet = SHEET.read_text() + (STATIC / "signup.css").read_text()
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
def test_no_step_scrolls_the_page_and_a_short_one_needs_no_scrolling(journey: Journey, page: Page) -> None:
    """Each begins at its top; on a screen of 1280 by 900 the empty steps show everything."""
    page.set_viewport_size({"width": 1280, "height": 900})
    journey.open()
    journey.answers["plan"]["plan"] = "team"
    for step in STEPS["team"]:
        journey.at(step)
        assert page.evaluate("scrollY") == 0, step
        if step == "verify":
            # What can be done without a mail comes after all that is needed with one.
            expect(journey.go_on).to_be_in_viewport()
        else:
            assert page.evaluate("document.documentElement.scrollHeight") == 900, step
        journey.answer(step)
    journey.at("summary")
    assert page.evaluate("scrollY") == 0


@only_htmx
def test_a_message_that_comes_finds_its_place_free(journey: Journey, page: Page) -> None:
    """Nothing moves on a narrow page; and where there is no message, the field follows its hint."""
    page.set_viewport_size({"width": 320, "height": 640})
    journey.open()
    where = "() => ['email', 'username'].map((id) => document.getElementById(id).getBoundingClientRect().y)"
    before = [page.evaluate(where), journey.button("Continue").bounding_box()]
    hint, field = page.locator("#email-hint").bounding_box(), page.locator("#email").bounding_box()
    assert hint
    assert field
    assert field["y"] - hint["y"] - hint["height"] < 16
    journey.fill(email="nobody", username="a b")
    journey.field("email").focus()
    for name in ("email", "username"):
        expect(page.locator(f"#{name}-error")).to_be_visible()
    assert [page.evaluate(where), journey.button("Continue").bounding_box()] == before


@only_htmx
def test_nothing_lies_over_anything_else(journey: Journey, page: Page, watch: Watch) -> None:
    """Neither an alert nor a large text meets the name of the site or the languages, however wide the page is."""
    watch.goes_offline()
    journey.open()
    page.context.set_offline(True)
    journey.press("Continue")
    expect(journey.alert).to_be_visible()
    for css in ("", LARGE):
        page.evaluate(SET_SHEET, css)
        for width in (320, 768, 1024, 1920):
            page.set_viewport_size({"width": width, "height": 640})
            parts = [".site-name", "#page-alert", ".languages", ".progress"]
            for number, one in enumerate(parts):
                for other in parts[number + 1 :]:
                    assert not page.evaluate(OVERLAP, [one, other]), (css, width, one, other)
            assert page.evaluate("document.body.getBoundingClientRect().y") == 0, (css, width)
            assert page.locator(".who").evaluate("one => one.scrollWidth <= one.clientWidth"), (css, width)
        journey.alert.evaluate("one => { one.hidden = true; }")
    page.context.set_offline(False)


@only_plain
def test_a_large_or_wide_text_fits(journey: Journey, page: Page) -> None:
    """At 320 px, in the language with the longest words."""
    page.set_viewport_size({"width": 320, "height": 640})
    journey.go_to("summary", plan="team")
    journey.press("Deutsch")
    for address in ("/", *(f"/signup/{step}" for step in (*STEPS["team"], "summary", "clear"))):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        for css in (LARGE, WIDE):
            page.evaluate(SET_SHEET, css)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, (address, css)


@only_plain
def test_a_choice_is_marked_as_a_whole(journey: Journey, page: Page, watch: Watch) -> None:
    """The bar of a mistake begins with the question, and the focus rings the card."""
    watch.provokes(422)
    journey.go_to("plan")
    journey.press("Continue")
    box, legend = page.locator("#plan-field").bounding_box(), page.locator("#plan-field legend").bounding_box()
    assert box
    assert legend
    assert box["y"] == legend["y"]
    expect(page.locator("#plan-field")).to_have_css("border-left-style", "solid")
    page.locator("#plan-field input").first.focus()
    expect(page.locator(".option").first).to_have_css("outline-style", "solid")
    expect(page.locator("#plan-field input").first).to_have_css("outline-style", "none")


@only_plain
def test_a_link_that_looks_like_a_button_has_its_words_in_the_middle(page: Page, watch: Watch) -> None:
    """As a button has, when they take two lines."""
    watch.provokes(404)
    page.goto("/nowhere")
    expect(page.locator("a.button")).to_have_css("text-align", "center")


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
    number = page.locator(".steps li").first.evaluate("one => getComputedStyle(one, '::before').color")
    assert number == "rgb(0, 0, 0)"
    expect(page.get_by_role("button", name="Start again")).to_be_hidden()
