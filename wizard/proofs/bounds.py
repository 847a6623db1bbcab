"""Bounds: how often a code is sent and tried, and for how long it is good."""

from __future__ import annotations

import secrets

#: How many digits a code has, for how many seconds it is good, and how often it may be tried.
DIGITS, GOOD_FOR, TRIES = 6, 600, 5

#: Seconds after which another code can be sent.
PAUSE = 30

#: How many mails are sent to an address in an hour, and how many codes are tried that were sent there.
MAILS_AN_HOUR, TRIES_AN_HOUR = 5, 10

HOUR = 3600


def new_code() -> str:
    """Return a code that nobody guesses in a few tries."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


class TooOften(Exception):
    """It was too often for this address.

    :param seconds: how long it takes until it is not any more.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too often for {seconds} seconds")
        self.seconds = seconds
