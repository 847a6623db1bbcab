"""Signing: what stands in a cookie or in a form, so that nobody else can make it."""

from __future__ import annotations

import hmac
from functools import cached_property, lru_cache
from typing import Any

from itsdangerous import Signer, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm


class _SHA1(SigningAlgorithm):
    """Signs as ``HMACAlgorithm`` does, in one call of OpenSSL instead of ten functions."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class _KnowsKey:
    """Derives its key once for all that it signs."""

    def derive_key(self, secret_key: Any = None) -> bytes:
        known: dict[Any, bytes] = vars(self).setdefault("_derived", {})
        if secret_key not in known:
            known[secret_key] = super().derive_key(secret_key)  # type: ignore[misc]
        return known[secret_key]


class _Signer(_KnowsKey, Signer):
    pass


class _TimedSigner(_KnowsKey, TimestampSigner):
    pass


class _Lean:
    """Keeps its signer, which took a thirtieth of a page and a twentieth of a POST.

    It does not try either whether what is signed gets shorter: of so few letters, that took another thirtieth.
    """

    serializer: Any
    salt: bytes

    @cached_property
    def _kept(self) -> Any:
        return super().make_signer()  # type: ignore[misc]

    def make_signer(self, salt: Any = None) -> Any:
        return self._kept if salt in (None, self.salt) else super().make_signer(salt)  # type: ignore[misc]

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(self.serializer.dumps(obj))


class _Serializer(_Lean, URLSafeSerializer):
    pass


class _TimedSerializer(_Lean, URLSafeTimedSerializer):
    pass


@lru_cache(maxsize=8)
def signer(salt: str, *keys: Any) -> URLSafeSerializer:
    """Return what signs with the last of ``keys`` and reads what was signed with any of them, as itsdangerous does."""
    return _Serializer(keys, salt=salt, signer=_Signer, signer_kwargs={"algorithm": _SHA1()})


@lru_cache(maxsize=8)
def timed_signer(salt: str, *keys: Any) -> URLSafeTimedSerializer:
    """Return the same for what says when it was signed."""
    return _TimedSerializer(keys, salt=salt, signer=_TimedSigner, signer_kwargs={"algorithm": _SHA1()})
