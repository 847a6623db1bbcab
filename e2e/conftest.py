"""The fixtures of the browser tests: the server, the browser, and a visitor's journey in each of the two modes."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from . import browser as chromium
from . import server as servers
from .journey import Journey
from .watch import REPORT_CSP, Watch

#: How long anything may take, in milliseconds. Nothing waits so long unless it is going to fail.
PATIENCE = 10_000

#: A browser that talks to the server under test and to nobody else.
CHROMIUM_ARGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
    # Else there is a process for each address, and a spare one.
    "--renderer-process-limit=1",
)

#: All visitors come from one address, and each is sent a code.
EVERYBODY = '{"address": "100000 per hour", "run": "30 per hour"}'

expect.set_options(timeout=PATIENCE)

_ARTIFACTS = pytest.StashKey[TemporaryDirectory[str]]()


@pytest.fixture(scope="session")
def _pw_artifacts_folder(
    _pw_artifacts_folder: TemporaryDirectory[str], request: pytest.FixtureRequest
) -> TemporaryDirectory[str]:
    request.session.stash[_ARTIFACTS] = _pw_artifacts_folder
    return _pw_artifacts_folder


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Delete the folder of pytest-playwright, which does it at a point that no worker of pytest-xdist comes to."""
    if folder := session.stash.get(_ARTIFACTS, None):
        folder.cleanup()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A real gunicorn with a database of its own."""
    with servers.running(tmp_path_factory.mktemp("server"), WIZARD_LIMIT_BEGIN=EVERYBODY) as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """How Chromium is started; a failure, never a skip, where there is none."""
    path = chromium.find(playwright)
    if path is None:
        pytest.fail("No Chromium was found. Install one: python e2e/browser.py", pytrace=False)
    return {**browser_type_launch_args, "executable_path": path, "args": list(CHROMIUM_ARGS)}


@pytest.fixture(scope="session")
def base_url(server: servers.Server) -> str:
    """What pytest-playwright puts before the addresses that tests visit."""
    return server.url


@pytest.fixture(params=["htmx", "plain"])
def mode(request: pytest.FixtureRequest) -> str:
    """``htmx``, or ``plain``: a browser with JavaScript off. A test may narrow it: see ``only_htmx``."""
    return str(request.param)


@pytest.fixture(scope="session")
def contexts(browser: Browser, browser_context_args: dict[str, Any]) -> dict[str, BrowserContext]:
    """A browser context for each mode, which the tests share: each is a process, and to start one takes long.

    A page of each stays open, so that its process does. What moves takes a fifth of the time; its tests ask for it.
    Each speaks a language, and is in no country.
    """

    def new(mode: str) -> BrowserContext:
        context = browser.new_context(
            **browser_context_args, java_script_enabled=mode == "htmx", locale="en", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(REPORT_CSP)
        context.new_page()
        return context

    return {mode: new(mode) for mode in ("htmx", "plain")}


@pytest.fixture
def context(contexts: dict[str, BrowserContext], mode: str) -> Iterator[BrowserContext]:
    """The browser of a visitor who was never here: no cookies, and no page open."""
    context = contexts[mode]
    yield context
    context.set_offline(False)
    for page in context.pages[1:]:
        page.close()
    context.clear_cookies()


@pytest.fixture(autouse=True)
def watch(context: BrowserContext) -> Iterator[Watch]:
    """Fails the test when the browser complains of anything: an error, a warning, a breach of the CSP."""
    watch = Watch(context)
    yield watch
    watch.stop()
    assert watch.complaints == []


@pytest.fixture
def journey(page: Page, mode: str, watch: Watch) -> Journey:
    """A visitor who has opened nothing yet."""
    return Journey(page, mode)
