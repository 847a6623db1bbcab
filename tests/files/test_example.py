"""The job application of the examples: completed with files, and walked."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import settings

from examples.job import create_app
from tests.conftest import shown
from wizard.testing import Journey, elsewhere, walk

from .made import PDF, picture

pytestmark = pytest.mark.checkout


def test_a_job_is_applied_for(tmp_path):
    """The files are kept under names of the application's own."""
    app = create_app(str(tmp_path))
    journey = Journey(app)
    journey.answer("person", name="Ada", email="ada@example.com", photo=("me.JPG", picture("JPEG")))
    assert journey.refused("papers", cv=("cv.doc", b"My life")) == {"cv": "Choose a file in one of these formats: PDF"}
    journey.answer("papers", cv=("cv.pdf", PDF), samples=[("a.txt", b"One"), ("b.txt", b"Two")])
    journey.add("jobs", employer="Babbage", certificate=("c.pdf", PDF))
    journey.answer("jobs")
    summary = journey.client.get(journey.url("summary"))
    assert "a.txt (1 kB), b.txt (1 kB)" in shown(summary)
    assert 'alt="Your photo"' in summary.text
    folder = tmp_path / "applications" / journey.finish()
    assert sorted(file.name for file in folder.iterdir()) == [
        "application.txt", "certificate-1.pdf", "cv.pdf", "photo.jpg", "sample-1.txt", "sample-2.txt",
    ]  # fmt: skip
    assert (folder / "cv.pdf").read_bytes() == PDF


def test_a_job_is_applied_for_on_two_devices(tmp_path):
    """What was uploaded on the first is handed in by the second, and neither sees what the other has no more."""
    first = Journey(create_app(str(tmp_path)))
    first.answer("person", name="Ada", email="ada@example.com", photo=("me.png", picture()))
    first.answer("papers", cv=("cv.pdf", PDF))
    second = elsewhere(first)
    assert second.answers["papers"]["cv"].name == "cv.pdf"
    assert "You’ve continued on another device" in shown(first.client.get("/papers"))
    second.answer("papers", letter="I can count").answer("jobs")
    folder = tmp_path / "applications" / second.finish()
    assert (folder / "cv.pdf").read_bytes() == PDF
    assert "I can count" in (folder / "application.txt").read_text()


@pytest.mark.slow
def test_nobody_breaks_the_application(tmp_path):
    """A walk knows by itself what to upload."""
    runs = count()

    def make():
        folder = tmp_path / str(next(runs))
        folder.mkdir()
        return create_app(str(folder))

    walk(
        make, settings=settings(max_examples=4, stateful_step_count=12, deadline=None, database=None, derandomize=True)
    )
