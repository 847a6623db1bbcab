"""A list of several pages, a list in it, and a page for each of its entries, in a browser: the household census."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from examples.census import create_app

from .server import serving_app
from .test_axe import examine
from .watch import Watch


def test_a_household_is_listed(page: Page, watch: Watch, tmp_path: Path, mode: str) -> None:
    """Half-filled people are resumed, moved, removed and brought back, with what belongs to them."""
    watch.provokes(422)

    def at(heading: str) -> None:
        found = page.get_by_role("heading", level=1)
        expect(found).to_have_text(heading)
        if mode == "htmx":
            expect(found).to_be_focused()
            examine(page)

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()

    def send(**typed: str) -> None:
        for name, value in typed.items():
            page.locator(f"[name={name}]").fill(value)
        press("Continue")

    def add(name: str, age: str) -> None:
        press("Add a person")
        at("Name and age")
        send(name=name, age=age)

    entries = page.locator(".entries li")
    with serving_app(create_app(str(tmp_path))) as address:
        page.goto(f"{address}/before")
        press("Continue")
        at("Who lives with you")
        page.get_by_label("Yes").check()
        press("Continue")
        at("The others")
        add("Grace", "40")
        at("Jobs")
        expect(page.locator(".caption")).to_have_text("The others: Grace")
        press("Add a job")
        at("A job")
        expect(page.locator(".caption")).to_have_text(["The others: Grace", "Jobs: Number 1"])
        send(task="Admiral", hours="40")
        at("Jobs")
        press("Continue")
        at("The others")
        press("Add a person")
        at("Name and age")
        page.locator("[name=name]").fill("Bo")
        press("Back")
        at("The others")
        expect(entries.nth(1)).to_contain_text("Not finished")
        press("Continue")
        expect(page.locator("#error-summary")).to_be_focused()
        expect(page.locator("#error-summary")).to_contain_text("Number 2: Finish this one or remove it")
        entries.nth(1).get_by_role("link", name="Finish").click()
        expect(page.locator("[name=name]")).to_have_value("Bo")
        send(age="1")
        at("The others")
        page.get_by_role("button", name="Move up Bo").click()
        expect(entries.nth(0)).to_contain_text("Bo")
        page.get_by_role("button", name="Remove Grace").click()
        expect(entries).to_have_count(1)
        page.get_by_role("button", name="Undo Grace").click()
        expect(entries.nth(1)).to_contain_text("Grace")
        at("The others")
        entries.nth(1).get_by_role("link", name="Change").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Grace")
        expect(page.locator("main")).to_contain_text("Admiral")
        if mode == "htmx":
            examine(page)
        page.get_by_role("link", name="Back to the list").click()
        press("Continue")
        at("Who else lives here, and is away today?")
        page.get_by_role("button", name="Remove Bo").click()
        expect(entries).to_have_count(1)
        press("Undo Bo")
        expect(entries).to_have_count(2)
        press("Continue")
        at("What does Grace speak at home?")
        page.get_by_label("Welsh").check()
        press("Continue")
        at("The household census")
