"""Refresh: fields that go by each other, on a page that is drawn again with what is typed so far."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import DictLoader
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
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
)
from wtforms.validators import InputRequired, Optional

from tests.conftest import shown
from wizard import Flow, FlowError, Repeat, Step, Wizard
from wizard.picture import table
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk

QUICKLY = settings(max_examples=15, stateful_step_count=15, deadline=None, database=None, derandomize=True)

PLACES = {"de": {"by": ["Munich", "Passau"], "hh": ["Hamburg"]}, "fr": {"bz": ["Brest", "Quimper"]}}


class Place(Form):
    """Asks for a place, from the large to the small."""

    country = SelectField("Country", choices={"de": "Germany", "fr": "France"})
    region = RadioField("Region", [InputRequired("Select a region")])
    city = SelectField("City", [InputRequired("Select a city")])
    note = StringField("Note")


class Most(Form):
    """Asks for how many letters a city may have."""

    most = IntegerField("Most", [InputRequired("Enter a number")])


def regions(answers, typed):
    """Those of the country."""
    return list(PLACES[typed["country"]])


def cities(answers, typed):
    """Those of the region, as far as their names are short enough."""
    most = answers["most"]["most"] if "most" in answers else 99
    found = PLACES[typed["country"]].get(typed["region"], [])
    return {"": "Select a city", **{city: city for city in found if len(city) <= most}}


CHOICES = {"city": cities, "region": regions}
HOW = {"choices": CHOICES, "refresh": ["country", "region"]}

FLOW = Flow(
    Step("most", Most, title="Most"),
    Step("place", Place, title="Place", **HOW),
    Repeat("more", Place, title="More", **HOW),
)


@pytest.fixture
def make(database):
    """Makes the application of a flow."""

    def make(flow=FLOW, **templates):
        app = Flask("refresh")
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", LANGUAGES=["en", "de", "es"])
        app.testing = True
        app.jinja_loader = DictLoader({f"own/{name}.html": text for name, text in templates.items()})
        app.session_interface = open_sessions(database)
        app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: "R-1"), url_prefix="/w")
        return app

    return make


@pytest.fixture
def journey(make):
    """A visitor who has come to the place."""
    return Journey(make()).given(most={"most": 7})


def press(journey, step, headers=None, **typed):
    """Press Update."""
    page = journey.client.get(f"/w/{step}", follow_redirects=True).text
    form = next(one for one in page.split("<form")[1:] if "csrf_token" in one)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>', form))
    data = {**fields, **typed, "_action": "refresh"}
    return journey.client.post(f"/w/{step}", data=data, headers=headers)


PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_choices_go_by_what_is_typed_on_the_same_page(journey):
    """Whichever comes first; what is not offered for it is refused, and that is said."""
    page = journey.client.get("/w/place").text
    assert 'value="by"' in page
    assert "bz" not in page
    wrong = journey.refused("place", country="fr", region="by", city="Passau")
    assert wrong == dict.fromkeys(["region", "city"], "This is no longer available. Choose something else")
    page = journey.client.get("/w/place").text
    assert 'value="bz"' in page
    assert "Brest" not in page
    assert journey.answer("place", country="fr", region="bz", city="Brest").at == "more"


def test_update_keeps_a_draft_and_accepts_nothing(journey):
    """It leads back to the page, at the button."""
    response = press(journey, "place", country="de", region="by", city="", note="x")
    assert (response.status_code, response.location) == (303, "/w/place#update-place")
    with journey._stored() as run:
        assert "place" not in run
        assert run.draft("place") == {"country": ["de"], "region": ["by"], "city": [""], "note": ["x"], "": ["en"]}
    page = journey.client.get("/w/place").text
    assert "Passau" in page
    assert "There is a problem" not in page


def test_htmx_gets_the_fields_alone(journey):
    """Into the form that is there; nothing is added to its history."""
    response = press(journey, "place", PARTIAL, country="fr", region="bz", note="x", _form="form-a_B")
    assert response.status_code == 200
    assert response.text.lstrip().startswith('<div id="fields-form-a_B">')
    assert "Brest" in response.text
    assert "<h1" not in response.text
    assert "csrf_token" not in response.text
    assert "HX-Push-Url" not in response.headers
    with journey._stored() as run:
        assert run.draft("place")["note"] == ["x"]


def test_what_comes_after_the_page_itself_is_no_draft(journey):
    """A request may be overtaken by that of the form."""
    form = journey.client.get("/w/place").text.partition('<form id="form-')[2]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>', form))
    typed = {"country": "fr", "region": "bz", "city": "Brest"}
    assert journey.client.post("/w/place", data={**fields, **typed}).status_code == 303
    late = {**fields, **typed, "city": "Quimper", "_action": "refresh"}
    assert journey.client.post("/w/place", data=late, headers=PARTIAL).status_code == 200
    with journey._stored() as run:
        assert run.draft("place") is None


def test_a_step_that_is_not_drawn_again_has_no_such_button(journey):
    """Nor does one that is not open accept what is typed for it."""
    assert press(journey, "most", most="3").status_code == 400
    journey.clear()
    assert press(journey, "place", note="x").location == "/w/most"


def test_an_earlier_answer_that_it_read_asks_again(journey):
    """And what else is typed on the page does not."""
    journey.answer("place", country="fr", region="bz", city="Brest").answer("more")
    assert journey.at == "summary"
    with journey._stored() as run:
        assert list(run.reads["place"]) == ["most?", "most.most"]
    assert journey.answer("most", most=4).at == "place"
    assert "no longer available" in shown(journey.client.get("/w/place"))


def test_it_is_validated_again_at_the_end(journey, monkeypatch):
    """With the choices that there are by then."""
    journey.answer("place", country="fr", region="bz", city="Brest").answer("more")
    monkeypatch.setitem(PLACES, "fr", {"bz": ["Quimper"]})
    assert "no longer available" in journey.refused("summary")["city"]
    monkeypatch.setitem(PLACES, "fr", {"bz": ["Brest"]})
    assert journey.finish() == "R-1"


def test_answers_are_said_in_the_words_that_they_had(make):
    """On the summary and in a list, for each entry."""

    class Named(Place):
        pass

    names = {"de": {"1": "Hamburg"}, "fr": {"1": "Brest"}}
    how = {"choices": {"city": lambda answers, typed: names[typed["country"]], "region": lambda answers: ["r"]}}
    flow = Flow(
        Step("place", Named, title="Place", refresh=["country"], **how),
        Repeat("more", Named, title="More", refresh=["country"], **how),
    )
    journey = Journey(make(flow)).given(place={"country": "fr", "region": "r", "city": "1"})
    for country in ("de", "fr"):
        journey.add("more", country=country, region="r", city="1")
    page = shown(journey.client.get("/w/more"))
    assert "Germany , Region: r, City: Hamburg" in page.replace(" ,", " ,").replace("r ,", "r,")
    assert "City: Brest" in page
    journey.remove("more", 2)
    assert "Removed: France, r, Brest" in shown(journey.client.get("/w/more"))
    journey.answer("more")
    page = shown(journey.client.get("/w/summary"))
    assert "City Brest Change city" in page
    assert "City: Hamburg" in page


class Everything(Form):
    """Asks with every kind of field that a function can be told of."""

    kind = SelectField("Kind", choices={"1": "One", "2": "Two"}, coerce=int)
    blank = SelectField("Blank", [Optional()], choices={"": "None", "1": "One"}, coerce=int)
    radio = RadioField("Radio", choices=["a", "b"])
    boxes = SelectMultipleField("Boxes", choices=["x", "y"])
    open = SelectField("Open", choices=["o"], validate_choice=False)
    number = IntegerField("Number")
    day = DateField("Day", [Optional()])
    box = BooleanField("Box")
    hidden = StringField("Hidden")
    tags = FieldList(StringField("Tag"), min_entries=1)
    inner = FormField(Most)
    of = SelectField("Of it", [Optional()])
    code = PasswordField("Code")
    unseen = HiddenField()


def test_functions_are_told_what_stands_on_the_page(make):
    """Read, and not validated; None where there is nothing, or nothing that can be there."""
    told = []
    step = Step(
        "all",
        Everything,
        title="All",
        choices={
            "of": lambda answers, typed: told.append({name: typed[name] for name in typed if name != "of"}) or ["z"]
        },
        refresh=["number"],
        reveals={"hidden": ("box", True)},
        keep={"code": None},
    )
    journey = Journey(make(Flow(step)))
    told.clear()
    journey.client.get("/w/all")
    assert told[0] == {
        "kind": 1, "blank": None, "radio": None, "boxes": [], "open": "o", "number": None, "day": None, "box": False,
        "hidden": None, "tags": [None], "inner": {"most": None}, "unseen": None,
    }  # fmt: skip
    told.clear()
    typed = {
        "kind": "9", "blank": "1", "radio": "c", "boxes": ["y", "q"], "open": "p", "number": "x", "day": "2026-05-01",
        "hidden": "h", "tags-0": "t", "inner-most": "7", "of": "z", "code": "1234",
    }  # fmt: skip
    journey.client.post("/w/all", data={**typed, "_action": "refresh"}, headers=PARTIAL)
    assert told[-1] == {
        "kind": 1, "blank": 1, "radio": None, "boxes": ["y"], "open": "p", "number": None, "day": date(2026, 5, 1),
        "box": False, "hidden": None, "tags": ["t"], "inner": {"most": 7}, "unseen": None,
    }  # fmt: skip


def test_a_template_of_the_step_is_given_what_is_typed(make):
    """It draws the fields, by itself or one by one, and reads earlier answers."""
    text = (
        "{{ parts.draw(fields.note) }}<p>{{ answers.most.most }} in {{ typed.country }}, {{ typed.note or 'none' }}</p>"
        "{% for view in views if view is not sameas fields.note %}{{ parts.draw(view) }}{% endfor %}"
    )
    flow = Flow(Step("most", Most, title="Most"), Step("place", Place, title="Place", template="own/place.html", **HOW))
    journey = Journey(make(flow, place=text)).given(most={"most": 7})
    page = journey.client.get("/w/place").text
    assert page.index('name="note"') < page.index('name="country"') < page.index(">Update<")
    assert "7 in de, none" in shown(page)
    assert "7 in fr, hello" in shown(press(journey, "place", PARTIAL, country="fr", note="hello"))
    assert "7 in fr, hello" in shown(journey.client.get("/w/place"))
    assert journey.answer("place", country="fr", region="bz", city="Brest").at == "summary"


def test_a_number_is_read_in_the_language_that_it_was_typed_in(make):
    """Also where the choices go by it."""

    class Weight(Form):
        class Meta:
            locales = ("en",)

        weight = DecimalField("Weight", use_locale=True)
        box = SelectField("Box")

    def boxes(answers, typed):
        return ["large"] if typed["weight"] and typed["weight"] > 100 else ["small"]

    step = Step("weight", Weight, title="Weight", choices={"box": boxes}, refresh=["weight"])
    journey = Journey(make(Flow(step)))
    assert journey.refused("weight", weight="1,234", box="small")["box"]
    assert journey.answer("weight", weight="1,234", box="large").at == "summary"


def test_a_picture_says_that_choices_go_by_the_page():
    """In the words of the other marks."""
    assert "city (choices by what is typed here)" in table(FLOW)


@pytest.mark.parametrize(
    ("how", "complaint"),
    [
        (
            {"refresh": []},
            "the choices of 'city' go by what is typed, and nothing draws the page again. Name the fields ",
        ),
        ({"refresh": "country"}, "its 'refresh' is 'country'. Use a list of fields: refresh=['name']."),
        ({"refresh": ["contry"]}, "it is drawn again with 'contry', which is no field that a visitor fills in. Name "),
        ({"live": ["country"]}, "'country' is in 'live' and in 'refresh', which both ask about it. Name it in one of "),
        ({"template": 1}, "its 'template' is 1. Use the name of a template, such as 'booking/seats.html'."),
        ({"choices": {"city": lambda a, b, c: []}}, "its 'choices' must take one argument. Begin it with: lambda "),
    ],
)
def test_mistakes_are_seen_when_it_is_built(how, complaint):
    """With the cure."""
    with pytest.raises(FlowError, match=re.escape(f"Step 'place': {complaint}")):
        Step("place", Place, title="Place", **{**HOW, **how})


def test_a_field_that_is_not_there_is_seen_when_the_flow_is_built():
    """And so is a secret, and an answer that cannot be read."""
    for read in ("contry", "code"):

        class Coded(Place):
            code = PasswordField("Code")

        choices = {"city": lambda answers, typed, read=read: typed[read], "region": regions}
        step = Step("place", Coded, title="Place", choices=choices, refresh=["country"], keep={"code": None})
        with pytest.raises(FlowError, match=f"it reads place.{read}, and the step 'place' has no such field"):
            Flow(step)
    choices = {"city": lambda answers, typed: answers["later"], "region": regions}
    with pytest.raises(FlowError, match="it reads 'later', which is no earlier step"):
        Flow(Step("place", Place, title="Place", choices=choices, refresh=["country"]))


def test_choices_that_read_each_other_say_so():
    """By their names."""
    choices = {"city": lambda answers, typed: [typed["region"]], "region": lambda answers, typed: [typed["city"]]}
    step = Step("place", Place, title="Place", choices=choices, refresh=["country"])
    with pytest.raises(FlowError, match="the choices of 'city' and 'region' go by what is chosen there"):
        step.open()


@pytest.mark.slow
def test_no_visitor_breaks_it(make):
    """Whatever they do, in whatever order."""
    walk(make, settings=QUICKLY)
