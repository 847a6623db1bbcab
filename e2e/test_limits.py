"""What a visitor meets who tries too often, with and without JavaScript."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, expect
from wtforms import Form, PasswordField, StringField
from wtforms.validators import Length

from wizard import Flow, Step, Wizard
from wizard.sessions import open_sessions

from .server import serving_app
from .watch import Watch


class AccountForm(Form):
    """Asks for what may get lost, and for what no page ever brings back."""

    name = StringField("Name")
    password = PasswordField("Password", [Length(min=20, message="Too short")])


def test_who_tries_too_often_is_told_and_loses_nothing(page: Page, mode: str, watch: Watch, tmp_path: Path) -> None:
    """A page with htmx stays as it is, the password included; without, the form comes back with what was typed."""
    watch.provokes(422, 429)
    app = Flask("limits")
    app.config.from_mapping(SECRET_KEY="only for this test", WIZARD_LIMIT_REFUSED={"address": "1 per hour"})
    app.session_interface = open_sessions(f"sqlite:///{tmp_path / 'limits.db'}")
    account = Step("account", AccountForm, title="Your account", keep={"password": None})
    app.register_blueprint(Wizard("limits", Flow(account), on_finish=lambda _, key: key))
    with serving_app(app) as address:
        page.goto(f"{address}/account")
        for name in ("Ada", "Ada of Lovelace"):
            page.get_by_label("Name").fill(name)
            page.get_by_label("Password", exact=True).fill("short")
            page.get_by_role("button", name="Continue").click()
            said = "Too short" if name == "Ada" else "Nothing is lost: try again in 1 hour."
            expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
        expect(page).to_have_url(f"{address}/account")
        expect(page.get_by_label("Name")).to_have_value("Ada of Lovelace")
        expect(page.get_by_label("Password", exact=True)).to_have_value("short" if mode == "htmx" else "")
