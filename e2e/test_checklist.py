"""What good forms have in common: the rules of public design systems and of WCAG, held on every page of the signup."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page, ViewportSize, expect

from .journey import HEADINGS, NAMES, STEPS, Journey, only_htmx
from .watch import Watch

# Both ways get the same templates, which the other tests hold in both.
pytestmark = only_htmx

#: What each field helps a browser or a password manager to fill in (WCAG 1.3.5 and 3.3.8).
TOKENS = {
    "code": "one-time-code",
    "email": "email",
    "username": "nickname",
    # The name that is signed in with, in the form of the password: it has no name of its own.
    "": "username",
    "full_name": "name",
    "date_of_birth-day": "bday-day",
    "date_of_birth-month": "bday-month",
    "date_of_birth-year": "bday-year",
    "country": "country",
    "organisation": "organization",
    "password": "new-password",
}

NEVER_SAID = re.compile(r"\b(please|sorry|oops|valid|invalid|forbidden|illegal)\b|\*", re.IGNORECASE)

#: What can be pressed: controls, and links that do not stand within a sentence (WCAG 2.5.8).
TARGETS = "main button:visible, main input:not([type=hidden]):visible, main select:visible, main a:visible"

#: Returns whether it is 24 by 24 pixels large, or looks smaller than it is: a press near each corner of such a square
#: around its middle hits it.
HIT = """(one) => {
  one.scrollIntoView({ block: "center" });
  const { x, y, width, height } = one.getBoundingClientRect();
  return Math.min(width, height) >= 24 || [[-11, -11], [11, -11], [-11, 11], [11, 11]].every(([right, down]) => {
    const hit = document.elementFromPoint(x + width / 2 + right, y + height / 2 + down);
    return one.contains(hit) || hit?.closest("label")?.control === one;
  });
}"""

WIDE: ViewportSize = {"width": 1280, "height": 800}


@dataclass
class Found:
    """What the pages so far have said.

    :param headings: the page of each heading.
    :param labels: the page of each label.
    :param tokens: what each field asks a browser to fill in.
    """

    headings: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str | None] = field(default_factory=dict)


def sees_a_title_that_says_where_and_whether_something_is_wrong(page: Page, name: str, wrong: bool) -> None:
    """ "Step 2 of 5: What is asked - What for - Whose", after "Error: " where there is one."""
    steps = STEPS["team"]
    where = f"Step {steps.index(name) + 1} of 9: " if name in steps else ""
    heading = "Check your answers" if name == "summary" else HEADINGS[name]
    expect(page).to_have_title(f"{'Error: ' if wrong else ''}{where}{heading} - Sign up - Acme")


def sees_one_heading_like_no_other(page: Page, name: str, found: Found) -> None:
    """One h1, and no other page has it."""
    headings = page.locator("main h1")
    expect(headings).to_have_count(1)
    assert found.headings.setdefault(headings.inner_text(), name) == name


def sees_progress_in_words_and_marked(page: Page, name: str) -> None:
    """As a text, and as a list in which one step is the current one, and each is completed or not."""
    current = page.locator('[aria-current="step"]')
    expect(current).to_have_count(1)
    expect(current).to_contain_text(NAMES[name])
    expect(page.get_by_role("navigation", name="Progress")).to_contain_text(re.compile(r"Step \d of \d"))
    # What was answered may stand below.
    texts = page.locator(".progress li").all_inner_texts()
    assert all(re.search(r"(^|\W)(not )?completed\b", text) for text in texts)


def sees_what_is_wrong_twice_in_the_same_words(page: Page) -> None:
    """In the summary above the heading, as a link to the field, and at the field, which points to it."""
    expect(page.locator("#error-summary h2")).to_have_text("There is a problem")
    expect(page.locator("#error-summary > [role=alert]")).to_have_count(1)
    assert page.locator("#error-summary, main h1").first.get_attribute("id") == "error-summary"
    for link in page.locator("#error-summary a").all():
        target = page.locator(link.get_attribute("href") or "")
        # What is wrong with a field of several inputs as a whole is said once, and the link leads to the first.
        at = re.sub("^#date_of_birth-.*", "#date_of_birth", link.get_attribute("href") or "")
        error = page.locator(f"{at}-error")
        expect(error).to_have_text(re.compile(rf"^\s*Error:\s*{re.escape(link.inner_text())}\s*$"))
        if target.get_attribute("type") != "radio":
            expect(target).to_have_attribute("aria-invalid", "true")
            about = (target.get_attribute("aria-describedby") or "").split()
            assert (error.get_attribute("id") or "") in about
            for one in about:
                expect(page.locator(f"#{one}")).to_have_count(1)


def sees_nothing_wrong(page: Page) -> None:
    """Neither above the heading nor at a field."""
    expect(page.locator("#error-summary")).to_have_count(0)
    expect(page.locator("[aria-invalid]")).to_have_count(0)


def sees_nothing_that_blames_or_begs(page: Page) -> None:
    """No "please", no "invalid", no asterisk; and the browser adds no words of its own."""
    assert not NEVER_SAID.findall(page.locator("main").inner_text())
    expect(page.locator("[required]")).to_have_count(0)
    expect(page.locator("form[method=post]:has(button.button-main):not([novalidate])")).to_have_count(0)


def notes_what_a_browser_can_fill_in(page: Page, name: str, found: Found) -> None:
    """By the standard's tokens; what is not about the visitor asks for nothing, and forbids nothing."""
    if name == "members":
        expect(page.locator("main [autocomplete]")).to_have_count(0)
        return
    for one in page.locator("main input[autocomplete], main select[autocomplete]").all():
        called = one.get_attribute("name") or one.get_attribute("id") or ""
        found.tokens[called] = one.get_attribute("autocomplete")


def sees_targets_that_are_large_enough(page: Page) -> None:
    """24 by 24 pixels at least, on a narrow screen."""
    page.set_viewport_size({"width": 320, "height": 800})
    for target in page.locator(TARGETS).all():
        if "visually-hidden" in (target.get_attribute("class") or ""):
            continue
        assert target.evaluate(HIT), target.evaluate("element => element.outerHTML")
    page.set_viewport_size(WIDE)


def sees_nothing_asked_twice(page: Page, name: str, found: Found) -> None:
    """What the visitor has given is there, wherever it is shown again (WCAG 3.3.7)."""
    for label in page.locator("main label").all_inner_texts():
        if name != "members":
            assert found.labels.setdefault(label, name) == name


def test_every_page_and_what_is_wrong_on_it(journey: Journey, page: Page, watch: Watch) -> None:
    """Each page of the way, and each step a second time with what is wrong on it. One walk: a second is dear."""
    watch.provokes(422)
    found = Found()

    def look(name: str, state: str) -> None:
        wrong = state == "wrong"
        if state == "filled" and name in STEPS["team"]:
            # What was wrong is said until it is sent.
            return
        sees_a_title_that_says_where_and_whether_something_is_wrong(page, name, wrong)
        sees_one_heading_like_no_other(page, name, found)
        if name in STEPS["team"]:
            sees_progress_in_words_and_marked(page, name)
        if wrong:
            sees_what_is_wrong_twice_in_the_same_words(page)
        else:
            sees_nothing_wrong(page)
        sees_nothing_that_blames_or_begs(page)
        notes_what_a_browser_can_fill_in(page, name, found)
        sees_targets_that_are_large_enough(page)
        sees_nothing_asked_twice(page, name, found)

    page.set_viewport_size(WIDE)
    journey.see_every_page(look)
    assert len(found.headings) == len(STEPS["team"]) + 2
    assert found.tokens == TOKENS


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
