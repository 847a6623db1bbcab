"""Sealing: what is stored so that nobody reads it who has the store alone, nor puts it elsewhere."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

#: As NIST SP 800-38D wants it for AES-GCM, in bytes.
_NONCE = 12


#: Of how many keys a process remembers what it has made of them: those of the visitors who have just been there.
REMEMBERED = 64


class Broken(ValueError):
    """What was sealed has been changed, cut or moved, or was sealed with another key."""


def secret_keys(config: Mapping[str, Any]) -> tuple[str | bytes, ...]:
    """Return ``SECRET_KEY``, with which things are sealed, and then the older ones, which still open them."""
    return (config["SECRET_KEY"], *(config.get("SECRET_KEY_FALLBACKS") or ()))


def derive(key: str | bytes, purpose: str) -> bytes:
    """Return a key of 32 bytes that serves one purpose, and that tells nothing of the ``key`` it is made from.

    It is the step "expand" of HKDF (RFC 5869), whose first block is all that 32 bytes need.

    :param key: nobody can guess it, such as ``SECRET_KEY``.
    :param purpose: what it is for. Another purpose gives another key.
    """
    whole = key.encode() if isinstance(key, str) else key
    return hmac.digest(whole, b"wizard " + purpose.encode() + b"\x01", "sha256")


def seal(key: bytes, data: bytes, place: bytes = b"") -> bytes:
    """Return ``data`` sealed, 28 bytes longer (AES-GCM).

    :param key: 32 bytes, such as :func:`derive` returns.
    :param place: where it will be kept. It opens nowhere else.
    """
    nonce = os.urandom(_NONCE)
    return nonce + bytes(_cipher(key).encrypt(nonce, data, place))


def unseal(key: bytes, sealed: bytes, place: bytes = b"") -> bytes:
    """Return what :func:`seal` was given.

    :raises Broken: when it was changed, cut or moved, or sealed with another key.
    """
    try:
        return bytes(_cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place))
    except (_invalid(), ValueError):
        raise Broken("it cannot be opened") from None


# To make one takes as long as to seal something with it. What is loaded is often saved a moment later.
@lru_cache(maxsize=REMEMBERED)
def _cipher(key: bytes) -> Any:
    # Not before it is needed: it is a tenth of what the package takes to import.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


@cache
def _invalid() -> type[Exception]:
    from cryptography.exceptions import InvalidTag

    return InvalidTag
