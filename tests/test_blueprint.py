"""The Wizard over Flask's own session: a flow that has nothing to do with the signup."""

from __future__ import annotations

import sys

import pytest
from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from wtforms import DateField, FieldList, Form, FormField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from tests.conftest import Visitor, shown
from wizard import Flow, FlowError, Refused, Repeat, Step, Wizard, WizardError
from wizard.assets import folder
from wizard.fields import MemorableDateField


class Feeling(Form):
    """Asks how it was."""

    name = StringField("Name", [InputRequired("Enter a name")])
    mood = RadioField("Mood", [InputRequired("Select a mood")], choices={"good": "Good", "bad": "Bad"})

    def validate(self, extra_validators=None):
        valid = super().validate(extra_validators)
        if self.name.data == "nobody":
            self.form_errors.append("Nobody feels nothing")
            return False
        return valid


class Town(Form):
    """Enclosed in the form of places."""

    town = StringField("Town", [InputRequired("Enter a town")])


class Places(Form):
    """Asks for enclosed fields."""

    home = FormField(Town, "Home")
    others = FieldList(StringField("Place"), "Other places", min_entries=2)


class Reason(Form):
    """Asks why, under a name that the other form uses too."""

    name = TextAreaField("Reason", [Optional()])
    stars = IntegerField("Stars", [NumberRange(1, 5, "Enter 1 to 5 stars")])


@pytest.fixture
def finished():
    """What was finished, in order."""
    return []


@pytest.fixture
def app(finished):
    """An application of somebody else's, with Flask's own session."""
    app = Flask(__name__)
    app.secret_key = "key"
    flow = Flow(
        Step("feeling", Feeling, title="How was it?"),
        Step("reason", Reason, title="Why?", when=lambda answers: answers["feeling"]["mood"] == "bad"),
    )
    wizard = Wizard("survey", flow, on_finish=lambda answers, key: finished.append((answers, key)) or "R-1")
    app.register_blueprint(wizard, url_prefix="/survey")
    return app


@pytest.fixture
def visitor(app):
    """A new visitor of the survey."""
    return Visitor(app.test_client(), "/survey")


def test_a_wizard_is_ten_lines_and_can_be_completed(visitor, finished):
    """Nothing in the engine knows the signup."""
    visitor.answer("feeling", name="Ada", mood="bad")
    visitor.answer("reason", name="", stars="2")
    assert visitor.post("summary").location == "/survey/done"
    assert "R-1" in shown(visitor.get("done"))
    [(answers, key)] = finished
    assert answers == {"feeling": {"name": "Ada", "mood": "bad"}, "reason": {"name": "", "stars": 2}}
    assert len(key) > 20


def test_answers_off_the_path_are_kept_and_never_submitted(visitor, finished):
    """What a change takes off the path is neither shown nor finished, and comes back with the change."""
    visitor.answer("feeling", name="Ada", mood="bad")
    visitor.answer("reason", name="Too long", stars="2")
    visitor.answer("feeling", name="Ada", mood="good")
    assert "Too long" not in visitor.get("summary").text
    visitor.answer("feeling", name="Ada", mood="bad")
    assert "Too long" in visitor.get("summary").text
    visitor.answer("feeling", name="Ada", mood="good")
    visitor.post("summary")
    assert finished[0][0] == {"feeling": {"name": "Ada", "mood": "good"}}


def test_a_refused_finish_shows_what_to_change_and_keeps_the_answers(app):
    """The message stands in the error summary, with a link to the field, and beside the answer."""

    def refuse(answers, key):
        raise Refused({"feeling": {"name": "Somebody else has this name"}})

    app.register_blueprint(
        Wizard("strict", Flow(Step("feeling", Feeling, title="How?")), on_finish=refuse), url_prefix="/strict"
    )
    visitor = Visitor(app.test_client(), "/strict")
    visitor.answer("feeling", name="Ada", mood="good")
    response = visitor.post("summary")
    assert response.status_code == 422
    assert response.text.count("Somebody else has this name") == 2
    assert 'href="/strict/feeling?from=summary#name"' in response.text
    assert "Ada" in visitor.get("summary").text


