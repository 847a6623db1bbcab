"""The files that pages load: named after their content, kept by browsers for as long as that holds."""

from __future__ import annotations

import os
import re

import pytest
from flask import Flask
from jinja2 import TemplateNotFound

from tests.conftest import Visitor
from wizard.assets import Assets


@pytest.fixture
def client(app):
    """A browser."""
    return app.test_client()


def test_every_file_of_a_page_is_named_after_its_content_and_kept(client):
    """For a year, and without asking again."""
    addresses = set(re.findall(r'="(/wizard-assets/[^"]+\.\w+)"', client.get("/signup/account").text))
    assert len(addresses) == 6
    for address in addresses:
        assert re.search(r"\.[0-9a-f]{10}\.\w+$", address)
        with client.get(address) as response:
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "max-age=31536000, public, immutable"
            assert "Set-Cookie" not in response.headers


def is_small(response):
    """Whether a response is too short to be compressed, or a picture, which is compressed already."""
    return len(response.data) < 500 or response.mimetype == "image/png"


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_the_first_page_is_light(client, encoding):
    """With every file that it names, under 45 kB over the wire; a step that htmx swaps in, under 4 kB."""
    headers = {"Accept-Encoding": encoding}
    addresses = set(re.findall(r'="(/wizard-assets/[^"]+\.\w+)"', client.get("/signup/account").text))
    weight = 0
    for address in ["/signup/account", *addresses]:
        with client.get(address, headers=headers) as response:
            weight += len(response.data)
            assert response.headers.get("Content-Encoding") == encoding or is_small(response)
            assert "Accept-Encoding" in response.headers["Vary"]
    assert weight < 45_000
    visitor = Visitor(client)
    visitor.answer_all(plan="team")
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", **headers}
    for page in ("account", "profile", "plan", "team", "members", "security", "summary"):
        assert len(visitor.get(page, headers=partial).data) < 4_000


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
