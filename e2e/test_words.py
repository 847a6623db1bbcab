"""The words of the signup, in each language that it speaks: what a visitor is told beside the questions."""

from __future__ import annotations

from collections.abc import Callable

from babel.lists import format_list
from playwright.sync_api import BrowserContext, Page, expect

from wizard.accounts.accounts import EMAIL_TAKEN, USERNAME_TAKEN
from wizard.languages import catalogue

from .journey import Journey, in_each_language, in_each_language_with_htmx
from .test_tabs import other_tab
from .watch import Watch

#: How long words are that do not stand on a page by chance.
LONG = 12


def steps_in_words(journey: Journey, *titles: str) -> str:
    """The titles of some steps, as a sentence names them."""
    return format_list([journey.say("“%(title)s”", title=journey.say(one)) for one in titles], locale=journey.language)


@in_each_language
def test_no_page_has_a_word_of_another_language(journey: Journey, page: Page, watch: Watch, language: str) -> None:
    """Neither seen nor read out, at any step: empty, with what is wrong, and filled in."""
    watch.provokes(422)
    others = {"en", "de", "es"} - {language}
    known = [one for one in catalogue("de")._catalog if isinstance(one, str) and len(one) > LONG]
    foreign = {
        catalogue(other).gettext(text)
        for text in known
        for other in others
        if "%(" not in text and catalogue(other).gettext(text) != catalogue(language).gettext(text)
    }

    def look(name: str, state: str) -> None:
        text = page.locator("body").text_content() or ""
        assert [one for one in foreign if len(one) > LONG and one in text] == [], (name, state)

    journey.speak(language)
    journey.see_every_page(look)


@in_each_language
def test_everything_that_is_taken_is_told_at_once(
    journey: Journey,
    page: Page,
    new_context: Callable[..., BrowserContext],
    mode: str,
    watch: Watch,
    language: str,
) -> None:
    """At the end, each with a link to its field, and at these fields until they are answered anew."""
    watch.provokes(422)
    journey.speak(language)
    journey.go_to("summary")
    other = Journey(new_context(java_script_enabled=mode == "htmx").new_page(), mode)
    other.answers["account"] = journey.answers["account"]
    other.go_to("summary")
    other.press("Create account")
    other.at("done")
    assert journey.send("Create account").status == 422
    journey.at("summary")
    links = page.locator("#error-summary").get_by_role("link")
    told = [journey.say(str(EMAIL_TAKEN)), journey.say(str(USERNAME_TAKEN))]
    expect(links).to_have_text(told)
    expect(page.locator("dl .error")).to_have_text([f"{journey.say('Error: ')}{text}" for text in told])
    links.last.click()
    journey.at("account")
    expect(journey.field("username")).to_be_focused()
    for name, text in zip(["email", "username"], told, strict=True):
        expect(page.locator(f"#{name}-error")).to_contain_text(text)
    journey.answer("account", email=f"2-{journey.email}", username=f"{journey.username}-2")
    journey.at("verify")
    journey.answer("verify")
    journey.at("summary")
    journey.press("Create account")
    journey.at("done")


@in_each_language
def test_the_list_says_how_many_there_are_and_what_was_done(journey: Journey, page: Page, language: str) -> None:
    """Seen, and where the page is swapped in, spoken too."""
    journey.speak(language)
    journey.go_to("members", plan="team")
    counted = "%(count)s of %(seats)s seats taken, including yours"
    expect(page.locator("#counted")).to_have_text(journey.say(counted, count=1, seats=12))
    # That nobody need be invited is said once.
    expect(page.locator(".intro")).to_have_text(
        journey.say("Add the people you work with. We’ll email them an invitation once your account is created.")
    )
    expect(page.locator("form .hint").first).to_have_text(journey.say("You can continue without adding any."))
    journey.invite("Bob")
    bob = "Bob, bob@example.com"
    notice = page.locator("#wizard .notice")
    expect(notice).to_have_text(journey.say("Added: %(entry)s", entry=bob))
    expect(page.locator("#counted")).to_have_text(journey.say(counted, count=2, seats=12))
    page.get_by_role("button", name=f"{journey.say('Remove')} {bob}").click()
    removed, undo = journey.say("Removed: %(entry)s", entry=bob), journey.say("Undo")
    expect(notice).to_have_text(f"{removed} {undo} {bob}")
    page.get_by_role("button", name=f"{undo} {bob}").click()
    restored = journey.say("Back in the list: %(entry)s", entry=bob)
    expect(notice).to_have_text(restored)
    if journey.htmx:
        expect(page.locator("#live")).to_have_text(restored)


