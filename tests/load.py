"""How many visitors SQLite carries: run by hand, `make load`.

It starts the signup as `make run` does, lets more and more visitors send a step each second, and says at how many one
first waits a second. Everything runs on one machine, so that what sends takes its share of it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.conftest import PROFILE, hidden
from tests.processes import Browser, Gunicorn, serving

#: Seconds that each number of visitors is held for, and what nobody shall wait.
HELD, TOO_LONG = 5, 1.0


def arrive(server: Gunicorn, number: int) -> tuple[Browser, dict[str, str]]:
    """Let a visitor answer the first step, and open the second."""
    browser = Browser(server)
    browser.post("account", {"email": f"v{number}@example.com", "username": f"visitor{number}"})
    return browser, hidden(browser.get("profile").text)


def send(visitor: tuple[Browser, dict[str, str]], due: float) -> float:
    """Send an answer when it is due, and return how long after that it was saved."""
    time.sleep(max(0.0, due - time.monotonic()))
    browser, opened = visitor
    answer = browser.post("profile", {**PROFILE, "full_name": f"Ada {due}"}, opened)
    return time.monotonic() - due if answer.status == 303 else float("inf")


def longest(pool: ThreadPoolExecutor, visitors: list[tuple[Browser, dict[str, str]]], rate: int) -> float:
    """Return how long anybody waits when ``rate`` answers are sent each second."""
    begun = time.monotonic() + 0.1
    sent = [pool.submit(send, visitors[number % len(visitors)], begun + number / rate) for number in range(rate * HELD)]
    return max(one.result() for one in sent)


def main() -> None:
    """Find the number, and print each step on the way."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(64) as pool,
        serving(Path(folder), patient=False, DATABASE_URL=f"sqlite:///{folder}/load.db") as server,
    ):
        visitors = [arrive(server, number) for number in range(64)]
        rate, carried = 4, 0
        while (waited := longest(pool, visitors, rate)) < TOO_LONG:
            sys.stdout.write(f"{rate} answers a second: nobody waits longer than {waited * 1000:.0f} ms\n")
            carried, rate = rate, rate * 5 // 4 + 1
    sys.stdout.write(f"{rate} answers a second: somebody waits {waited:.1f} s\n")
    sys.stdout.write(f"{carried} answers a second are carried, by {os.cpu_count()} cores\n")


if __name__ == "__main__":
    main()
