"""What is counted, by all visitors together, and what is found in the end."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

#: What there must be none of.
FAULTS = ("answers lost", "accounts doubled", "accounts wrong", "requests failed", "visitors stuck")


@dataclass
class Tally:
    """Counts what happens, and prints each fault when it is found."""

    counts: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def add(self, what: str, number: int = 1) -> None:
        """Count something."""
        with self._lock:
            self.counts[what] += number

    def fault(self, what: str, said: Any) -> None:
        """Count something that must not be, and say which it is."""
        assert what in FAULTS
        self.add(what)
        say(f"  {what}: {said}")

    @property
    def is_good(self) -> bool:
        """Whether there was no fault, and something that could have been one."""
        return not any(self.counts[what] for what in FAULTS) and self.counts["answers accepted"] > 0

    def report(self) -> str:
        """Return all counts in lines."""
        lines = [f"{what}: {self.counts[what]}" for what in ("answers accepted", "answers looked at", "runs finished")]
        lines += [f"times that {what}: {number}" for what, number in sorted(self.troubles.items())]
        return "\n".join([*lines, *(f"{what}: {self.counts[what]}" for what in FAULTS)])


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
