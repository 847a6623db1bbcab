"""The date of birth: three inputs for what one knows by heart."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .journey import Journey, only_htmx
from .watch import Watch


def born(day: str, month: str, year: str) -> dict[str, str]:
    """What is typed into the three inputs."""
    return {"date_of_birth-day": day, "date_of_birth-month": month, "date_of_birth-year": year}


def test_a_part_that_is_wrong_is_named_and_kept(journey: Journey, page: Page, watch: Watch) -> None:
    """A link leads to it, and it alone is marked; the month may be a name. The summary says the date in words."""
    watch.provokes(422)
    journey.go_to("profile")
    journey.fill(full_name="Ada Lovelace", country="GB", **born("31", "feb.", "1980"))
    journey.press("Continue")
    message = "31 February does not exist: February 1980 has 29 days"
    group = page.get_by_role("group", name="Date of birth")
    expect(group).to_have_accessible_description(
        re.compile("^To check that you’re at least 13. For example, 31 3 1980")
    )
    expect(group.locator(".error")).to_have_text(f"Error: {message}")
    page.locator("#error-summary").get_by_role("link", name=message).click()
    expect(group.get_by_label("Day")).to_be_focused()
    expect(group.get_by_label("Day")).to_have_accessible_description(f"Error: {message}")
    expect(group.locator("[aria-invalid]")).to_have_count(1)
    journey.sees_filled("profile", date_of_birth="1980-feb.-31")
    journey.fill(**born("29", "feb.", "1980"))
    journey.press("Continue")
    journey.at("plan")
    journey.answer("plan")
    journey.answer("photo")
    journey.answer("security")
    journey.at("summary")
    expect(journey.summary_of("Date of birth")).to_have_text("29 February 1980")


@only_htmx
def test_a_message_goes_with_the_part_that_is_filled_in(journey: Journey, page: Page, watch: Watch) -> None:
    """Of two parts that were left empty, the other one still says so."""
    watch.provokes(422)
    journey.go_to("profile")
    journey.fill(full_name="Ada Lovelace", country="GB", **born("31", "", ""))
    journey.press("Continue")
    links = page.locator("#error-summary li")
    expect(links).to_have_text(["Enter a month", "Enter a year"])
    month = page.locator("#date_of_birth-month")
    month.fill("March")
    month.blur()
    expect(links).to_have_text(["Enter a year"])
    expect(month).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#date_of_birth .error")).to_have_text("Error: Enter a year")
    # What is typed in one language, and left there, is still understood in another.
    journey.press("Deutsch")
    expect(page.locator("#date_of_birth legend")).to_have_text("Geburtsdatum")
    expect(page.locator("#date_of_birth label")).to_have_text(["Tag", "Monat", "Jahr"])
    expect(month).to_have_value("March")
    month.fill("März")
    page.locator("#date_of_birth-year").fill("1980")
    page.locator("#continue-profile").click()
    expect(page.locator("#continue-plan")).to_be_visible()
    journey.open("profile")
    journey.press("English")
    expect(month).to_have_value("März")
    journey.fill(**{"date_of_birth-day": "30"})
    journey.press("Continue")
    journey.at("plan")


@only_htmx
@pytest.mark.parametrize(("zone", "is_old_enough"), [("Pacific/Kiritimati", True), ("Pacific/Niue", False)])
def test_today_is_the_day_that_it_is_for_the_visitor(
    new_context: Callable[..., BrowserContext], mode: str, zone: str, is_old_enough: bool, watch: Watch
) -> None:
    """Who turns 13 on an island where it is tomorrow already is not 13 yet on one where it is still today.

    The clocks of these two are 25 hours apart.
    """
    watch.provokes(422)
    today = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    page = new_context(timezone_id=zone).new_page()
    journey = Journey(page, mode)
    journey.go_to("profile")
    journey.fill(full_name="Ada", country="GB", **born(str(today.day), str(today.month), str(today.year - 13)))
    journey.press("Continue")
    if is_old_enough:
        journey.at("plan")
    else:
        expect(page.locator("#error-summary li")).to_have_text("You must be at least 13 years old to have an account")
