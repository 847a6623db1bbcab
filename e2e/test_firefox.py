"""A second engine: of each thing that a browser has a part in, one test that is run in Firefox too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from . import firefox
from .browser import find_firefox
from .conftest import PATIENCE
from .journey import Journey, only_htmx
from .server import Server
from .test_clear import test_no_answer_is_left_in_a_cleared_session  # noqa: F401
from .test_errors import test_taken_username_is_refused  # noqa: F401
from .test_history import test_back_button_keeps_a_draft  # noqa: F401
from .test_history import test_browser_back_and_forward_show_every_step_filled as go_back_and_forward
from .test_journey import test_focus_goes_to_the_heading  # noqa: F401
from .test_journey import test_htmx_loads_one_whole_page as load_one_page
from .test_journey import test_signup_ends_in_an_account as sign_up
from .test_languages import test_a_switch_keeps_what_is_typed  # noqa: F401
from .test_names import test_every_other_name_works  # noqa: F401
from .watch import Watch

#: A browser that talks to nobody but the server under test.
QUIET: dict[str, Any] = {
    "network.proxy.type": 0,
    "app.update.enabled": False,
    "browser.safebrowsing.update.enabled": False,
}


@pytest.fixture(scope="session")
def engine(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Firefox."""
    path = find_firefox()
    if path is None:
        pytest.fail("No Firefox was found. Install one: python e2e/browser.py", pytrace=False)
    program = firefox.wrapped(path, tmp_path_factory.mktemp("firefox"))
    engine = playwright.firefox.launch(channel="moz-firefox", executable_path=program, firefox_user_prefs=QUIET)
    yield engine
    engine.close()


@pytest.fixture
def context(engine: Browser, mode: str, base_url: str) -> Iterator[BrowserContext]:
    """A browser context of the test's own."""
    context = engine.new_context(base_url=base_url, locale="en")
    context.set_default_timeout(PATIENCE)
    if mode == "plain":
        # Playwright cannot turn JavaScript off here. A page whose scripts are empty is the same to its visitor.
        context.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    yield context
    context.close()


@only_htmx
def test_a_field_is_checked_while_the_next_is_typed(journey: Journey, page: Page) -> None:
    """Typed key by key, as Firefox hears of a change from nothing else."""
    journey.open()
    journey.field("email").press_sequentially("nobody")
    page.keyboard.press("Tab")
    page.keyboard.type("ada")
    expect(page.locator("#email-error")).to_have_text("Error: Enter an email address like name@example.com")
    expect(journey.field("username")).to_be_focused()
    expect(journey.field("username")).to_have_value("ada")


def test_signup_ends_in_an_account(journey: Journey, page: Page, server: Server) -> None:
    """By the longer of the two ways."""
    sign_up(journey, page, server, "team")


@only_htmx
def test_htmx_loads_one_whole_page(journey: Journey, page: Page, watch: Watch) -> None:
    """And lives on it until the end."""
    load_one_page(journey, page, watch, "personal")


@only_htmx
def test_browser_back_and_forward_show_every_step_filled(journey: Journey, page: Page) -> None:
    """Where htmx puts the pages back."""
    go_back_and_forward(journey, page)


@only_htmx
def test_a_page_behind_a_redirect_is_loaded_once(page: Page) -> None:
    """The script compares the address with the one that was loaded, which must be that of the page itself."""
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    page.goto("/signup/summary#email")
    expect(page.locator("#email")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == "navigate"
    assert len(loads) == 2, "the summary, and the page that it leads to"
