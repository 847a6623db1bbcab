"""Expiry: a visitor who comes back too late, and visitors who never begin, on every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import ACCOUNT, PROFILE, TEAM, shown


@pytest.fixture
def app(app_over_store):
    """The application over each store."""
    return app_over_store


@pytest.fixture
def expired(app, visitor):
    """A visitor whose answers have expired."""
    app.permanent_session_lifetime = timedelta(seconds=-1)
    assert visitor.post("account", **ACCOUNT).status_code == 303
    app.permanent_session_lifetime = timedelta(days=1)
    return visitor


def test_a_visitor_who_comes_back_too_late_is_told(expired):
    """On the first step, and on whatever page leads there."""
    assert expired.get("profile").location == "/signup/account"
    assert "You were away for too long" in shown(expired.get("account"))


def test_what_is_typed_after_that_is_kept_and_said(expired):
    """It is a Draft until its turn comes; the visitor is led to the first missing step and told why, once."""
    assert expired.post("plan", plan="team").location == "/signup/account"
    assert "You were away for too long" in shown(expired.get("account"))
    expired.answer("account", **ACCOUNT)
    assert "You were away" not in shown(expired.get("profile"))
    expired.answer("profile", **PROFILE)
    assert expired.get("").location == "/signup/plan"
    assert 'value="team" checked' in expired.get("plan").text


def test_what_is_typed_wrongly_after_that_is_kept_as_well(expired):
    """Nobody validates it before its turn, and nothing is lost."""
    assert expired.post("team", **{**TEAM, "seats": "many"}).location == "/signup/account"
    expired.answer("account", **ACCOUNT)
    expired.answer("profile", **PROFILE)
    expired.answer("plan", plan="team")
    page = expired.get("team").text
    assert 'value="Analytical Engines"' in page
    assert 'value="many"' in page


def test_a_page_that_was_open_all_the_time_goes_on(visitor):
    """It names a run that has expired, not one that was cleared."""
    visitor.answer("account", **ACCOUNT)
    page = visitor.open("account")
    visitor.expire()
    assert visitor.send("account", page, **ACCOUNT).location == "/signup/profile"
    assert "You were away for too long" in shown(visitor.get("profile"))


def test_a_new_visitor_sees_no_such_notice(app, visitor):
    """Nor does one who has cleared or finished."""
    assert "You were away" not in shown(visitor.get("account"))
    visitor.answer("account", **ACCOUNT)
    visitor.post("clear")
    assert "You were away" not in shown(visitor.get("account"))
    visitor.answer_all()
    visitor.post("summary")
    assert "You were away" not in shown(visitor.get("account"))


@pytest.mark.slow
def test_crawlers_cost_nothing(app):
    """A thousand visits without a cookie leave no row."""
    store = app.session_interface.store
    saved = []
    store.save = lambda *args, **kwargs: saved.append(args)
    client = app.test_client(use_cookies=False)
    pages = ["", "account", "profile", "plan", "team", "security", "summary", "done", "clear", "nowhere"]
    for number in range(1_000):
        client.get(f"/signup/{pages[number % 10]}")
    assert saved == []
