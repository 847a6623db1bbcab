"""The templates for CSS frameworks: one journey through each, with scripts and without, and nothing for axe to find.

Their style sheets are not ours, so the pages are looked at without them. With NODE_MODULES, the folder into which npm
has installed them, they are looked at as visitors see them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from examples.permit import SHEETS, create_app
from wizard.themes import FRAMEWORKS

from .server import serving_app
from .test_axe import examine
from .watch import Watch

PLAN = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}


@pytest.fixture(params=sorted(FRAMEWORKS))
def theme(request: pytest.FixtureRequest) -> str:
    """Each framework."""
    return str(request.param)


@pytest.fixture
def address(tmp_path: Path, theme: str) -> Iterator[str]:
    """Where the example is served in it."""
    packages = Path(os.environ.get("NODE_MODULES") or tmp_path)
    if packages == tmp_path:
        (packages / SHEETS[theme]).parent.mkdir(parents=True)
        (packages / SHEETS[theme]).write_text("")
    config = {
        "WIZARD_THEME": theme,
        "NODE_MODULES": str(packages),
        "SECRET_KEY": "only for these tests, and long enough",
    }
    with serving_app(create_app(str(tmp_path), config)) as address:
        yield address


class Applicant:
    """Somebody who fills in the example, and looks at each page."""

    def __init__(self, page: Page, mode: str) -> None:
        self.page, self.mode = page, mode

    def look(self) -> None:
        """Let axe look at the page, if there are scripts."""
        if self.mode == "htmx":
            # Bootstrap marks a wrong input with a picture behind its text: axe cannot tell what the contrast is.
            examine(self.page, but="incomplete color-contrast")

    def go_on(self, heading: str) -> None:
        """Press Continue, and see the page that comes."""
        self.page.locator("[id^=continue-]").click()
        expect(self.page.locator("h1")).to_have_text(heading)

    def fail(self, *problems: str) -> None:
        """Press Continue, and see what is wrong above the form: the focus is on it, or a link leads to the field."""
        self.page.locator("[id^=continue-]").click()
        summary = self.page.locator("#error-summary")
        expect(summary.locator("li")).to_have_text(list(problems))
        expect(self.page).to_have_title(re.compile("^Error: "))
        if self.mode == "htmx":
            expect(summary).to_be_focused()
        self.look()
        link = summary.locator("a").first
        field = (link.get_attribute("href") or "").removeprefix("#")
        described = self.page.locator(f"#{field}-field, fieldset:has(#{field})").last.locator(
            "[aria-describedby$=-error]"
        )
        assert described.or_(self.page.locator(f"fieldset[aria-describedby$=-error]:has(#{field})")).count()
        link.click()
        if self.mode == "htmx":
            expect(self.page.locator(f"#{field}")).to_be_focused()

    def fill(self, **typed: Any) -> None:
        """Type into the inputs of these names."""
        for name, text in typed.items():
            self.page.locator(f"[name={name.replace('__', '-')}]").fill(text)


def test_a_journey(page: Page, watch: Watch, address: str, theme: str, mode: str) -> None:
    """Each kind of field, empty, refused and filled in; a list; the summary, a change, and the end."""
    watch.provokes(422)
    visitor = Applicant(page, mode)
    is_headed = theme == "govuk"
    page.goto(address)
    expect(page.locator("h1")).to_have_text("What are you planning?" if is_headed else "What it is")

    visitor.fail("Select what you are planning")
    page.get_by_label("Something else").check()
    if mode == "htmx":
        expect(page.locator("#error-summary, .is-invalid, [class*='--error']")).to_have_count(0)
    expect(page.get_by_label("What is it?")).to_be_visible()
    visitor.fill(other="A concert")
    visitor.go_on("Which day is it?" if is_headed else "The day")

    visitor.fill(day__day="45")
    visitor.fail("Enter the day as a number from 1 to 31", "Enter a month", "Enter a year")
    visitor.fill(day__day="4", day__month="5", day__year="2027")
    visitor.go_on("Where it is")

    visitor.fail("Enter the street", "Select a district")
    visitor.fill(street="Castle Hill", more="There\nis more")
    page.get_by_label("District").select_option("Old town")
    page.get_by_label("Electricity").check()
    page.get_by_label("A plan of the street").set_input_files([PLAN])
    visitor.go_on("About you")

    visitor.fill(email="ada@")
    if mode == "htmx":
        page.get_by_label("Phone number").focus()
        expect(page.locator("#email-error")).to_contain_text("Enter an email address")
        expect(page.locator("#email")).to_have_class(
            {"bootstrap": "form-control is-invalid"}.get(theme, "govuk-input govuk-input--error")
        )
    visitor.fail("Enter your name", "Enter an email address like name@example.com", "Agree to stay until it is clean")
    visitor.fill(name="Ada", email="ada@example.com")
    page.get_by_label("I stay").check()
    visitor.go_on("Who helps")

    visitor.fill(name="Grace", task="Music")
    page.get_by_role("button", name="Add this person").click()
    page.get_by_role("button", name="Remove Grace").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    visitor.look()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Change Grace")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("h1")).to_have_text("About you")
    visitor.go_on("Who helps")
    visitor.go_on("Check your answers before you send them")
    visitor.look()

    page.get_by_role("link", name="Change what are you planning").click()
    page.get_by_label("A street party").check()
    visitor.go_on("Check your answers before you send them")
    page.get_by_role("button", name="Send my application").click()
    expect(page.locator("h1")).to_have_text("Application sent")
    visitor.look()
    assert len(page.locator("#reference").inner_text()) == 6
    page.goto(f"{address}/what")
    expect(page.get_by_text("You’ve already finished")).to_be_visible()
    visitor.look()
