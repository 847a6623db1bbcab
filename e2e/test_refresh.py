"""Fields that go by each other, in a browser: the page is drawn again with what is typed so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import DictLoader
from playwright.sync_api import Page, expect
from wtforms import Form, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from wizard import Flow, Repeat, Step, Wizard
from wizard.sessions import open_sessions

from .server import serving_app
from .test_axe import examine
from .watch import Watch

CITIES = {"de": {"b": "Berlin", "h": "Hamburg"}, "fr": {"": "Select a city", "h": "Le Havre", "p": "Paris"}}
WAYS = {"de": {"train": "Train", "bus": "Bus"}, "fr": {"bus": "Bus", "ship": "Ship"}}


class PlaceForm(Form):
    """Where, and what there is there."""

    name = StringField("Your name")
    country = SelectField("Country", choices={"de": "Germany", "fr": "France"})
    city = SelectField("City", [InputRequired("Select a city")])
    way = RadioField("Way", [InputRequired("Select a way")])
    nights = IntegerField("Nights", [InputRequired("Enter how many nights")])
    code = PasswordField("Code")


def price(typed: Mapping[str, Any]) -> int:
    """What it comes to so far."""
    return int((typed["nights"] or 0) * (90 if typed["country"] == "fr" else 60))


PLACE: dict[str, Any] = {
    "choices": {
        "city": lambda answers, typed: CITIES.get(typed["country"], {}),
        "way": lambda answers, typed: WAYS.get(typed["country"], {}),
    },
    "refresh": ["country", "nights"],
    "template": "place.html",
    "keep": {"code": None},
}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the application is served."""
    app = Flask("refresh")
    app.secret_key = "only for these tests, and long enough"
    text = '{{ parts.draw_all(views, form_id) }}<p id="price" role="status">€{{ price(typed) }}</p>'
    app.jinja_loader = DictLoader({"place.html": text})
    app.jinja_env.globals["price"] = price
    app.session_interface = open_sessions(f"sqlite:///{tmp_path / 'test.db'}")
    flow = Flow(Step("place", PlaceForm, title="Place", **PLACE), Repeat("more", PlaceForm, title="More", **PLACE))
    app.register_blueprint(Wizard("trip", flow, on_finish=lambda answers, key: "R"))
    with serving_app(app) as address:
        yield address


