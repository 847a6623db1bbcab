"""Buttons of the author's own, in a browser: what they type, what they say, and where they lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, redirect
from playwright.sync_api import Page, expect
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from wizard import Flow, Step, Wizard
from wizard.sessions import open_sessions

from .server import serving_app
from .test_axe import examine


class AddressForm(Form):
    """Asks for an address."""

    postcode = StringField("Postcode", [InputRequired("Enter a postcode")])
    street = StringField("Street", [InputRequired("Enter a street")])


def find(_answers: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, str] | str:
    """The street of a postcode."""
    return {"street": "Mill Lane"} if typed["postcode"] == "1" else "No street was found."


ACTIONS = {"find": ("Find the street", find), "leave": ("Finish later", lambda answers, typed: redirect("/later"))}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the application is served."""
    app = Flask("actions")
    app.secret_key = "only for these tests, and long enough"
    app.session_interface = open_sessions(f"sqlite:///{tmp_path / 'test.db'}")
    flow = Flow(Step("address", AddressForm, title="Address", actions=ACTIONS))
    app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: "R"), url_prefix="/w")
    app.add_url_rule("/later", "later", lambda: "<title>Later</title><h1>Until later</h1>")
    with serving_app(app) as address:
        yield address


def test_a_button_types_says_and_leads(page: Page, address: str, mode: str) -> None:
    """What is typed is there all along; nothing is asked of what is still empty."""
    page.goto(f"{address}/w/")
    page.get_by_label("Postcode").fill("2")
    page.get_by_role("button", name="Find the street").click()
    expect(page.locator("#wizard .notice")).to_have_text("No street was found.")
    if mode == "htmx":
        expect(page.locator("#live")).to_have_text("No street was found.")
        examine(page)
    expect(page.get_by_label("Postcode")).to_have_value("2")
    page.get_by_label("Postcode").fill("1")
    page.get_by_role("button", name="Find the street").click()
    expect(page.get_by_label("Street")).to_have_value("Mill Lane")
    page.get_by_role("button", name="Finish later").click()
    expect(page.get_by_role("heading")).to_have_text("Until later")
    page.go_back()
    expect(page.get_by_label("Street")).to_have_value("Mill Lane")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers before you send them")
