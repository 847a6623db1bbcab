"""A step that can be skipped: nothing is validated, the answer is None, and what was typed is still there."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from hypothesis import settings
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Flow, FlowError, Repeat, Step, Wizard
from wizard.schema import schema
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk
from wizard.testing.page import Page


class Pet(Form):
    """Asks for a pet."""

    pet = StringField("Pet", [InputRequired("Enter a pet")])


class Kind(Form):
    """One choice."""

    kind = RadioField("Kind", [InputRequired("Select a kind")], choices=["cat", "dog"])


pet = Step("pet", Pet, title="Your pet", optional=True)
food = Step("food", Pet, title="Its food", when=lambda answers: "pet" in answers and answers["pet"]["pet"] == "cat")
last = Step("last", Kind, title="Last", defaults=lambda answers: {"kind": answers["pet"]["pet"]})

finished = []


def visit(tmp_path, *steps, **options):
    """A visitor of a flow of these steps."""
    app = Flask("skipping")
    app.config.update(SECRET_KEY="only for these tests, and long enough", TESTING=True)
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")

    def finish(answers, key):
        finished.append(answers)
        return "R-1"

    app.register_blueprint(
        Wizard("w", Flow(*(steps or (pet, food, last))), on_finish=finish, **options), url_prefix="/w"
    )
    return Journey(app)


def skip(journey, **typed):
    """Type something, and press Skip; return where it leads."""
    page = Page(journey.client.get("/w/pet"))
    return journey.led(journey.client.post("/w/pet", data=page.filled("/w/pet", typed, "skip")))


def test_a_step_is_skipped_without_an_answer(tmp_path):
    """It is not asked again, the summary says so, and the end gets None."""
    journey = visit(tmp_path)
    assert (
        '<button class="button" name="_action" value="skip" formnovalidate>Skip</button>'
        in journey.client.get("/w/pet").text
    )
    assert skip(journey) == "last"
    assert journey.answers == {"pet": None}
    assert journey.led(journey.client.get("/w/food")) == "last"
    journey.answer("last", kind="dog")
    assert "Pet Not provided Change" in shown(journey.client.get("/w/summary"))
    assert journey.finish() == "R-1"
    assert finished[-1] == {"pet": None, "last": {"kind": "dog"}}


def test_what_was_typed_or_answered_is_kept_as_a_draft(tmp_path):
    """It is there when the visitor comes back, and counts when it is sent."""
    journey = visit(tmp_path)
    skip(journey, pet="Rex")
    assert 'value="Rex"' in journey.client.get("/w/pet").text
    journey.answer("pet")
    assert journey.answers["pet"] == {"pet": "Rex"}
    assert skip(journey) == "last"
    assert journey.answers["pet"] is None
    assert 'value="Rex"' in journey.client.get("/w/pet").text


def test_what_depends_on_it_is_asked_again_when_it_is_answered(tmp_path):
    """To a later step, it is as if it were not there."""
    journey = visit(tmp_path)
    skip(journey)
    journey.answer("last", kind="dog")
    assert journey.at == "summary"
    journey.answer("pet", pet="cat")
    assert journey.at == "food"
    journey.answer("food", pet="fish")
    assert journey.at == "last"
    journey.answer("last")
    skip(journey)
    assert journey.at == "last"


def test_skip_overwrites_nothing_that_another_tab_has_answered(tmp_path):
    """And a step that cannot be skipped has no such button."""
    journey = visit(tmp_path)
    page = Page(journey.client.get("/w/pet"))
    journey.answer("pet", pet="Rex")
    assert journey.led(journey.client.post("/w/pet", data=page.filled("/w/pet", {}, "skip"))) == "last"
    assert journey.answers["pet"] == {"pet": "Rex"}
    data = Page(journey.client.get("/w/last")).filled("/w/last", {}, "")
    assert journey.client.post("/w/last", data={**data, "_action": "skip"}).status_code == 400


def test_the_test_kit_skips(tmp_path):
    """By the button; None skips where a journey starts in the middle, and only a step that can be skipped."""
    journey = visit(tmp_path).skip("pet", pet="Rex")
    assert (journey.at, journey.answers) == ("last", {"pet": None})
    with pytest.raises(AssertionError, match=r"The form for /w/last has no button 'skip'"):
        journey.skip("last")
    journey = visit(tmp_path).given(pet=None, last={"kind": "dog"})
    assert (journey.at, journey.answers["pet"]) == ("summary", None)
    assert journey.finish() == "R-1"


def test_a_program_skips_with_none():
    """Which the schema of the flow says."""
    flow = Flow(pet, food, last)
    run = flow.run({"pet": None, "last": {"kind": "dog"}})
    assert (run.missing, run.errors, run.answers) == ([], {}, {"pet": None, "last": {"kind": "dog"}})
    assert run.finish(lambda answers, key: answers["pet"]) is None
    assert flow.run({"last": {"kind": "dog"}}).missing == ["pet"]
    found = json.loads(json.dumps(schema(flow)))["properties"]["pet"]
    assert found["anyOf"][1] == {"type": "null"}
    assert pet.describe() == ["pet", "can be skipped"]


def test_a_form_that_is_deployed_anew_asks_whom_it_skipped(tmp_path):
    """They may want to answer what it asks now."""
    journey = visit(tmp_path)
    skip(journey)
    with journey.client.session_transaction() as now:
        note = {**now["w"]["notes"]["pet"], "form": "an older one"}
        now["w"] = {**now["w"], "notes": {**now["w"]["notes"], "pet": note}}
    assert journey.at == "pet"


def test_several_runs_are_listed_also_where_the_first_step_was_skipped(tmp_path):
    """By the next answer."""
    journey = visit(tmp_path, pet, last, many=True)
    address = journey.url("pet")
    page = Page(journey.client.get(address))
    journey.client.post(address, data=page.filled(address, {}, "skip"))
    journey.answer("last", kind="dog")
    assert "dog" in shown(journey.client.get("/w/"))


def test_a_list_cannot_be_optional():
    """It can be empty."""
    with pytest.raises(FlowError, match=r"^Step 'pets': it is optional, and a list can be empty anyway\. Use least=0"):
        Repeat("pets", Pet, title="Pets", optional=True)


@pytest.mark.slow
def test_no_visitor_breaks_it(tmp_path):
    """Whatever they do, in whatever order."""
    quickly = settings(max_examples=15, stateful_step_count=15, deadline=None, database=None, derandomize=True)
    which = Step("which", Kind, title="Which", optional=True)
    after = Step(
        "after", Kind, title="After", when=lambda answers: "which" in answers and answers["which"]["kind"] == "cat"
    )
    walk(lambda: visit(tmp_path, which, after, Step("end", Pet, title="End", optional=True)).app, settings=quickly)
