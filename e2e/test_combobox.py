"""A long select, into which one can type where there are scripts: found, not found, by keyboard, mouse and finger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from wtforms import Form, SelectChoice, SelectField, StringField

from wizard import Flow, Step, Wizard
from wizard.fields import Combobox
from wizard.sessions import open_sessions

from .journey import Journey, only_htmx
from .server import Server, serving_app
from .test_axe import examine
from .watch import Watch

#: What a browser does that fills in a form.
AUTOFILL = """(box) => {
  box.value = "Deutschland";
  for (const type of ["input", "change"]) box.dispatchEvent(new Event(type, { bubbles: true }));
}"""


def found(page: Page) -> list[str]:
    """What can be chosen."""
    return page.get_by_role("option").all_inner_texts()


@only_htmx
def test_a_choice_is_found_by_keyboard(journey: Journey, page: Page) -> None:
    """By the beginnings of its words and its aliases, without case and accents; what is meant is named first."""
    journey.go_to("profile")
    box, press = journey.field("country"), page.keyboard.press
    sent = page.locator("[name=country]")
    journey.field("date_of_birth-year").focus()
    press("Tab")
    expect(box).to_be_focused()
    expect(box).to_have_role("combobox")
    expect(box).to_have_accessible_name("Country")
    expect(box).to_have_attribute("autocomplete", "country")
    for text, first in {
        "holl": "Netherlands (Holland)",
        "UK": "United Kingdom (UK)",
        "u.s.a.": "United States (USA)",
        "deutsch": "Germany (Deutschland)",
        "aland": "Åland Islands",
        "trinidad and": "Trinidad & Tobago (Trinidad and Tobago)",
        "rep kor": "South Korea (Republic of Korea)",
        "niger": "Niger",
    }.items():
        box.fill(text)
        expect(page.get_by_role("option").first).to_have_text(first)
    assert found(page) == ["Niger", "Nigeria"]
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_have_text("Found: 2")
    expect(sent).to_have_value("NE")
    examine(page, ".select")
    press("ArrowDown")
    press("ArrowDown")
    active = page.get_by_role("option", name="Nigeria", selected=True)
    expect(box).to_have_attribute("aria-activedescendant", active.get_attribute("id") or "")
    examine(page, ".select")
    press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("niger")
    press("ArrowUp")
    press("Enter")
    expect(box).to_have_value("Nigeria")
    expect(sent).to_have_value("NG")
    expect(box).to_have_attribute("aria-expanded", "false")
    # Of several, Enter sends none: it shows which one it would be.
    press("Control+A")
    page.keyboard.type("united")
    press("Enter")
    expect(page.get_by_role("option", selected=True)).to_have_text("United Arab Emirates")
    press("Home")
    expect(box).not_to_have_attribute("aria-activedescendant", "")
    page.keyboard.type("The ")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    press("Control+A")
    page.keyboard.type("holland")
    press("Tab")
    expect(box).to_have_value("Netherlands")
    expect(journey.go_on).to_be_focused()
    journey.fill(full_name="Ada", date_of_birth="1985-12-10")
    box.focus()
    press("Enter")
    journey.at("plan")


@only_htmx
def test_a_text_that_is_not_in_the_list_is_refused_and_stays(journey: Journey, page: Page, watch: Watch) -> None:
    """It is never sent as what was chosen before. It is there after a reload, after Back, and in another language."""
    watch.provokes(422)
    journey.go_to("profile")
    journey.fill(**journey.answers["profile"])
    box = journey.field("country")
    box.fill("Atlantis")
    page.go_back()
    journey.at("verify")
    page.go_forward()
    journey.at("profile")
    expect(box).to_have_value("Atlantis")
    journey.press("Continue")
    link = page.locator("#error-summary a")
    expect(link).to_have_text("“Atlantis” is not in the list. Try another spelling, or choose from the list")
    expect(box).to_have_value("Atlantis")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile(f"Error: {re.escape(link.inner_text())}$"))
    examine(page)
    link.click()
    expect(box).to_be_focused()
    page.reload()
    expect(box).to_have_value("Atlantis")
    journey.press("Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(box).to_have_value("Atlantis")
    # What comes to be meant is chosen, and what was said of it goes.
    page.get_by_role("button", name="Weiter").click()
    expect(link).to_be_visible()
    box.fill("atlantis 2")
    box.press("Tab")
    expect(link).to_be_visible()
    box.fill("usa")
    box.press("Tab")
    expect(box).to_have_value("Vereinigte Staaten")
    expect(link).to_have_count(0)
    box.fill("")
    box.press("Tab")
    expect(page.locator("[name=country]")).to_have_value("")
    box.evaluate(AUTOFILL)
    expect(box).to_have_value("Deutschland")
    expect(page.locator("[name=country]")).to_have_value("DE")


@pytest.mark.parametrize("mode", ["htmx", "plain"], indirect=True)
def test_it_is_preselected(new_context: Callable[..., BrowserContext], mode: str, server: Server, watch: Watch) -> None:
    """Where the browser names a country: a select without scripts, a box with them, and sent as it stands."""
    context = new_context(java_script_enabled=mode == "htmx", locale="de-AT")
    journey = Journey(context.new_page(), mode)
    journey.speak("en")
    journey.go_to("profile")
    expect(journey.field("country")).to_have_value(journey.held("country", "AT"))
    del journey.answers["profile"]["country"]
    journey.answer("profile")
    journey.at("plan")


class TripForm(Form):
    """Where to, in groups; one of them is full."""

    to = SelectField(
        "Country",
        [Combobox({"nl": "Holland"})],
        choices=[
            SelectChoice("be", "Belgium", optgroup="Europe"),
            SelectChoice("nl", "Netherlands", optgroup="Europe"),
            SelectChoice("no", "Norway", optgroup="Europe", render_kw={"disabled": True}),
            SelectChoice("ng", "Nigeria", optgroup="Africa"),
        ],
    )
    city = SelectField("City", [Combobox()])
    seat = SelectField("Seat", [Combobox()], choices={"": "Any seat", "w": "Window", "a": "Aisle"})
    name = StringField("Name")


CITIES = {"be": ["Ghent", "Antwerp"], "nl": ["Gouda", "Leiden"]}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where an application is served in which a list goes by another one, and a third is checked at once."""
    app = Flask("trip")
    app.secret_key = "only for these tests, and long enough"
    app.session_interface = open_sessions(f"sqlite:///{tmp_path / 'test.db'}")
    step = Step(
        "trip",
        TripForm,
        title="Your trip",
        choices={"city": lambda answers, typed: ["", *CITIES.get(typed["to"], [])]},
        refresh=["to"],
        live=["seat"],
    )
    app.register_blueprint(Wizard("trip", Flow(step), on_finish=lambda answers, key: "R"))
    with serving_app(app) as address:
        yield address


