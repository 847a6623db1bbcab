"""What good forms have in common: the rules of public design systems and of WCAG, held on every page of the signup."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .journey import HEADINGS, STEPS, Journey, only_htmx
from .watch import Watch

# Both ways get the same templates, which the other tests hold in both.
pytestmark = only_htmx

#: What each field helps a browser or a password manager to fill in (WCAG 1.3.5 and 3.3.8).
TOKENS = {
    "email": "email",
    "username": "username",
    "full_name": "name",
    "date_of_birth": "bday",
    "country": "country",
    "organisation": "organization",
    "password": "new-password",
}

NEVER_SAID = re.compile(r"\b(please|sorry|oops|valid|invalid|forbidden|illegal)\b|\*", re.IGNORECASE)

#: What can be pressed: controls, and links that do not stand within a sentence (WCAG 2.5.8).
TARGETS = "main button:visible, main input:not([type=hidden]):visible, main select:visible, main a:visible"

Look = Callable[[str, bool], None]


@pytest.fixture
def every_page(journey: Journey, page: Page, watch: Watch) -> Callable[[Look], None]:
    """Looks at each page of the whole way, and at each step a second time with what is wrong on it."""
    watch.provokes(422)

    def walk(look: Look) -> None:
        journey.open()
        journey.answers["plan"]["plan"] = "team"
        for step in STEPS["team"]:
            journey.at(step)
            look(step, False)
            journey.press("Add this person" if step == "members" else "Continue")
            expect(page.locator("#error-summary")).to_be_visible()
            look(step, True)
            if step == "members":
                journey.invite("Bob")
                journey.sees_invited("Bob")
            journey.answer(step)
        journey.at("summary")
        look("summary", False)
        journey.press("Create account")
        journey.at("done")
        look("done", False)

    return walk


def test_titles_say_where_and_whether_something_is_wrong(every_page: Callable[[Look], None], page: Page) -> None:
    """ "Step 2 of 5: What is asked - What for - Whose", after "Error: " where there is one."""
    steps = STEPS["team"]

    def look(name: str, wrong: bool) -> None:
        count = 4 if name in ("account", "profile", "plan") else 6
        where = f"Step {steps.index(name) + 1} of {count}: " if name in steps else ""
        heading = "Check your answers" if name == "summary" else HEADINGS[name]
        expect(page).to_have_title(f"{'Error: ' if wrong else ''}{where}{heading} - Sign up - Acme")

    every_page(look)


def test_each_page_has_one_heading_like_no_other(every_page: Callable[[Look], None], page: Page) -> None:
    """One h1, and it comes before every h2 but that of the error summary."""
    seen: dict[str, str] = {}

    def look(name: str, wrong: bool) -> None:
        headings = page.locator("main h1")
        expect(headings).to_have_count(1)
        assert seen.setdefault(headings.inner_text(), name) == name

    every_page(look)
    assert len(seen) == len(STEPS["team"]) + 2


def test_progress_is_said_in_words_and_marked(every_page: Callable[[Look], None], page: Page) -> None:
    """As a text, and as a list in which one step is the current one, and each is completed or not."""

    def look(name: str, wrong: bool) -> None:
        if name not in STEPS["team"]:
            return
        current = page.locator('[aria-current="step"]')
        expect(current).to_have_count(1)
        expect(current).to_contain_text(HEADINGS[name])
        expect(page.get_by_role("navigation", name="Progress")).to_contain_text(re.compile(r"Step \d of \d"))
        texts = page.locator(".progress li").all_inner_texts()
        assert all(text.strip().endswith("completed") for text in texts)

    every_page(look)


def test_what_is_wrong_is_said_twice_in_the_same_words(every_page: Callable[[Look], None], page: Page) -> None:
    """In the summary above the heading, as a link to the field, and at the field, which points to it."""

    def look(name: str, wrong: bool) -> None:
        expect(page.locator("#error-summary")).to_have_count(int(wrong))
        if not wrong:
            expect(page.locator("[aria-invalid]")).to_have_count(0)
            return
        expect(page.locator("#error-summary h2")).to_have_text("There is a problem")
        expect(page.locator("#error-summary > [role=alert]")).to_have_count(1)
        assert page.locator("#error-summary, main h1").first.get_attribute("id") == "error-summary"
        for link in page.locator("#error-summary a").all():
            target = page.locator(link.get_attribute("href") or "")
            error = page.locator(f"{link.get_attribute('href')}-error")
            expect(error).to_have_text(re.compile(rf"^\s*Error:\s*{re.escape(link.inner_text())}\s*$"))
            if target.get_attribute("type") != "radio":
                expect(target).to_have_attribute("aria-invalid", "true")
                about = (target.get_attribute("aria-describedby") or "").split()
                assert (error.get_attribute("id") or "") in about
                for one in about:
                    expect(page.locator(f"#{one}")).to_have_count(1)

    every_page(look)


def test_nothing_is_said_that_blames_or_begs(every_page: Callable[[Look], None], page: Page) -> None:
    """No "please", no "invalid", no asterisk; and the browser adds no words of its own."""

    def look(name: str, wrong: bool) -> None:
        assert not NEVER_SAID.findall(page.locator("main").inner_text())
        expect(page.locator("[required]")).to_have_count(0)
        expect(page.locator("form[method=post]:has(button.button-main):not([novalidate])")).to_have_count(0)

    every_page(look)


def test_fields_say_what_a_browser_can_fill_in(every_page: Callable[[Look], None], page: Page) -> None:
    """By the standard's tokens; what is not about the visitor asks for nothing."""
    found: dict[str, str | None] = {}

    def look(name: str, wrong: bool) -> None:
        if name == "members":
            for field in ("name", "email"):
                expect(page.locator(f"#{field}")).to_have_attribute("autocomplete", "off")
            return
        for field in page.locator("main input[autocomplete], main select[autocomplete]").all():
            found[field.get_attribute("name") or ""] = field.get_attribute("autocomplete")

    every_page(look)
    assert found == {**TOKENS, "seats": "off"}


