"""Actions: the author's own buttons on a page, and what stands for how far the visitor is."""

from __future__ import annotations

import re

import pytest
from flask import Flask, redirect
from hypothesis import settings
from jinja2 import DictLoader
from wtforms import BooleanField, Form, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Optional

from tests.conftest import shown
from wizard import Flow, FlowError, Refused, Repeat, Step, Wizard
from wizard.picture import table
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
QUICKLY = settings(max_examples=15, stateful_step_count=15, deadline=None, database=None, derandomize=True)


class Name(Form):
    """Asks for a name."""

    name = StringField("Name", [InputRequired("Enter a name")])


class Address(Form):
    """Asks for an address."""

    postcode = StringField("Postcode", [InputRequired("Enter a postcode")])
    street = StringField("Street", [InputRequired("Enter a street")])
    number = IntegerField("Number", [Optional()])
    code = PasswordField("Code")


def find(answers, typed):
    """Fill in the street of a postcode."""
    if typed["postcode"] == "no":
        raise Refused({"address": {"postcode": "There is no such postcode"}})
    if not typed["postcode"]:
        raise Refused("Enter a postcode first")
    return {"street": f"{answers['name']['name']} Street"} if typed["postcode"] == "1" else "Nothing was found."


def leave(answers, typed):
    """Lead to a page of the author's."""
    return redirect("/later")


ACTIONS = {
    "find": ("Find the street", find),
    "leave": ("Finish later", leave),
    "keep": ("Keep my account", lambda answers, typed: None),
}
HOW = {"actions": ACTIONS, "keep": {"code": None}}
FLOW = Flow(
    Step("name", Name, title="Name"),
    Step("address", Address, title="Address", **HOW),
    Repeat("more", Address, title="More", **HOW),
)


@pytest.fixture
def make(database):
    """Makes the application of a flow."""

    def make(flow=FLOW, templates=None, **options):
        app = Flask("actions")
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
        app.testing = True
        app.jinja_loader = DictLoader(templates or {})
        app.session_interface = open_sessions(database)
        app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: "R-1", **options), url_prefix="/w")
        return app

    return make


@pytest.fixture
def journey(make):
    """A visitor who has come to the address."""
    return Journey(make()).given(name={"name": "Ada"})


def press(journey, step, action, headers=None, **typed):
    """Press a button."""
    page = journey.client.get(f"/w/{step}", follow_redirects=True).text
    form = next(one for one in page.split("<form")[1:] if "csrf_token" in one.partition("</form>")[0])
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>', form))
    return journey.client.post(f"/w/{step}", data={**fields, **typed, "_action": action}, headers=headers)


class Order(Form):
    """Asks for how many of each."""

    count = IntegerField("How many", [InputRequired("Enter a number")])
    gift = BooleanField("A gift")
    note = StringField("Note")


@pytest.mark.parametrize(
    ("found", "typed"),
    [
        ({"count": [4, None]}, {"count-1": ["4"], "count-2": [], "gift": ["y"], "note": ["x"]}),
        ({"count-2": 5, "gift": False, "note": None}, {"count-1": ["1"], "count-2": ["5"], "gift": [], "note": []}),
        ({"count": [1, 2, 3]}, "fills in 'count-more', which is no field for that"),
        ({"count-3": 1}, "fills in 'count-3', which is no field for that"),
    ],
)
def test_a_button_types_what_an_answer_holds(make, found, typed):
    """A list for a field that is asked for each entry of one; False for a box, and None for nothing."""
    step = Step(
        "order",
        Order,
        title="Order",
        for_each={"count": "guests"},
        labels={"count": lambda answers: answers["entry"]["name"]},
        actions={"do": ("Do", lambda answers, typed: found)},
    )
    journey = Journey(make(Flow(Repeat("guests", Name, title="Guests"), step)))
    journey.add("guests", name="A").add("guests", name="B").answer("guests")
    given = {"count-1": "1", "count-2": "2", "gift": "y", "note": "x"}
    if isinstance(typed, str):
        with pytest.raises(FlowError, match=typed):
            press(journey, "order", "do.do", **given)
        return
    press(journey, "order", "do.do", **given)
    with journey._stored() as run:
        assert {name: texts for name, texts in run.draft("order").items() if name} == typed


