"""Fields that are checked while the visitor goes on typing: no click, no letter and no focus is lost to it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect
from wtforms import Form

from wizard.accounts.accounts import USERNAME_TAKEN
from wizard.signup.forms import STRENGTHS, TOO_EASY, AccountForm, SecurityForm

from .journey import Journey, in_each_language_with_htmx, only_htmx, only_plain
from .watch import Watch

WRONG = "Enter an email address like name@example.com"

#: How much taller the room for a message gets by one.
GROWTH = """([field, text]) => {
  const room = document.querySelector(`#${field}-field .message`), before = room.offsetHeight;
  room.innerHTML = `<p class="error">${text}</p>`;
  const growth = room.offsetHeight - before;
  room.innerHTML = "";
  return growth;
}"""


def message(page: Page, field: str):
    """What is said of a field."""
    return page.locator(f"#{field}-error")


@only_htmx
def test_a_mistake_is_said_as_soon_as_the_field_was_changed(journey: Journey, page: Page, watch: Watch) -> None:
    """It is tied to its field, the focus stays where the visitor is by then, and it goes when the field is mended."""
    journey.go_to("account")
    journey.fill(email="nobody")
    journey.field("username").focus()
    expect(message(page, "email")).to_contain_text(WRONG)
    expect(journey.field("email")).to_have_attribute("aria-describedby", "email-hint email-error")
    expect(journey.field("email")).to_have_attribute("aria-invalid", "true")
    expect(journey.field("username")).to_be_focused()
    expect(page.get_by_role("status")).to_be_empty()
    assert page.title().startswith("Step 1")
    journey.fill(email=journey.email)
    journey.field("username").focus()
    expect(message(page, "email")).to_have_count(0)
    assert len(watch.checks()) == 2
    assert watch.posts() == []


@only_htmx
def test_a_check_sends_its_own_field_alone(journey: Journey, page: Page, watch: Watch) -> None:
    """Neither what else stands in the form, nor the token, which only what changes something needs."""
    journey.go_to("account")
    journey.fill(email="nobody", username=journey.username)
    with page.expect_response("**/check/username"):
        journey.field("email").focus()
    expect(message(page, "email")).to_contain_text(WRONG)
    sent = {check.url.rpartition("/")[2]: check.post_data for check in watch.checks()}
    assert sent == {"email": "email=nobody", "username": f"username={journey.username}"}


@only_htmx
def test_a_username_that_is_taken_is_said_at_once(journey: Journey, page: Page) -> None:
    """Before the visitor has come to the end of the page."""
    journey.go_to("summary")
    journey.press("Create account")
    journey.at("done")
    journey.press("Start again")
    journey.at("account")
    journey.fill(username=journey.username)
    journey.field("email").focus()
    expect(message(page, "username")).to_contain_text("This username is taken. Choose another.")


@only_htmx
def test_a_click_during_the_check_is_not_lost(journey: Journey, page: Page, watch: Watch) -> None:
    """However long the button is held down, the page stands still under the pointer."""
    watch.provokes(422)
    page.set_viewport_size({"width": 320, "height": 900})
    journey.go_to("account")
    journey.fill(username=journey.username, email="nobody")
    box = journey.button("Continue").bounding_box()
    assert box
    with page.expect_response(re.compile("/check/email$")):
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert journey.button("Continue").bounding_box() == box
    with page.expect_response("**/signup/account"):
        page.mouse.up()
    expect(page.locator("#error-summary")).to_contain_text(WRONG)
    assert len(watch.posts()) == 1


#: What else is said of a field that is checked while it is typed.
SAID = {"username": [USERNAME_TAKEN], "password": [TOO_EASY, *STRENGTHS.values()]}


@in_each_language_with_htmx
@pytest.mark.parametrize(("step", "form"), [("account", AccountForm), ("security", SecurityForm)])
def test_no_message_is_longer_than_the_room_that_is_kept_free(
    journey: Journey, page: Page, language: str, step: str, form: type[Form]
) -> None:
    """Two lines on a narrow screen, one on a wide one: nothing below it moves."""
    journey.speak(language)
    journey.go_to(step)
    live = [name for name in ("email", "username", "password") if hasattr(form, name)]
    texts = {name: [rule.message for rule in getattr(form, name).args[1]] + SAID.get(name, []) for name in live}
    said = [(name, str(text)) for name in live for text in texts[name]]
    for width in (320, 360, 390, 480, 700, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        grown = {text: page.evaluate(GROWTH, [name, journey.say(text)]) for name, text in said}
        assert not any(grown.values()), (width, grown)


@only_htmx
def test_what_is_typed_during_the_check_is_kept(journey: Journey, page: Page) -> None:
    """Also in the very field that is being checked."""
    held: list[Route] = []
    page.route("**/check/email", lambda route: held.append(route))
    journey.go_to("account")
    journey.fill(email="nobody")
    with page.expect_request("**/check/email"):
        journey.field("username").focus()
    journey.field("email").focus()
    journey.field("email").press_sequentially("@example.com")
    held[0].continue_()
    expect(message(page, "email")).to_contain_text(WRONG)
    expect(journey.field("email")).to_have_value("nobody@example.com")
    expect(journey.field("email")).to_be_focused()


@only_htmx
def test_a_check_that_fails_says_nothing(journey: Journey, page: Page, watch: Watch) -> None:
    """The step itself will tell."""
    watch.provokes(503)
    page.route("**/check/email", lambda route: route.fulfill(status=503, body="gone"))
    journey.go_to("account")
    journey.fill(email="nobody")
    with page.expect_response("**/check/email"):
        journey.field("username").focus()
    expect(journey.alert).to_be_hidden()
    expect(message(page, "email")).to_have_count(0)


@only_htmx
def test_the_strength_of_a_password_is_said_in_words(journey: Journey, page: Page) -> None:
    """While it stays in its field."""
    journey.go_to("security")
    journey.fill(password="password1")
    journey.field("accept_terms").focus()
    expect(message(page, "password")).to_contain_text("Enter a password that is harder to guess")
    expect(journey.field("password")).to_have_value("password1")
    journey.fill(password=journey.password)
    journey.field("accept_terms").focus()
    expect(page.locator("#password-note")).to_have_text("This is a strong password")
    expect(journey.field("password")).to_have_value(journey.password)
    journey.answer("security")
    journey.at("summary")


@only_htmx
def test_a_password_can_be_looked_at(journey: Journey, page: Page, watch: Watch) -> None:
    """And is hidden again before it is sent; the button works by keyboard, and after an error too."""
    watch.provokes(422)
    journey.go_to("security")
    for _ in range(2):
        field = journey.field("password")
        field.fill(journey.password)
        expect(field).to_have_attribute("type", "password")
        page.get_by_role("button", name="Show password").press("Enter")
        expect(field).to_have_attribute("type", "text")
        expect(page.get_by_role("button", name="Hide password")).to_be_visible()
        page.evaluate("document.addEventListener('htmx:before:request', () => { window.typeWhenSent = password.type })")
        journey.press("Continue")
        expect(page.locator("#error-summary")).to_be_visible()
        assert page.evaluate("window.typeWhenSent") == "password"


@only_plain
def test_without_javascript_nothing_is_offered_that_does_not_work(journey: Journey, page: Page, watch: Watch) -> None:
    """No button to show the password; the mistakes are told when the step is sent."""
    watch.provokes(422)
    journey.go_to("security")
    expect(page.locator(".reveal")).to_be_hidden()
    journey.fill(password="password1", accept_terms=True)
    journey.press("Continue")
    expect(page.locator("#error-summary")).to_contain_text("harder to guess")


@only_htmx
def test_a_message_goes_with_its_mistake(journey: Journey, page: Page, watch: Watch) -> None:
    """At its field, above the form and in the title: once it is checked, chosen or filled in, and not before."""
    watch.provokes(422)
    summary = page.locator("#error-summary")
    journey.go_to("account")
    journey.press("Continue")
    expect(summary.get_by_role("link")).to_have_text(["Enter your email address", "Enter a username"])
    journey.fill(email="nobody")
    journey.field("username").focus()
    expect(summary.get_by_role("link")).to_have_text([WRONG, "Enter a username"])
    journey.fill(email=journey.email)
    journey.field("username").focus()
    expect(summary.get_by_role("link")).to_have_text(["Enter a username"])
    assert page.title().startswith("Error: ")
    journey.fill(username=journey.username)
    journey.field("email").focus()
    expect(summary).to_have_count(0)
    assert page.title().startswith("Step 1")
    journey.answer("account")
    journey.answer("verify")
    journey.at("profile")
    journey.press("Continue")
    expect(summary.get_by_role("link")).to_have_count(3)
    journey.fill(full_name="Ada", country="GB")
    journey.field("country").focus()
    expect(summary.get_by_role("link")).to_have_text(["Enter your date of birth"])
    expect(journey.field("full_name")).not_to_have_attribute("aria-invalid", "true")
    journey.answer("profile")
    journey.at("plan")
    journey.press("Continue")
    expect(page.locator("#plan-error")).to_be_visible()
    journey.fill(plan="personal")
    expect(page.locator("#plan-error, #error-summary, .field-error")).to_have_count(0)
    assert page.title().startswith("Step 4")


@only_htmx
def test_a_password_ends_before_the_button_that_shows_it(journey: Journey, page: Page) -> None:
    """In the language with the longest word for it, and with the longer of the two words."""
    journey.go_to("security")
    journey.press("Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    button, field = page.locator(".reveal"), journey.field("password")
    button.click()
    expect(button).to_contain_text("Verbergen")
    padding = float(field.evaluate("field => parseFloat(getComputedStyle(field).paddingRight)"))
    over, under = button.bounding_box(), field.bounding_box()
    assert over
    assert under
    assert over["x"] >= under["x"] + under["width"] - padding - 1


@only_htmx
def test_a_page_that_the_browser_translates_still_shows_passwords(journey: Journey, page: Page) -> None:
    """A translation puts elements around every text."""
    journey.go_to("security")
    button = page.locator(".reveal")
    button.evaluate("button => { for (const one of button.children) one.innerHTML = `<font>${one.innerHTML}</font>`; }")
    for words, kind in (("Hide password", "text"), ("Show password", "password")):
        button.click()
        expect(button).to_have_accessible_name(words)
        expect(journey.field("password")).to_have_attribute("type", kind)
