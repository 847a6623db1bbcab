"""Fields that are shown with a choice, in a browser: beneath it, kept, and in nobody's way while they are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from wtforms import BooleanField, Form, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired

from wizard import Flow, Step, Wizard
from wizard.sessions import open_sessions

from .server import serving_app
from .test_axe import examine
from .watch import Watch


class HowForm(Form):
    """Each kind of field that has choices, and what is shown with one of them."""

    how = RadioField("How?", [InputRequired("Select how")], choices={"bus": "Bus", "other": "Another way"})
    other = StringField("Which way?", [InputRequired("Enter which way")], render_kw={"required": True})
    who = SelectMultipleField("With whom?", choices={"dog": "A dog", "child": "A child"})
    dog = StringField("What is it called?", [InputRequired("Enter what it is called")])
    when = SelectField("When?", choices={"soon": "Soon", "day": "On a day"})
    day = StringField("Which day?", [InputRequired("Enter which day")])
    same = BooleanField("Back the same way")
    back = StringField("Which way back?", [InputRequired("Enter which way back")])

    def validate_day(self, field: StringField) -> None:
        """A rule for the check while the visitor goes on."""
        if field.data == "never":
            raise ValidationError("Enter another day")


REVEALS = {"other": ("how", "other"), "dog": ("who", "dog"), "day": ("when", "day"), "back": ("same", False)}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the application is served."""
    app = Flask("reveals")
    app.secret_key = "only for these tests, and long enough"
    app.session_interface = open_sessions(f"sqlite:///{tmp_path / 'test.db'}")
    step = Step("how", HowForm, title="How", reveals=REVEALS, live=["when", "day"])
    app.register_blueprint(Wizard("trip", Flow(step), on_finish=lambda answers, key: "R"))
    with serving_app(app) as address:
        yield address


def test_a_field_is_shown_with_its_choice(page: Page, watch: Watch, address: str, mode: str) -> None:
    """Below a select a script hides it: without one, it is always there. What is typed comes back with the choice."""
    watch.provokes(422)
    page.goto(address)
    other, dog, day, back = (page.locator(f"[name={name}]") for name in ("other", "dog", "day", "back"))
    for field in (other, dog):
        expect(field).to_be_hidden()
    expect(back).to_be_visible()
    expect(day).to_be_visible(visible=mode == "plain")
    page.get_by_label("Another way").check()
    page.get_by_label("A dog").check()
    page.get_by_label("When?").select_option("day")
    for field in (other, dog, day):
        expect(field).to_be_visible()
    other.fill("boat")
    page.get_by_label("Bus").check()
    expect(other).to_be_hidden()
    page.get_by_role("button", name="Continue").click()
    summary = page.locator("#error-summary li")
    expect(summary).to_have_text(["Enter what it is called", "Enter which day", "Enter which way back"])
    if mode == "htmx":
        examine(page)
        assert page.get_by_label("A dog").get_attribute("aria-expanded") == "true"
        assert page.get_by_label("A child").get_attribute("aria-expanded") is None
        # What nobody is asked any more, nobody has to mend.
        page.get_by_label("A dog").uncheck()
        page.get_by_label("Back the same way").check()
        expect(summary).to_have_text(["Enter which day"])
        expect(page.get_by_label("Bus")).to_be_checked()
        assert page.get_by_label("A dog").get_attribute("aria-expanded") == "false"
    else:
        page.get_by_label("A dog").uncheck()
        page.get_by_label("Back the same way").check()
    page.get_by_label("When?").select_option("soon")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers before you send them")
    expect(page.locator("dt")).to_have_text(["How?", "With whom?", "When?", "Back the same way"])
    page.get_by_role("link", name="Change how?").click()
    expect(other).to_be_hidden()
    page.get_by_label("Another way").check()
    expect(other).to_have_value("boat")
    page.get_by_role("button", name="Save and return").click()
    expect(page.locator("dd").filter(has_text="boat")).to_be_visible()


@pytest.mark.parametrize("mode", ["htmx"], indirect=True)
def test_a_check_while_the_visitor_goes_on_keeps_what_is_shown(page: Page, address: str) -> None:
    """That of the choice leaves what is shown with it alone, and what was said of it meanwhile."""
    page.goto(address)
    held: list[Route] = []
    page.route("**/how/check/when", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/how/check/when"):
        page.get_by_label("When?").select_option("day")
    day = page.locator("[name=day]")
    day.fill("never")
    with page.expect_response("**/how/check/day"):
        day.blur()
    expect(page.locator("#day-error")).to_contain_text("Enter another day")
    with page.expect_response("**/how/check/when"):
        held[0].continue_()
    page.wait_for_function("!document.querySelector('.htmx-request')")
    expect(page.locator("#day-error")).to_be_visible()
    expect(day).to_have_attribute("aria-invalid", "true")
    with page.expect_response("**/how/check/when"):
        page.get_by_label("When?").select_option("soon")
    expect(day).to_be_hidden()
    with page.expect_response("**/how/check/when"):
        page.get_by_label("When?").select_option("day")
    expect(day).to_be_visible()
    expect(day).to_have_value("never")


@pytest.mark.parametrize("mode", ["htmx"], indirect=True)
def test_what_is_put_back_shows_what_belongs_to_it(page: Page, address: str) -> None:
    """After a visit elsewhere."""
    page.goto(address)
    page.get_by_label("When?").select_option("day")
    page.locator("[name=day]").fill("Monday")
    page.goto(f"{address}/clear")
    page.go_back()
    expect(page.locator("[name=day]")).to_be_visible()
    expect(page.locator("[name=day]")).to_have_value("Monday")
