"""Headers: what stands on every response, and that no page tells by its length what is in it."""

from __future__ import annotations

import pytest

from tests.conftest import ACCOUNT
from wizard.headers import ALWAYS, CONTENT_SECURITY_POLICY

EVERYTHING = [
    ("/", 200),
    ("/signup/account", 200),
    ("/signup/nowhere", 404),
    ("/nowhere", 404),
    ("/signup/", 303),
    ("/signup//account", 308),
    ("/healthz", 200),
    ("/wizard-assets/wizard.css", 200),
]


@pytest.mark.parametrize(("path", "status"), EVERYTHING)
def test_every_response_has_a_strict_policy(visitor, path, status):
    """Nothing inline and nothing evaluated, on the first page as on the last."""
    with visitor.client.get(path) as response:
        assert response.status_code == status
    assert {name: response.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize(("path", "status"), EVERYTHING)
def test_only_pages_with_forms_tell_where_a_visitor_comes_from(visitor, path, status):
    """And no other site: there, a token is checked by it."""
    with visitor.client.get(path) as response:
        policy = response.headers["Referrer-Policy"]
    assert policy == ("no-referrer" if path in ("/healthz", "/wizard-assets/wizard.css") else "same-origin")


def test_over_https_a_browser_is_told_to_stay_there(visitor):
    """Over HTTP it would not listen; of the other hosts of the domain nothing is said."""
    assert "Strict-Transport-Security" not in visitor.client.get("/").headers
    for path in ("/", "/nowhere", "/healthz"):
        response = visitor.client.get(path, base_url="https://localhost")
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_no_search_engine_lists_a_page_of_a_flow(visitor):
    """The front page is there to be found."""
    for path in ("/signup/", "/signup/account", "/signup/summary", "/signup/done", "/signup/nowhere"):
        assert visitor.client.get(path).headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in visitor.client.get("/").headers


def is_compressed(response):
    """Whether a browser has to inflate it."""
    return response.headers.get("Content-Encoding", "identity") != "identity"


@pytest.mark.parametrize("name", ["account", "summary", "members", "done", "clear"])
def test_a_page_that_another_site_can_choose_a_part_of_is_not_compressed(visitor, name):
    """Else its length tells whether the part stands in it twice, and answers are guessed letter by letter."""
    visitor.answer_all("team")
    if name == "done":
        visitor.post("summary")
    accepts = {"Accept-Encoding": "gzip, br, zstd"}
    assert is_compressed(visitor.get(name, headers=accepts))
    assert is_compressed(visitor.get(f"{name}?from=summary", headers=accepts))
    for query in (
        "ada@example.com",
        "from=ada",
        "from=summary&from=ada",
        "run=ada",
        "x=1&from=summary",
        "?from=summary",
    ):
        response = visitor.get(f"{name}?{query}", headers=accepts)
        # A Receipt that is not there leads on.
        assert response.status_code == (303 if query == "run=ada" and name == "done" else 200)
        assert not is_compressed(response), query


def test_a_page_that_shows_what_was_sent_is_not_compressed(visitor):
    """With a token or without."""
    accepts = {"Accept-Encoding": "gzip, br, zstd"}
    visitor.answer("account", **ACCOUNT)
    assert not is_compressed(visitor.post("profile", headers=accepts, full_name="Ada"))
    response = visitor.client.post("/signup/profile", data={"full_name": "Ada"}, headers=accepts)
    assert response.status_code == 422
    assert not is_compressed(response)


def test_a_guess_changes_no_length(visitor):
    """What is right is as long as what is wrong."""
    visitor.answer("account", email="quetzal.ninja77@example.com", username="ada")
    right, wrong = (
        len(visitor.get(f"account?{guess}", headers={"Accept-Encoding": "gzip"}).data)
        for guess in ("quetzal.ninja77", "xylophon.otter4")
    )
    assert right == wrong
