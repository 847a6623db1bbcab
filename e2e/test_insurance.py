"""Fields that WTForms does not have, in a browser: the example of an insurance, from first to last."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from examples.insurance import create_app

from .server import serving_app
from .test_axe import examine
from .watch import Watch


def test_a_home_is_insured(page: Page, watch: Watch, tmp_path: Path, mode: str) -> None:
    """What is wrong is named, and kept; what excludes each other is unticked, or refused without scripts."""
    watch.provokes(422)

    def at(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        if mode == "htmx":
            examine(page)

    def send(**typed: str) -> None:
        for name, value in typed.items():
            page.locator(f"[name={name.replace('_', '-')}]").fill(value)
        page.get_by_role("button", name="Continue").click()

    with serving_app(create_app(str(tmp_path))) as address:
        page.goto(address)
        at("Your home")
        expect(page.get_by_label("Address line 2 (optional)")).to_have_attribute("autocomplete", "address-line2")
        send(place_line1="12 High Street", place_postcode="LS1 4DT", built="98")
        problems = page.locator("#error-summary li")
        expect(problems).to_have_text(["Enter a town or city", "Enter the year with four digits"])
        if mode == "htmx":
            examine(page)
        problems.first.get_by_role("link").click()
        expect(page.get_by_label("Town or city")).to_be_focused()
        expect(page.get_by_label("Address line 1")).to_have_value("12 High Street")
        send(place_town="Leeds", built="1998")
        at("Your time there")
        send(moved_month="Dec", moved_year="1997", unharmed_years="2")
        expect(problems).to_have_text(["Your home was not built then. Enter a later month"])
        send(moved_year="1998", unharmed_months="6")
        at("Doors and locks")
        none, alarm, safe = (page.get_by_label(text) for text in ("None of these", "An alarm", "A safe"))
        alarm.check()
        safe.check()
        none.check()
        if mode == "htmx":
            expect(page.locator("input:checked")).to_have_count(1)
            safe.check()
            expect(none).not_to_be_checked()
        else:
            send()
            message = "Select “None of these” or other options, not both"
            expect(problems).to_have_text([message])
            expect(alarm).to_be_checked()
            none.uncheck()
            alarm.uncheck()
        send()
        at("When nobody is at home")
        send(first_day="27", first_month="7", first_year="2027", last_day="26", last_month="July", last_year="2027")
        expect(problems).to_have_text(["The last day must be on or after the first: 27 July 2027"])
        send(last_day="31")
        at("Check your answers before you send them")
        for answer in ("12 High Street, Leeds, LS1 4DT", "1998", "December 1998", "2 years and 6 months", "A safe"):
            expect(page.get_by_text(answer, exact=True)).to_be_visible()
        page.get_by_role("button", name="Insure it").click()
        at("Your home is insured")
        page.goto(f"{address}/renew/AD36")
        at("Renew your insurance")
        page.get_by_role("button", name="Renew it").click()
        at("When nobody is at home")
        page.get_by_role("button", name="Skip").click()
        at("Check your answers before you send them")
        expect(page.get_by_text("A bolt on each outer door, A safe", exact=True)).to_be_visible()
