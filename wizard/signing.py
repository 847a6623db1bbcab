"""Signing: what stands in a cookie or in a form, so that nobody else can make it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode


class _Uncompressed:
    """Does not try whether what is signed gets shorter: of so few letters, that took a thirtieth of a page."""

    serializer: Any

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(self.serializer.dumps(obj))


class _Signer(_Uncompressed, URLSafeSerializer):
    pass


class _TimedSigner(_Uncompressed, URLSafeTimedSerializer):
    pass


@lru_cache(maxsize=8)
def signer(salt: str, *keys: Any) -> URLSafeSerializer:
    """Return what signs with the last of ``keys`` and reads what was signed with any of them, as itsdangerous does."""
    return _Signer(keys, salt=salt)


@lru_cache(maxsize=8)
def timed_signer(salt: str, *keys: Any) -> URLSafeTimedSerializer:
    """Return the same for what says when it was signed."""
    return _TimedSigner(keys, salt=salt)
