"""The same visitor in two tabs, and a visitor who comes back too late, on every store."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.conftest import ACCOUNT, PROFILE, SECRET_KEY, SECURITY, TEAM, Visitor, hidden, shown
from wizard.app import create_app


@pytest.fixture
def app(store_url, tmp_path):
    """The application over each store."""
    return create_app(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'accounts.db'}",
            "SESSION_URL": store_url,
            "SECRET_KEY": SECRET_KEY,
            "TESTING": True,
        }
    )


def test_two_tabs_on_different_steps_do_not_meet(visitor):
    """Each page saves its own step."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    first, second = hidden(visitor.get("account").text), hidden(visitor.get("profile").text)
    assert visitor.post("profile", **{**PROFILE, "full_name": "Ada King"}, **second).status_code == 303
    assert visitor.post("account", **{**ACCOUNT, "username": "king"}, **first).status_code == 303
    visitor.answer("plan", plan="personal")
    visitor.answer("security", **SECURITY)
    page = shown(visitor.get("summary"))
    assert "Ada King" in page
    assert " king " in page


def test_the_same_step_in_two_tabs_is_asked_about(visitor):
    """Nothing is overwritten: both versions are shown, and the visitor says which to keep."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    first, second = (hidden(visitor.get("profile").text) for _ in range(2))
    visitor.answer("profile", **{**PROFILE, "full_name": "Ada in tab one"}, **first)
    response = visitor.post("profile", **{**PROFILE, "full_name": "Ada in tab two"}, **second)
    assert response.status_code == 409
    page = shown(response)
    assert "Full name Ada in tab one Ada in tab two" in page
    assert "Country United Kingdom United Kingdom" in page
    assert 'href="/signup/plan"' in response.text
    assert "Clear answers" in page
    assert "Ada in tab one" in visitor.get("profile").text
    again = visitor.client.post("/signup/profile", data=hidden(response.text))
    assert again.location == "/signup/plan"
    assert "Ada in tab two" in visitor.get("profile").text


def test_the_first_answer_in_two_tabs_is_asked_about_too(visitor):
    """Both pages were empty when they were opened; the second to be sent meets an answer."""
    first, second = (hidden(visitor.get("account").text) for _ in range(2))
    visitor.answer("account", **ACCOUNT, **first)
    assert visitor.post("account", email="b@example.com", username="bob", **second).status_code == 409


def test_the_same_answer_in_two_tabs_is_no_conflict(visitor):
    """Nothing would be lost."""
    first, second = (hidden(visitor.get("account").text) for _ in range(2))
    visitor.answer("account", **ACCOUNT, **first)
    assert visitor.post("account", **ACCOUNT, **second).status_code == 303


def test_the_same_page_sent_twice_is_no_conflict(visitor):
    """A double click, or a retry after a lost answer, even where a hash differs each time."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    page = hidden(visitor.get("security").text)
    assert visitor.post("security", **SECURITY, **page).status_code == 303
    assert visitor.post("security", **SECURITY, **page).status_code == 303


def test_a_page_sent_twice_hides_nothing_from_another_tab(visitor):
    """What the first page made of its step after the second was opened, the second has not seen."""
    first = hidden(visitor.get("account").text)
    visitor.answer("account", **ACCOUNT, **first)
    second = hidden(visitor.get("account").text)
    for _ in range(3):
        visitor.answer("account", email="b@example.com", username="bob", **first)
    assert visitor.post("account", email="c@example.com", username="carol", **second).status_code == 409
    visitor.answer("account", email="d@example.com", username="dan", **first)


def test_a_password_changed_in_two_tabs_is_asked_about_and_typed_again(visitor):
    """The page that asks carries no password."""
    visitor.answer_all()
    first, second = (hidden(visitor.get("security").text) for _ in range(2))
    visitor.answer("security", **{**SECURITY, "password": "in the first tab"}, **first)
    response = visitor.post("security", **{**SECURITY, "password": "in the second tab"}, **second)
    assert response.status_code == 409
    assert "in the second tab" not in response.text
    assert 'type="password"' in response.text
    again = {**hidden(response.text), "password": "typed again"}
    assert visitor.client.post("/signup/security", data=again).location == "/signup/summary"


def test_a_mistake_does_not_hide_a_conflict(visitor):
    """A page that was shown again because of an error still knows what it was opened from."""
    visitor.answer("account", **ACCOUNT)
    first, second = (hidden(visitor.get("account").text) for _ in range(2))
    refused = visitor.post("account", email="x", username="carol", **second)
    visitor.answer("account", email="b@example.com", username="bob", **first)
    sent = {**hidden(refused.text), "email": "c@example.com", "username": "carol"}
    assert visitor.client.post("/signup/account", data=sent).status_code == 409


def test_a_page_opened_before_the_answers_were_cleared_is_saved(visitor):
    """There is nothing left to overwrite, and the old answers do not come back."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    page = hidden(visitor.get("profile").text)
    visitor.post("clear")
    assert visitor.post("profile", **PROFILE, **page).location == "/signup/account"
    assert "ada@example.com" not in visitor.get("account").text


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
    """The answer is saved, the visitor is led to the first missing step and told why, once."""
    assert expired.post("plan", plan="team").location == "/signup/account"
    assert "You were away for too long" in shown(expired.get("account"))
    expired.answer("account", **ACCOUNT)
    assert "You were away" not in shown(expired.get("profile"))
    expired.answer("profile", **PROFILE)
    assert expired.get("").location == "/signup/team"


def test_what_is_typed_wrongly_after_that_is_kept_on_the_page(expired):
    """Nothing is lost, and the visitor is told."""
    response = expired.post("team", **{**TEAM, "seats": "many"})
    assert response.status_code == 422
    assert 'value="Analytical Engines"' in response.text
    assert "You were away for too long" in shown(response)


def test_a_new_visitor_sees_no_such_notice(app, visitor):
    """Nor does one who has cleared or finished."""
    assert "You were away" not in shown(visitor.get("account"))
    visitor.answer("account", **ACCOUNT)
    visitor.post("clear")
    assert "You were away" not in shown(visitor.get("account"))
    visitor.answer_all()
    visitor.post("summary")
    assert "You were away" not in shown(visitor.get("account"))


def test_a_retry_of_the_finish_with_the_old_cookie_gets_the_same_receipt(app, visitor):
    """The answer to the first click was lost, and with it the new cookie."""
    visitor.answer_all()
    page, cookie = hidden(visitor.get("summary").text), visitor.client.get_cookie("session").value
    visitor.client.post("/signup/summary", data=page)
    reference = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", shown(visitor.get("done")))[0]
    again = Visitor(app.test_client())
    again.client.set_cookie("session", cookie)
    assert "You have finished already" in shown(again.get("account"))
    assert reference not in shown(again.get("account"))
    assert again.client.post("/signup/summary", data=page).location == "/signup/done"
    assert reference in shown(again.get("done"))


def test_clearing_leaves_nothing_to_retry(visitor):
    """A finish that comes after a clear has nothing to finish."""
    visitor.answer_all()
    page = hidden(visitor.get("summary").text)
    visitor.post("clear")
    assert visitor.client.post("/signup/summary", data=page).location == "/signup/account"


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
