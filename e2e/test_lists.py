"""Fields within fields: a list whose entries are added and removed on the page, and forms that a field encloses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import InputRequired

from wizard import Flow, Step, Wizard
from wizard.sessions import open_sessions

from .journey import only_htmx, only_plain
from .server import serving_app
from .test_axe import examine
from .watch import Watch


class AddressForm(Form):
    """Where a shop is."""

    street = StringField("Street", [InputRequired("Enter the street")])
    town = StringField("Town", [InputRequired("Enter the town")])


class DayForm(Form):
    """When it is open."""

    day = StringField("Day", [InputRequired("Enter the day")])
    hours = StringField("Hours", description="Such as: 9 to 5")


class ShopForm(Form):
    """A shop, with lists of both kinds and an address."""

    name = StringField("Name of the shop", [InputRequired("Enter the name")])
    goods = FieldList(
        StringField("Kind of goods", [InputRequired("Enter what is sold")]),
        "What is sold",
        min_entries=1,
        max_entries=3,
    )
    address = FormField(AddressForm, "Address", description="Where its door is")
    days = FieldList(FormField(DayForm, "Opening day"), "Opening days")


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a wizard that asks for shops; gives the address of its first step."""
    app = Flask("shop")
    app.secret_key = "only for these tests, and long enough"
    app.session_interface = open_sessions(f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.db'}")
    flow = Flow(Step("shop", ShopForm, title="The shop"))
    app.register_blueprint(Wizard("shop", flow, on_finish=lambda _, key: key, title="Shops"))
    with serving_app(app) as address:
        yield f"{address}/shop"


@pytest.fixture
def goods(page: Page, shop: str) -> Locator:
    """The inputs of the list of goods, on the page of the step."""
    page.goto(shop)
    return page.get_by_role("group", name="What is sold", exact=True).get_by_role("textbox")


def press(page: Page, words: str) -> None:
    """Press the button with these words on it."""
    page.get_by_role("button", name=words, exact=True).click()


def test_entries_are_added_and_removed(page: Page, goods: Locator) -> None:
    """Each press changes the list by one, what stands in the other fields stays, and the most is the most."""
    expect(goods).to_have_count(1)
    page.get_by_label("Name of the shop").fill("Engines & Sons")
    goods.fill("Cogs")
    press(page, "Add Kind of goods")
    expect(goods).to_have_count(2)
    goods.nth(1).fill("Wheels")
    press(page, "Add Kind of goods")
    expect(goods).to_have_count(3)
    goods.nth(2).fill("Cards")
    expect(page.get_by_role("button", name="Add Kind of goods")).to_have_count(0)
    press(page, "Remove Kind of goods 2")
    expect(goods).to_have_count(2)
    expect(goods.nth(0)).to_have_value("Cogs")
    expect(goods.nth(1)).to_have_value("Cards")
    expect(page.get_by_label("Name of the shop")).to_have_value("Engines & Sons")
    press(page, "Remove Kind of goods 2")
    expect(goods).to_have_count(1)
    expect(page.get_by_role("button", name="Remove Kind of goods")).to_have_count(0)


def test_enter_continues(page: Page, goods: Locator, watch: Watch) -> None:
    """And presses none of the buttons that change a list."""
    watch.provokes(422)
    goods.fill("Cogs")
    press(page, "Add Kind of goods")
    expect(goods).to_have_count(2)
    goods.nth(0).press("Enter")
    expect(page.locator("#error-summary")).to_be_visible()
    expect(goods).to_have_count(2)
    expect(goods.nth(0)).to_have_value("Cogs")


def test_each_mistake_leads_to_its_own_input(page: Page, goods: Locator, watch: Watch) -> None:
    """That of the second entry, and those of an enclosed form; mended, all of it stands on the summary."""
    watch.provokes(422)
    goods.fill("Cogs")
    press(page, "Add Kind of goods")
    expect(goods).to_have_count(2)
    press(page, "Add Opening day")
    expect(page.get_by_label("Day", exact=True)).to_have_count(1)
    press(page, "Continue")
    summary = page.locator("#error-summary")
    expect(summary.get_by_role("listitem")).to_have_text(
        ["Enter the name", "Enter what is sold", "Enter the street", "Enter the town", "Enter the day"]
    )
    summary.get_by_role("link", name="Enter what is sold").click()
    expect(goods.nth(1)).to_be_focused()
    expect(goods.nth(1)).to_have_accessible_description(re.compile("Error: Enter what is sold"))
    summary.get_by_role("link", name="Enter the town").click()
    expect(page.get_by_label("Town")).to_be_focused()
    for label, value in {"Name of the shop": "Engines", "Street": "Dorset Street 1", "Town": "London"}.items():
        page.get_by_label(label).fill(value)
    goods.nth(1).fill("Wheels")
    page.get_by_label("Day", exact=True).fill("Monday")
    page.get_by_label("Hours").fill("9 to 5")
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers before you send them")
    expect(page.locator("dd .words")).to_have_text(
        ["Engines", "Cogs, Wheels", "Street: Dorset Street 1, Town: London", "Day: Monday, Hours: 9 to 5"]
    )


@only_htmx
def test_the_focus_follows_an_entry(page: Page, goods: Locator, watch: Watch) -> None:
    """To the input that was added; after a removal, to the button that adds; and no page is loaded as a whole."""
    loads = len(watch.page_loads())
    press(page, "Add Kind of goods")
    expect(goods.nth(1)).to_be_focused()
    press(page, "Add Opening day")
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    press(page, "Remove Kind of goods 2")
    expect(page.get_by_role("button", name="Add Kind of goods")).to_be_focused()
    assert len(watch.page_loads()) == loads


@only_plain
def test_a_page_without_javascript_is_opened_at_the_list(page: Page, goods: Locator) -> None:
    """So that nobody has to look for what has changed, and the next stop of the keyboard is in it."""
    page.set_viewport_size({"width": 320, "height": 300})
    press(page, "Add Opening day")
    expect(page.get_by_role("group", name="Opening days", exact=True)).to_be_focused()
    press(page, "Add Kind of goods")
    expect(page.get_by_role("group", name="What is sold", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(goods.nth(0)).to_be_focused()


@only_htmx
def test_nothing_is_wrong_with_enclosed_fields(page: Page, goods: Locator, watch: Watch) -> None:
    """By the rules that can be tested, empty and with mistakes."""
    watch.provokes(422)
    press(page, "Add Kind of goods")
    expect(goods).to_have_count(2)
    press(page, "Add Opening day")
    expect(page.get_by_label("Day", exact=True)).to_have_count(1)
    examine(page)
    press(page, "Continue")
    expect(page.locator("#error-summary")).to_be_visible()
    examine(page)
