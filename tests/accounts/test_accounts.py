"""Accounts: which ways to write an address are one mailbox, and which are two."""

from __future__ import annotations

import unicodedata

import pytest

from wizard.accounts.accounts import email_key
from wizard.accounts.tables import accounts


@pytest.mark.parametrize(
    "ways",
    [
        ["ada@example.com", "ADA@Example.COM", "Ada@EXAMPLE.com", "ada@\uff45xample\uff0ecom"],
        ["ada@b\u00fccher.example.com", "ada@xn--bcher-kva.example.com", "ada@BU\u0308CHER.example.com"],
        ["caf\u00e9@example.com", "cafe\u0301@example.com", "CAFE\u0301@example.com", "CAF\u00c9@example.com"],
        ["stra\u00dfe@example.com", "STRA\u1e9eE@example.com"],
        ["\u03bd\u03b9\u03ba\u03bf\u03c2@example.com", "\u039d\u0399\u039a\u039f\u03a3@example.com"],
        # The sign for kelvin is the letter K, and says so.
        ["k@example.com", "\u212a@example.com"],
        # This letter has a precomposed form in one case alone.
        ["\u01f0@example.com", "J\u030c@example.com"],
    ],
    ids=ascii,
)
def test_every_way_to_write_an_address_is_one_mailbox(ways):
    """Browsers and keyboards write one address in several ways."""
    assert len({email_key(way) for way in ways}) == 1
    assert len({email_key(unicodedata.normalize("NFD", way)) for way in ways}) == 1


@pytest.mark.parametrize(
    "mailboxes",
    [
        ["stra\u00dfe@example.com", "strasse@example.com"],
        ["\u03bd\u03b9\u03ba\u03bf\u03c2@example.com", "\u03bd\u03b9\u03ba\u03bf\u03c3@example.com"],
        ["ali@example.com", "al\u0131@example.com"],
        ["\ufb01n@example.com", "fin@example.com"],
        ["\u017fam@example.com", "sam@example.com"],
        ["\uff41da@example.com", "ada@example.com"],
        ["a.da@example.com", "ada@example.com", "ada+x@example.com"],
        ["\u0430da@example.com", "ada@example.com"],
        ["ada@fa\u00df.example.com", "ada@fass.example.com"],
    ],
    ids=ascii,
)
def test_letters_that_are_alike_are_two_mailboxes(mailboxes):
    """To fold more than the case would shut somebody out, or let somebody in."""
    assert len({email_key(one) for one in mailboxes}) == len(mailboxes)


def test_a_key_always_has_room_in_its_column():
    """Letters grow when their case is folded, and when they are taken apart."""
    for letter in ("\u0130", "\u0958", "\U0001e900", "\u1e9e", "a\u0344"):
        address = f"{letter * (60 // len(letter.encode()))}@{'b.' * 40}example.com"
        assert len(email_key(address)) <= accounts.c.email_key.type.length
