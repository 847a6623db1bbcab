"""Reveals: fields that are shown with a choice, and neither validated nor answered while it is not chosen."""

from __future__ import annotations

import re
from enum import Enum

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import EqualTo, InputRequired, NumberRange

from tests.conftest import shown
from wizard import Flow, FlowError, Repeat, Step, Wizard
from wizard.picture import table
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk

QUICKLY = settings(max_examples=15, stateful_step_count=15, deadline=None, database=None, derandomize=True)

HOW = {"email": "Email", "phone": "Phone", "other": "Another way"}


class Street(Form):
    """Asks for a street."""

    street = StringField("Street", [InputRequired("Enter a street")])


class How(Form):
    """Asks how, and which way if it is another."""

    how = RadioField("How?", [InputRequired("Select how")], choices=HOW)
    other = StringField("Which way?", [InputRequired("Enter which way")], render_kw={"required": True})
    why = StringField("Why?")
    number = IntegerField("Number", [InputRequired("Enter a number"), NumberRange(1, 9, "Enter 1 to 9")])

    def validate_why(self, field):
        """A rule that reads what may be hidden."""
        if self.other.data == field.data == "same":
            raise ValidationError("Say it in other words")


class Bag(Form):
    """Asks with every kind of field that has choices."""

    size = SelectField("Size", choices={"s": "Small", "l": "Large"})
    width = IntegerField("Width", [InputRequired("Enter a width")])
    what = SelectMultipleField("What is in it?", choices={1: "Books", 2: "Tools"}, coerce=int)
    tools = FieldList(StringField("Tool", [InputRequired("Enter a tool")]), min_entries=1)
    same = BooleanField("Send it to my address")
    to = FormField(Street, "To")
    gift = BooleanField("It is a gift")
    note = StringField("Note", [InputRequired("Enter a note")])
    sign = StringField("Signed", [InputRequired("Enter who signs")])


class Code(Form):
    """Asks for a secret, if at all."""

    locked = BooleanField("Lock it")
    code = PasswordField("Code", [InputRequired("Enter a code")])
    again = PasswordField("Code again", [EqualTo("code", "Enter the same code")])


REVEALS = {"other": ("how", "other"), "number": ("how", "phone")}
BAG = {
    "width": ("size", "l"),
    "tools": ("what", 2),
    "to": ("same", False),
    "note": ("gift", True),
    "sign": ("gift", True),
}

HASH = {"code": lambda code: "#" * len(code), "again": None}

FLOW = Flow(
    Step("how", How, title="How", reveals=REVEALS),
    Step("bag", Bag, title="Bag", reveals=BAG),
    Step("code", Code, title="Code", reveals={"code": ("locked", True), "again": ("locked", True)}, keep=HASH),
    Repeat("list", How, title="List", reveals=REVEALS),
)


@pytest.fixture
def make(database):
    """Makes the application of a flow."""

    def make(flow=FLOW, **options):
        app = Flask("reveals")
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
        app.testing = True
        app.session_interface = open_sessions(database)
        app.finished = []
        finish = lambda answers, key: app.finished.append(answers) or "R-1"  # noqa: E731
        app.register_blueprint(Wizard("w", flow, on_finish=finish, **options), url_prefix="/w")
        return app

    return make


@pytest.fixture
def journey(make):
    """A new visitor."""
    return Journey(make())


def alone(*steps, **how):
    """A flow of one step."""
    return Flow(Step("how", How, title="How", **{"reveals": REVEALS, **how}), *steps)


def test_what_is_hidden_is_neither_validated_nor_answered(journey):
    """And what is shown is both."""
    assert journey.refused("how", number="x") == {"how": "Select how"}
    assert journey.refused("how", how="other", number="x") == {"other": "Enter which way"}
    assert journey.refused("how", how="phone", other="", number="12") == {"number": "Enter 1 to 9"}
    journey.answer("how", how="email", other="boat", number="12")
    with journey._stored() as run:
        assert run["how"] == {"how": "email", "other": None, "why": "", "number": None}


def test_what_was_typed_comes_back_with_the_choice(journey):
    """It stands on the page, where the choice shows it; a change to another choice brings the answer back."""
    journey.answer("how", how="other", other="boat")
    journey.answer("how", how="email", other="boat", number="x")
    page = journey.client.get("/w/how").text
    assert 'value="boat"' in page
    assert 'value="x"' in page
    journey.answer("how", how="other", other="boat", number="x")
    with journey._stored() as run:
        assert run["how"]["other"] == "boat"


def test_it_is_drawn_beneath_its_choice(journey):
    """In the fieldset of radios and boxes, after the choice; below a select, for a script to hide it."""
    page = re.sub(r"\s+", " ", journey.client.get("/w/how").text)
    radios = page.partition("<fieldset")[2].partition("</fieldset>")[0]
    places = [radios.index(one) for one in ('value="phone"', 'name="number"', 'value="other"', 'name="other"')]
    assert places == sorted(places)
    assert 'name="why"' not in radios
    journey.given(how={"how": "email"})
    page = re.sub(r"\s+", " ", journey.client.get("/w/bag").text)
    assert '<div class="revealed" data-by="size" data-option="l">' in page
    assert '<div class="revealed-off"> <fieldset id="to"' in page
    on = page.partition('<div class="revealed-on">')[2]
    assert on.index('name="note"') < on.index('name="sign"')
    assert page.count("revealed-on") == 1


