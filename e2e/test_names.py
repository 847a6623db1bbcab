"""Field names in a browser: a form has properties, and a field of such a name takes the place of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from wizard import Flow, Step, Wizard
from wizard.flow.names import BREAKS_BROWSER, complaint
from wizard.sessions import open_sessions

from .journey import only_htmx
from .server import serving_app
from .watch import Watch

#: What a form inherits, from the nearest prototype to that of every object.
PROPERTIES = """() => {
  const names = new Set();
  for (let one = document.createElement("form"); one; one = Object.getPrototypeOf(one))
    Object.getOwnPropertyNames(one).forEach((name) => names.add(name));
  return [...names];
}"""

#: Type into every field.
FILL = """(text) => document.querySelectorAll("input[type=text]").forEach((input) => {
  input.value = `${text} ${input.name}`;
})"""

#: What stands in every field.
READ = """() => Object.fromEntries(
  [...document.querySelectorAll("input[type=text]")].map((input) => [input.name, input.value])
)"""

#: Follow each link of the error summary: the names of the fields to which they lead.
FOLLOW_LINKS = """() => [...document.querySelectorAll("#error-summary a")].map((link) => {
  link.click();
  return document.activeElement.name;
})"""

#: What authors call their fields, and what a page, a template or a dictionary has too.
# fmt: off
COMMON = [
    "action", "clear", "copy", "count", "date", "fields", "get", "items", "keys", "label", "language",
    "link", "next", "pop", "question", "revision", "run", "session", "state", "step", "subject", "text", "type",
    "update", "url", "user", "value", "values",
]
# fmt: on


@contextmanager
def serving(folder: Path, *names: str) -> Iterator[str]:
    """Serve a flow whose two steps ask for all of ``names``; yield the address of the first."""
    form = type("Named", (Form,), {name: StringField(name, [InputRequired()]) for name in names})
    steps = [
        Step(step, form, title=step.title(), live=["name"] if "name" in names else []) for step in ("first", "second")
    ]
    app = Flask("names")
    app.secret_key = "only for this test"
    app.config["LANGUAGES"] = ["en", "de"]
    app.session_interface = open_sessions(f"sqlite:///{folder / 'names.db'}")
    app.register_blueprint(Wizard("names", Flow(*steps), on_finish=lambda _, key: key))
    with serving_app(app) as address:
        yield f"{address}/first"


def press(page: Page, button: str) -> None:
    """Press a button by a script, as Playwright itself reads properties of the form around it."""
    page.locator(button).evaluate("button => HTMLElement.prototype.click.call(button)")


@only_htmx
def test_every_other_name_works(page: Page, watch: Watch, tmp_path: Path) -> None:
    """A form with a field of each name that a form has as a property, works, but for those listed."""
    names = sorted(name for name in {*page.evaluate(PROPERTIES), *COMMON} if complaint(name) is None)
    assert len(names) > 300
    watch.provokes(422)
    with serving(tmp_path, *names) as first:
        page.goto(first)
        press(page, "#continue-first")
        expect(page.locator("#error-summary")).to_be_focused()
        assert page.evaluate(FOLLOW_LINKS) == names
        page.evaluate(FILL, "one")
        with page.expect_response("**/check/name"):
            page.evaluate("""document.querySelector("input[name=name]").dispatchEvent(new Event("change"))""")
        expect(page.locator("#name-error")).to_have_count(0)
        press(page, "#continue-first")
        expect(page.locator("h1")).to_have_text("Second")
        page.evaluate(FILL, "two")
        press(page, "button[value=back]")
        expect(page.locator("h1")).to_have_text("First")
        assert page.evaluate(READ) == {name: f"one {name}" for name in names}
        page.go_back()
        expect(page.locator("h1")).to_have_text("Second")
        assert page.evaluate(READ) == {name: f"two {name}" for name in names}
        assert len(watch.page_loads()) == 1
        page.evaluate(FILL, "three")
        press(page, "#wizard button[lang=de]")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        assert page.evaluate(READ) == {name: f"three {name}" for name in names}
        press(page, "#continue-second")
        expect(page.locator("dd .words")).to_have_text(
            [f"{value} {name}" for value in ("one", "three") for name in names]
        )


@only_htmx
@pytest.mark.parametrize("name", ["elements", "form", "getRootNode"])
def test_a_name_on_the_list_breaks_a_form(name: str, page: Page, watch: Watch, tmp_path: Path) -> None:
    """The form of one usual field is sent; htmx fails as soon as the field has a name that is listed."""

    def rename(route: Route) -> None:
        answer = route.fetch()
        usual, other = 'id="usual" name="usual"', f'id="{name}" name="{name}"'
        route.fulfill(response=answer, body=answer.text().replace(usual, other))

    assert name in BREAKS_BROWSER
    watch.provokes(422)
    with serving(tmp_path, "usual") as first:
        page.goto(first)
        press(page, "#continue-first")
        expect(page.locator("#error-summary")).to_be_focused()
        assert watch.complaints == []
        page.route("**/first", rename)
        page.goto(first)
        with page.expect_console_message(lambda message: "htmx:error" in message.text):
            press(page, "#continue-first")
    watch.complaints.clear()
