"""The site that ``make docs`` makes: what can be said of it without Sphinx, which takes a minute to install."""

from __future__ import annotations

import importlib
import re
import sys

import pytest
from flask import Flask
from flask.cli import FlaskGroup
from wtforms import FileField, Form

import wizard
import wizard.fields
import wizard.mail
import wizard.sessions
import wizard.testing
from tests.docs.pages import DOCS
from wizard import Flow, Outbox, Section, Step, Wizard, picture, signals
from wizard.commands import COMMANDS
from wizard.fields import FileKinds
from wizard.sessions import open_sessions
from wizard.signup.flow import flow as signup_flow


def contents() -> list[str]:
    """The pages that the first one names, in order."""
    lists = re.findall(r"^:::\{toctree\}\n(.*?)^:::$", (DOCS / "index.md").read_text(), re.M | re.S)
    return [line for one in lists for line in one.splitlines() if line and not line.startswith(":")]


def test_the_first_page_leads_to_every_other():
    """Each page is one click away, and stands there once."""
    assert sorted(contents()) == sorted(file.stem for file in DOCS.glob("*.md") if file.stem != "index")


def test_every_example_is_listed():
    """Each leads to its file."""
    files = {file.name for file in (DOCS.parent / "examples").glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"\(\.\./examples/(\w+\.py)\)", (DOCS / "examples.md").read_text())) == files


@pytest.fixture
def generated(monkeypatch):
    """What reads pages out of the code, which stands beside them."""
    monkeypatch.syspath_prepend(str(DOCS))
    yield importlib.import_module("generated")
    sys.modules.pop("generated")


@pytest.mark.parametrize("module", [wizard, wizard.fields, wizard.mail, wizard.sessions, wizard.testing])
def test_every_public_name_is_in_the_api(module):
    """With its own docstring; Sphinx sees that there is no other."""
    text = (DOCS / "api.md").read_text()
    public = {name for name in module.__all__ if name not in ("signals", "journey")}
    missing = {name for name in public if not re.search(rf"^\.\. auto\w+:: wizard[\w.]*\.{name}(\(.*\))?$", text, re.M)}
    assert not missing
    assert "automodule:: wizard.signals" in text
    assert "`journey` is a pytest fixture" in text


#: What the page about why says in words, and between which figures that is true.
COSTS = {
    "costs about what it costs by hand": ("whole journey (4 GETs, 4 valid POSTs, summary)", 0.9, 1.15),
    "less than half of what it costs with": ("journey, to formtools on SQLite", 0.3, 0.5),
    "A small page costs about a quarter more": ("GET of a small step", 1.15, 1.35),
    "a valid answer about two thirds more": ("valid POST", 1.55, 1.8),
    "and the summary about twice as much": ("summary (it says choices in words, by hand it does not)", 1.8, 2.3),
    "A page with 250 options costs a third": ("GET of 250 options", 0.28, 0.4),
    "a little less than twice what it costs by hand": ("journey of 100 steps, to by hand", 1.7, 2.0),
}


@pytest.mark.parametrize(("words", "figure"), COSTS.items())
def test_what_is_said_of_costs_is_what_was_measured(words, figure):
    """Whoever measures it anew says it anew."""
    row, least, most = figure
    measured = (DOCS / "performance.md").read_text().split(f"\n| {row} |")[1].split("\n")[0]
    assert least <= float(re.search(r"([\d.]+) \(", measured)[1]) <= most
    assert words in " ".join((DOCS / "why.md").read_text().split())


def test_every_signal_is_explained():
    """On the page about signals."""
    text = (DOCS / "signals.md").read_text()
    assert [
        name for name in vars(signals) if hasattr(getattr(signals, name), "connect") and f"`{name}`" not in text
    ] == []


def test_every_page_and_what_it_gets_is_listed():
    """Each template that stands in the layout."""
    root = DOCS.parent
    # In the wheel, they are in the package.
    found = [*root.glob("templates/wizard/*.html"), *root.glob("wizard/templates/wizard/*.html")]
    pages = {file.name for file in found if "{% extends layout %}" in file.read_text()}
    listed = set(re.findall(r"^\| `(\w+\.html)`", (DOCS / "templates.md").read_text(), re.M))
    assert listed == pages | {"error.html"}


