"""Takes a picture of every page in every state, narrow and wide, light and dark: `make screenshots`."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from . import browser as chromium
from .conftest import CHROMIUM_ARGS, PATIENCE
from .journey import STEPS, Journey
from .server import Server, running

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "screenshots"

#: Those that the docs show.
CHOSEN = Path(__file__).parent / "pictures"
SHOWN = (
    "front.wide.light",
    "members-filled.wide.light",
    "summary-team.wide.dark",
    "profile-errors.narrow.light",
    "security-checked.narrow.dark",
    "done.narrow.light",
)

WIDTHS = {"narrow": 390, "wide": 1280}
SCHEMES = ("light", "dark")


class Camera:
    """Takes the pictures of one page.

    :param page: the browser page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def take(self, name: str) -> None:
        """A picture of the page as it stands, for each width and scheme."""
        for width, pixels in WIDTHS.items():
            self.page.set_viewport_size({"width": pixels, "height": 800})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                file = FOLDER / f"{name}.{width}.{scheme}.png"
                self.page.screenshot(path=file, full_page=True, animations="disabled", caret="hide")


def traveller(page: Page, name: str) -> Journey:
    """A visitor whose words are the same in every picture."""
    journey = Journey(page, "htmx")
    journey.answers["account"] = {"email": f"{name}@example.com", "username": name}
    return journey


def the_way_of_a_team(page: Page) -> None:
    """Each step empty, with what is wrong, and filled in; then the summary and the end."""
    camera, journey = Camera(page), traveller(page, "ada")
    journey.answers["plan"]["plan"] = "team"
    page.goto("/")
    camera.take("front")
    journey.open()
    for step in STEPS["team"]:
        journey.at(step)
        camera.take(f"{step}-empty")
        if step == "security":
            journey.type(step)
            expect(page.locator("#password-note")).to_be_visible()
            camera.take("security-checked")
            page.reload()
        # Without a photo, nothing is wrong.
        if step != "photo":
            journey.press("Add this person" if step == "members" else "Continue")
            expect(page.locator("#error-summary")).to_be_visible()
            camera.take(f"{step}-errors")
        if step == "members":
            for name in ("Charles", "Mary"):
                journey.invite(name)
                expect(journey.field("name")).to_have_value("")
        journey.type(step)
        camera.take(f"{step}-filled")
        if step == "members":
            page.get_by_role("button", name="Change Mary").click()
            expect(journey.heading).to_contain_text("Change Mary")
            camera.take("members-change")
            page.get_by_role("link", name="Cancel").click()
            journey.at("members")
            page.get_by_role("button", name="Remove Mary").click()
            expect(journey.button("Undo Mary, mary@example.com")).to_be_visible()
            camera.take("members-removed")
            journey.button("Undo Mary, mary@example.com").click()
            journey.sees_invited("Charles", "Mary")
        journey.press("Continue")
    journey.at("summary")
    camera.take("summary-team")
    journey.change("Plan")
    journey.answer("plan", plan="personal")
    journey.at("summary")
    camera.take("summary-changed")
    journey.change("Password")
    journey.at("security")
    camera.take("security-kept")
    journey.open("clear")
    camera.take("clear")
    journey.open("summary")
    journey.press("Create account")
    journey.at("done")
    camera.take("done")
    for name in ("account", "account/password", "account/delete", "terms", "join/used"):
        page.goto(f"/{name}")
        camera.take(f"page-{name.replace('/', '-')}")
    for words, heading in (("Add photo", "Your photo"), ("Change plan", "Change your plan")):
        page.goto("/account")
        page.get_by_role("button", name=words).click()
        expect(journey.heading).to_have_text(heading)
        camera.take(f"page-{words.lower().replace(' ', '-')}")
    page.goto("/account")
    journey.press("Sign out")
    expect(page).not_to_have_url(re.compile("/account$"))
    for name in ("sign-in", "forgot/email"):
        page.goto(f"/{name}")
        camera.take(f"page-{name.replace('/', '-')}")


def what_can_go_wrong(page: Page, server: Server) -> None:
    """A name that is taken, a page in two tabs, what has expired, and the pages of errors."""
    camera, journey = Camera(page), traveller(page, "grace")
    journey.open()
    journey.fill(email="grace@", username="ada")
    journey.field("email").focus()
    expect(page.locator("#username-error")).to_be_visible()
    expect(page.locator("#email-error")).to_be_visible()
    camera.take("account-checked")
    journey.go_to("profile")
    page.goto("/")
    camera.take("front-begun")
    journey.open("profile")
    other = traveller(page.context.new_page(), "grace")
    other.open("profile")
    other.answers["profile"]["full_name"] = "Grace Hopper"
    other.answer("profile")
    other.at("plan")
    other.page.close()
    journey.answer("profile")
    expect(journey.heading).to_have_text("Which answers do you want to keep?")
    camera.take("conflict")
    page.goto("/nowhere")
    camera.take("error-404")
    # Sent by the browser itself: htmx shows such an answer in a line above the form.
    journey.open("account")
    page.locator("#username").evaluate("field => { field.value = 'x'.repeat(1000001); field.form.submit(); }")
    expect(journey.heading).to_have_text("Too much for one page")
    camera.take("error-413")
    journey.open("account")
    journey.fill(username="grace2")
    with server.locked():
        page.locator("#username").evaluate("field => field.form.submit()")
        expect(journey.heading).to_have_text("Not available right now", timeout=3 * PATIENCE)
    camera.take("error-503")
    server.expire(page.context)
    journey.open("account")
    expect(page.get_by_text("Your earlier answers have expired")).to_be_visible()
    camera.take("expired")
    journey.go_to("profile")
    other = traveller(page.context.new_page(), "grace")
    other.open("clear")
    other.press("Clear answers")
    other.at("account")
    other.page.close()
    journey.answer("profile")
    expect(journey.heading).to_have_text("Your answers were cleared")
    camera.take("cleared")


def main() -> int:
    """Take them all, and copy the chosen ones to where the docs find them."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(playwright), args=list(CHROMIUM_ARGS))
        for journey in (the_way_of_a_team, lambda page: what_can_go_wrong(page, server)):
            context = browser.new_context(base_url=server.url, locale="en-GB")
            journey(context.new_page())
            context.close()
        browser.close()
    CHOSEN.mkdir(exist_ok=True)
    for name in SHOWN:
        shutil.copy(FOLDER / f"{name}.png", CHOSEN)
    print(f"{len(list(FOLDER.iterdir()))} pictures in {FOLDER.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
