"""What is stored is what is read back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from wizard.sessions.codec import decode, encode


@pytest.mark.parametrize(
    "value",
    [
        date(1980, 3, 31),
        datetime(2026, 1, 2, 3, 4, 5, 678901),
        datetime(2026, 1, 2, tzinfo=UTC),
        datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        time(9, 5, 0, 1),
        Decimal("1.50"),
        Decimal("NaN"),
        UUID(int=7),
        ("a", 1),
        b"\x00\xff",
        None,
        "Zoë \x00 \U0001f600",
        {" dt": "a key that looks like a tag"},
        {"nested": [{"deep": date(2000, 2, 29)}]},
    ],
    ids=repr,
)
def test_a_value_survives_the_round_trip(value):
    """Type and value are the same after the round trip."""
    again = decode(encode({"value": value}))["value"]
    assert repr(again) == repr(value)


def test_the_order_of_keys_survives():
    """A list of answers is read out in the order in which they were given."""
    assert list(decode(encode({"b": 1, "a": 2}))) == ["b", "a"]


def test_the_text_is_ascii():
    """No database has to agree on an encoding."""
    assert encode({"name": "Zoë"}).isascii()
