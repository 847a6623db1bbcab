"""Joining a team in a browser: from the link in a mail to the page of the account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.conftest import SECRET_KEY, SECURITY
from tests.signup.people import make_account
from wizard.accounts.tables import accounts
from wizard.app import create_app

from .server import serving_app
from .test_axe import examine
from .watch import Watch


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The signup, with somebody who has a team."""
    app = create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}", "SECRET_KEY": SECRET_KEY, "TESTING": True})
    engine = app.extensions["accounts"].engine
    make_account(engine)
    with engine.begin() as connection:
        connection.execute(update(accounts).values(plan="team", organisation="Analytical Engines", seats=5))
    return app


@pytest.fixture
def here(app: Flask) -> Iterator[str]:
    """Where it is."""
    with serving_app(app) as address:
        yield address


def test_an_invitation_ends_in_a_member(app: Flask, here: str, page: Page, mode: str, watch: Watch) -> None:
    """Whoever has a team invites on the page of their account; whoever is invited joins, and finds the link used up."""
    watch.provokes(410)
    page.goto(f"{here}/sign-in")
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_label("Password").fill(SECURITY["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Invite someone").click()
    page.get_by_label("Name").fill("Grace")
    page.get_by_label("Email address").fill("grace@example.com")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status").filter(has_text="on its way")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="grace@example.com")).to_contain_text("Invited")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{here}/")

    [letter] = app.extensions["wizard.outbox"].letters()
    found = re.search(r"/join/[\w-]+/", letter.mail.text)
    assert found
    link = f"{here}{found[0]}"
    page.goto(link)
    expect(page.get_by_text("has invited you to join Analytical Engines")).to_be_visible()
    if mode == "htmx":
        examine(page)
    page.get_by_label("Full name").fill("Grace Hopper")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password").fill(SECURITY["password"])
    page.get_by_label("I accept the terms of use").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Join the team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have joined the team")
    page.get_by_role("link", name="Open your account").click()
    expect(page.get_by_text("You are a member of Analytical Engines.")).to_be_visible()

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This invitation no longer works")
    if mode == "htmx":
        examine(page)
        for path in ("terms", "privacy"):
            page.goto(f"{here}/{path}")
            examine(page)
