"""What browsers, telephones and search engines ask of the site beside its pages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from tests.conftest import PROFILE, hidden
from tests.pages.cars import SHORT, serve

DESCRIPTION = "Create your account in a few short steps."


@pytest.mark.parametrize("page", ["/", "/signup/account", "/nowhere"])
def test_a_page_says_what_it_is(visitor, page):
    """To those who find it, are sent a link to it, or keep it on a telephone."""
    text = visitor.client.get(page).text
    assert f'<meta name="description" content="{DESCRIPTION}' in text
    assert f'<meta property="og:description" content="{DESCRIPTION}' in text
    for name in ("og:title", "og:image", "twitter:card", "theme-color"):
        assert f'"{name}" content="' in text, name
    links = dict(re.findall(r'<link rel="([\w-]+)" href="([^"]+)"', text))
    for rel in ("icon", "apple-touch-icon", "manifest"):
        with visitor.client.get(links[rel]) as response:
            assert response.status_code == 200, rel
    assert ('<meta name="robots" content="noindex">' in text) == (page == "/signup/account")


def test_the_icons_are_pictures_of_the_size_they_are_said_to_be(visitor):
    """Those of the manifest too; each is small, and is what its name says."""
    manifest = visitor.client.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    icons = {icon["src"]: icon["sizes"] for icon in manifest.json["icons"] if icon["type"] == "image/png"}
    text = visitor.client.get("/").text
    icons[re.search(r'apple-touch-icon" href="([^"]+)"', text)[1]] = "180x180"
    icons[re.search(r'og:image" content="([^"]+)"', text)[1]] = "1200x630"
    for address, size in icons.items():
        with visitor.client.get(address) as response:
            data = response.data
        assert data.startswith(b"\x89PNG"), address
        width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
        assert f"{width}x{height}" == size
        assert len(data) < 10_000, address
    with visitor.client.get("/favicon.ico") as response:
        assert response.data.startswith(b"\0\0\1\0")
        assert "Set-Cookie" not in response.headers


def test_the_picture_of_a_link_has_a_whole_address(app, visitor):
    """It begins with PUBLIC_URL, as all that leaves the site does."""
    app.config["PUBLIC_URL"] = "https://example.com/prefix"
    address = re.search(r'og:image" content="([^"]+)"', visitor.client.get("/").text)[1]
    assert address.startswith("https://example.com/prefix/wizard-assets/card.")
    with visitor.client.get(urlsplit(address).path.removeprefix("/prefix")) as response:
        assert response.status_code == 200


def test_search_engines_may_read_that_a_page_is_not_for_them(visitor):
    """A page that they must not fetch could not tell them so."""
    response = visitor.client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    assert response.text == "User-agent: *\nDisallow:\n"
    assert visitor.get("account").headers["X-Robots-Tag"] == "noindex"


def test_a_wizard_of_another_application_does_not_carry_the_brand(database):
    """Its pages have the look, and no icon, name or description of ours."""
    text = serve(SHORT, database).test_client().get("/car/").text
    assert not re.search(r"Acme|icon|og:|description", text)


def test_no_translation_changes_what_a_visitor_typed_or_must_keep(visitor):
    """Names and codes are marked; questions and choices are not."""
    visitor.answer_all(plan="team")
    page = visitor.get("summary").text
    verbatim = re.findall(r'<[^>]* translate="no">([^<]+)<', page)
    assert {"Ada Lovelace", "ada@example.com"} <= set(verbatim)
    assert not {"United Kingdom", "Yes"} & set(verbatim)
    old = hidden(visitor.get("profile").text)
    visitor.answer("profile", **{**PROFILE, "full_name": "Ada King"})
    conflict = visitor.client.post("/signup/profile", data={**old, **PROFILE}).text
    for name in ("Ada Lovelace", "Ada King"):
        assert f'<span translate="no">{name}</span>' in conflict
    cleared = visitor.client.post("/signup/profile", data={**old, **PROFILE, "_run": "another"}).text
    assert '<dd class="words"><span translate="no">Ada Lovelace</span></dd>' in cleared
    visitor.post("summary")
    assert re.search(r'<strong class="reference"[^>]* translate="no">', visitor.get("done").text)
    assert re.search(r'Your reference is <span translate="no">[\w-]+</span>', visitor.get("account").text)
