"""Input that will not do, at every step: what the page says, where it says so, and that nothing is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from .journey import STEPS, Journey, Typed, in_parts
from .server import Server
from .watch import Watch


@dataclass(frozen=True)
class Wrong:
    """Input that will not do.

    :param step: where it is typed.
    :param typed: the value of each field.
    :param messages: what the page says to each field that is wrong, in the order of the fields.
    """

    step: str
    typed: dict[str, Typed]
    messages: dict[str, str]

    def __str__(self) -> str:
        return f"{self.step}-{'-'.join(self.messages)}"

    @property
    def following(self) -> str:
        """The page that the step would lead to."""
        steps = (*STEPS["team"], "summary")
        return steps[steps.index(self.step) + 1]


#: So unlike anything else that it can be looked for.
SHORT_PASSWORD = "hunter2"

WRONG = [
    Wrong(
        "account",
        {"email": "", "username": ""},
        {"email": "Enter your email address", "username": "Enter a username"},
    ),
    Wrong(
        "account",
        {"email": "ada at home", "username": "ada lovelace"},
        {
            "email": "Enter an email address like name@example.com",
            "username": "Use letters a to z, numbers, dots, hyphens or underscores",
        },
    ),
    Wrong(
        "profile",
        {"full_name": "", "date_of_birth": "", "country": ""},
        {
            "full_name": "Enter your full name",
            "date_of_birth": "Enter your date of birth",
            "country": "Select your country",
        },
    ),
    Wrong(
        "profile",
        {"full_name": "Ada Lovelace", "date_of_birth": "80-Feb-31", "country": "GB"},
        {"date_of_birth-year": "Enter the year with four digits"},
    ),
    Wrong("plan", {}, {"plan": "Select a plan"}),
    Wrong(
        "team",
        {"organisation": "", "seats": "a dozen"},
        {"organisation": "Enter the name of your organisation", "seats": "Enter the number of seats as a whole number"},
    ),
    Wrong(
        "team",
        {"organisation": "Analytical Engines", "seats": "501"},
        {"seats": "Enter a number of seats from 2 to 500"},
    ),
    Wrong(
        "security",
        {"password": SHORT_PASSWORD, "accept_terms": False},
        {
            "password": "Enter a password of 8 to 200 characters",
            "accept_terms": "Accept the terms of use to create an account",
        },
    ),
]

every_wrong = pytest.mark.parametrize("wrong", WRONG, ids=str)


@pytest.fixture
def summary(page: Page) -> Locator:
    """The box above the heading that lists what is wrong."""
    return page.locator("#error-summary")


@pytest.fixture
def refused(journey: Journey, watch: Watch, wrong: Wrong) -> str:
    """The visitor has typed what will not do, and pressed Continue; gives the page that was the answer."""
    watch.provokes(422)
    journey.go_to(wrong.step, plan="team")
    journey.fill(**wrong.typed)
    response = journey.send()
    assert response.status == 422
    return response.text()


@every_wrong
@pytest.mark.usefixtures("refused")
def test_page_says_what_is_wrong(journey: Journey, summary: Locator, wrong: Wrong) -> None:
    """Each message stands in the summary and beside its field, in the same words, and assistive software finds it."""
    expect(summary).to_be_focused()
    expect(summary.get_by_role("heading")).to_have_text("There is a problem")
    expect(summary.get_by_role("listitem")).to_have_text(list(wrong.messages.values()))
    expect(journey.page.locator("form .error")).to_have_text([f"Error: {text}" for text in wrong.messages.values()])
    for name, message in wrong.messages.items():
        described = journey.page.get_by_role("group", name="Plan") if name == "plan" else journey.field(name)
        expect(described).to_have_accessible_description(re.compile(f"Error: {re.escape(message)}$"))
        if name != "plan":  # ARIA knows no radio button that is invalid, only a group that says so
            expect(described).to_have_attribute("aria-invalid", "true")
    for name in in_parts(wrong.typed).keys() - in_parts(dict.fromkeys(wrong.messages, "")).keys():
        expect(journey.field(name)).not_to_have_attribute("aria-invalid", "true")


def sees_typed(journey: Journey, wrong: Wrong) -> None:
    """See that the page holds what was typed, but for the password."""
    for name, value in in_parts(wrong.typed).items():
        if isinstance(value, bool):
            expect(journey.field(name)).to_be_checked(checked=value)
        else:
            expect(journey.field(name)).to_have_value("" if name == "password" else journey.held(name, value))


@every_wrong
def test_page_stays_as_it_was_typed(journey: Journey, summary: Locator, refused: str, wrong: Wrong) -> None:
    """Address and input stay, also when the page is opened anew; each link in the summary leads to its field."""
    journey.at(wrong.step)
    expect(journey.page).to_have_title(re.compile(r"^Error: Step \d of \d: .* - Sign up - Acme$"))
    sees_typed(journey, wrong)
    assert SHORT_PASSWORD not in refused
    for name, message in wrong.messages.items():
        summary.get_by_role("link", name=message, exact=True).click()
        expect(journey.field(name).first).to_be_focused()
        if journey.htmx:
            expect(journey.page).to_have_url(f"/signup/{wrong.step}")
    if journey.htmx:
        journey.page.reload()
    else:
        # A reload would send the form once more.
        journey.open(wrong.step)
    expect(summary).to_have_count(0)
    sees_typed(journey, wrong)


@every_wrong
@pytest.mark.usefixtures("refused")
def test_nothing_is_accepted_until_it_is_mended(
    journey: Journey, summary: Locator, server: Server, wrong: Wrong
) -> None:
    """The page after the step leads back to it, and nothing is stored; once the input is mended, it goes on."""
    journey.open(wrong.following)
    journey.at(wrong.step)
    assert SHORT_PASSWORD.encode() not in server.stored_bytes()
    journey.fill(**wrong.typed)
    assert journey.send().status == 422
    expect(summary).to_be_focused()
    journey.answer(wrong.step)
    journey.at(wrong.following)
    expect(summary).to_have_count(0)
    expect(journey.page).not_to_have_title(re.compile("Error"))


def test_taken_username_is_refused(journey: Journey, watch: Watch) -> None:
    """A username that an account has, in whatever case, is refused where it is typed."""
    journey.go_to("summary")
    journey.press("Create account")
    journey.at("done")
    journey.press("Start again")
    journey.at("account")
    watch.provokes(422)
    journey.fill(email=f"other-{journey.email}", username=journey.username.upper())
    assert journey.send().status == 422
    expect(journey.page.locator("#error-summary").get_by_role("link")).to_have_text(
        "This username is taken. Choose another."
    )
    expect(journey.field("username")).to_have_value(journey.username.upper())


def test_who_has_an_account_is_told_by_mail_alone(journey: Journey, server: Server) -> None:
    """The page says what it says to everybody, and nobody is refused at the last press."""
    journey.go_to("summary")
    journey.press("Create account")
    journey.at("done")
    journey.press("Start again")
    journey.at("account")
    journey.answer("account", username=f"{journey.username}-2")
    journey.at("verify")
    expect(journey.page.get_by_text(f"We’ve sent a code to {journey.email}.")).to_be_visible()
    journey.page.get_by_role("link", name="Read the email in the mailbox").click()
    newest = journey.page.get_by_role("article").filter(has_text=journey.email).first
    expect(newest).to_contain_text("You have an account already")
    assert len(server.accounts(journey.email)) == 1
