"""Codes and payments in a browser: a code is typed, and a payment is seen by the page that waits for it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from examples import checkout, event

from .journey import only_htmx
from .server import serving_app
from .test_axe import examine
from .watch import Watch


def test_a_code_is_read_and_typed(page: Page, watch: Watch, tmp_path: Path, mode: str) -> None:
    """A wrong one is refused at its field; the right one leads on."""
    watch.provokes(422)
    heading, send = page.get_by_role("heading", level=1), page.get_by_role("button", name="Continue", exact=True)
    with serving_app(event.create_app(str(tmp_path))) as address:
        page.goto(address)
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Email address").fill("ada@example.com")
        send.click()
        expect(heading).to_have_text("Check your email")
        code = page.get_by_label("Code")
        right = event.outbox.letters()[0].mail.subject[:6]
        code.fill("12345")
        send.click()
        expect(page.locator("#error-summary")).to_contain_text("Enter a code of six digits")
        expect(code).to_have_value("12345")
        page.locator("#error-summary").get_by_role("link").click()
        expect(code).to_be_focused()
        if mode == "htmx":
            examine(page)
        code.fill(f" {right[:3]} {right[3:]} ")
        code.press("Enter")
        expect(heading).to_have_text("Which talk would you like to hear?")


@only_htmx
def test_a_page_that_waits_sees_what_arrives(page: Page, tmp_path: Path) -> None:
    """The visitor pays elsewhere, and comes back before the shop knows of it."""
    app = checkout.create_app(str(tmp_path))
    heading = page.get_by_role("heading", level=1)
    with serving_app(app) as address:
        page.clock.install()
        page.goto(address)
        page.get_by_label("How many jars").fill("2")
        page.get_by_role("button", name="Continue", exact=True).click()
        page.get_by_label("Email address").fill("ada@example.com")
        page.get_by_role("button", name="Continue", exact=True).click()
        page.get_by_role("button", name="Go to the bank").click()
        expect(heading).to_have_text("The small bank")
        key = page.locator("[name=order]").input_value()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("We’re waiting for the confirmation")).to_be_visible()
        with page.expect_response("**/payment?_waits=1") as asked:
            page.clock.run_for(5000)
        assert asked.value.status == 204
        examine(page)
        with app.app_context():
            checkout.checkout.prove("payment", key, {"number": "1", "amount": 1300})
        page.clock.run_for(5000)
        expect(page.get_by_text("It is confirmed.")).to_be_visible()
        expect(heading).to_be_focused()
        assert "_waits" not in page.url
        page.get_by_role("button", name="Continue", exact=True).click()
        expect(page.locator("#wizard")).to_contain_text("€13.00 paid, number 1")
