"""Crashes: wherever a process dies, the application gets the files, and none is left for good."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from tests.conftest import shown
from wizard.files import sql
from wizard.files.stored import refs_in

from .crashing import PLACES, make
from .made import PDF, answer_all, new_visitor, picture, stored, upload

pytestmark = pytest.mark.slow


def test_a_process_that_is_killed_anywhere_leaves_each_file_to_its_run(tmp_path, monkeypatch):
    """The visitor goes on where they were. What nobody refers to is deleted when it expires."""
    subprocess.run([sys.executable, "-m", "tests.files.crashing", tmp_path, *PLACES], check=True, timeout=300)
    for place, (_, _, when) in PLACES.items():
        app = make(tmp_path, place)
        visitor = new_visitor(app)
        visitor.client.set_cookie("session", json.loads((tmp_path / f"{place}.json").read_text()))
        if when == "upload":
            assert ("ada.png" in shown(visitor.get("you"))) == (place == "the session saved"), place
            visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
            answer_all(visitor)
        response = visitor.send("summary", visitor.open("summary"))
        if place not in ("the run ended", "the files deleted"):
            assert response.location == "/job/done", place
        assert "R-1" in shown(visitor.get("done")), place
        [kept] = (tmp_path / place.replace(" ", "-")).iterdir()
        assert kept.read_bytes() == PDF
        with visitor.client.session_transaction() as session:
            assert refs_in(dict(session)) == {}
        url = app.session_interface.store.engine.url.render_as_string()
        orphans = {"the file written": 1, "the run ended": 3}.get(place, 0)
        assert len(stored(url)[0]) == orphans, place
        later = time.time() + 10**9
        with monkeypatch.context() as patch:
            patch.setattr(sql.time, "time", lambda later=later: later)
            app.extensions["wizard_files"].store.purge()
        assert stored(url) == ([], 0), place
