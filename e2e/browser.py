"""Finds the browsers that the tests drive. Run as a script, it makes sure that they are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext

from playwright.sync_api import Playwright, sync_playwright

#: What Chromium is called on the PATH when it is not Playwright's own. The first has no windows around its pages, which
#: is what Playwright's own is like, and opens one in a third of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

#: Neither a download nor a package takes longer on a line that works.
LONGEST_INSTALL = 900

#: What there can be to do to install something: a list of commands.
Commands = list[list[str]]


def find(playwright: Playwright | None = None) -> str | None:
    """The path of a Chromium that starts: Playwright's own, else one on the PATH; ``None`` when there is none.

    :param playwright: the running Playwright, when there is one, as a process can only run one at a time.
    """
    with nullcontext(playwright) if playwright else sync_playwright() as running:
        own = running.chromium.executable_path
    return next((path for path in (own, *map(shutil.which, NAMES)) if path and _starts(path)), None)


def find_firefox() -> str | None:
    """The path of a Firefox that starts, as a distribution has it; ``None`` when there is none."""
    return next((path for path in map(shutil.which, ("firefox-esr", "firefox")) if path and _starts(path)), None)


def find_w3m() -> str | None:
    """The path of w3m; ``None`` when there is none."""
    return shutil.which("w3m")


def _starts(path: str) -> bool:
    """Whether the program at ``path`` starts: one whose libraries are missing is there, and is of no use."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _apt(*names: str) -> Commands:
    apt = [*([] if os.geteuid() == 0 else ["sudo"]), "apt-get", "-qq"]
    return [[*apt, "update"], [*apt, "install", "-y", *names]]


def _playwright(what: str) -> Commands:
    return [[sys.executable, "-m", "playwright", what, "chromium"]]


#: Each browser: how it is found, the ways to install it in the order in which they are tried, and what a person can do.
BROWSERS: dict[str, tuple[Callable[[], str | None], list[Commands], str]] = {
    "Chromium": (
        find,
        [_playwright("install"), _apt("chromium-headless-shell"), _apt("chromium"), _playwright("install-deps")],
        "`playwright install --with-deps chromium`, or `apt-get install chromium`",
    ),
    "Firefox": (find_firefox, [_apt("firefox-esr"), _apt("firefox")], "`apt-get install firefox-esr`"),
    "w3m": (find_w3m, [_apt("w3m")], "`apt-get install w3m`"),
}


def _run(commands: Commands) -> None:
    """Run ``commands`` until one fails. What counts is whether a browser can be found afterwards."""
    try:
        for command in commands:
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LONGEST_INSTALL
            )
    except (OSError, subprocess.SubprocessError):
        return


def main() -> int:
    """Install what is missing; the exit status says whether everything is there now."""
    missing = 0
    for name, (is_there, ways, cure) in BROWSERS.items():
        if is_there():
            continue
        print(f"Installing {name} for the browser tests")
        for commands in ways:
            _run(commands)
            if is_there():
                break
        else:
            missing += 1
            print(
                f"{name} is missing, and could not be installed: the browser tests need it. "
                f"Install it ({cure}) and run this again.",
                file=sys.stderr,
            )
    return min(missing, 1)


if __name__ == "__main__":
    sys.exit(main())