def test_every_field_with_choices_can_reveal_every_kind_of_field(journey):
    """Lists, and fields that enclose others, are None while they are hidden."""
    journey.given(how={"how": "email"})
    journey.answer("bag", size="s", same=True)
    with journey._stored() as run:
        assert run["bag"]["what"] == []
        assert {name for name, one in run["bag"].items() if one is None} == {"width", "tools", "to", "note", "sign"}
    wrong = journey.refused("bag", size="l", what=["1", "2"], same=False, gift=True)
    assert wrong == {
        "width": "Enter a width",
        "tools-0": "Enter a tool",
        "to-street": "Enter a street",
        "note": "Enter a note",
        "sign": "Enter who signs",
    }
    typed = {"size": "l", "width": 3, "what": ["2"], "tools-0": "Saw", "to-street": "Mill Lane", "gift": True}
    journey.answer("bag", **typed, note="For you", sign="Ada")
    with journey._stored() as run:
        assert (run["bag"]["tools"], run["bag"]["to"]) == (["Saw"], {"street": "Mill Lane"})


def test_a_field_is_hidden_with_the_one_that_reveals_it(make):
    """However they are chained."""
    chain = {"how": ("gift", True), "other": ("how", "other")}

    class Gift(How):
        gift = BooleanField("Gift")

    journey = Journey(make(Flow(Step("gift", Gift, title="Gift", reveals=chain))))
    journey.answer("gift", how="other", number=1)
    with journey._stored() as run:
        assert (run["gift"]["how"], run["gift"]["other"]) == (None, None)
    assert journey.refused("gift", gift=True, how="other", number=1) == {"other": "Enter which way"}


def test_a_rule_does_not_see_what_is_hidden(make):
    """Neither one of the form, nor a check across steps."""
    seen = []

    def check(answers, data):
        seen.append(data["other"])
        return {}

    journey = Journey(make(alone(check=check)))
    assert journey.refused("how", how="other", other="same", why="same") == {"why": "Say it in other words"}
    assert journey.answer("how", how="email", other="same", why="same").at == "summary"
    assert seen == [None]


def test_it_is_validated_again_at_the_end_in_the_same_way(make):
    """What is hidden is not, and what is shown is."""
    taken = []

    class Late(How):
        def validate_other(self, field):
            if field.data in taken:
                raise ValidationError("Taken")

    flow = Flow(Step("how", Late, title="How", reveals=REVEALS))
    shown_, hidden = Journey(make(flow)), Journey(make(flow))
    shown_.answer("how", how="other", other="boat")
    hidden.answer("how", how="other", other="boat").answer("how", how="email", other="boat")
    taken.append("boat")
    assert shown_.refused("summary")["other"] == "Taken"
    assert hidden.finish() == "R-1"
    assert hidden.app.finished == [{"how": {"how": "email", "other": None, "why": "", "number": None}}]


def test_the_summary_leaves_out_what_is_hidden(journey):
    """Also of an entry of a list."""
    journey.given(how={"how": "email"}, bag={"size": "s", "same": True}, code={}, list=[{"how": "phone", "number": 2}])
    page = shown(journey.client.get("/w/summary"))
    assert "Which way?" not in page
    assert "Width" not in page
    assert "Code again" not in page
    assert "Phone , 2 Change" in page
    journey.answer("how", how="other", other="boat")
    assert "Which way? boat" in shown(journey.client.get("/w/summary"))


def test_a_hidden_secret_is_not_kept(journey):
    """Nor asked for; one that is stored goes with its choice, and is asked for anew."""
    journey.given(how={"how": "email"}, bag={"size": "s", "same": True})
    assert journey.refused("code", locked=True) == {"code": "Enter a code"}
    journey.answer("code", locked=False, code="12345678", again="other")
    with journey._stored() as run:
        assert run["code"] == {"locked": False, "code": None}
        assert "12345678" not in str(run.record)
    journey.answer("code", locked=True, code="1234", again="1234")
    journey.answer("code", locked=True)
    with journey._stored() as run:
        assert run["code"] == {"locked": True, "code": "####"}
    journey.answer("code", locked=False)
    assert journey.refused("code", locked=True) == {"code": "Enter a code"}


def test_entries_of_a_list_have_them_too(journey):
    """When they are added, and when they are changed."""
    journey.given(how={"how": "email"}, bag={"size": "s", "same": True}, code={})
    assert journey.refused("list", how="other") == {"other": "Enter which way"}
    journey.add("list", how="email", other="boat")
    journey.change("list", 1, how="other", other="boat")
    with journey._stored() as run:
        assert run["list"] == [{"how": "other", "other": "boat", "why": "", "number": None}]


