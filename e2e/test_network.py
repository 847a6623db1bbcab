"""What a visitor with htmx meets when the network is slow or gone, or the click was a double click."""

from __future__ import annotations

from itertools import pairwise

from playwright.sync_api import BrowserContext, Page, Route, expect

from .journey import STEPS, Journey, only_htmx
from .server import Server
from .watch import Watch, is_sent

pytestmark = only_htmx


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
        journey.fill(**journey.answers[step])
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


def test_slow_answer_is_announced(journey: Journey, page: Page) -> None:
    """While a slow request is on its way, a status says so; when it is done, the status is empty again."""
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    gate = Gate(page)
    journey.press("Continue")
    expect(page.get_by_role("status")).to_have_text("Saving your answers")
    gate.open()
    journey.at("plan")
    expect(page.get_by_role("status")).to_be_empty()


def test_offline_keeps_the_input(journey: Journey, context: BrowserContext, watch: Watch) -> None:
    """Without a connection every step says so and keeps what was typed; sent again with one, it goes on."""
    watch.goes_offline()
    journey.go_to("account", plan="team")
    for step, following in pairwise((*STEPS["team"], "summary")):
        journey.fill(**journey.answers[step])
        context.set_offline(True)
        journey.press("Continue")
        expect(journey.alert).to_contain_text("There is no connection. What you typed is still here")
        expect(journey.alert).to_be_visible()
        journey.at(step)
        for name, value in journey.answers[step].items():
            field = journey.field(name, value)
            if isinstance(value, bool) or name == "plan":
                expect(field).to_be_checked()
            else:
                expect(field).to_have_value(value)
        context.set_offline(False)
        journey.press("Continue")
        journey.at(following)
        expect(journey.alert).to_be_hidden()


def test_server_error_keeps_the_input(journey: Journey, page: Page, watch: Watch) -> None:
    """When the server fails, the page says so and keeps what was typed; sent again, it goes on."""
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    watch.provokes(503)
    page.route("**/signup/profile", lambda route: route.fulfill(status=503, body="<h1>Not available</h1>"), times=1)
    journey.press("Continue")
    expect(journey.alert).to_contain_text("Something went wrong. Nothing was lost")
    journey.at("profile")
    journey.sees_filled("profile")
    journey.press("Continue")
    journey.at("plan")
    expect(journey.alert).to_be_hidden()
