"""Expiry: a visitor who comes back too late, and visitors who never begin, on every store."""

from __future__ import annotations

import time
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
    assert "Your earlier answers have expired" in shown(expired.get("account"))


def test_what_is_typed_after_that_is_kept_and_said(expired):
    """It is a Draft until its turn comes; the visitor is led to the first missing step and told why, once."""
    assert expired.post("plan", plan="team").location == "/signup/account"
    assert "Your earlier answers have expired" in shown(expired.get("account"))
    expired.answer("account", **ACCOUNT)
    assert "Your earlier answers" not in shown(expired.get("profile"))
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
    assert visitor.send("account", page, **ACCOUNT).location == "/signup/verify"
    assert "Your earlier answers have expired" in shown(visitor.get("verify"))


@pytest.fixture
def later(app, monkeypatch):
    """Lets days go by, for all but a Redis, which keeps what it has until somebody looks. Forms stay good."""
    app.config.update(PERMANENT_SESSION_LIFETIME=timedelta(days=30), WTF_CSRF_TIME_LIMIT=None)

    def go_by(days):
        monkeypatch.setattr("time.time", lambda: started + days * 86_400)

    started = time.time()
    return go_by


def test_a_session_ends_however_often_it_is_saved(app, visitor, later):
    """A day is not over after any of these answers; a week is, since the first. The visitor is told as ever."""
    visitor.answer("account", **ACCOUNT)
    for days in (2, 4, 6):
        later(days)
        visitor.answer("profile", **{**PROFILE, "full_name": f"Ada {days}"})
    later(7.01)
    assert visitor.get("profile").location == "/signup/account"
    assert "Your earlier answers have expired" in shown(visitor.get("account"))
    visitor.post("account", **ACCOUNT)
    assert "Your earlier answers have expired" in shown(visitor.get("verify"))
    visitor.answer("verify", code=visitor.code())
    later(13)
    visitor.answer("profile", **PROFILE)
    later(14.02)
    assert visitor.get("profile").location == "/signup/account"


def test_the_form_that_finds_it_out_loses_nothing(app, visitor, later):
    """It is a Draft until its turn comes; and where it is the first, it is the answer."""
    visitor.answer("account", **ACCOUNT)
    page = visitor.open("profile")
    later(7.01)
    assert visitor.send("profile", page, **PROFILE).location == "/signup/account"
    visitor.answer("account", **ACCOUNT)
    assert 'value="Ada Lovelace"' in visitor.get("profile").text
    page = visitor.open("account")
    later(14.03)
    assert visitor.send("account", page, **ACCOUNT).location == "/signup/verify"
    assert "Your earlier answers have expired" in shown(visitor.get("verify"))


def test_the_store_forgets_it_by_then(app, visitor, later):
    """No save keeps the data for longer than the session may live."""
    store, kept = app.session_interface.store, []
    save = store.save
    store.save = lambda *args, **kwargs: kept.append(args[2]) or save(*args, **kwargs)
    visitor.answer("account", **ACCOUNT)
    later(5)
    visitor.answer("profile", **PROFILE)
    assert timedelta(days=6.9) < kept[0] <= timedelta(days=7)
    assert timedelta(days=1.9) < kept[-1] < timedelta(days=2.1)


def test_a_new_visitor_sees_no_such_notice(app, visitor):
    """Nor does one who has cleared or finished."""
    assert "Your earlier answers" not in shown(visitor.get("account"))
    visitor.answer("account", **ACCOUNT)
    visitor.post("clear")
    assert "Your earlier answers" not in shown(visitor.get("account"))
    visitor.answer_all()
    visitor.post("summary")
    assert "Your earlier answers" not in shown(visitor.get("account"))


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