def test_every_step_is_validated_again_at_the_end(app, visitor, finished):
    """An answer that would be refused by now does not finish, whatever the session says."""
    visitor.answer("feeling", name="Ada", mood="good")
    with visitor.client.session_transaction() as session:
        session["survey"]["answers"]["feeling"]["mood"] = "excellent"
        session.modified = True
    response = visitor.post("summary")
    assert response.status_code == 422
    assert "This is no longer available" in response.text
    assert finished == []
    assert "This is no longer available" in visitor.get("feeling?from=summary").text


def test_a_mistake_of_the_form_as_a_whole_is_said_above_it(visitor):
    """It belongs to no field, so there is nothing to link to."""
    response = visitor.post("feeling", name="nobody", mood="good")
    assert response.status_code == 422
    assert "Nobody feels nothing" in shown(response)


def test_a_head_request_is_answered_as_a_get_is(visitor):
    """A link checker changes nothing, and is not told of a stale token."""
    assert visitor.client.head("/survey/feeling").status_code == 200
    assert visitor.client.head("/survey/clear").status_code == 200
    assert visitor.client.head("/survey/summary").status_code == 303


def test_enclosed_fields_are_drawn_drafted_and_said(app):
    """A form in a form, and a list, with their own messages."""
    flow = Flow(Step("start", Reason, title="Start"), Step("places", Places, title="Places"))
    app.register_blueprint(Wizard("travel", flow, on_finish=lambda *_: "R"), url_prefix="/travel")
    visitor = Visitor(app.test_client(), "/travel")
    visitor.answer("start", name="", stars="1")
    response = visitor.post("places", **{"home-town": "", "others-0": "Rome", "others-1": "Oslo"})
    assert response.status_code == 422
    assert response.text.count("Enter a town") == 2
    assert 'value="Oslo"' in response.text
    visitor.post("places", **{"home-town": "Bern", "others-0": "Rome", "_action": "back"})
    assert 'value="Bern"' in visitor.get("places").text
    visitor.answer("places", **{"home-town": "Bern", "others-0": "Rome"})
    assert "Rome" in shown(visitor.get("summary"))


def test_the_layout_is_the_applications_own(app, tmp_path):
    """Every page stands in the template that the author names."""
    (tmp_path / "base.html").write_text(
        "<title>{% block title %}{% endblock %}</title>Ours{% block wizard %}{% endblock %}"
    )
    app.template_folder = str(tmp_path)
    flow = Flow(Step("feeling", Feeling, title="How?"))
    app.register_blueprint(Wizard("mine", flow, on_finish=lambda *_: "R", layout="base.html"), url_prefix="/mine")
    page = app.test_client().get("/mine/feeling").text
    assert page.startswith("<title>Step 1 of 2: How? - Form</title>Ours")


def test_two_wizards_in_one_application_do_not_meet(app):
    """Each keeps its answers under its own name."""
    app.register_blueprint(
        Wizard("other", Flow(Step("feeling", Feeling, title="How?")), on_finish=lambda *_: "R"), url_prefix="/other"
    )
    client = app.test_client()
    Visitor(client, "/survey").answer("feeling", name="Ada", mood="good")
    assert Visitor(client, "/other").get("").location == "/other/feeling"
    assert Visitor(client, "/survey").get("").location == "/survey/summary"


def test_csrf_protection_of_the_whole_application_is_left_to_the_wizard(app):
    """Where CSRFProtect would answer a bare 400, the wizard keeps what was typed."""
    CSRFProtect(app)
    app.register_blueprint(
        Wizard("late", Flow(Step("feeling", Feeling, title="How?")), on_finish=lambda *_: "R"), url_prefix="/late"
    )
    response = app.test_client().post("/late/feeling", data={"name": "Ada"})
    assert response.status_code == 422
    assert 'value="Ada"' in response.text