@only_htmx
def test_it_goes_by_other_fields_and_is_checked(page: Page, address: str) -> None:
    """In groups, by the mouse; what cannot be chosen is not, and a morph leaves the focus and what is typed."""
    page.goto(address)
    country, city, seat = (page.get_by_role("combobox", name=name) for name in ("Country", "City", "Seat"))
    # A select without an empty choice has its first one chosen.
    expect(country).to_have_value("Belgium")
    country.click()
    assert found(page) == ["Belgium", "Netherlands", "Norway", "Nigeria"]
    expect(page.get_by_role("group", name="Africa").get_by_role("option")).to_have_text(["Nigeria"])
    expect(page.get_by_role("option", selected=True)).to_have_text("Belgium")
    examine(page, "#to-field")
    page.get_by_role("option", name="Norway").click(force=True)
    expect(country).to_have_value("Belgium")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("option", name="Netherlands").click()
    expect(country).to_have_value("Netherlands")
    expect(country).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()
    city.click()
    expect(page.get_by_role("option")).to_have_text(["Gouda", "Leiden"])
    city.fill("lei")
    city.press("Tab")
    expect(seat).to_be_focused()
    expect(city).to_have_value("Leiden")
    expect(seat).to_have_attribute("placeholder", "Any seat")
    with page.expect_response(lambda response: "/check/" in response.url):
        page.keyboard.type("roof")
        page.keyboard.press("Tab")
    expect(page.locator("#seat-error")).to_contain_text("“roof” is not in the list")
    expect(seat).to_have_value("roof")
    expect(page.get_by_label("Name")).to_be_focused()
    with page.expect_response(lambda response: "/check/" in response.url):
        seat.fill("aisle")
        seat.press("Tab")
    expect(page.locator("#seat-error")).to_have_count(0)
    expect(seat).to_have_value("Aisle")
    # What is not offered any more is not chosen.
    with page.expect_response(lambda response: response.request.method == "POST"):
        country.fill("nig")
        country.press("Enter")
    expect(city).to_have_value("")
    expect(country).to_have_value("Nigeria")
    with page.expect_response(lambda response: response.request.method == "POST"):
        country.fill("")
        country.press("Tab")
    # A select without an empty choice would have its first one chosen again.
    expect(page.locator("[name=city] option")).to_have_count(3)
    expect(country).to_have_value("")
    expect(page.locator("[name=to]")).to_have_value("")
