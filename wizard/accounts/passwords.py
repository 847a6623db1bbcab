"""Passwords: how one is kept, and how hard it is to guess, told by zxcvbn at a cost that is bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE

#: How many characters zxcvbn is given at once, and how often. What it costs grows with the square of the length.
MOST_OF_A_PIECE, MOST_PIECES = 32, 3

#: The square of the length times the ways to read the digits and signs in it as letters. zxcvbn tries them all.
MOST_TRIES = 10_000

#: zxcvbn keeps the words of a visitor in a global, where another thread would find them.
_one_at_a_time = Lock()

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return what is kept in place of ``password``: its hash, by Argon2id."""
    return _hasher.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether ``kept`` is the hash of ``password``. It takes as long where nothing is kept."""
    if kept is None:
        hash_password(password)
        return False
    try:
        return _hasher.verify(kept, password)
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than one is made with today."""
    return _hasher.check_needs_rehash(kept)


def strength(password: str, about: Iterable[str] = ()) -> int:
    """Return how hard ``password`` is to guess, from 0 to 4: as hard as the hardest piece of it.

    :param about: the visitor's own words, which are guessed first.
    """
    words, best = list(about), 0
    for piece in pieces(password):
        with _one_at_a_time:
            best = max(best, int(zxcvbn(piece, user_inputs=words)["score"]))
        if best == 4:
            break
    return best


def pieces(password: str) -> Iterator[str]:
    """Yield the pieces of ``password`` that zxcvbn is given. What is repeated to the end is repeated but once."""
    period = next((size for size in range(1, len(password)) if password.startswith(password[size:])), len(password))
    rest = password[: 2 * period]
    for _ in range(MOST_PIECES):
        size = min(MOST_OF_A_PIECE, len(rest))
        while tries(rest[:size]) > MOST_TRIES:
            size -= 1
        yield rest[:size]
        rest = rest[size:]
        if not rest:
            break


def tries(text: str) -> int:
    """Return what ``text`` costs zxcvbn, for comparing it with :data:`MOST_TRIES`."""
    ways = 1
    seen: set[str] = set()
    for signs in L33T_TABLE.values():
        found = [sign for sign in signs if sign in text]
        # A sign that can be one letter or another is tried as both.
        ways *= sum(1 + (sign in seen) for sign in found) or 1
        seen.update(found)
    return len(text) ** 2 * (ways + 2)