def choose(page: Page, mode: str, country: str) -> None:
    """Choose another country, and wait for what goes by it."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_label("Country").select_option(country)
        if mode == "plain":
            page.get_by_role("button", name="Update").click()


def offered(page: Page, name: str) -> list[str]:
    """The labels of what can be chosen."""
    options = f"[name={name}] option" if name == "city" else f"#{name}-field .option label"
    return page.locator(options).all_inner_texts()


def test_choices_go_by_what_is_typed(page: Page, watch: Watch, address: str, mode: str) -> None:
    """What is typed stays, what is not offered any more is not chosen, and nothing is accepted."""
    watch.provokes(422)
    page.goto(address)
    update, city = page.get_by_role("button", name="Update"), page.locator("[name=city]")
    expect(update).to_be_visible(visible=mode == "plain")
    assert offered(page, "city") == ["Berlin", "Hamburg"]
    page.get_by_label("Your name").fill("Ada")
    city.select_option("h")
    page.get_by_label("Train").check()
    choose(page, mode, "fr")
    expect(page.get_by_text("Ship")).to_be_visible()
    assert offered(page, "city") == ["Select a city", "Le Havre", "Paris"]
    assert offered(page, "way") == ["Bus", "Ship"]
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    # Both have one that is called "h".
    expect(city).to_have_value("h")
    expect(page.locator("[name=way]:checked")).to_have_count(0)
    city.select_option("p")
    page.get_by_label("Bus").check()
    if mode == "htmx":
        examine(page)
    choose(page, mode, "de")
    expect(page.get_by_text("Train")).to_be_visible()
    expect(city).to_have_value("b")
    expect(page.locator("[name=way]:checked")).to_have_value("bus")
    # A Draft, and no answer.
    page.reload()
    expect(page.get_by_label("Country")).to_have_value("de")
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    page.get_by_label("Nights").fill("2")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("More")
    page.go_back()
    expect(page.get_by_label("Nights")).to_have_value("2")


@pytest.mark.parametrize("mode", ["htmx"], indirect=True)
def test_focus_and_text_stay_while_it_is_drawn_again(page: Page, watch: Watch, address: str) -> None:
    """Also what is typed while it is on its way; no secret is lost, and no page is added to the history."""
    page.goto(address)
    length = page.evaluate("history.length")
    page.get_by_label("Code").fill("1234")
    nights = page.get_by_label("Nights")
    nights.fill("3")
    page.get_by_label("Your name").focus()
    expect(page.locator("#price")).to_have_text("€180")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_label("Country").select_option("fr")
        page.get_by_label("Your name").focus()
        page.keyboard.type("Ada")
    expect(page.locator("#price")).to_have_text("€270")
    page.keyboard.type(" L")
    expect(page.get_by_label("Your name")).to_have_value("Ada L")
    expect(page.get_by_label("Code")).to_have_value("1234")
    assert page.evaluate("history.length") == length
    assert page.url.endswith("/place")


@pytest.mark.parametrize("mode", ["htmx"], indirect=True)
def test_the_keyboard_stays_where_it_is(page: Page, watch: Watch, address: str) -> None:
    """On the field that the others go by, and among its choices."""
    watch.provokes(422)
    page.goto(address)
    country = page.get_by_label("Country")
    country.focus()
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_text("Ship")).to_be_visible()
    expect(country).to_be_focused()
    expect(country).to_have_value("fr")
    page.keyboard.press("Tab")
    expect(page.locator("[name=city]")).to_be_focused()


@pytest.mark.parametrize("mode", ["htmx"], indirect=True)
def test_nothing_moves_while_a_button_is_pressed(page: Page, watch: Watch, address: str) -> None:
    """The click counts. Where it was on nothing, what goes by the change comes after it."""
    watch.provokes(422)
    page.goto(address)
    page.get_by_label("Train").check()

    def press_after_typing(nights: str, on: str) -> None:
        page.get_by_label("Nights").fill(nights)
        page.locator(on).scroll_into_view_if_needed()
        box = page.locator(on).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 5, box["y"] + 5)
        with page.expect_response(lambda response: response.request.method == "POST"):
            page.mouse.down()
        page.mouse.up()

    press_after_typing("2", "h1")
    expect(page.locator("#price")).to_have_text("€120")
    press_after_typing("3", "#continue-place")
    expect(page.get_by_role("heading", level=1)).to_have_text("More")


def test_entries_of_a_list_do_it_too(page: Page, address: str, mode: str) -> None:
    """Where one is added, and where one is changed; each is said in the words of its own choices."""
    page.goto(address)
    page.get_by_label("Train").check()
    page.get_by_label("Nights").fill("1")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("More")
    page.get_by_label("Train").check()
    page.locator("[name=city]").select_option("h")
    page.get_by_label("Nights").fill("1")
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".entries li")).to_have_count(1)
    choose(page, mode, "fr")
    page.get_by_text("Ship").check()
    page.locator("[name=city]").select_option("h")
    page.get_by_label("Nights").fill("1")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".entries li")).to_contain_text(["Hamburg", "Le Havre"])
    page.get_by_role("button", name="Change Germany").click()
    expect(page.locator("[name=city]")).to_have_value("h")
    choose(page, mode, "fr")
    page.locator("[name=city]").select_option("p")
    page.get_by_text("Bus").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".entries li")).to_contain_text(["Paris", "Le Havre"])
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("dd li")).to_contain_text(["Paris", "Le Havre"])
