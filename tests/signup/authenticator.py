"""An authenticator in software: makes passkeys and uses them as a browser and a device do."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

#: What the flags of an authenticator say: somebody is there, was recognised, and a key comes with it.
THERE, KNOWN, WITH_KEY = 1, 4, 64


def text(data: bytes) -> str:
    """Bytes, as JSON has them."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(given: str) -> bytes:
    """The bytes of such a text."""
    return urlsafe_b64decode(given + "=" * (-len(given) % 4))


class Authenticator:
    """One device, with one passkey.

    :param origin: where the browser is.
    :param flags: what the device says of who uses it.
    """

    def __init__(self, origin: str, flags: int = THERE | KNOWN) -> None:
        self.origin = origin
        self.host = origin.partition("://")[2].partition(":")[0]
        self.flags = flags
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 0

    def create(self, options: dict) -> str:
        """Make the passkey."""
        self.user = data(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, **point})
        credential = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self._about(WITH_KEY) + credential}
        asked = self._asked("webauthn.create", options)
        return self._given({"clientDataJSON": text(asked), "attestationObject": text(cbor2.dumps(attested))})

    def get(self, options: dict) -> str:
        """Use it."""
        self.count += 1
        asked, about = self._asked("webauthn.get", options), self._about()
        signature = self.key.sign(about + hashlib.sha256(asked).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": asked, "authenticatorData": about, "signature": signature, "userHandle": self.user}
        return self._given({name: text(value) for name, value in answer.items()})

    def _about(self, flags: int = 0) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | flags]) + self.count.to_bytes(4)

    def _asked(self, kind: str, options: dict) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _given(self, response: dict) -> str:
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response})
