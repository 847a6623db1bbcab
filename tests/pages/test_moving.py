"""Where a visitor can go: Back from the first page, past an answer that is final, and to a page of the author's own."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import DictLoader
from wtforms import Form, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Flow, FlowError, Page, Refused, Repeat, Section, Step, Wizard
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk
from wizard.testing.page import Page as Shown


class Name(Form):
    """One text."""

    name = StringField("Name", [InputRequired("Enter a name")])


class Kind(Form):
    """One choice."""

    kind = RadioField("Kind", [InputRequired("Select a kind")], choices=["a", "b"])


#: The codes that are valid by now.
CODES = {"2718"}


class Code(Form):
    """What holds once."""

    code = StringField("Code", [InputRequired("Enter the code")])

    def validate_code(self, field):
        if field.data not in CODES:
            raise ValidationError("Enter the code that we sent you")


name = Step("name", Name, title="Name")
code = Step("code", Code, title="Code", final=True)
last = Step("last", Kind, title="Last")


def visit(tmp_path, *steps, templates=None, **options):
    """A visitor of a flow of these steps."""
    app = Flask("moving")
    app.config.update(SECRET_KEY="only for these tests, and long enough", TESTING=True)
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
    app.jinja_loader = DictLoader(templates or {})
    options.setdefault("on_finish", lambda answers, key: "R-1")
    any_order = options.pop("any_order", False)
    app.register_blueprint(Wizard("w", Flow(*steps, any_order=any_order), **options), url_prefix="/w")
    return Journey(app)


# Answers that are final


def test_an_answer_that_is_final_is_passed_by(tmp_path):
    """By Back, by its address, and on the summary, where the others have a link."""
    journey = visit(tmp_path, name, code, last)
    journey.answer("name", name="Ada")
    assert journey.refused("code", code="1414") == {"code": "Enter the code that we sent you"}
    page = Shown(journey.client.get("/w/code"))
    journey.answer("code", code="2718")
    assert journey.led(journey.client.get("/w/code")) == "last"
    journey.back("last", kind="a")
    assert journey.led(journey._submit("last", {}, "back")) == "name"
    journey.answer("last", kind="a")
    summary = journey.client.get("/w/summary").text
    assert "2718" in summary
    assert 'href="/w/name?from=summary#name"' in summary
    assert "/w/code" not in summary
    assert journey.led(journey.client.get("/w/code?from=summary")) == "summary"
    response = journey.client.post("/w/code", data=page.filled("/w/code", {"code": "2718"}, ""))
    assert "stays as it was" not in shown(journey.client.get(response.location))
    late = page.filled("/w/code", {"code": "3141"}, "")
    response = journey.client.post("/w/code", data=late)
    assert journey.led(response) == "last"
    said = shown(journey.client.get(response.location))
    assert "You can no longer change “Code”, so your answer stays as it was." in said
    assert journey.answers["code"] == {"code": "2718"}
    with journey.client.session_transaction() as now:
        assert "drafts" not in now["w"]


def test_what_is_final_is_not_validated_again_at_the_end(tmp_path, monkeypatch):
    """The code may be used up by then."""
    journey = visit(tmp_path, name, code, last)
    journey.answer("name", name="Ada").answer("code", code="2718").answer("last", kind="a")
    monkeypatch.setattr("tests.pages.test_moving.CODES", set())
    assert journey.finish() == "R-1"


def test_what_is_final_is_asked_again_where_what_it_read_has_changed(tmp_path):
    """It confirmed something else."""
    step = Step("code", Code, title="Code", final=True, defaults=lambda answers: {"code": answers["name"]["name"]})
    journey = visit(tmp_path, name, step, last)
    journey.answer("name", name="Ada").answer("code", code="2718").answer("last", kind="a")
    journey.answer("name", name="Grace")
    assert journey.at == "code"
    journey.answer("code", code="2718")
    assert journey.at == "summary"


def test_the_first_page_after_what_is_final_has_no_back(tmp_path):
    """There is nowhere to go."""
    journey = visit(tmp_path, code, name, last)
    journey.answer("code", code="2718")
    assert 'value="back"' not in journey.client.get("/w/name").text
    journey.answer("name", name="Ada")
    assert 'value="back"' in journey.client.get("/w/last").text


def test_a_list_cannot_be_final():
    """It is answered entry by entry. A picture of the flow says which steps are."""
    with pytest.raises(FlowError, match=r"^Step 'names': it is final, and a list is answered entry by entry\."):
        Repeat("names", Name, title="Names", final=True)
    assert code.describe() == ["code", "not changed once answered"]


@pytest.mark.slow
def test_no_visitor_changes_what_is_final(tmp_path):
    """Whatever they do, in whatever order."""
    quickly = settings(max_examples=15, stateful_step_count=15, deadline=None, database=None, derandomize=True)
    final = Step("final", Kind, title="Final", final=True, when=lambda answers: answers["last"]["kind"] == "a")
    walk(lambda: visit(tmp_path, name, last, final, Step("end", Name, title="End")).app, settings=quickly)


# Back from the first page


@pytest.mark.parametrize("back", ["/", lambda: "/"])
def test_back_leads_from_the_first_page_to_where_the_author_says(tmp_path, back):
    """With what is typed kept. Elsewhere it leads to the step before."""
    journey = visit(tmp_path, name, last, back=back)
    page = Shown(journey.client.get("/w/name"))
    response = journey.client.post("/w/name", data=page.filled("/w/name", {"name": "Ad"}, "back"))
    assert response.location == "/"
    assert 'value="Ad"' in journey.client.get("/w/name").text
    data = page.filled("/w/name", {}, "back")
    partial = journey.client.post("/w/name", data=data, headers={"HX-Request": "true", "HX-Target": "wizard"})
    assert "/" in (partial.headers.get("HX-Redirect"), partial.headers.get("Location"))
    journey.answer("name", name="Ada")
    assert journey.led(journey._submit("last", {}, "back")) == "name"


def test_without_such_an_address_the_first_page_has_no_back(tmp_path):
    """Nor is one made up; what is no address is a mistake."""
    journey = visit(tmp_path, name)
    assert 'value="back"' not in journey.client.get("/w/name").text
    with pytest.raises(FlowError, match=r"^The wizard 'w': its back is 7\. Use an address, or a function"):
        Wizard("w", Flow(name), on_finish=lambda *_: "R", back=7)


def test_back_leads_from_a_page_to_read_and_from_the_list_of_sections(tmp_path):
    """Whatever the first page is."""
    templates = {"before.html": "<p>Read</p>"}
    journey = visit(
        tmp_path, Page("before", title="Before", template="before.html"), name, back="/", templates=templates
    )
    page = Shown(journey.client.get("/w/before"))
    assert journey.client.post("/w/before", data=page.filled("/w/before", {}, "back")).location == "/"
    sections = Section("one", name, title="One"), Section("two", last, title="Two")
    tasks = visit(tmp_path, *sections, any_order=True, back="/home").client.get("/w/tasks").text
    assert '<a class="button" href="/home">Back</a>' in tasks


# A page of the author's own


OWN = """{% extends layout %}
{% block title %}Own{% endblock %}
{% block wizard %}<div id="wizard"><h1>The page of {{ step.name }}</h1>
<form {{ parts.form_attributes(action) }}>{{ parts.token() }}{{ parts.revision_of(revision) }}
{% for view in views %}{{ parts.draw(view) }}{% endfor %}<button>Go</button></form></div>{% endblock %}"""


def test_an_author_has_a_page_for_one_step(tmp_path):
    """Of a step, of a list, of the end; the others stay as they are."""
    templates = {
        "w/step-name.html": OWN,
        "w/done.html": OWN.replace("{{ step.name }}", "the end").split("<form")[0] + "</div>{% endblock %}",
    }
    journey = visit(tmp_path, name, last, templates=templates)
    assert "The page of name" in journey.client.get("/w/name").text
    assert journey.refused("name", name="") == {"name": "Enter a name"}
    journey.answer("name", name="Ada")
    assert "The page of" not in journey.client.get("/w/last").text
    journey.answer("last", kind="a")
    assert "The page of" not in journey.client.get("/w/summary").text
    assert journey.finish() == "R-1"
    assert "The page of the end" in journey.client.get("/w/done").text


def test_what_is_refused_at_the_end_is_said_of_a_final_step_too(tmp_path):
    """Only clearing helps then, which the author decides."""

    def never(answers, key):
        raise Refused({"code": {"code": "Used by somebody else"}})

    journey = visit(tmp_path, name, code, on_finish=never)
    journey.answer("name", name="Ada").answer("code", code="2718")
    assert "Used by somebody else" in journey.refused("summary").values()