def test_a_button_types_into_fields(journey):
    """What else was typed stays; nothing is accepted."""
    page = journey.client.get("/w/address").text
    places = [page.index(one) for one in (">Continue<", 'value="do.find" formnovalidate>Find the street<', ">Back<")]
    assert places == sorted(places)
    response = press(journey, "address", "do.find", postcode="1", number="x")
    assert (response.status_code, response.location) == (303, "/w/address")
    page = journey.client.get("/w/address").text
    assert 'value="Ada Street"' in page
    assert 'value="x"' in page
    with journey._stored() as run:
        assert "address" not in run


def test_a_button_says_something(journey):
    """On the page, until the next answer."""
    press(journey, "address", "do.find", postcode="2")
    page = journey.client.get("/w/address").text
    assert '<div class="notice"><p data-say>Nothing was found.</p></div>' in page
    assert 'value="2"' in page
    assert "Nothing was found" not in journey.client.get("/w/name").text
    journey.answer("address", postcode="2", street="Mill Lane")
    assert "Nothing was found" not in journey.client.get("/w/address").text


def test_a_button_refuses(journey):
    """At a field, or of the page; what was typed is kept."""
    response = press(journey, "address", "do.find", postcode="no", street="x")
    assert response.status_code == 422
    assert 'href="#postcode">There is no such postcode</a>' in response.text
    assert "Enter a postcode first" in shown(press(journey, "address", "do.find"))
    with journey._stored() as run:
        assert "address" not in run


def test_a_button_leads_away(journey):
    """With a redirect, also where htmx asks; what was typed is there on return."""
    response = press(journey, "address", "do.leave", postcode="5")
    assert (response.status_code, response.location) == (303, "/later")
    assert 'value="5"' in journey.client.get("/w/address").text
    assert press(journey, "address", "do.leave", PARTIAL, postcode="5").headers["HX-Redirect"] == "/later"


def test_a_button_may_do_nothing_but_keep_a_draft(journey):
    """And a secret is never in it."""
    press(journey, "address", "do.keep", postcode="5", code="12345678")
    with journey._stored() as run:
        assert run.draft("address")["postcode"] == ["5"]
        assert "12345678" not in str(run.record)


def test_another_button_is_none(journey):
    """It is a 400, on whichever page; on a step that is not open yet, what was typed is kept."""
    assert press(journey, "address", "do.gone").status_code == 400
    assert press(journey, "address", "gone").status_code == 400
    assert press(journey, "name", "do.find").status_code == 400
    journey.clear()
    assert press(journey, "address", "do.find", postcode="1").location == "/w/name"
    with journey._stored() as run:
        assert run.draft("address")["postcode"] == ["1"]


def test_entries_of_a_list_have_them_too(journey):
    """Where one is added, and where one is changed."""
    journey.answer("address", postcode="1", street="Mill Lane")
    press(journey, "more", "do.find", postcode="1")
    assert 'value="Ada Street"' in journey.client.get("/w/more").text
    journey.add("more", postcode="1", street="Mill Lane")
    press(journey, "more/1", "do.find", postcode="1", street="x")
    assert 'value="Ada Street"' in journey.client.get("/w/more/1").text
    press(journey, "more/1", "do.find", postcode="2", street="x")
    assert "Nothing was found." in journey.client.get("/w/more/1").text


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        ({"sreet": "x"}, "its 'actions' for 'do' fills in 'sreet', which is no field for that. It has 'postcode', "),
        ({"code": "x"}, "its 'actions' for 'do' fills in 'code', which is no field for that."),
        (7, "its 'actions' for 'do' returned int. Return a text, a dictionary of what is typed, redirect(...) or None"),
    ],
)
def test_what_it_returns_that_cannot_be_done_says_so(make, found, complaint):
    """And what was typed is kept."""
    step = Step("a", Address, title="A", keep={"code": None}, actions={"do": ("Do", lambda answers, typed: found)})
    journey = Journey(make(Flow(step)))
    with pytest.raises(FlowError, match=re.escape(complaint)):
        press(journey, "a", "do.do", postcode="1")
    with journey._stored() as run:
        assert run.draft("a")["postcode"] == ["1"]


