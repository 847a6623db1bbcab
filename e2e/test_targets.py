"""Targets: whatever can be pressed is as large as a thumb, on every page of the signup."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .journey import STEPS, Journey, only_htmx
from .watch import Watch

#: Returns what is smaller than 44 by 44: where a press near a corner of that square, around its middle, goes astray. A
#: bar of the progress is as wide as the way lets it be. A link within a sentence is as high as its line: WCAG 2.5.5.
SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea")].filter((one) => {
  const isInSentence = getComputedStyle(one).display === "inline" && !one.closest("header, footer, li")
    && one.parentElement.innerText.trim() !== one.innerText.trim();
  if (one.matches(":disabled, .visually-hidden, .skip") || !one.checkVisibility() || isInSentence) return false;
  one.scrollIntoView({ block: "center" });
  const { x, y, width, height } = one.getBoundingClientRect();
  const across = (one.closest(".progress") ? Math.min(44, width) : 44) / 2 - 1;
  return [[-1, -1], [1, -1], [-1, 1], [1, 1]].some(([right, down]) => {
    const hit = document.elementFromPoint(x + width / 2 + right * across, y + height / 2 + down * 21);
    return !one.contains(hit) && hit?.closest("label")?.control !== one;
  });
}).map((one) => one.outerHTML)"""

#: A phone, and a tablet.
SIZES = ({"width": 390, "height": 844}, {"width": 1024, "height": 768})


def see_large(page: Page) -> None:
    """See that a thumb hits all of the page, whatever is typed and whatever is wrong."""
    for size in SIZES:
        page.set_viewport_size(size)
        page.evaluate("document.documentElement.style.scrollbarGutter = 'auto'")
        assert page.evaluate(SMALL) == [], (page.url, size)


@only_htmx
def test_a_thumb_hits_everything(journey: Journey, page: Page, watch: Watch) -> None:
    """On the way of a team, on its account, and on the way back into it."""
    watch.provokes(422)
    device = page.context.new_cdp_session(page)
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    # Nor do the scroll bars of what is touched take any room.
    device.send("Emulation.setScrollbarsHidden", {"hidden": True})
    page.goto("/")
    see_large(page)
    journey.answers["plan"]["plan"] = "team"
    journey.open()
    for step in STEPS["team"]:
        journey.at(step)
        if step != "photo":
            journey.press("Add this person" if step == "members" else "Continue")
            expect(page.locator("#error-summary")).to_be_visible()
        if step == "members":
            journey.invite("Grace")
            journey.sees_invited("Grace")
        see_large(page)
        journey.answer(step)
    journey.at("summary")
    see_large(page)
    journey.press("Create account")
    journey.at("done")
    see_large(page)
    for name in ("", "/password", "/delete", "/team/invite", "/email/address", "/new-photo/photo"):
        page.goto(f"/account{name}")
        see_large(page)
    page.goto("/account")
    journey.press("Sign out")
    expect(page.locator("header.site .who")).to_have_text("Sign in")
    for name in ("sign-in", "forgot/email", "terms"):
        page.goto(f"/{name}")
        see_large(page)
