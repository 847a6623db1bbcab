"""Journey: one visitor on the way through the signup, in the words of its pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.conftest import code_in
from wizard.languages import catalogue
from wizard.signup.countries import countries

from .watch import is_sent

#: The heading of each page of the flow, by the last part of its address.
HEADINGS = {
    "account": "Your account",
    "verify": "Check your email",
    "profile": "About you",
    "plan": "Choose a plan",
    "team": "Your team",
    "members": "Invite your team",
    "photo": "Your photo",
    "security": "Secure your account",
    "summary": "Check your answers before you send them",
    "done": "Account created",
    "clear": "Clear all your answers?",
}

#: What each step is called wherever that is not its heading.
NAMES = {
    **HEADINGS,
    "verify": "Email confirmation",
    "plan": "Plan",
    "members": "Invitations",
    "security": "Security",
}

#: The steps that each plan leads along.
STEPS = {
    "personal": ("account", "verify", "profile", "plan", "photo", "security"),
    "team": ("account", "verify", "profile", "plan", "team", "members", "photo", "security"),
}

#: Marks a test for one of the two modes alone.
only_htmx = pytest.mark.parametrize("mode", ["htmx"], indirect=True)
only_plain = pytest.mark.parametrize("mode", ["plain"], indirect=True)

#: For a test of words that a visitor reads: see :meth:`Journey.speak`. The words are the same with scripts and without.
in_each_language = pytest.mark.parametrize(
    ("language", "mode"), [("en", "plain"), ("de", "htmx"), ("es", "plain")], indirect=["mode"]
)
in_each_language_with_htmx = pytest.mark.parametrize(
    ("language", "mode"), [("en", "htmx"), ("de", "htmx"), ("es", "htmx")], indirect=["mode"]
)

Typed = str | bool


def in_parts(typed: Mapping[str, Typed]) -> dict[str, Typed]:
    """Return what is ``typed`` by the names of inputs: a date has three, and is written as 1985-12-10 here."""
    split: dict[str, Typed] = {}
    for name, value in typed.items():
        if name == "date_of_birth":
            parts = zip(("year", "month", "day"), str(value).split("-") if value else ("", "", ""), strict=True)
            split |= {f"{name}-{part}": text for part, text in parts}
        else:
            split[name] = value
    return split


class Journey:
    """A visitor, whose email address, username and password are like nobody else's.

    :param page: the browser page.
    :param mode: ``htmx`` or ``plain``.
    """

    def __init__(self, page: Page, mode: str) -> None:
        self.page = page
        self.htmx = mode == "htmx"
        self.language = "en"
        self._token = ""
        unique = secrets.token_hex(6)
        self.email = f"ada-{unique}@example.com"
        self.username = f"ada-{unique}"
        self.password = f"correct horse {unique}"
        self.answers: dict[str, dict[str, Typed]] = {
            "account": {"email": self.email, "username": self.username},
            # Another one each time: see `code`.
            "verify": {"code": ""},
            "profile": {"full_name": "Ada Lovelace", "date_of_birth": "1985-12-10", "country": "GB"},
            "plan": {"plan": "personal"},
            "team": {"organisation": "Analytical Engines", "seats": "12"},
            # Nobody, unless a test invites people.
            "members": {},
            "photo": {},
            "security": {"password": self.password, "accept_terms": True},
        }

    # In which language

    def speak(self, language: str) -> None:
        """Have the pages that come next in this language. A test says the words of pages in English all the same."""
        self.language = language
        self.page.context.add_cookies([{"name": "language", "value": language, "domain": "127.0.0.1", "path": "/"}])

    def say(self, text: str, **variables: object) -> str:
        """The words of a page, in the language that is spoken."""
        said = catalogue(self.language).gettext(text)
        return said % variables if variables else said

    # Where the visitor is

    def open(self, page: str = "") -> None:
        """Type the address of a page of the flow into the address bar."""
        self.page.goto(f"/signup/{page}")

    def at(self, page: str) -> None:
        """See that this page is shown, and that the address says so."""
        address = re.compile(rf"/signup/{page}(\?(from=summary|run=[\w-]+(&at=\w+)?(&from=summary)?)?)?(#[\w-]*)?$")
        expect(self.page).to_have_url(address)
        expect(self.heading).to_have_text(self.say(HEADINGS[page]))
        # The scripts of a page that was loaded as a whole have run once it is loaded.
        self.page.wait_for_load_state()

    @property
    def heading(self) -> Locator:
        """The first heading."""
        return self.page.get_by_role("heading", level=1)

    @property
    def alert(self) -> Locator:
        """Where the page says that something failed which is no fault of the visitor."""
        return self.page.locator("#page-alert")

    @property
    def go_on(self) -> Locator:
        """The button of a step that goes on: Continue, or on the way back to the summary Save and return."""
        return self.page.locator("[id^=continue-]")

    # What the visitor does

    def field(self, name: str, value: Typed = "") -> Locator:
        """The input of this name, of a date the first; of radio buttons the one with this value, or all of them."""
        if name == "country":
            # With scripts, one types into a box in place of the list.
            return self.page.locator("input#country" if self.htmx else "select#country")
        name = "date_of_birth-day" if name == "date_of_birth" else name
        choice = f'[value="{value}"]' if name == "plan" and value else ""
        return self.page.locator(f'[name="{name}"]{choice}')

    def held(self, name: str, value: str) -> str:
        """What the input of this name holds once ``value`` is typed or chosen: a box says the name of the country."""
        return countries(self.language).get(value, value) if name == "country" and self.htmx else value

    def fill(self, **typed: Typed) -> None:
        """Fill in the fields that are named."""
        for name, value in in_parts(typed).items():
            field = self.field(name, value)
            if isinstance(value, bool):
                field.set_checked(value)
            elif name == "plan":
                field.check()
            elif name == "country" and self.htmx:
                field.fill(self.held(name, str(value)))
                field.press("Tab")
            elif name == "country":
                field.select_option(value)
            else:
                field.fill(value)

    def press(self, words: str) -> None:
        """Press the button with these words on it."""
        self.button(words).click()

    def button(self, words: str) -> Locator:
        """The button with these words on it."""
        return self.page.get_by_role("button", name=self.say(words), exact=True)

    def send(self, words: str = "Continue") -> Response:
        """Press a button that sends a form, and return what the server answers to it."""
        with self.page.expect_response(lambda response: is_sent(response.request)) as info:
            self.press(words)
        return info.value

    def answer(self, step: str, **changes: Typed) -> None:
        """On this step, type the answers to it, and go on. Answers given here are the visitor's from now."""
        self.at(step)
        self.type(step, **changes)
        self.go_on.click()

    def type(self, step: str, **changes: Typed) -> None:
        """On this step, type the answers to it; of the mail, the code that was sent last, unless it is confirmed."""
        self.answers[step] |= changes
        if step == "verify":
            if not self.field("code").count():
                return
            self.read_mail()
        self.fill(**self.answers[step])

    def read_mail(self) -> None:
        """Have the code that was mailed last as the answer to it: there is no mail server, but a mailbox."""
        mailbox = self.page.context.request.get(f"{self._site}/mailbox").text()
        self.answers["verify"]["code"] = code_in(mailbox, str(self.answers["account"]["email"]))

    @property
    def _site(self) -> str:
        """Where the server is whose page is shown; nothing before there is one, which is that of all tests."""
        found = re.match(r"https?://[^/]+", self.page.url)
        return found[0] if found else ""

    def invite(self, name: str, words: str = "Add this person") -> None:
        """On the step where people are invited, type one, and press a button."""
        self.fill(name=name, email=f"{name.lower()}@example.com")
        self.press(words)

    def invite_at_once(self, *names: str) -> None:
        """On the step where people are invited, have these invited already."""
        for name in names:
            self._post("members", {"name": name, "email": f"{name.lower()}@example.com", "_action": "add"})
        self.page.reload()

    def go_to(self, page: str, plan: str = "personal") -> None:
        """Come to this page with every step before it answered: the last of them in the browser, the others without."""
        before = self._before(page, plan)
        if len(before) > 1:
            self._send_at_once(before[:-1])
        self.open(before[-1] if before else page)
        for step in before[-1:]:
            self.answer(step)
        self.at(page)

    def walk_to(self, page: str, plan: str = "personal") -> None:
        """Begin the signup, and answer every step before this page, so that Back leads through all of them."""
        self.open()
        for step in self._before(page, plan):
            self.answer(step)
        self.at(page)

    def _before(self, page: str, plan: str) -> tuple[str, ...]:
        self.answers["plan"]["plan"] = plan
        steps = STEPS[plan]
        return steps[: steps.index(page)] if page in steps else steps

    def _send_at_once(self, steps: Sequence[str]) -> None:
        """Answer these steps with the browser's cookies, and without the time that it takes to show their pages."""
        for step in steps:
            if step == "verify":
                self.read_mail()
            self._post(step, {name: "y" if value is True else str(value) for name, value in self.answers[step].items()})

    def _post(self, step: str, typed: dict[str, str]) -> None:
        client = self.page.context.request
        if not self._token:
            found = re.search('name="csrf_token" value="([^"]+)"', client.get(f"/signup/{step}").text())
            assert found
            self._token = found[1]
        response = client.post(f"/signup/{step}", form={"csrf_token": self._token, **typed}, max_redirects=0)
        assert response.status == 303, response.text()

    def see_every_page(self, look: Callable[[str, str], None]) -> None:
        """Go the whole way of a team, and ``look`` at each page as it is swapped in: at its name, and its state.

        A step is ``empty``, ``wrong`` once what is missing is said, and ``filled``; the summary and the end are
        ``filled``.
        """
        self.open()
        self.answers["plan"]["plan"] = "team"
        for step in STEPS["team"]:
            self.at(step)
            look(step, "empty")
            # Without a photo, nothing is wrong.
            if step != "photo":
                self.press("Add this person" if step == "members" else "Continue")
                expect(self.page.locator("#error-summary")).to_be_visible()
                look(step, "wrong")
            if step == "members":
                self.invite("Bob")
                self.sees_invited("Bob")
            self.type(step)
            look(step, "filled")
            self.press("Continue")
        self.at("summary")
        look("summary", "filled")
        self.press("Create account")
        self.at("done")
        look("done", "filled")

    def change(self, label: str) -> None:
        """On the summary, follow the link Change beside this question."""
        asked = self.say(label) if self.language == "de" else self.say(label).lower()
        self.page.get_by_role("link", name=f"{self.say('Change')} {asked}", exact=True).click()

    # What the visitor sees

    def sees_invited(self, *names: str) -> None:
        """See that these people stand in the list, and nobody else."""
        words = [f"{name}, {name.lower()}@example.com" for name in names]
        expect(self.page.locator(".entries li > span")).to_have_text(words)

    def sees_filled(self, step: str, **changes: Typed) -> None:
        """See that the fields of this step hold the answers, and the password field nothing."""
        if step == "verify":
            address = self.answers["account"]["email"]
            confirmed = self.say("The address %(address)s is confirmed.", address=address)
            expect(self.page.get_by_text(confirmed)).to_be_visible()
            return
        for name, value in in_parts(self.answers[step] | changes).items():
            field = self.field(name, value)
            if name == "plan" or isinstance(value, bool):
                expect(field).to_be_checked(checked=value is not False)
            else:
                expect(field).to_have_value("" if name == "password" else self.held(name, str(value)))

    def sees_empty(self, step: str) -> None:
        """See that nothing is filled in on this step."""
        for name in in_parts(self.answers[step]):
            if name in ("plan", "accept_terms"):
                expect(self.page.locator(f'[name="{name}"]:checked')).to_have_count(0)
            else:
                expect(self.field(name)).to_have_value("")

    def summary_of(self, label: str) -> Locator:
        """What the summary shows as the answer to the question with this label."""
        row = self.page.locator("dl > div").filter(has=self.page.locator("dt").get_by_text(self.say(label), exact=True))
        return row.locator("dd:not(.change)")
