"""Claim: who is finishing a run just now. While somebody is, its answers are frozen."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

#: Seconds after which an attempt counts as over, such as one whose process was killed.
LEASE = 60


class Claim:
    """The attempts to finish one run. Each has an id and a lease; until that ends, the attempt may be under way.

    It is immutable: each change returns another Claim.

    :param attempts: for the id of each attempt when its lease ends, in seconds since the epoch; negative when the
        attempt is known to have failed.

    >>> claim, mine = Claim({}).joined(now=1000)
    >>> claim.is_live(now=1001), claim.is_live(now=1061)
    (True, False)
    >>> claim.failed(mine).is_live(now=1001), claim.failed(mine).is_unknown(now=1001)
    (False, True)
    >>> claim.without(mine).attempts
    {}
    """

    def __init__(self, attempts: Mapping[str, int]) -> None:
        self.attempts = dict(attempts)

    def __bool__(self) -> bool:
        return bool(self.attempts)

    def joined(self, now: float) -> tuple[Claim, str]:
        """Return the claim with one attempt more, and the id of that attempt."""
        attempt = secrets.token_urlsafe(6)
        return Claim({**self.attempts, attempt: int(now) + LEASE}), attempt

    def without(self, attempt: str) -> Claim:
        """Return the claim without an attempt that is known to have done nothing."""
        return Claim({one: until for one, until in self.attempts.items() if one != attempt})

    def failed(self, attempt: str) -> Claim:
        """Return the claim with an attempt marked as failed: it has ended, and may or may not have finished the run."""
        return Claim({one: -abs(until) if one == attempt else until for one, until in self.attempts.items()})

    def is_live(self, now: float) -> bool:
        """Return whether an attempt may still be under way."""
        return any(until > now for until in self.attempts.values())

    def is_unknown(self, now: float) -> bool:
        """Return whether an attempt may have finished the run: until its lease is over, also one that has failed."""
        return any(abs(until) > now for until in self.attempts.values())
