"""Answers in a browser that are saved for later, and finished on another device: with scripts and without."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from examples.job import create_app
from tests.files.made import PDF, picture

from .server import serving_app
from .test_axe import examine
from .test_files import payload
from .watch import Watch


def test_an_application_is_saved_and_sent_from_another_device(
    page: Page, context: BrowserContext, watch: Watch, tmp_path: Path, mode: str
) -> None:
    """With its files and what was half typed; each page of it in another language."""
    watch.provokes(422)
    app = create_app(str(tmp_path))
    app.config["LANGUAGES"] = ["en", "de", "es"]
    heading, summary = page.get_by_role("heading", level=1), page.locator("#error-summary")
    email, code = page.locator("#email"), page.locator("#code")

    def looks_right() -> None:
        if mode == "htmx":
            examine(page)

    with serving_app(app) as address:
        page.goto(address)
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("A photo of you").set_input_files(payload("me.png", "image/png", picture()))
        email.fill("ada@example.com")
        page.get_by_role("button", name="Save and finish later").click()
        expect(heading).to_have_text("Save and finish later")
        if mode == "htmx":
            expect(heading).to_be_focused()
        expect(email).to_have_value("ada@example.com")
        looks_right()
        email.fill("ada@")
        email.press("Enter")
        expect(summary).to_contain_text("Enter an email address")
        summary.get_by_role("link").click()
        expect(email).to_be_focused()
        looks_right()
        email.fill("ada@example.com")
        email.press("Enter")
        shown = page.locator("#return-code")
        expect(shown).to_be_visible()
        page.get_by_role("button", name="Deutsch").click()
        expect(heading).to_have_text("Speichern und später weitermachen")
        looks_right()
        right = shown.inner_text()
        page.get_by_role("link", name="Lesen Sie die E-Mail im Postfach").click()
        link = page.get_by_role("article").first.get_by_role("link").first.get_attribute("href")
        assert link
        assert re.fullmatch(rf"{address.replace('127.0.0.1', 'localhost')}/return/\S+", link)

        old = context.cookies()
        context.clear_cookies()
        page.goto(link)
        page.get_by_role("button", name="Español").click()
        expect(page.locator("html")).to_have_attribute("lang", "es")
        looks_right()
        code.fill("12345")
        code.press("Enter")
        expect(summary).to_be_visible()
        expect(code).to_have_value("12345")
        looks_right()
        code.fill(f" {right[:3]} {right[3:]} ")
        code.press("Enter")
        expect(page).not_to_have_url(re.compile("/return/"))
        page.get_by_role("button", name="English").click()
        expect(page.get_by_label("Your name")).to_have_value("Ada")
        expect(page.get_by_role("img", name="Your photo")).to_have_js_property("naturalWidth", 30)
        page.get_by_role("button", name="Continue", exact=True).click()
        page.get_by_label("Your CV").set_input_files(payload("cv.pdf", "application/pdf", PDF))
        page.get_by_role("button", name="Continue", exact=True).click()
        expect(heading).to_have_text("Your former jobs")
        page.get_by_role("button", name="Continue", exact=True).click()
        page.get_by_role("button", name="Send my application").click()
        expect(heading).to_have_text("Your application has been sent")

        context.clear_cookies()
        context.add_cookies(old)  # type: ignore[arg-type]
        page.goto(address)
        expect(heading).to_have_text("Sie haben auf einem anderen Gerät weitergemacht")
        looks_right()
        page.locator("#start-anew").click()
        expect(page.locator("#name")).to_have_value("")
    [folder] = (tmp_path / "applications").iterdir()
    assert sorted(file.name for file in folder.iterdir()) == ["application.txt", "cv.pdf", "photo.png"]
