"""The signup in w3m, a browser without scripts, style sheets or a mouse: the plain way, by keyboard, as text."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

from tests.conftest import code_in

from .browser import find_w3m
from .server import Server

COLUMNS, LINES = 100, 60

#: How many seconds a page may take on a machine that has much else to do.
LONGEST_PAGE = 60


class TextBrowser:
    """w3m in a terminal of its own.

    :param url: the page that it begins with.
    :param home: where it keeps what it keeps.
    """

    def __init__(self, url: str, home: Path) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            given = {"TERM": "vt100", "HOME": str(home), "COLUMNS": str(COLUMNS), "LINES": str(LINES)}
            os.execvpe("w3m", ["w3m", "-cookie", "-no-proxy", url], {**os.environ, "LANG": "C.UTF-8", **given})

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def sees(self, *words: str) -> None:
        """Wait until all of these stand on the screen."""
        self._wait(lambda: all(word in self.text for word in words), f"{words} is not on the screen")

    def sees_no(self, words: str) -> None:
        """Wait until these stand on the screen no more."""
        self._wait(lambda: words not in self.text, f"{words} is still on the screen")

    def _wait(self, ready: Callable[[], bool], trouble: str) -> None:
        """Read what w3m draws, which comes in pieces, until the screen is as it should be."""
        end = time.monotonic() + LONGEST_PAGE
        while not ready():
            more, _, _ = select.select([self._terminal], [], [], max(0, end - time.monotonic()))
            assert more, f"{trouble}:\n{self.text}"
            self._stream.feed(os.read(self._terminal, 65536))

    def press(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._terminal, keys.encode())

    def go_to(self, words: str) -> None:
        """Find these words from the top of the page."""
        self.press(f"g/{words}\r")

    def follow(self, words: str) -> None:
        """Find these words below the cursor, and press Enter on them."""
        self.press(f"/{words}\r\r")

    def type(self, label: str, text: str, prompt: str = "TEXT:") -> None:
        """Type into the field after this label."""
        self.go_to(label)
        self.press("\t\r")
        self.sees(prompt)
        self.press(f"\x15{text}\r")
        # The next prompt looks the same.
        self.sees_no(prompt)

    def close(self) -> None:
        """Leave."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)


@pytest.fixture
def browser(server: Server, tmp_path: Path) -> Iterator[TextBrowser]:
    """w3m, on the front page."""
    if find_w3m() is None:
        pytest.fail("No w3m was found. Install it: python e2e/browser.py", pytrace=False)
    browser = TextBrowser(f"{server.url}/", tmp_path)
    yield browser
    browser.close()


@pytest.fixture
def watch() -> None:
    """There is no console to listen to."""


def test_a_visitor_with_a_text_browser_signs_up(browser: TextBrowser, server: Server) -> None:
    """Every question, hint, mistake and answer can be read, and an account is there in the end."""
    browser.sees("One place for your work", "Create an account")
    browser.press("/Create an account\rn\r")
    browser.sees("Step 1 of 9", "Your account", "We use it to sign you in")

    browser.type("Email address", "text-browser@")
    browser.type("Username", "text-browser")
    browser.follow("Continue")
    browser.sees(
        "There is a problem",
        "Error: Enter an email address like name@example.com",
        "[text-browser@",
    )
    browser.type("We use it to sign you in", "text-browser@example.com")
    browser.follow("Continue")

    browser.sees("Step 2 of 9", "1. Your account completed", "Check your email", "We’ve sent a code to")
    browser.type("Six digits", code_in(server.page("/mailbox"), "text-browser@example.com"))
    browser.follow("Continue")

    browser.sees("Step 3 of 9", "2. Email confirmation completed", "About you")
    browser.type("Full name", "Ada Lovelace")
    browser.sees("Date of birth", "For example, 31 3 1980")
    for part, text in (("Day", "10"), ("Month", "December"), ("Year", "1985")):
        browser.type(part, text)
    browser.go_to("Country")
    browser.press("\t\r")
    browser.sees("Afghanistan")
    browser.press("/United Kingdom\r\r")
    browser.sees("[United Kingdom")
    browser.follow("Continue")

    browser.sees("Step 4 of 9", "Choose a plan", "( ) Personal: Free, One person")
    browser.go_to("Personal: Free")
    browser.press("\x1b\t\r")
    browser.sees("(*) Personal: Free, One person")
    browser.follow("Continue")

    browser.sees("Step 5 of 7", "Your photo", "PNG, JPEG, WebP or AVIF")
    browser.go_to("PNG, JPEG")
    browser.follow("Continue")

    browser.sees("Step 6 of 7", "Secure your account")
    browser.type("Three random words", "correct horse battery", "Password:")
    browser.go_to("I accept")
    browser.press("\x1b\t\r")
    browser.sees("[*] I accept the terms of use")
    browser.follow("Continue")

    browser.sees("Check your answers", "text-browser@example.com", "10 December 1985", "United Kingdom", "Hidden")
    browser.follow("Create account")
    browser.sees("Account created", "Your reference is")
    [account] = server.accounts("text-browser@example.com")
    assert account["full_name"] == "Ada Lovelace"
    browser.sees(account["reference"])
