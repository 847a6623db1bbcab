"""Files that a program gives: to a flow that is run, and to a run that is begun."""

from __future__ import annotations

from itertools import count

import pytest
from flask import redirect
from hypothesis import settings
from hypothesis import strategies as st

from tests.conftest import shown
from wizard import WizardError
from wizard.schema import schema
from wizard.testing import walk

from .made import FLOW, PDF, ids, new_visitor, picture, serve, stored

QUICKLY = settings(max_examples=5, stateful_step_count=12, deadline=None, database=None, derandomize=True)


def test_a_flow_is_run_with_files():
    """As pairs of a name and bytes; on_finish reads them as it reads any."""
    run = FLOW.run(
        {
            "you": {"name": "Ada", "photo": ("ada.png", picture()), "papers": {"passport": ("p.pdf", PDF)}},
            "letter": {"letter": ("letter.pdf", PDF)},
            "works": [{"title": "Notes", "sample": ("notes.txt", b"On engines")}],
            "jobs": [{"job": {"title": "Clerk"}, "proof": {"title": "Letter", "sample": ("a.txt", b"She was here")}}],
        }
    )
    assert (run.missing, run.errors) == ([], {})
    read = run.finish(lambda answers, _: [answers["works"][0]["sample"].read(), answers["you"]["papers"]["passport"]])
    assert read[0] == b"On engines"
    assert (read[1].name, read[1].type, read[1].size) == ("p.pdf", "application/pdf", len(PDF))


def test_what_is_given_is_held_against_the_same_rules():
    """By its content."""
    run = FLOW.run({"you": {"name": "Ada", "photo": ("ada.png", PDF)}})
    assert run.errors == {"you": {"photo": "Choose a file in one of these formats: AVIF, GIF, JPEG, PNG and WebP"}}
    with pytest.raises(WizardError, match="'str' is no file"):
        FLOW.run({"you": {"name": "Ada", "photo": "ada.png"}})


def test_a_run_is_begun_with_files(database):
    """They are in the store like any other."""
    app = serve(database)
    job = app.blueprints["job"]
    app.post("/again")(lambda: redirect(job.begin({"you": {"name": "Ada"}, "letter": {"letter": ("letter.pdf", PDF)}})))
    visitor = new_visitor(app)
    visitor.client.post("/again")
    page = visitor.get("letter")
    assert "letter.pdf" in shown(page)
    assert visitor.get(f"letter/file/{ids(page)[0]}").data == PDF
    assert stored(database)[0] == ids(page)


def test_the_schema_says_that_it_takes_files():
    """Bytes are no JSON; what a program gives is said all the same."""
    found = schema(FLOW)["properties"]["you"]["properties"]
    assert found["photo"]["anyOf"][0]["format"] == "binary"
    assert found["photo"]["anyOf"][0]["maxLength"] == 200_000
    assert found["papers"]["properties"]["passport"]["anyOf"][0]["contentMediaType"] == "application/pdf"
    assert found["proofs"]["maxItems"] == 2


def test_the_picture_of_a_flow_says_which_fields_take_files():
    """As it says which are secret."""
    assert "photo (file)" in FLOW.steps[0].describe()


@pytest.mark.slow
def test_a_walk_knows_what_to_upload(database, tmp_path):
    """Of every field whose validators say what it takes; and a file that an author gives is taken as it is."""
    runs = count()

    def make():
        return serve(f"sqlite:///{tmp_path / f'{next(runs)}.db'}")

    you = st.fixed_dictionaries(
        {"name": st.sampled_from(["Ada", "Grace"]), "photo": st.sampled_from([None, ("ada.png", picture())])}
    )
    walk(make, answers={"you": you}, settings=QUICKLY)