@pytest.mark.parametrize(
    ("actions", "complaint"),
    [
        (["save"], "its 'actions' is no dictionary. Use actions={'save': ('Save for later', function)}."),
        ({"Save": ("Save", find)}, "its 'actions' names 'Save'. Use small letters, digits, '-' and '_'."),
        ({"save": find}, "Use its words and a function: ('Save', function)."),
        ({"save": ("", find)}, "its 'actions' for 'save' has no words, which stand on the button. Use a text."),
        ({"save": ("Save", lambda: 1)}, "its 'actions' must take two arguments. Begin it with: lambda answers, typed:"),
    ],
)
def test_mistakes_are_seen_when_it_is_built(actions, complaint):
    """With the cure."""
    with pytest.raises(FlowError, match=re.escape(complaint)):
        Step("name", Name, title="Name", actions=actions)


def test_a_picture_names_the_buttons():
    """After the fields."""
    assert "button: Find the street" in table(FLOW)


@pytest.mark.slow
def test_no_visitor_breaks_it(make):
    """Whatever they do, in whatever order."""
    walk(make, settings=QUICKLY)


# How far the visitor is


def test_progress_is_a_template_of_the_authors(make):
    """On every page, with the path and the step; None is the summary."""
    text = (
        "<p>{{ path.position(step) if step else 'End' }} of {{ path.count }}, {{ wizard.title }}: {{ _('Back') }}</p>"
    )
    flow = Flow(Step("name", Name, title="Name"), Repeat("more", Name, title="More"))
    journey = Journey(make(flow, {"own/progress.html": text}, progress="own/progress.html", title="<Us>"))
    page = journey.client.get("/w/name").text
    assert "<p>1 of 3, &lt;Us&gt;: Back</p>" in page
    assert '<nav class="progress"' not in page
    journey.answer("name", name="Ada").answer("more")
    assert "End of 3" in journey.client.get("/w/summary").text


def test_progress_can_be_nothing(make):
    """No page says how far the visitor is, but for its title."""
    page = Journey(make(progress=False)).client.get("/w/name").text
    assert '<nav class="progress"' not in page


@pytest.mark.parametrize("progress", [None, "", 7])
def test_progress_is_a_template_or_not(make, progress):
    """Nothing else."""
    with pytest.raises(FlowError, match=r"Use a template, or False for none"):
        make(progress=progress)


def test_a_promise_is_a_text_or_nothing_at_all(make):
    """True says nothing that could stand below a page."""
    with pytest.raises(FlowError, match=r"its promise is True. Use a text, or False to have nothing there"):
        make(promise=True)


def test_a_progress_that_is_not_there_says_so(make):
    """With the cure."""
    with pytest.raises(FlowError, match=r"its progress 'own/gone.html' is no template. Write templates/own/gone.html"):
        make(progress="own/gone.html").test_client().get("/w/name")


def test_a_button_changes_nothing_that_is_final(make):
    """It goes on, as Continue does, and its function is not called."""
    called = []
    actions = {"find": ("Find", lambda answers, typed: called.append(1) or {"name": "Bob"})}
    flow = Flow(Step("name", Name, title="Name", final=True, actions=actions), Step("other", Name, title="Other"))
    journey = Journey(make(flow))
    page = journey.client.get("/w/name").text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>', page))
    journey.answer("name", name="Ada")
    response = journey.client.post("/w/name", data={**fields, "name": "x", "_action": "do.find"})
    assert response.location == "/w/other"
    with journey._stored() as run:
        assert run.draft("name") is None
    assert not called
