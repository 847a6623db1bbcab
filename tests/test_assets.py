"""The files that pages load: named after their content, kept by browsers for as long as that holds."""

from __future__ import annotations

import os
import re

import pytest
from flask import Flask
from jinja2 import TemplateNotFound
from wtforms import Form, StringField

from tests.conftest import SECRET_KEY, Visitor
from wizard import Flow, SettingError, Step, Wizard
from wizard.assets import Assets, folder


@pytest.fixture
def client(app):
    """A browser."""
    return app.test_client()


def test_every_file_of_a_page_is_named_after_its_content_and_kept(client):
    """For a year, and without asking again."""
    addresses = set(re.findall(r'="(/wizard-assets/[^"]+\.\w+)"', client.get("/signup/account").text))
    assert len(addresses) == 10
    for address in addresses:
        assert re.search(r"\.[0-9a-f]{10}\.\w+$", address)
        with client.get(address) as response:
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "max-age=31536000, public, immutable"
            assert "Set-Cookie" not in response.headers


def is_small(response):
    """Whether a response is too short to be compressed, or is compressed already: a picture or a font."""
    return len(response.data) < 500 or response.mimetype in ("image/png", "font/woff2")


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_the_first_page_is_light(client, encoding):
    """With every file that a browser loads, under 50 kB over the wire; a step that htmx swaps in, under 4 kB."""
    headers = {"Accept-Encoding": encoding}
    # The icon of a telephone's first screen is loaded when somebody puts it there.
    addresses = set(
        re.findall(
            r'(?<!apple-touch-icon" )(?:href|src)="(/wizard-assets/[^"]+\.\w+)"', client.get("/signup/account").text
        )
    )
    weight = 0
    for address in ["/signup/account", *addresses]:
        with client.get(address, headers=headers) as response:
            weight += len(response.data)
            assert response.headers.get("Content-Encoding") == encoding or is_small(response)
            assert "Accept-Encoding" in response.headers["Vary"]
    assert weight < 50_000
    visitor = Visitor(client)
    visitor.answer_all(plan="team")
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", **headers}
    for page in ("account", "profile", "plan", "team", "members", "security", "summary"):
        assert len(visitor.get(page, headers=partial).data) < 4_000, page


def test_the_font_that_a_theme_asks_for_is_the_one_that_is_loaded_beforehand(client):
    """Under another name it would come twice."""
    page = client.get("/signup/account").text
    [preloaded] = re.findall(r'<link rel="preload" href="([^"]+)" as="font" type="font/woff2" crossorigin>', page)
    [theme] = re.findall(r'href="([^"]*theme-trail[^"]*)"', page)
    with client.get(theme) as response:
        [named] = re.findall(r'url\("([^"]+)"\)', response.text)
    assert preloaded == f"/wizard-assets/{named}"


def made():
    """A wizard of one step."""
    return Wizard(
        "form", Flow(Step("you", type("Form", (Form,), {"name": StringField("Name")}), title="You")), on_finish=print
    )


@pytest.mark.parametrize("theme", ["plain", "contrast"])
def test_another_theme_takes_the_place_of_ours(theme):
    """It is one file, which sets the same properties, and loads no font."""
    app = Flask(__name__)
    app.config.from_mapping(SECRET_KEY=SECRET_KEY, WIZARD_THEME=theme)
    app.register_blueprint(made())
    page = app.test_client().get("/you").text
    assert f'<link rel="stylesheet" href="/wizard-assets/theme-{theme}.' in page
    assert "theme-trail" not in page
    assert "preload" not in page
    properties = [
        set(re.findall(r"^  (--[\w-]+):", (folder("static") / f"theme-{one}.css").read_text(), re.MULTILINE))
        for one in ("trail", theme)
    ]
    assert properties[0] == properties[1]


def test_a_theme_that_is_none_is_told_at_the_start():
    """In one line, with those that there are."""
    app = Flask(__name__)
    app.config.from_mapping(SECRET_KEY=SECRET_KEY, WIZARD_THEME="dark")
    wizard = made()
    with pytest.raises(SettingError, match=r"^WIZARD_THEME: .*Use trail, plain, contrast, bootstrap or govuk\.$"):
        app.register_blueprint(wizard)


def test_the_name_changes_with_the_content(app, tmp_path, monkeypatch):
    """So that a browser that keeps the old file fetches the new one."""
    monkeypatch.setattr("wizard.assets.folder", lambda name: tmp_path)
    file = tmp_path / "wizard.css"
    names = set()
    for second, text in enumerate(("a {}", "b {}")):
        file.write_text(text)
        os.utime(file, (second, second))
        with app.test_request_context():
            names.add(app.url_for("wizard_assets.static", filename="wizard.css"))
    assert len(names) == 2


def test_a_page_of_an_older_version_still_gets_its_files(client):
    """During a deploy; but no cache takes this content for that name."""
    with client.get("/wizard-assets/wizard.0123456789.css") as response:
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "..%2fpyproject.toml", "wizard"])
def test_what_is_no_file_is_a_404(client, name):
    """And nothing outside the folder is one."""
    assert client.get(f"/wizard-assets/{name}").status_code == 404


def test_an_application_finds_the_templates_of_the_engine_alone(tmp_path):
    """A wizard of the name "signup" is not ours, and neither are its pages."""
    app = Flask("shop", template_folder=str(tmp_path))
    app.register_blueprint(Assets())
    assert app.jinja_env.get_template("wizard/done.html")
    with pytest.raises(TemplateNotFound):
        app.jinja_env.get_template("signup/done.html")
    names = app.jinja_env.list_templates()
    assert names
    assert all(name.startswith("wizard/") for name in names)
