"""Which day it is for the visitor, who may be elsewhere than the server."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask

import wizard
from wizard import zones

#: Half past ten at night in London; it is tomorrow in Tokyo by then, and noon in Honolulu.
NOW = datetime.datetime(2026, 1, 15, 22, 30, tzinfo=datetime.UTC)


class Then(datetime.datetime):
    """A clock that stands still, of a server in London."""

    @classmethod
    def now(cls, tz=None):
        return NOW.astimezone(tz or datetime.UTC)


@pytest.fixture
def on(monkeypatch):
    """Ask which day it is, with the cookie of a browser."""
    monkeypatch.setattr(zones.datetime, "datetime", Then)

    def ask(zone=None):
        headers = {} if zone is None else {"Cookie": f"{zones.COOKIE}={zone}"}
        with Flask("zones").test_request_context(headers=headers):
            return wizard.today()

    return ask


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Tokyo", 16), ("Pacific/Honolulu", 15), ("America/Argentina/Ushuaia", 15), ("Etc/GMT-14", 16), ("UTC", 15)],
)
def test_today_is_the_day_that_it_is_where_the_visitor_is(on, zone, day):
    """The browser knows its time zone, and says it in a cookie."""
    assert on(zone) == datetime.date(2026, 1, day)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Mars",
        "America",
        "../../etc/passwd",
        "/etc/localtime",
        "+05:00",
        "A" * 5000,
        "posix/../Asia/Tokyo",
        "x/y/z/a",
    ],
)
def test_a_zone_that_is_none_counts_as_none(on, zone):
    """Whatever somebody writes into the cookie, it is the day of the server."""
    assert on(zone) == on() == NOW.date()


def test_outside_of_a_request_it_is_the_day_of_the_server():
    """As in a task of the author's own."""
    before = datetime.date.today()
    assert wizard.today() in (before, datetime.date.today())
