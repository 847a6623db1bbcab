"""Sections in any order, in a browser: the example of a census, with and without JavaScript."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from examples.census import create_app

from .server import serving_app
from .test_axe import examine
from .watch import Watch


def test_a_census_is_done_section_by_section_from_a_list(page: Page, watch: Watch, tmp_path: Path, mode: str) -> None:
    """Each section says how far it is; each page has a title of its own, its heading in focus, and nothing for axe."""
    titles: list[str] = []

    def at(heading: str) -> None:
        found = page.get_by_role("heading", level=1)
        expect(found).to_have_text(heading)
        if mode == "htmx":
            examine(page)
        titles.append(page.title())

    def task(name: str) -> Locator:
        return page.locator(".tasks li").filter(has=page.get_by_text(name, exact=True))

    def send(**typed: str) -> None:
        for name, value in typed.items():
            page.locator(f"[name={name}]").fill(value)
        page.get_by_role("button", name="Continue").click()

    with serving_app(create_app(str(tmp_path))) as address:
        page.goto(address)
        at("The household census")
        expect(page.get_by_text("You have completed 0 of 5 sections.")).to_be_visible()
        expect(task("Your work")).to_contain_text("Cannot start yet")
        expect(task("Your work")).to_contain_text("Complete first: About you")
        expect(task("Your work").get_by_role("link")).to_have_count(0)
        # The state is read out with the link.
        expect(task("Your home").get_by_role("link")).to_have_accessible_description("Not started")

        task("Your home").get_by_role("link").click()
        at("What you live in")
        page.get_by_role("button", name="Back").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The household census")
        if mode == "htmx":
            expect(page.get_by_role("heading", level=1)).to_be_focused()
        task("Your home").get_by_role("link").click()
        page.get_by_label("A house").check()
        send()
        at("Name")
        page.get_by_label("Does it have a name?").fill("Rose Cottage")
        page.get_by_role("button", name="Back").click()
        expect(page.get_by_label("A house")).to_be_checked()
        page.goto(address)
        expect(task("Your home")).to_contain_text("In progress")
        task("Your home").get_by_role("link").click()
        expect(page.get_by_label("Does it have a name?")).to_have_value("Rose Cottage")
        send()
        at("The rooms")
        send(rooms="4")
        at("Check your answers: Your home")
        page.get_by_role("link", name="Change what do you live in?").click()
        page.get_by_label("A flat").check()
        send()
        at("The floor")
        send(floor="2")
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers: Your home")
        expect(page.locator("main")).to_contain_text("A flat")
        page.get_by_role("link", name="Continue").click()
        expect(task("Your home")).to_contain_text("Completed")

        task("About you").get_by_role("link").click()
        at("Name")
        send(name="Ada")
        at("Your age")
        send(age="36")
        expect(page.get_by_text("You have completed 2 of 5 sections.")).to_be_visible()
        expect(task("Getting about")).to_contain_text("Complete first: Your work")
        task("Your work").get_by_role("link").click()
        at("Last week")
        page.get_by_label("No").check()
        send()
        task("Getting about").get_by_role("link").click()
        at("What you go by")
        page.get_by_label("Bicycles").check()
        page.get_by_label("Boats").check()
        send()
        at("How many there are")
        page.get_by_label("Bicycles").fill("3")
        page.get_by_label("Boats").fill("1")
        send()
        expect(page.get_by_role("link", name="Check your answers")).to_have_count(0)
        task("Your household").get_by_role("link").click()
        at("Who counts")
        send()
        at("Who lives with you")
        page.get_by_label("No, I live alone").check()
        send()
        expect(page.get_by_text("You have completed 5 of 5 sections.")).to_be_visible()
        at("The household census")
        page.get_by_role("link", name="Check your answers").click()
        at("Check your answers before you send them")
        assert page.get_by_role("heading", level=2).all_inner_texts() == [
            "Your household",
            "Your home",
            "About you",
            "Your work",
            "Getting about",
        ]

        # What a change asks in another section is asked next, and leads back.
        page.get_by_role("link", name="Change did you work last week?").click()
        page.get_by_label("Yes, away from home").check()
        send()
        at("Your job")
        send(job="Programmer")
        at("Your way to work")
        page.get_by_label("On foot").check()
        page.get_by_role("button", name="Save and return").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers before you send them")
        page.get_by_role("link", name="All sections").click()
        expect(page.get_by_text("You have completed 5 of 5 sections.")).to_be_visible()
        page.goto(f"{address}/summary")
        page.get_by_role("button", name="Send").click()
        at("Your household is counted")
    # The list was looked at twice.
    assert len(set(titles)) == len(titles) - 1