def test_a_condition_may_read_what_is_hidden(make):
    """It is None, and that is one of the ways that are tried."""

    class Colour(Form):
        paint = BooleanField("Paint it")
        colour = RadioField("Colour", choices=["red", "blue"])

    step = Step("colour", Colour, title="Colour", reveals={"colour": ("paint", True)})
    assert step.domains == {"paint": [True, False], "colour": ["red", "blue", None]}


def test_another_choice_that_reveals_validates_the_answers_again():
    """The fingerprint of the step tells."""
    first = Step("how", How, title="How", reveals=REVEALS).fingerprint
    assert first != Step("how", How, title="How", reveals={"other": ("how", "phone")}).fingerprint
    assert Repeat("how", How, title="How", reveals=REVEALS).fingerprint == f"list.{first}"


def test_a_picture_says_with_which_choice_it_is_shown():
    """In the words of the other marks."""
    assert "other (if how is other)" in table(FLOW)


def test_the_conflict_of_two_tabs_shows_what_each_has(make):
    """What is hidden in both is not said, and what is hidden in one is not given there."""
    journey = Journey(make(alone(Step("to", Street, title="To"))))
    tabs = [journey.client.get("/w/how").text for _ in range(2)]
    fields = [dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>', one)) for one in tabs]
    journey.client.post("/w/how", data={**fields[0], "how": "other", "other": "boat", "number": "3"})
    response = journey.client.post("/w/how", data={**fields[1], "how": "email", "other": "boat", "number": "3"})
    assert response.status_code == 409
    page = shown(response)
    assert "Which way? boat" in page
    assert "Which way? Not provided" in page
    assert "Number" not in page


def test_a_live_check_knows_no_choice(make):
    """It checks the one field, and says nothing of what is shown with its choices: that stays as it stands."""
    journey = Journey(make(alone(live=["how", "number"])))
    response = journey.client.post("/w/how/check/number", data={"number": "12"})
    assert "Enter 1 to 9" in response.text
    response = journey.client.post("/w/how/check/how", data={"how": "phone", "number": "12", "why": "no"})
    assert 'name="number"' in response.text
    assert "12" not in response.text
    assert "Enter 1 to 9" not in response.text
    assert 'name="why"' not in response.text


class Way(Enum):
    """A choice that is no text."""

    CAR = 1
    BOAT = 2


def test_a_choice_is_given_as_its_value_or_as_the_text_that_is_sent(make):
    """As a coerce takes both."""

    class Ways(Form):
        way = SelectField("Way", choices={1: "Car", 2: "Boat"}, coerce=lambda one: Way(int(getattr(one, "value", one))))
        name = StringField("Name of the boat", [InputRequired("Enter its name")])

    for option in (Way.BOAT, 2, "2"):
        journey = Journey(make(Flow(Step("way", Ways, title="Way", reveals={"name": ("way", option)}))))
        assert journey.refused("way", way="2") == {"name": "Enter its name"}
        assert 'data-option="2"' in journey.client.get("/w/way").text


@pytest.mark.parametrize(
    ("reveals", "complaint"),
    [
        (["other"], "its 'reveals' is no dictionary. Use reveals={'other': ('how', 'other')}."),
        ({"othre": ("how", "other")}, "it reveals 'othre', which is no field that a visitor sees. Name one of 'how', "),
        ({"unseen": ("how", "other")}, "it reveals 'unseen', which is no field that a visitor sees."),
        ({"other": "how"}, "its 'reveals' for 'other' is 'how'. Use the field and its choice: ('how', 'other')."),
        ({"other": ("why", "x")}, "'other' is revealed by 'why', which is no field with choices and no box. Name one."),
        ({"other": ("hwo", "x")}, "'other' is revealed by 'hwo', which is no field with choices and no box. Name one."),
        ({"other": ("how", "x")}, "'other' is revealed by 'x' of 'how', which is no choice of it. It has 'email', "),
        ({"other": ("box", "y")}, "'other' is revealed by 'y' of the box 'box'. Use True or False."),
        ({"how": ("box", True), "box": ("how", "other")}, "the fields 'box', 'how' reveal each other. Show one of "),
        ({"how": ("how", "other")}, "the fields 'how' reveal each other. Show one of them always."),
    ],
)
def test_mistakes_are_seen_when_it_is_built(reveals, complaint):
    """With the cure."""

    class Boxed(How):
        box = BooleanField("Box")
        unseen = HiddenField()

    with pytest.raises(FlowError, match=re.escape(f"Step 'how': {complaint}")):
        Step("how", Boxed, title="How", reveals=reveals)


@pytest.mark.slow
def test_no_visitor_breaks_it(make):
    """Whatever they do, in whatever order."""
    text = st.sampled_from(["", "boat", "same"])
    typed = {"how": st.sampled_from([*HOW, ""]), "other": text, "why": text, "number": st.sampled_from(["", "3", "12"])}
    walk(make, answers={"how": st.fixed_dictionaries(typed), "list": st.fixed_dictionaries(typed)}, settings=QUICKLY)
