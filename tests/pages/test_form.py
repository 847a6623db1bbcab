"""FormPage: lists within a form, what keep refuses, what is too much, and the check of one field."""

from __future__ import annotations

import pytest
from flask import Flask
from wtforms import FieldList, Form, PasswordField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Flow, FlowError, Refused, Step, Wizard
from wizard.sessions import open_sessions
from wizard.testing import Journey
from wizard.testing.page import Page


class Tags(Form):
    """Asks for a name, and for tags."""

    name = StringField("Name", [InputRequired("Enter a name")])
    tags = FieldList(StringField("Tag"), min_entries=1, max_entries=3, label="Tags")


class Story(Form):
    """Asks for texts, as many as it likes."""

    story = TextAreaField("Story")
    others = FieldList(TextAreaField("More"), label="Others")


class Pin(Form):
    """Asks for a secret."""

    pin = PasswordField("PIN", [InputRequired("Enter your PIN")])


def visit(tmp_path, *steps):
    """A visitor of a flow of these steps."""
    app = Flask("forms")
    app.secret_key = "only for these tests, and long enough"
    app.testing = True
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
    app.register_blueprint(Wizard("w", Flow(*steps), on_finish=lambda answers, key: "R-1"), url_prefix="/w")
    return Journey(app)


@pytest.fixture
def journey(tmp_path):
    """A visitor of a step with a list within its form."""
    return visit(tmp_path, Step("tags", Tags, title="Tags"), Step("more", Tags, title="More"))


def press(journey, action, url="/w/tags", **typed):
    """Type something, and press a button that the page has."""
    page = Page(journey.client.get(url))
    return journey.client.post(url, data=page.filled(url, typed, action))


def test_a_list_within_a_form_grows_and_shrinks(journey):
    """What is typed beside it stays, and nothing is accepted by it."""
    response = press(journey, "add.tags", name="Ada", **{"tags-0": "x"})
    assert (response.status_code, response.location) == (303, "/w/tags#tags")
    press(journey, "add.tags", **{"tags-1": "y"})
    page = Page(journey.client.get("/w/tags"))
    assert page.sheet("/w/tags").values.to_dict(flat=True)["name"] == "Ada"
    assert "add.tags" not in page.sheet("/w/tags").actions
    response = press(journey, "remove.tags-0", **{"tags-2": "z"})
    assert response.location == "/w/tags#tags"
    assert journey.answers == {}
    journey.answer("tags")
    assert journey.answers["tags"] == {"name": "Ada", "tags": ["y", "z"]}


def test_a_list_that_is_not_there_cannot_be_changed(journey):
    """And neither can one before its turn: what was typed is kept."""
    data = Page(journey.client.get("/w/tags")).filled("/w/tags", {}, "")
    for action in ("add.name", "add.", "remove.tags-0", "remove.tags-9"):
        assert journey.client.post("/w/tags", data={**data, "_action": action}).status_code == 400
    assert journey.client.post("/w/more", data={**data, "name": "Bo", "_action": "add.tags"}).location == "/w/tags"
    journey.answer("tags", name="Ada")
    assert 'value="Bo"' in journey.client.get("/w/more").text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValidationError("The card was declined"), {"pin": "The card was declined"}),
        (Refused({"pin": {"pin": "The card was declined"}}), {"pin": "The card was declined"}),
        (Refused({"pin": "Try another card"}), {"": "Try another card"}),
        (Refused("Try another card"), {"": "Try another card"}),
    ],
)
def test_keep_may_refuse(tmp_path, error, said):
    """The visitor reads why, at the field or above the form, and nothing is stored."""

    def charge(pin):
        raise error

    journey = visit(tmp_path, Step("pin", Pin, title="PIN", keep={"pin": charge}))
    assert journey.refused("pin", pin="1234") == said
    assert journey.answers == {}


def test_what_no_session_can_hold_is_told_with_the_wizard_and_the_step(tmp_path):
    """To the author, as an error; the value is not in it."""
    thing = type("Thing", (StringField,), {"process_formdata": lambda self, values: setattr(self, "data", object())})
    journey = visit(tmp_path, Step("a", type("F", (Form,), {"v": thing("V")}), title="A"))
    with pytest.raises(FlowError, match=r"The wizard 'w', step 'a': .* cannot hold .*object under v"):
        journey.refused("a", v="x")


def test_more_than_a_step_may_hold_is_refused_before_any_validator_sees_it(tmp_path):
    """It is still on the page, and is not kept."""
    journey = visit(tmp_path, Step("story", Story, title="Story"))
    texts = {f"others-{number}": "x" * 19_000 for number in range(11)}
    page = Page(journey.client.get("/w/story"))
    response = journey.client.post("/w/story", data={**page.filled("/w/story", {}, ""), "story": "mine", **texts})
    assert response.status_code == 422
    assert "That’s too much for one page" in shown(response)
    assert "mine" in response.text
    assert "mine" not in journey.client.get("/w/story").text


def test_one_value_that_is_too_long_is_refused_at_its_field(tmp_path):
    """With words, and with what was typed; it is no more than a step may hold, and so it is kept."""
    journey = visit(tmp_path, Step("story", Story, title="Story"))
    assert journey.refused("story", story="x" * 20_001) == {"story": "This is too long. Shorten it"}
    assert "x" * 20_001 in journey.client.get("/w/story").text


def test_a_check_looks_at_its_one_field_and_at_no_more_than_a_little(tmp_path):
    """It needs no token, and a field that is not checked has no address."""
    journey = visit(tmp_path, Step("tags", Tags, title="Tags", live=["name"]))
    url = "/w/tags/check/name"
    assert "Enter a name" in journey.client.post(url, data={"name": " "}).text
    assert "is-invalid" not in journey.client.post(url, data={"name": "x" * 8_000}).text
    # A longer one is not checked before it is sent, and htmx leaves the field alone.
    assert journey.client.post(url, data={"name": "x" * 8_200}).status_code == 413
    assert "is-invalid" not in journey.client.post(url, data={"name": "Ada", "tags-0": "\0"}).text
    assert journey.client.post("/w/tags/check/tags", data={}).status_code == 404
    assert journey.client.post("/w/nowhere/check/name", data={}).status_code == 404
    with journey.client.session_transaction() as session:
        assert "w" not in session
