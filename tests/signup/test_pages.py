"""The pages of the signup that are none of its steps."""

from __future__ import annotations

import pytest

from tests.conftest import ACCOUNT, PROFILE, shown


@pytest.mark.parametrize(("page", "says"), [("terms", "Terms of use"), ("privacy", "Privacy notice")])
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_what_is_accepted_is_there_to_read(app, page, says, language):
    """In each language, and without a cookie."""
    response = app.test_client().get(f"/{page}", headers={"Accept-Language": language})
    assert response.status_code == 200
    assert (says in shown(response)) == (language == "en")
    assert "Set-Cookie" not in response.headers


def test_it_is_linked_where_it_is_accepted(visitor):
    """In a tab of its own, as a password that was typed would be gone otherwise."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    page = visitor.get("security").text
    for link in ("/terms", "/privacy"):
        assert f'<a href="{link}" target="_blank">' in page