def test_targets_are_large_enough(every_page: Callable[[Look], None], page: Page) -> None:
    """24 by 24 pixels at least, on a narrow screen."""
    page.set_viewport_size({"width": 320, "height": 800})

    def look(name: str, wrong: bool) -> None:
        for target in page.locator(TARGETS).all():
            if "visually-hidden" in (target.get_attribute("class") or ""):
                continue
            box = target.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 24, target.evaluate("element => element.outerHTML")

    every_page(look)


def test_nothing_is_asked_twice(every_page: Callable[[Look], None], page: Page) -> None:
    """What the visitor has given is there, wherever it is shown again (WCAG 3.3.7)."""
    asked: dict[str, str] = {}

    def look(name: str, wrong: bool) -> None:
        for label in page.locator("main label").all_inner_texts():
            if name != "members":
                assert asked.setdefault(label, name) == name

    every_page(look)


def test_the_summary_is_a_list_of_questions_and_answers(journey: Journey, page: Page) -> None:
    """Each with a link whose hidden words say what it changes; the button says what it does."""
    journey.go_to("summary", plan="team")
    rows = page.locator("main dl > div")
    assert rows.count() == page.locator("main dt").count() == page.locator("main dd.change").count()
    names = [link.inner_text().split() for link in page.locator("dd.change a").all()]
    assert all(name[0] == "Change" and len(name) > 1 for name in names)
    assert len({tuple(name) for name in names}) == len(names)
    expect(journey.button("Create account")).to_be_visible()


def test_the_end_says_what_happens_next(journey: Journey, page: Page) -> None:
    """A reference, what to do with it, and no form that could be sent again."""
    journey.go_to("summary")
    journey.press("Create account")
    journey.at("done")
    expect(page.locator(".reference")).to_have_text(re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$"))
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
    expect(page.locator('form[action$="/summary"]')).to_have_count(0)
