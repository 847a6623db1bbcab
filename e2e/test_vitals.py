"""What a person feels on a slow phone and a slow line: when a page is there, whether it moves, how soon it answers.

The measures and their bounds are those of the Core Web Vitals. A machine that is busy with other things is only ever
slower, so the best of a few tries counts.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from .journey import Journey, only_htmx
from .watch import Watch

#: In milliseconds: what counts as good at most.
LARGEST_PAINT, NEXT_PAINT = 2500, 200

#: A phone of the middle, in a train: bits a second become bytes.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 // 8, "uploadThroughput": 750_000 // 8}
SLOWER = 4

TRIES = 3

OBSERVE = """
window.vitals = { paint: 0, shift: 0, answers: [] };
const watch = (type, options, each) => new PerformanceObserver((list) => list.getEntries().forEach(each))
  .observe({ type, buffered: true, ...options });
watch("largest-contentful-paint", {}, ({ startTime }) => { vitals.paint = startTime; });
watch("layout-shift", {}, ({ hadRecentInput, value, sources }) => {
  if (!hadRecentInput && sources.some(({ node }) => node?.id !== "live")) vitals.shift += value;
});
watch("event", { durationThreshold: 16 }, ({ interactionId, duration }) => {
  if (interactionId) vitals.answers.push(duration);
});
watch("first-input", {}, ({ duration }) => vitals.answers.push(duration));
"""


#: Waits for the fonts, and until they are painted.
REST = "() => document.fonts.ready.then(() => new Promise((go) => requestAnimationFrame(() => setTimeout(go))))"


def slow(page: Page) -> None:
    """Make the browser as slow as that, and have it remember nothing of what it has loaded."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    devtools.send("Network.emulateNetworkConditions", LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def read(page: Page) -> dict[str, Any]:
    """What was measured on the page as it stands, once it has come to rest."""
    page.wait_for_load_state("networkidle")
    page.evaluate(REST)
    vitals: dict[str, Any] = page.evaluate("() => window.vitals")
    return vitals


@only_htmx
def test_a_page_is_soon_there_on_a_slow_phone_and_nothing_in_it_moves(page: Page) -> None:
    """The front page and a step, on a first visit: the font comes late, and takes the room that is kept for it."""
    page.add_init_script(OBSERVE)
    page.set_viewport_size({"width": 390, "height": 844})
    slow(page)
    for address in ("/", "/signup/account"):
        paints = []
        for _ in range(TRIES):
            page.goto(address)
            vitals = read(page)
            # Words of another font end a fraction of a pixel elsewhere.
            assert round(vitals["shift"], 3) == 0, address
            paints.append(vitals["paint"])
            if 0 < paints[-1] <= LARGEST_PAINT:
                break
        assert 0 < min(paints) <= LARGEST_PAINT, address


@only_htmx
def test_a_step_answers_at_once_on_a_slow_phone(journey: Journey, page: Page, watch: Watch) -> None:
    """What is typed, and a button that is pressed: something changes before a person wonders."""
    watch.provokes(422)
    page.add_init_script(OBSERVE)
    page.set_viewport_size({"width": 390, "height": 844})
    slow(page)
    worst = []
    for _ in range(TRIES):
        journey.open("account")
        page.locator("#email").press_sequentially("ada@")
        journey.press("Continue")
        page.locator("#error-summary").wait_for()
        worst.append(max(read(page)["answers"]))
        if worst[-1] <= NEXT_PAINT:
            break
    assert min(worst) <= NEXT_PAINT