def test_every_command_is_listed(app):
    """The package's own, and nothing else."""
    listed = set(re.findall(r"^\| `flask ([a-z ]+)", (DOCS / "commands.md").read_text(), re.M))
    theirs = set(FlaskGroup(add_default_commands=True).commands)
    own = {name: one for name, one in app.cli.commands.items() if name not in {*theirs, "wizard"}}
    names = {f"{name} {inner}" for name, one in own.items() for inner in getattr(one, "commands", ())}
    # A group that does something by itself is a command, too.
    names |= {name for name, one in own.items() if getattr(one, "invoke_without_command", True)}
    # The group of all says those that have no shorter name.
    names |= {f"wizard {name}" for name in COMMANDS.keys() - own.keys()}
    assert {one.strip() for one in listed} == names


class _CvForm(Form):
    cv = FileField("CV", [FileKinds("application/pdf")])


@pytest.mark.parametrize("many", [False, True])
def test_every_address_is_listed(database, many):
    """Of a wizard that has all pages that there are."""
    app = Flask(__name__)
    app.secret_key = "for the tests, and as long as it has to be"
    app.session_interface = open_sessions(database)
    Outbox(app, database)
    flow = Flow(Section("you", Step("cv", _CvForm, title="CV"), title="You", summary=True), any_order=True)
    app.register_blueprint(
        Wizard("booking", flow, on_finish=lambda answers, key: key, resume=True, many=many), url_prefix="/booking"
    )
    text = (DOCS / "addresses.md").read_text()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("booking."):
            plain = re.sub(r"<(?:path:)?_?(\w+)>", r"<\1>", rule.rule)
            # Those of one run are said once, and the first of them by its own address.
            plain = plain.replace("/<instance>", "/<id>" if rule.endpoint == "booking.resume" else "")
            assert f"`{plain}`" in text, plain
            assert f"`{rule.endpoint}`" in text


def test_the_picture_of_the_signup_is_what_the_command_draws():
    """Draw it again with ``flask --app wizard flow signup --svg > docs/signup.svg``."""
    assert (DOCS / "signup.svg").read_text().strip() == picture.svg(signup_flow).strip()


def test_the_tokens_that_are_named_are_those_of_the_style_sheet(generated):
    """Also those in samples of other pages."""
    css = next(folder / "theme-trail.css" for folder in generated.PLACES if folder.exists())
    known = generated.tokens(css.read_text())
    assert len(known) > 20
    assert all(what for what, _, _ in known.values())
    for file in DOCS.glob("*.md"):
        for sample in re.findall(r"^```s?css\n(.*?)^```", file.read_text(), re.M | re.S):
            assert set(re.findall(r"(--(?!pico-)[\w-]+):", sample)) <= known.keys(), file.name
    assert all(f"| `{name}` |" in generated.fill("<!-- the tokens -->") for name in known)


@pytest.mark.parametrize("name", ["look", "pico", "tailwind"])
def test_the_classes_that_are_named_are_on_our_pages(generated, name):
    """What a page says of a class of ours would come to nothing, were it called something else."""
    text = (DOCS / f"{name}.md").read_text()
    samples = "".join(re.findall(r"^```s?css\n(.*?)^```", text, re.M | re.S))
    selectors = re.findall(r"^([^@{}/]*)\{", samples, re.M)
    named = {one for selector in selectors for one in re.findall(r"\.([a-z-]+)", selector)}
    named |= set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`[a-z-]+`.*?) \|", text, re.M))))
    css = next(folder / "wizard.css" for folder in generated.PLACES if folder.exists()).read_text()
    assert named
    assert {one for one in named if f".{one}" not in css} == set()


def test_every_message_of_the_code_is_listed(generated):
    """With an ellipsis for what is filled in."""
    text = generated.fill("<!-- the messages -->")
    assert text.count("\n- ") > 150
    for said in (
        "A Flow needs at least one Step.",
        "no answer leads to it. Mend its 'when'",
        "is not set, and nothing",
    ):
        assert said in text
    assert "<!--" not in text