def test_a_template_of_the_applications_own_goes_first(app, visitor, tmp_path):
    """A page can be replaced for one wizard by its name."""
    (tmp_path / "survey").mkdir()
    (tmp_path / "survey" / "done.html").write_text(
        "{% block title %}Thanks{% endblock %} "
        "{% block wizard %}Number: {{ session.survey.receipts[-1].reference }}{% endblock %}"
    )
    app.template_folder = str(tmp_path)
    visitor.answer("feeling", name="Ada", mood="good")
    visitor.post("summary")
    assert visitor.get("done").text == "Thanks Number: R-1"
    partial = visitor.get("done", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert partial.text == "<title>Thanks</title>Number: R-1"


def test_the_applications_own_parts_may_read_what_their_page_is_given(app, visitor, tmp_path):
    """Ours are made once for all pages. Theirs see the page, and what the application gives to every template."""
    for name in ("survey", "wizard"):
        (tmp_path / name).mkdir()
    (tmp_path / "survey/done.html").write_text(
        "{% block title %}{{ parts.told() }}{% endblock %}{% block wizard %}{{ parts.told() }}{% endblock %}"
    )
    (tmp_path / "wizard/parts.html").write_text(
        (folder("templates") / "wizard/parts.html").read_text()
        + '{% macro told() %}{{ _("Back") }} {{ receipt.reference }} {{ wizard.title }} {{ shop }}{% endmacro %}'
    )
    app.template_folder = str(tmp_path)
    app.context_processor(lambda: {"shop": "Tea"})
    visitor.answer("feeling", name="Ada", mood="good")
    visitor.post("summary")
    assert visitor.get("done").text == 2 * "Back R-1 Form Tea"
    partial = visitor.get("done", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert partial.text == "<title>Back R-1 Form Tea</title>Back R-1 Form Tea"


def test_a_template_without_its_own_blocks_is_told_on_the_first_look(app, visitor, tmp_path):
    """A block that is only inherited cannot be rendered alone, so even the whole page says so."""
    (tmp_path / "survey").mkdir()
    (tmp_path / "survey" / "step.html").write_text("{% extends 'wizard/step.html' %}")
    app.template_folder = str(tmp_path)
    app.testing = True
    with pytest.raises(WizardError, match=r"'survey/step.html' defines no block 'title'. It needs both"):
        visitor.get("feeling")


def test_a_title_says_the_same_in_a_partial():
    """A name with an ampersand stands in the tab as it is, however the page came."""
    app = Flask(__name__)
    app.secret_key = "key"
    flow = Flow(Step("why", Reason, title="Ifs & <buts>"))
    app.register_blueprint(Wizard("a", flow, on_finish=lambda *_: "R-1"), url_prefix="/a")
    title = "<title>Step 1 of 2: Ifs &amp; &lt;buts&gt; - Form</title>"
    for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
        assert title in app.test_client().get("/a/why", headers=headers).text


# Mistakes of authors, when a wizard is made or registered


class Word(Form):
    """Asks for a word."""

    text = StringField("Text")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"flow": [1]}, "'list' is no Flow. Use Flow"),
        ({"on_finish": None}, "its on_finish is None. Use a function: def on_finish"),
        ({"on_finish": lambda answers: "R"}, "its on_finish must take two arguments"),
        ({"find": lambda: None}, "its find must take one argument"),
    ],
)
def test_a_mistake_in_a_wizard_is_told_when_it_is_made(how, message):
    """In one line, with the cure."""
    given = {"flow": Flow(Step("how", Word, title="How?")), "on_finish": lambda answers, key: "R", **how}
    with pytest.raises(FlowError, match=f"The wizard 'survey': {message}"):
        Wizard("survey", given.pop("flow"), **given)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"name": "csrf_token"}, "'csrf_token': the session keeps something else"),
        ({"name": "_flashes"}, "'_flashes': the session keeps something else"),
        ({"url_prefix": "/<endpoint>/w"}, "'survey': its address has the variable 'endpoint'.*such as 'endpoint_id'"),
        ({"url_prefix": "/<int:_step>/w"}, "'survey': its address has the variable '_step'.*such as 'step_id'"),
        ({"subdomain": "<any(a, b):_external>"}, "'survey': its address has the variable '_external'"),
    ],
)
def test_a_name_or_an_address_that_is_taken_is_told_at_registration(how, message):
    """Each broke every page, or what Flask itself keeps in the session."""
    app = Flask("host")
    app.secret_key = "only for this test, and long enough"
    wizard = Wizard("survey", Flow(Step("how", Word, title="How?")), on_finish=lambda answers, key: "R")
    with pytest.raises(FlowError, match=f"The wizard {message}"):
        app.register_blueprint(wizard, **how)


