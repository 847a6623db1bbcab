"""The signup in other languages, and in a script that runs from right to left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .journey import STEPS, Journey, only_htmx
from .server import Server, running
from .test_axe import examine
from .watch import Watch

#: The heading of each page.
GERMAN = {
    "account": "Ihr Konto",
    "verify": "Sehen Sie in Ihr Postfach",
    "profile": "Über Sie",
    "plan": "Wählen Sie einen Tarif",
    "team": "Ihr Team",
    "members": "Laden Sie Ihr Team ein",
    "photo": "Ihr Foto",
    "security": "Schützen Sie Ihr Konto",
    "summary": "Prüfen Sie Ihre Angaben",
    "done": "Konto angelegt",
}
SPANISH = {"account": "Su cuenta", "summary": "Revise sus respuestas antes de enviarlas", "done": "Cuenta creada"}


@pytest.mark.parametrize(("locale", "headings"), [("de-AT", GERMAN), ("es-MX", SPANISH)])
def test_a_visitor_signs_up_in_the_language_of_the_browser(
    new_context: Callable[..., BrowserContext], mode: str, locale: str, headings: dict[str, str], server: Server
) -> None:
    """From the front page to the account, and no page in another language."""
    page = new_context(java_script_enabled=mode == "htmx", locale=locale).new_page()
    journey = Journey(page, mode)
    page.goto("/")
    page.locator(".button-main").click()
    for step in STEPS["team"]:
        expect(page.locator(f"#continue-{step}")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        expect(journey.heading).to_have_text(headings.get(step, journey.heading.inner_text()))
        journey.type(step, **({"plan": "team"} if step == "plan" else {}))
        page.locator(f"#continue-{step}").click()
    expect(journey.heading).to_have_text(headings["summary"])
    page.locator("#finish").click()
    expect(journey.heading).to_have_text(headings["done"])
    assert len(server.accounts(journey.email)) == 1


def test_a_switch_keeps_what_is_typed(journey: Journey, page: Page) -> None:
    """On a step, on the list and on an entry of it; the whole page is in the other language then."""
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    journey.fill(name="Carol", email="car")
    journey.press("Deutsch")
    expect(journey.heading).to_have_text("Laden Sie Ihr Team ein")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("footer")).to_contain_text("bleiben Ihre Angaben auf unserem Server")
    expect(journey.field("name")).to_have_value("Carol")
    expect(journey.field("email")).to_have_value("car")
    page.get_by_role("button", name="Ändern Bob, bob@example.com").click()
    expect(journey.heading).to_have_text("Einladungen: Bob ändern")
    journey.fill(name="Rob")
    journey.press("Español")
    expect(journey.heading).to_have_text("Invitaciones: cambiar «Bob»")
    expect(journey.field("name")).to_have_value("Rob")
    journey.press("Guardar")
    expect(journey.heading).to_have_text("Invite a su equipo")
    expect(journey.field("name")).to_have_value("Carol")
    journey.press("English")
    journey.at("members")
    expect(page.locator(".entries li > span")).to_have_text(["Rob, bob@example.com"])


def test_a_switch_asks_for_a_password_again(journey: Journey, page: Page, server: Server) -> None:
    """It is not kept, which is said where it was typed; what else was chosen there stays."""
    journey.go_to("security")
    for language, words in (
        ("Deutsch", "Geben Sie dies zur Sicherheit noch einmal ein"),
        ("Español", "Por seguridad, vuelva a escribir esto"),
        ("English", "For your security, enter this again"),
    ):
        journey.fill(**journey.answers["security"])
        journey.press(language)
        expect(page.locator("#password-note")).to_have_text(words)
        expect(journey.field("password")).to_have_value("")
        expect(journey.field("accept_terms")).to_be_checked()
    journey.answer("security")
    journey.at("summary")
    assert journey.password.encode() not in server.stored_bytes()


def test_a_switch_changes_nothing_else(journey: Journey, page: Page, server: Server) -> None:
    """On the summary nothing is sent, on the last page the reference stays."""
    journey.go_to("summary")
    journey.press("Deutsch")
    expect(journey.heading).to_have_text(GERMAN["summary"])
    assert server.accounts(journey.email) == []
    journey.press("Konto anlegen")
    expect(journey.heading).to_have_text(GERMAN["done"])
    reference = page.locator(".reference").inner_text()
    journey.press("English")
    journey.at("done")
    expect(page.locator(".reference")).to_have_text(reference)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_enter_sends_the_step_and_switches_nothing(journey: Journey, page: Page) -> None:
    """Though the languages stand above the fields."""
    journey.open()
    journey.at("account")
    journey.fill(**journey.answers["account"])
    journey.field("username").press("Enter")
    journey.at("verify")


@only_htmx
def test_what_the_page_says_by_itself_is_translated(journey: Journey, context: BrowserContext, watch: Watch) -> None:
    """Without a connection nobody can be asked for the words."""
    watch.goes_offline()
    journey.open()
    journey.press("Deutsch")
    expect(journey.heading).to_have_text(GERMAN["account"])
    journey.fill(**journey.answers["account"])
    context.set_offline(True)
    journey.press("Weiter")
    expect(journey.alert).to_contain_text("Es besteht keine Verbindung. Ihre Eingaben sind noch hier")
    context.set_offline(False)


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose language runs from right to left. It has no words of it, only the direction."""
    with running(tmp_path_factory.mktemp("arabic"), LANGUAGES='["ar", "en"]') as server:
        yield server


@only_htmx
def test_the_layout_runs_from_right_to_left(journey: Journey, page: Page, arabic: Server, watch: Watch) -> None:
    """Each page, narrow and wide, with nothing to the side of it; what begins a line is on its right."""
    watch.provokes(422)
    page.context.add_cookies([{"name": "language", "value": "ar", "url": arabic.url}])
    page.goto(f"{arabic.url}/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    examine(page)
    page.locator(".button-main").click()
    for step in STEPS["team"]:
        journey.at(step)
        if step == "members":
            journey.invite("Bob")
            journey.sees_invited("Bob")
            row, remove = (page.locator(f".entries li > {part}").bounding_box() for part in ("span", "button >> nth=1"))
            assert row is not None
            assert remove is not None
            assert remove["x"] < row["x"] + row["width"] / 2
        # The bar beside a mistake is an edge of the field, or lies over one that is checked while it is typed.
        if step in ("account", "profile"):
            journey.press("Continue")
            expect(page.locator("#error-summary")).to_be_visible()
            edge = page.locator(".field-error").first
            over: Literal["before"] | None = "before" if step == "account" else None
            expect(edge).to_have_css("border-right-width", "4px", pseudo=over)
            expect(edge).to_have_css("border-left-width", "0px", pseudo=over)
        examine(page)
        journey.type(step, **({"plan": "team"} if step == "plan" else {}))
        journey.press("Continue")
    journey.at("summary")
    examine(page)
    question, change = (page.locator(f"dl > div >> nth=0 >> {part}").bounding_box() for part in ("dt", "dd.change"))
    assert question is not None
    assert change is not None
    assert change["x"] < question["x"]
    journey.press("Create account")
    journey.at("done")
    examine(page)
