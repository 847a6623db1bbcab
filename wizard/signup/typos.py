"""Typos: near misses of the hosts of well-known mail services."""

from __future__ import annotations

from collections.abc import Iterator

#: The services with most mailboxes among those who speak our languages, and the endings of each, the usual one first.
SERVICES = {
    "gmail": ["com"],
    "googlemail": ["com"],
    "hotmail": ["com", "de", "es", "fr", "it", "co.uk"],
    "outlook": ["com", "de", "es", "fr", "it"],
    "live": ["com", "de", "fr", "co.uk"],
    "yahoo": ["com", "de", "es", "fr", "it", "co.uk"],
    "icloud": ["com"],
    "aol": ["com", "de"],
    "proton": ["me"],
    "protonmail": ["com"],
    "gmx": ["de", "net", "at", "ch", "com"],
    "web": ["de"],
    "t-online": ["de"],
    "freenet": ["de"],
    "posteo": ["de"],
    "telefonica": ["net"],
    # They are right, and near to others.
    "mail": ["com"],
    "email": ["com"],
    "ymail": ["com"],
}

#: A shorter name is near to those of too many companies.
SHORTEST = 5


def meant(email: str) -> str | None:
    """Return the address that was most likely meant by ``email``; ``None`` where nothing is amiss with its host.

    >>> meant("ada@gmial.com"), meant("ada@gmail.con"), meant("ada@gmail.com"), meant("ada@example.com")
    ('ada@gmail.com', 'ada@gmail.com', None, None)
    """
    local, _, host = email.rpartition("@")
    name, _, ending = host.lower().partition(".")
    if not local or not name or ending in SERVICES.get(name, ()):
        return None
    return next((f"{local}@{known}.{end}" for known, end in _near(name, ending)), None)


def _near(name: str, ending: str) -> Iterator[tuple[str, str]]:
    for known, endings in SERVICES.items():
        for end in endings:
            # An ending of two letters is that of a country, whose neighbour is another country's.
            ends_near = len(end) > 2 and is_near(ending, end)
            if (known == name and ends_near) or (ending == end and len(known) >= SHORTEST and is_near(name, known)):
                yield known, end
        if known == name and not ending:
            yield known, endings[0]


def is_near(one: str, other: str) -> bool:
    """Return whether one text becomes the other by a letter more, less or changed, or by two that change places.

    >>> is_near("outlok", "outlook"), is_near("hotmial", "hotmail"), is_near("gmoal", "gmail")
    (True, True, False)
    """
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    swapped = one[1::-1] + one[2:] if len(one) > 1 else ""
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or (bool(swapped) and swapped == other)