def test_the_address_of_what_a_wizard_is_nested_in_is_looked_at_too():
    """Its name is another one then."""
    app = Flask("host")
    app.secret_key = "only for this test, and long enough"
    outer = Blueprint("outer", "outer")
    outer.register_blueprint(
        Wizard("csrf_token", Flow(Step("how", Word, title="How?")), on_finish=lambda answers, key: "R")
    )
    with pytest.raises(FlowError, match=r"The wizard 'outer\.csrf_token': its address has the variable 'endpoint'"):
        app.register_blueprint(outer, url_prefix="/<endpoint>")


def test_an_async_on_finish_needs_flasks_extra(monkeypatch):
    """Which is said at registration, and not to the visitor who finishes."""

    async def save(answers, key):
        return "R"

    app = Flask("host")
    app.secret_key = "only for this test, and long enough"
    for module in ("asgiref", "asgiref.sync"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(FlowError, match=r"its on_finish is async.*pip install 'wizard-flask\[async\]'"):
        app.register_blueprint(Wizard("survey", Flow(Step("how", Word, title="How?")), on_finish=save))


def test_a_field_cannot_have_the_name_of_the_token():
    """Whatever the application calls it."""
    app = Flask("host")
    app.secret_key = "only for this test, and long enough"
    app.config["WTF_CSRF_FIELD_NAME"] = "text"
    with pytest.raises(FlowError, match="this is the name of the CSRF token"):
        app.register_blueprint(
            Wizard("survey", Flow(Step("how", Word, title="How?")), on_finish=lambda answers, key: "R")
        )


def test_what_flasks_own_session_cannot_keep_is_told_at_start(caplog):
    """Types that come back as others, and more than a cookie holds; a small flow of texts is fine."""
    fields = {"day": DateField("Day"), "born": MemorableDateField("Born"), "story": TextAreaField("Story")}
    big = Flow(Repeat("days", type("F", (Form,), fields), title="Days"))
    for name, flow in (("small", Flow(Step("how", Word, title="How?"))), ("big", big)):
        app = Flask("host")
        app.secret_key = "only for this test, and long enough"
        app.register_blueprint(Wizard(name, flow, on_finish=lambda answers, key: "R"))
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 3
    assert "'big' keeps its answers in the cookie: the type of days.day does not survive it" in said[0]
    assert "the type of days.born does not survive it" in said[1]
    assert "characters, and a cookie holds" in said[2]


def test_a_layout_without_its_blocks_is_told_at_registration(tmp_path):
    """Also where it inherits them, or would."""
    for name, text in {
        "bare.html": "<html>{% block title %}{% endblock %}</html>",
        "child.html": "{% extends 'bare.html' %}",
        "whole.html": "{% extends 'wizard/layout.html' %}",
        "unknown.html": "{% extends parent %}",
    }.items():
        (tmp_path / name).write_text(text)

    def register(layout):
        app = Flask("host", template_folder=str(tmp_path))
        app.secret_key = "only for this test, and long enough"
        flow = Flow(Step("how", Word, title="How?"))
        app.register_blueprint(Wizard("survey", flow, on_finish=lambda answers, key: "R", layout=layout))

    for layout in ("whole.html", "unknown.html", "not-there-yet.html"):
        register(layout)
    for layout in ("bare.html", "child.html"):
        with pytest.raises(FlowError, match=f"its layout '{layout}' has no block 'wizard'"):
            register(layout)
