"""What a visitor with htmx meets when the network is slow or gone, or the click was a double click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Route, expect

from .journey import STEPS, Journey, in_parts, only_htmx
from .server import Server
from .watch import Watch, is_sent

pytestmark = only_htmx

#: Lets a transition go on until it is ended by hand.
HOLD = """
const start = document.startViewTransition.bind(document);
document.startViewTransition = (change) => ({
  finished: start(change).updateCallbackDone.then(() => new Promise((end) => { window.endTransition = end; })),
});
"""


@pytest.fixture(scope="module")
def freezing(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """A browser that keeps pages in its back/forward cache, which Playwright turns off."""
    browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"])
    yield browser
    browser.close()


class Gate:
    """Holds back every POST of ``page`` until it is opened."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._held: list[Route] = []
        page.route("**/signup/**", self._handle)

    def open(self) -> None:
        """Let through what is held, and whatever comes after it."""
        for route in self._held:
            route.continue_()
        self._page.unroute("**/signup/**", self._handle)

    def _handle(self, route: Route) -> None:
        if is_sent(route.request):
            self._held.append(route)
        else:
            route.continue_()


def test_double_click_sends_once(journey: Journey, page: Page, watch: Watch) -> None:
    """A second click on Continue while the first is on its way sends nothing, neither then nor later."""
    journey.go_to("account", plan="team")
    for step, following in pairwise((*STEPS["team"], "summary")):
        journey.type(step)
        gate = Gate(page)
        with page.expect_request(is_sent):
            journey.button("Continue").dblclick()
        gate.open()
        journey.at(following)
        page.reload()
        journey.at(following)
        assert len(watch.posts(f"/signup/{step}")) == 1


def test_double_click_creates_one_account(journey: Journey, page: Page, watch: Watch, server: Server) -> None:
    """A double click on Create account sends one POST, and creates one account."""
    journey.go_to("summary")
    gate = Gate(page)
    with page.expect_request(is_sent):
        journey.button("Create account").dblclick()
    gate.open()
    journey.at("done")
    assert len(watch.posts("/signup/summary")) == 1
    assert len(server.accounts(journey.email)) == 1


def test_enter_twice_sends_once(journey: Journey, page: Page, watch: Watch) -> None:
    """As a double click does."""
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    gate = Gate(page)
    with page.expect_request(is_sent):
        for _ in range(2):
            journey.field("full_name").press("Enter")
    gate.open()
    journey.at("plan")
    assert len(watch.posts("/signup/profile")) == 1


def test_slow_answer_is_announced(journey: Journey, page: Page) -> None:
    """While a slow request is on its way, a status says so and can be seen; when it is done, it is empty again."""
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    gate = Gate(page)
    journey.press("Continue")
    expect(page.get_by_role("status")).to_have_text("Saving your answers")
    expect(page.get_by_role("status")).to_be_in_viewport()
    gate.open()
    journey.at("plan")
    expect(page.get_by_role("status")).to_be_empty()


def test_slow_answer_is_announced_though_the_page_is_still_fading_in(journey: Journey, page: Page) -> None:
    """htmx ends a request with its transition, and by then the visitor may have sent the next."""
    page.emulate_media(reduced_motion="no-preference")
    page.add_init_script(HOLD)
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    gate = Gate(page)
    journey.press("Continue")
    page.evaluate("() => window.endTransition()")
    expect(page.get_by_role("status")).to_have_text("Saving your answers")
    gate.open()
    journey.at("plan")
    page.evaluate("() => window.endTransition()")
    expect(page.get_by_role("status")).to_be_empty()


def offline(journey: Journey, page: Page) -> None:
    """The connection is gone."""
    page.context.set_offline(True)
    journey.press("Continue")
    expect(journey.alert).to_contain_text("There is no connection. What you typed is still here")
    page.context.set_offline(False)


def no_answer(journey: Journey, page: Page) -> None:
    """The server never answers, and htmx gives up after a minute."""
    page.clock.install()
    gate = Gate(page)
    with page.expect_request(is_sent):
        journey.press("Continue")
    page.clock.fast_forward(61_000)
    expect(journey.alert).to_contain_text("There is no connection. What you typed is still here")
    gate.open()


def crash(journey: Journey, page: Page, status: int) -> None:
    """The server fails."""
    page.route("**/signup/profile", lambda route: route.fulfill(status=status, body="<h1>Oh</h1>"), times=1)
    journey.press("Continue")
    expect(journey.alert).to_contain_text("Something went wrong. What you typed is still here")


FAILURES = [offline, no_answer, partial(crash, status=500), partial(crash, status=503)]


@pytest.mark.parametrize("fails", FAILURES, ids=["offline", "no answer", "500", "503"])
def test_a_failure_leaves_everything_in_its_place(
    journey: Journey, page: Page, watch: Watch, fails: Callable[[Journey, Page], None]
) -> None:
    """What was typed, the focus, the address and the history; a screen reader is told; sent again, it goes on."""
    watch.provokes(500, 503)
    watch.goes_offline()
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    before = page.evaluate("() => history.length")
    fails(journey, page)
    expect(journey.alert).to_have_role("alert")
    expect(journey.button("Continue")).to_be_focused()
    journey.at("profile")
    journey.sees_filled("profile")
    assert page.evaluate("() => history.length") == before
    journey.press("Continue")
    journey.at("plan")
    expect(journey.alert).to_be_hidden()
    page.go_back()
    journey.at("profile")
    journey.sees_filled("profile")
    page.go_forward()
    journey.at("plan")


def test_a_page_that_the_browser_had_frozen_is_live(freezing: Browser, base_url: str) -> None:
    """Whether a browser freezes such a page or not: after Back it can be used, and shows nothing that was erased."""
    context = freezing.new_context(base_url=base_url)
    page = context.new_page()
    journey = Journey(page, "htmx")
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    page.get_by_role("link", name="Acme", exact=True).click()
    expect(journey.heading).to_have_text("One place for your work")
    other = Journey(page.context.new_page(), "htmx")
    other.open("clear")
    other.press("Clear answers")
    other.at("account")
    page.go_back()
    journey.at("account")
    journey.sees_empty("account")
    journey.answer("account")
    journey.at("verify")
    context.close()


def test_offline_keeps_the_input(journey: Journey, context: BrowserContext, watch: Watch) -> None:
    """Without a connection every step says so and keeps what was typed; sent again with one, it goes on."""
    watch.goes_offline()
    journey.go_to("account", plan="team")
    for step, following in pairwise((*STEPS["team"], "summary")):
        journey.type(step)
        context.set_offline(True)
        journey.press("Continue")
        expect(journey.alert).to_contain_text("There is no connection. What you typed is still here")
        expect(journey.alert).to_be_visible()
        journey.at(step)
        for name, value in in_parts(journey.answers[step]).items():
            field = journey.field(name, value)
            if isinstance(value, bool) or name == "plan":
                expect(field).to_be_checked()
            else:
                expect(field).to_have_value(journey.held(name, value))
        context.set_offline(False)
        journey.press("Continue")
        journey.at(following)
        expect(journey.alert).to_be_hidden()
