"""What was answered, in brief, below the title of a step in the progress."""

from __future__ import annotations

import re

import pytest
from wtforms import DateField, Form, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from tests.conftest import Visitor
from wizard import Flow, FlowError, Repeat, Section, Step

from .cars import serve


class You(Form):
    """Asks for a name, a day, a choice and a secret."""

    name = StringField("Name")
    day = DateField("Day")
    size = RadioField("Size", choices=[SelectChoice("s", "Small"), SelectChoice("l", "Large")])
    secret = PasswordField("Secret")


class Guest(Form):
    """Asks for a name."""

    name = StringField("Name")


YOU = {"name": "<Ada>", "day": "1985-12-10", "size": "l"}


def briefs(page):
    """What the progress says, in its order."""
    return re.findall(r"<small[^>]*>(.*?)</small>", page.text.split("</nav>")[0])


@pytest.mark.parametrize(
    ("field", "said"), [("name", "&lt;Ada&gt;"), ("day", "10 December 1985"), ("size", "Large")], ids=str
)
def test_an_answer_is_said_in_words_on_the_pages_of_other_steps(database, field, said):
    """As on the summary, and not where it is asked itself."""
    flow = Flow(Step("you", You, title="You", brief=field, keep={"secret": None}), Step("last", Guest, title="Last"))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    assert briefs(visitor.get("you")) == []
    visitor.answer("you", **YOU)
    for _ in range(2):
        assert briefs(visitor.get("last")) == [said]
    assert briefs(visitor.get("you")) == []
    visitor.answer("last", name="x")
    assert briefs(visitor.get("summary")) == [], "there is each answer in full"


def test_of_a_list_each_entry_is_said(database):
    """And nothing of one that is empty; each visitor reads their own."""
    flow = Flow(Repeat("guests", Guest, title="Guests", brief="name"), Step("last", Guest, title="Last"))
    app = serve(flow, database)
    one, other = Visitor(app.test_client(), "/car"), Visitor(app.test_client(), "/car")
    for name in ("Ada", "Bob"):
        one.answer("guests", name=name, _action="add")
    for visitor in (one, other):
        visitor.answer("guests")
    assert briefs(one.get("last")) == ["Ada and Bob"]
    assert briefs(other.get("last")) == [""]


def test_in_sections_in_any_order_the_steps_of_this_one_are_said(database):
    """Elsewhere, sections are named, which have no answer."""
    steps = Step("you", You, title="You", brief="name", keep={"secret": None}), Step("last", Guest, title="Last")
    for any_order, said in ((True, ["&lt;Ada&gt;"]), (False, [])):
        flow = Flow(Section("all", *steps, title="All"), any_order=any_order)
        visitor = Visitor(serve(flow, database).test_client(), "/car")
        visitor.answer("you", **YOU)
        assert briefs(visitor.get("last")) == said


@pytest.mark.parametrize("field", ["secret", "nothing"])
def test_what_is_secret_or_no_field_is_an_error(field):
    """In one line, with those that can be shown."""
    said = rf"^Step 'you': its 'brief' is '{field}', .* Name one of 'name', 'day', 'size'\.$"
    with pytest.raises(FlowError, match=said):
        Step("you", You, title="You", brief=field, keep={"secret": None})
