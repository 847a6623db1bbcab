"""A kind of step of an author's own: one class and one page, and no other file is touched."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from wizard import BaseStep, Flow, FlowError, Step, Wizard
from wizard.pages import Page, page_of
from wizard.pages.summary import Row
from wizard.sessions import open_sessions
from wizard.testing import Journey
from wizard.testing.page import Page as Seen


@dataclass(frozen=True, eq=False, kw_only=True)
class Notice(BaseStep):
    """A page without a field, which is read."""

    text: str


@page_of.register(Notice)
class NoticePage(Page[Notice]):
    """Show the text of a notice, until it is read."""

    buttons = {"": "read", "back": "go_back"}  # noqa: RUF012  (as an author would write it)

    def show(self):
        return self.page() if self.path.is_open(self.step) else self.go_on()

    def page(self, status=200, **context):
        return self.render("notice", status, text=self.step.text, **context)

    def show_again(self, alert, status):
        return self.page(status)

    def read(self):
        if self.path.is_open(self.step):
            self.visit.accept(self.step, {"read": True})
        return self.go_past(self.step)

    def go_back(self):
        return self.go(self.path.previous(self.step))


class Name(Form):
    """Asks a name."""

    name = StringField("Your name", [InputRequired("Enter your name")])


def is_not_bo(answers):
    """Whether the visitor is somebody else."""
    return answers["you"]["name"] != "Bo"


TEMPLATE = """{% extends layout %}{% block title %}{{ step.title }}{% endblock %}{% block wizard %}
<h1>{{ step.title }}</h1><p>{{ text }}</p>
<form {{ parts.form_attributes(wizard.url(step)) }}>{{ parts.token() }}<button>Continue</button>
{{ parts.back(path, step) }}</form>{% endblock %}"""


@pytest.fixture
def given():
    """What ``on_finish`` was given."""
    return []


@pytest.fixture
def app(tmp_path, given):
    """A flow with a notice in it that depends on an answer."""
    (tmp_path / "wizard").mkdir()
    (tmp_path / "wizard" / "notice.html").write_text(TEMPLATE)
    app = Flask("kinds", template_folder=str(tmp_path))
    app.secret_key = "only for these tests, and long enough"
    app.testing = True
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
    flow = Flow(
        Step("you", Name, title="You"),
        Notice("before", title="Before you go on", text="Have your card ready.", when=is_not_bo),
        Step("friend", Name, title="Your friend"),
    )
    wizard = Wizard("w", flow, on_finish=lambda answers, key: given.append(answers) or "R-1")
    app.register_blueprint(wizard, url_prefix="/w")
    return app


def test_it_is_shown_on_the_path_and_answered(app, given):
    """Its page is served, its button pressed, its answer stored, and handed over at the end."""
    journey = Journey(app).answer("you", name="Ada")
    assert journey.at == "before"
    assert "Have your card ready." in journey.client.get("/w/before").text
    assert journey.led(journey.client.get("/w/friend")) == "before"
    journey.answer("before").answer("friend", name="Bo")
    assert journey.at == "summary"
    assert "Have your card ready." not in journey.client.get("/w/summary").text
    assert journey.finish() == "R-1"
    assert given == [{"you": {"name": "Ada"}, "before": {"read": True}, "friend": {"name": "Bo"}}]


def test_its_condition_is_traced(app):
    """It leaves the path, and is asked again when what it has read changes."""
    journey = Journey(app).answer("you", name="Ada").answer("before").answer("friend", name="Cy")
    journey.answer("you", name="Bo")
    assert journey.path == ["you", "friend"]
    journey.answer("you", name="Eve")
    assert journey.at == "before"


def test_a_button_that_is_not_in_its_table_is_none(app):
    """And its token is looked at like that of any page."""
    journey = Journey(app).answer("you", name="Ada")
    sent = Seen(journey.client.get("/w/before")).filled("/w/before", {}, "")
    assert journey.client.post("/w/before", data={**sent, "_action": "jump"}).status_code == 400
    assert journey.client.post("/w/before", data={**sent, "csrf_token": "old"}).status_code == 422
    assert journey.at == "before"
    assert journey.led(journey.client.post("/w/before", data={**sent, "_action": "back"})) == "you"


def test_a_kind_may_have_lines_on_the_summary(app, monkeypatch):
    """Each with a link to where it is changed; the template reads the answer from the session."""
    rows = lambda page, errors: [Row("read", "Notice", Name().name, page.link_to(""), [])]  # noqa: E731
    monkeypatch.setattr(NoticePage, "rows", rows)
    journey = Journey(app).answer("you", name="Ada").answer("before").answer("friend", name="Cy")
    page = journey.client.get("/w/summary").text
    assert "Before you go on</h2>" in page
    assert 'href="/w/before?from=summary"' in page


def test_a_kind_without_a_page_is_told_when_the_wizard_is_made():
    """With the cure."""

    class Nowhere(BaseStep):
        """No page serves it."""

    with pytest.raises(FlowError, match=r"Step 'x': no page serves a Nowhere. .*@page_of.register\(Nowhere\)"):
        Wizard("w", Flow(Nowhere("x", title="X")), on_finish=lambda answers, key: "R")
