"""How many answers a second SQLite saves before a visitor waits a second for its one writer: run by hand, `make load`.

Processes save sessions of the size of a signup into one file, as those of a server do, at a rate that grows until
somebody waits too long. No page is made meanwhile, so that it is the writer that is measured.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from datetime import timedelta
from itertools import count
from multiprocessing import get_context

from wizard.errors import StoreError
from wizard.sessions import open_store

#: As many processes as a server of four cores has; how long each rate is held, and what nobody shall wait, in seconds.
PROCESSES, HELD, TOO_LONG = 4, 3.0, 1.0

#: What a signup of six steps holds towards its end, in characters.
SIZE = 3_000


def save(url: str, begin: float, rate: float) -> tuple[float, float, int]:
    """Save sessions, ``rate`` a second. Return the longest wait, the processor time taken, and how many were saved."""
    store = open_store(url)
    longest, saved, spent = 0.0, 0, time.process_time()
    for number in count():
        due = begin + number / rate
        if due >= begin + HELD or longest >= TOO_LONG:
            break
        time.sleep(max(0.0, due - time.time()))
        if number % 10 == 0:
            visitor, version = secrets.token_hex(), 0
        try:
            store.save(visitor, "x" * SIZE, timedelta(days=1), version=version)
            version += 1
            saved += 1
        except StoreError:
            longest = TOO_LONG
        longest = max(longest, time.time() - due)
    return longest, time.process_time() - spent, saved


def main() -> None:
    """Find the number, and print each rate on the way."""
    carried = 0.0
    with tempfile.TemporaryDirectory() as folder, get_context("fork").Pool(PROCESSES) as pool:
        url = f"sqlite:///{folder}/load.db"
        open_store(url)
        for rate in (50.0 * 1.5**power for power in count()):
            begin = time.time() + 1
            done = pool.starmap(save, [(url, begin, rate / PROCESSES)] * PROCESSES, chunksize=1)
            longest = max(wait for wait, _, _ in done)
            cost = sum(spent for _, spent, _ in done) / max(1, sum(saved for _, _, saved in done))
            told = f"{rate:.0f} answers a second: nobody waits longer than {longest:.3f} s, {cost * 1000:.2f} ms each\n"
            sys.stdout.write(told if longest < TOO_LONG else f"{rate:.0f} answers a second: somebody waits a second\n")
            if longest >= TOO_LONG:
                break
            carried = rate
    sys.stdout.write(f"{carried:.0f} answers a second are saved in time, on {os.cpu_count()} cores\n")


if __name__ == "__main__":
    main()
