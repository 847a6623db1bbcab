"""Passkeys, in a browser with an authenticator that it plays itself."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from e2e.journey import only_htmx
from e2e.server import Server
from tests.conftest import SECURITY
from tests.signup.people import make_account
from wizard.database import connect

EMAIL = "passkeys@example.com"


@only_htmx
def test_a_passkey_is_added_and_signs_in(page: Page, server: Server) -> None:
    """At a name: browsers refuse them where the host is a number."""
    engine = connect(f"sqlite:///{server.database}", "DATABASE_URL")
    make_account(engine, EMAIL)
    engine.dispose()
    here = server.url.replace("127.0.0.1", "localhost")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    of_a_phone = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": of_a_phone})["authenticatorId"]

    page.goto(f"{here}/sign-in")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(SECURITY["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Passkey name").fill("This laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text="This laptop")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{here}/")

    page.goto(f"{here}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text(EMAIL)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{here}/")

    # Whoever does not want to, or cannot, is told how to go on.
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{here}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="sign in with your password")).to_be_visible()
