"""Finds the Chromium that the browser tests drive. Run as a script, it makes sure that there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext

from playwright.sync_api import Playwright, sync_playwright

#: What Chromium is called on the PATH when it is not Playwright's own.
NAMES = ("chromium", "chromium-browser", "google-chrome")

MISSING = (
    "Chromium is missing, and could not be installed: the browser tests need it. "
    "Install it (`playwright install --with-deps chromium`, or `apt-get install chromium`) and run this again."
)

#: Neither a download nor a package takes longer on a line that works.
LONGEST_INSTALL = 900


def find(playwright: Playwright | None = None) -> str | None:
    """The path of a Chromium that starts: Playwright's own, else one on the PATH; ``None`` when there is none.

    :param playwright: the running Playwright, when there is one, as a process can only run one at a time.
    """
    with nullcontext(playwright) if playwright else sync_playwright() as running:
        own = running.chromium.executable_path
    return next((path for path in (own, *map(shutil.which, NAMES)) if path and _starts(path)), None)


def _starts(path: str) -> bool:
    """Whether the program at ``path`` starts: one whose libraries are missing is there, and is of no use."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _installs() -> Iterator[list[list[str]]]:
    """The ways to install Chromium, each a list of commands, in the order in which they are tried."""
    playwright = [sys.executable, "-m", "playwright"]
    apt = [*([] if os.geteuid() == 0 else ["sudo"]), "apt-get", "-qq"]
    yield [[*playwright, "install", "chromium"]]
    yield [[*apt, "update"], [*apt, "install", "-y", "chromium"]]
    yield [[*playwright, "install-deps", "chromium"]]


def _run(commands: list[list[str]]) -> None:
    """Run ``commands`` until one fails. What counts is whether a browser can be found afterwards."""
    try:
        for command in commands:
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LONGEST_INSTALL
            )
    except (OSError, subprocess.SubprocessError):
        return


def main() -> int:
    """Install Chromium unless there is one; the exit status says whether there is one now."""
    if find():
        return 0
    print("Installing Chromium for the browser tests")
    for commands in _installs():
        _run(commands)
        if find():
            return 0
    print(MISSING, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
