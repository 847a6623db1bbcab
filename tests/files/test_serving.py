"""Files are served to their run alone, and kept where the application says."""

from __future__ import annotations

import io
import re
import sys

import pytest
from PIL import Image

from wizard.errors import FlowError, SettingError
from wizard.testing import Journey

from .made import PDF, ids, new_visitor, picture, serve, stored, upload


def test_a_file_is_served_to_its_run_alone(visitor, app):
    """An id opens nothing to anybody else, wherever they send it."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"), proofs=upload(b"<script>", "ä b.html"))
    photo, proof = ids(visitor.get("you"))
    assert visitor.get(f"you/file/{photo}").status_code == 200
    other = new_visitor(app)
    refused = other.post("you", name="Eve", photo=photo, proofs=[proof, "forged"])
    assert refused.status_code == 422
    assert all(f'id="{name}-error"' in refused.text for name in ("photo", "proofs"))
    other.answer("you", name="Eve")
    assert ids(other.get("you")) == []
    assert other.get(f"you/file/{photo}").status_code == 404
    assert other.get("you/file/forged").status_code == 404


def test_what_is_no_picture_is_only_saved(visitor):
    """And nothing in a file runs, or is kept by a cache."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"), proofs=upload(b"<script>", "ä b.html"))
    photo, proof = ids(visitor.get("you"))
    picture_, page = visitor.get(f"you/file/{photo}"), visitor.get(f"you/file/{proof}")
    assert picture_.headers["Content-Disposition"].startswith("inline")
    assert picture_.mimetype == "image/png"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%C3%A4%20b.html" in page.headers["Content-Disposition"]
    assert page.mimetype == "text/plain"
    assert page.data == b"<script>"
    for one in (picture_, page):
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in one.headers["Cache-Control"]


def test_nothing_of_a_picture_is_kept_but_what_it_shows(visitor):
    """It is turned as it was meant, and says nothing of where it was taken."""
    said = Image.Exif()
    said[0x010E], said[0x0112] = "my address", 6
    sent = picture("JPEG", exif=said)
    assert b"my address" in sent
    visitor.answer("you", name="Ada", photo=upload(sent, "ada.jpg"))
    kept = visitor.get(f"you/file/{ids(visitor.get('you'))[0]}").data
    assert b"my address" not in kept
    assert Image.open(io.BytesIO(kept)).size == (20, 30)


def test_a_file_that_expired_is_a_404(visitor, app):
    """As one that is not there."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    [photo] = ids(visitor.get("you"))
    app.extensions["wizard_files"].store.delete([photo])
    assert visitor.get(f"you/file/{photo}").status_code == 404


def test_a_journey_begins_with_files(app):
    """As with what is typed."""
    journey = Journey(app)
    journey.given(you={"name": "Ada", "photo": ("ada.png", picture())}, letter={"letter": ("a.pdf", PDF)})
    with app.test_request_context():
        assert journey.answers["letter"]["letter"].read() == PDF
    journey.add("works", title="Notes", sample=("notes.txt", b"On engines"))
    journey.answer("works")
    assert journey.answers["works"][0]["sample"].name == "notes.txt"


def test_without_a_database_a_store_has_to_be_named(tmp_path):
    """At the start, and the message says which field and the cure."""
    with pytest.raises(
        SettingError, match=r"WIZARD_FILES_URL: is not set.*file:///.*'job' asks for a file \(you.photo\)"
    ):
        serve("cookie:")
    with pytest.raises(SettingError, match="own session does not know of files"):
        serve("flask")
    app = serve("cookie:", files=f"file://{tmp_path}/files")
    visitor = new_visitor(app)
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    assert len(list((tmp_path / "files").iterdir())) == 1


def test_without_pillow_pictures_are_no_kind_to_take(database, monkeypatch):
    """The author is told what to install, or to say."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(FlowError, match=r"field 'photo' takes pictures.*pip install 'wizard-flask\[files\]'"):
        serve(database)


def test_of_several_runs_each_has_its_own_files(database):
    """An id of one opens nothing in another of the same visitor."""
    app = serve(database, many=True)
    first, second = Journey(app), None
    first.answer("you", name="Ada", photo=("ada.png", picture()))
    second = Journey(app, client=first.client)
    second.answer("you", name="Ada")
    address = re.search(r'<img[^>]* src="([^"]+)"', first.client.get(first.url("you")).text)[1]
    assert first.client.get(address).status_code == 200
    own, other = first.url("you"), second.url("you")
    assert first.client.get(address.replace(own, other)).status_code == 404
    first.clear()
    assert stored(database) == ([], 0)
