"""Texts that a database refuses are refused where they are typed, and what is accepted can be finished."""

from __future__ import annotations

import pytest

from tests.conftest import ACCOUNT, PROFILE, SECRET_KEY, SECURITY, TEAM, shown
from wizard.app import create_app

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgres", "redis"], indirect=True)

BAD = ["a\0b", "\x1b[31mb", "a\u202eb", "a\ufffeb", "a\U0001ffffb", "a\x85b", "a\u2028b", "a\r\nb", "a" + "\u0301" * 31]
UNSEEN = ["\u200b", "\u3164", "\u2800\u115f", "\ufe0f", "\U000e0041\U000e007f", "\u00ad\u034f", "\u2060\u200e"]

#: The longest texts that are accepted, of letters that grow when they are folded, composed or taken apart.
LONG = [
    {
        "account": {
            "email": "\u0130" * 32 + "@" + "b\u00fc" * 10 + "." + "c" * 60 + ".example.com",
            "username": "K" * 30,
        },
        "profile": {**PROFILE, "full_name": "\u0390" * 200},
        "team": {**TEAM, "organisation": "\U0001f3f3" * 200},
        "member": {"name": "\ufdfa" * 200, "email": "\u1e9e" * 21 + "@example.com"},
    },
    {
        "account": {
            "email": "\U00010400" * 16 + "@" + "d" * 63 + "." + "e" * 63 + ".example.com",
            "username": "a" + "-" * 29,
        },
        "profile": {**PROFILE, "full_name": "\u0149" * 200},
        "team": {**TEAM, "organisation": "\u0958" * 200},
        "member": {"name": "a\u0300" * 100, "email": "\u00e9" * 32 + "@example.com"},
    },
]


@pytest.fixture
def app(store_url, database):
    """The application, on each store."""
    accounts = database if store_url.startswith("redis") else store_url
    given = {"DATABASE_URL": accounts, "SESSION_URL": store_url, "SECRET_KEY": SECRET_KEY, "TESTING": True}
    return create_app(given)


@pytest.mark.parametrize("text", BAD, ids=ascii)
def test_a_text_that_controls_something_is_refused_where_it_is_typed(visitor, text):
    """In each field, before it is anywhere else."""
    for field in ACCOUNT:
        assert visitor.post("account", **{**ACCOUNT, field: text}).status_code == 422
    visitor.answer("account", **ACCOUNT)
    response = visitor.post("profile", **{**PROFILE, "full_name": text})
    assert response.status_code == 422
    assert "Type it instead of pasting it" in shown(response)


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_a_name_that_nobody_can_see_is_none(visitor, text):
    """It is asked for, as if nothing had been typed; around an address it is not there."""
    visitor.answer("account", email=f"{text}{ACCOUNT['email']}{text}", username=f"{ACCOUNT['username']}{text}")
    assert "Enter your full name" in shown(visitor.post("profile", **{**PROFILE, "full_name": text * 3}))
    visitor.answer("profile", **{**PROFILE, "full_name": f"{text}Ada"})
    with visitor.client.session_transaction() as session:
        assert session["signup"]["answers"]["account"] == ACCOUNT
        assert session["signup"]["answers"]["profile"]["full_name"] == "Ada"


@pytest.mark.parametrize("answers", LONG, ids=["first", "second"])
def test_what_is_accepted_fits_into_its_columns(visitor, answers):
    """PostgreSQL counts what SQLite does not."""
    visitor.answer("account", **answers["account"])
    visitor.answer("profile", **answers["profile"])
    visitor.answer("plan", plan="team")
    visitor.answer("team", **answers["team"])
    visitor.answer("members", **answers["member"])
    visitor.answer("security", **SECURITY)
    assert visitor.post("summary").location == "/signup/done"