@in_each_language
def test_a_change_is_told_where_it_leads(journey: Journey, page: Page, language: str) -> None:
    """To more questions, to the summary with what was changed marked, and to answers that are used no longer."""
    journey.speak(language)
    journey.go_to("summary")
    journey.change("Full name")
    journey.at("profile")
    expect(journey.go_on).to_have_text(journey.say("Save and return"))
    journey.answer("profile", full_name="Ada King")
    journey.at("summary")
    expect(page.locator(".changed .tag")).to_have_text(journey.say("Changed"))
    journey.change("Plan")
    expect(journey.go_on).to_have_text(journey.say("Continue"))
    journey.answer("plan", plan="team")
    steps = steps_in_words(journey, "Your team", "Invitations")
    more = "Your change adds more questions: %(steps)s."
    expect(page.locator("#changes")).to_have_text(journey.say(more, steps=steps))
    journey.answer("team")
    journey.answer("members")
    journey.at("summary")
    journey.change("Plan")
    journey.answer("plan", plan="personal")
    journey.at("summary")
    unused = "We no longer need %(steps)s. Your answers are kept in case you change your mind."
    expect(page.locator("#changes")).to_have_text(journey.say(unused, steps=steps))


@in_each_language
def test_two_tabs_are_told_of_each_other(
    journey: Journey, page: Page, context: BrowserContext, watch: Watch, language: str
) -> None:
    """Which of two answers is meant; that they were cleared; that they were sent."""
    watch.provokes(409)
    journey.speak(language)
    journey.go_to("plan")
    tabs = [other_tab(context, journey, "profile") for _ in range(3)]
    tabs[0].fill(full_name="Ada King")
    tabs[0].press("Continue")
    tabs[0].at("plan")
    tabs[1].fill(full_name="Ada Byron")
    tabs[1].press("Continue")
    expect(tabs[1].heading).to_have_text(journey.say("Which answers do you want to keep?"))
    cards = tabs[1].page.get_by_role("region")
    expect(cards.get_by_role("heading")).to_have_text(
        [journey.say("What you typed here"), journey.say("What was saved in the other tab")]
    )
    tabs[1].press("Use what I typed here")
    tabs[1].at("plan")
    journey.open("clear")
    journey.press("Clear answers")
    journey.at("account")
    tabs[2].press("Continue")
    expect(tabs[2].heading).to_have_text(journey.say("Your answers were cleared"))
    expect(tabs[2].button("Start again with what I typed here")).to_be_visible()


@in_each_language
def test_to_clear_is_asked_in_words(journey: Journey, page: Page, language: str) -> None:
    """With how long answers are kept, where there is something to clear."""
    journey.speak(language)
    journey.go_to("plan")
    expect(page.locator(".foot p")).to_have_text(
        journey.say(
            "We keep your answers on our server until you create your account: for one day after your last change, and "
            "never longer than seven days. You can clear them at any time."
        )
    )
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    journey.press("Clear answers")
    if journey.htmx:
        assert asked == [journey.say("Clear all your answers?")]
        return
    journey.at("clear")
    words = ["Keep my answers", "Clear answers"]
    expect(page.locator("#wizard .buttons > *")).to_have_text([journey.say(one) for one in words])


@in_each_language
def test_a_date_is_told_what_is_wrong_with_it(journey: Journey, page: Page, watch: Watch, language: str) -> None:
    """Its parts are called by their names."""
    watch.provokes(422)
    journey.speak(language)
    journey.go_to("profile")
    expect(page.locator("#date_of_birth label")).to_have_text([journey.say(one) for one in ("Day", "Month", "Year")])
    journey.answer("profile", date_of_birth="1980-2-")
    expect(page.locator("#error-summary li")).to_have_text(journey.say("Enter a day"))


@in_each_language_with_htmx
def test_what_the_page_says_by_itself_is_in_its_language(
    journey: Journey, page: Page, context: BrowserContext, watch: Watch, language: str
) -> None:
    """Whether a password is shown, how good it is, and that nobody can be reached."""
    watch.goes_offline()
    journey.speak(language)
    journey.go_to("security")
    journey.fill(**journey.answers["security"])
    expect(page.locator("#password-note")).to_have_text(journey.say("This is a strong password"))
    for words, kind in (("Show", "text"), ("Hide", "password")):
        page.get_by_role("button", name=journey.say(words)).click()
        expect(journey.field("password")).to_have_attribute("type", kind)
    context.set_offline(True)
    journey.press("Continue")
    expect(journey.alert).to_have_text(
        journey.say("There is no connection. What you typed is still here: check your connection and try again.")
    )
    context.set_offline(False)
