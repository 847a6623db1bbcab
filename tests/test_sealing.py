"""What is sealed opens with its key and in its place alone."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from wizard.sealing import Broken, derive, seal, unseal

KEY = derive("a key", "a test")
DATA = b"what nobody shall read"


def test_what_is_sealed_can_be_opened() -> None:
    """As it was."""
    sealed = seal(KEY, DATA, b"here")
    assert DATA not in sealed
    assert len(sealed) == len(DATA) + 28
    assert unseal(KEY, sealed, b"here") == DATA


def test_no_two_are_the_same() -> None:
    """Of the same data, so that none says that another is equal."""
    assert seal(KEY, DATA) != seal(KEY, DATA)


@pytest.mark.parametrize("other", [derive("a key", "another"), derive("another", "a test")])
def test_another_key_opens_nothing(other: bytes) -> None:
    """Be it of the same purpose, or made from the same key."""
    with pytest.raises(Broken):
        unseal(other, seal(KEY, DATA))


def test_elsewhere_it_does_not_open() -> None:
    """A row that was copied over another is none."""
    with pytest.raises(Broken):
        unseal(KEY, seal(KEY, DATA, b"here"), b"there")


def test_what_was_cut_or_changed_does_not_open() -> None:
    """At either end, or in one bit."""
    sealed = seal(KEY, DATA)
    for bad in (b"", sealed[:5], sealed[:12], sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(Broken):
            unseal(KEY, bad)


def test_a_key_is_derived_as_hkdf_does() -> None:
    """By the first block of its second step."""
    assert HKDFExpand(SHA256(), 32, b"wizard a test").derive(b"a key") == KEY
