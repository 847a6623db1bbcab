"""Pages to read, an exit and rules across steps, in a browser: the example of a grant, from first to last."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from examples.grant import create_app

from .server import serving_app
from .test_axe import examine
from .watch import Watch


def test_a_grant_is_applied_for_by_way_of_an_exit(page: Page, watch: Watch, tmp_path: Path, mode: str) -> None:
    """Each page has its heading in focus where it is swapped in, a title of its own, and nothing for axe to find."""
    watch.provokes(422)
    titles = []

    def at(heading: str) -> None:
        found = page.get_by_role("heading", level=1)
        expect(found).to_have_text(heading)
        if mode == "htmx":
            if titles:
                wrong = page.locator("#error-summary")
                expect(wrong if wrong.count() else found).to_be_focused()
            examine(page)
        titles.append(page.title())

    def send(**typed: str) -> None:
        for name, value in typed.items():
            page.locator(f"[name={name}]").fill(value)
        page.get_by_role("button", name="Continue").click()

    with serving_app(create_app(str(tmp_path))) as address:
        page.goto(address)
        at("What you need")
        send()
        at("Who is applying")
        page.get_by_label("A company").check()
        send()
        at("Companies cannot apply")
        expect(page.get_by_role("button", name="Continue")).to_have_count(0)
        page.goto(f"{address}/summary")
        expect(page.get_by_role("heading", level=1)).to_have_text("Companies cannot apply")
        page.get_by_role("link", name="Change “Who is applying”").click()
        expect(page.get_by_label("A company")).to_be_checked()
        page.get_by_label("A group").check()
        send()
        at("About you")
        send(name="Bees of the hill", members="12")
        at("Our answer")
        page.get_by_label("By letter").check()
        # Where there are scripts and where there are none, a style sheet hides the others.
        expect(page.locator("[name=email]")).to_be_hidden()
        send(address="Mill Lane 1")
        at("Your project")
        send(name="Hives", what="Keep bees", total="900")
        at("Where it is")
        page.get_by_label("Part of the city").select_option("South")
        if mode == "plain":
            page.get_by_role("button", name="Update").click()
        page.get_by_label("Neighbourhood").select_option("Meadow")
        send()
        at("What “Hives” costs")
        send(materials="600", rent="200", people="0")
        expect(page.locator("#error-summary")).to_contain_text("These come to €800, and you said €900 in all")
        at("What “Hives” costs")
        send(rent="300")
        at("What you ask for")
        assert page.locator("[name=amount]").get_attribute("max") == "450"
        send(amount="451")
        expect(page.locator("#error-summary")).to_contain_text("Ask for €450 or less")
        send(amount="449")
        at("You find €451 elsewhere")
        page.get_by_label("No, I want to ask for another amount").check()
        send()
        expect(page.get_by_role("heading", level=1)).to_have_text("What you ask for")
        expect(page.locator("[name=amount]")).to_have_value("449")
        send(amount="450")
        at("You find €450 elsewhere")
        page.get_by_label("Yes").check()
        send()
        at("What happens next")
        page.get_by_role("button", name="Back").click()
        expect(page.get_by_label("Yes")).to_be_checked()
        send()
        expect(page.get_by_role("heading", level=1)).to_have_text("What happens next")
        send()
        at("Check your answers before you send them")
        assert "What happens next" not in page.locator("main section").all_inner_texts()
        page.get_by_role("button", name="Apply").click()
        at("We have your application")
    assert len(set(titles)) == len(titles)
