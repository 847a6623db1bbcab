"""A select into which one can type: what the page gives its script, and what becomes of a text that is in no list."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from wtforms import FieldList, Form, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import Select

import wizard
from tests.conftest import Visitor, shown
from wizard import Flow, FlowError, Step, Wizard
from wizard.fields import Combobox
from wizard.flow.messages import NOT_OFFERED

TOWNS = {"": "Select a town", "g": "Ghent", "l": "Liège"}


class TownForm(Form):
    """Where, and in which room: a number."""

    town = SelectField("Town", [InputRequired("Select a town"), Combobox({"l": ["Luik", "Lüttich"]})], choices=TOWNS)
    room = SelectField("Room", [Combobox(lambda: "/rooms.json")], choices={12: "Attic", 14: "Cellar"}, coerce=int)
    plain = SelectField("Plain", choices=["a", "b"])


@pytest.fixture
def visitor():
    """A visitor of a wizard of one step."""
    app = Flask("towns")
    app.secret_key = "only for these tests, and long enough"
    app.config["LANGUAGES"] = ["en", "de"]
    flow = Flow(Step("town", TownForm, title="Where?"))
    app.register_blueprint(Wizard("towns", flow, on_finish=lambda *_: "R"), url_prefix="/towns")
    return Visitor(app.test_client(), "/towns")


def select(page, name):
    """A select as it stands on a page: its attributes, and its options as they are written."""
    [(attributes, options)] = re.findall(rf'<select id="{name}"([^>]*)>(.*?)</select>', page.text, re.DOTALL)
    return attributes, re.findall(r"<option[^>]*>[^<\n]*", options)


def test_the_page_has_the_script_its_words_and_the_aliases(visitor):
    """The aliases as JSON, or the address of that; a select that is no combobox has none of it."""
    page = visitor.get("town")
    found = re.search('data-combobox="([^"]+)"', select(page, "town")[0])[1]
    assert json.loads(found.replace("&#34;", '"')) == {"l": ["Luik", "Lüttich"]}
    assert 'data-combobox="/rooms.json"' in select(page, "room")[0]
    assert "data-combobox" not in select(page, "plain")[0]
    assert 'data-found="Found: #" data-none="Nothing found"' in page.text
    [script] = re.findall('data-combobox="([^"]+)"></script>', page.text)
    with visitor.client.get(script) as response:
        assert response.status_code == 200
    # The style sheet is asked for by the name of the script.
    with visitor.client.get(script.replace(".js", ".css")) as response:
        assert response.mimetype == "text/css"


def test_a_text_that_is_not_in_the_list_is_refused_and_shown_again(visitor):
    """As a choice of its own, which is sent again as it stands; it is no answer, and gone once there is one."""
    typed = {"town": "“Atlantis <1>”", "room": "12", "plain": "a"}
    refused = visitor.post("town", **typed)
    assert refused.status_code == 422
    assert "“Atlantis <1>” is not in the list. Try another spelling, or choose from the list" in shown(refused)
    own = '<option value="“Atlantis &lt;1&gt;”" selected>Atlantis &lt;1&gt;'
    for page in (refused, visitor.get("town")):
        assert select(page, "town")[1] == [
            '<option value="">Select a town',
            '<option value="g">Ghent',
            '<option value="l">Liège',
            own,
        ]
    assert visitor.post("town", **typed).status_code == 422
    assert visitor.post("town", **{**typed, "town": "l"}).status_code == 303
    assert select(visitor.get("town"), "town")[1][-1] == '<option value="l" selected>Liège'


def test_what_is_typed_is_never_taken_for_the_value_of_a_choice(visitor):
    """Such as its number; nor is a value that is not offered any more shown as if somebody had typed it."""
    typed = {"town": "g", "room": "“12”", "plain": "a"}
    assert "“12” is not in the list" in shown(visitor.post("town", **typed))
    refused = visitor.post("town", **{**typed, "room": "13"})
    assert NOT_OFFERED in shown(refused)
    assert select(refused, "room")[1] == ['<option value="12">Attic', '<option value="14">Cellar']


def test_a_box_that_was_emptied_stays_empty(visitor):
    """A select without an empty choice would have its first one chosen again."""
    refused = visitor.post("town", town="g", room="", plain="a")
    assert "Choose from the list" in shown(refused)
    assert select(refused, "room")[1] == [
        '<option value="12">Attic',
        '<option value="14">Cellar',
        '<option value="" selected>',
    ]


def refusal(sent, *rules):
    """What is said of what was sent."""
    form = type("Asked", (Form,), {"town": SelectField("Town", list(rules), choices=TOWNS)})
    step = Step("town", form, title="Where?")
    with Flask("said").test_request_context():
        return step.validate(step.open(None, {"town": [sent]}), {}).get("town")


def test_a_long_text_is_not_repeated_as_a_whole():
    """Its beginning is enough to know it again."""
    said = refusal(f"“{'x' * 50}”", Combobox())
    assert said.startswith(f"“{'x' * 40}…” is not in the list")


def test_the_message_may_be_the_authors():
    """With the text in it; nothing typed, and a rule that is broken beside it, are told as ever."""
    rule = Combobox(message="There is no %(text)s")
    assert refusal("“Atlantis”", rule) == "There is no Atlantis"
    assert refusal("", InputRequired("Select a town"), rule) == "Select a town"
    assert refusal("g", rule) is None


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (
            StringField("F", [Combobox()]),
            "it is drawn as no select of one choice. Remove its Combobox, or make it a Sel",
        ),
        (RadioField("F", [Combobox()], choices=["a"]), "it is drawn as no select of one choice"),
        (SelectMultipleField("F", [Combobox()], choices=["a"]), "it is drawn as no select of one choice"),
        (
            SelectField("F", [Combobox()], choices=["a"], widget=Select(multiple=True)),
            "it is drawn as no select of one",
        ),
        (
            SelectField("F", [Combobox()], choices=["a"], validate_choice=False),
            "it takes anything, and its Combobox what",
        ),
        (SelectField("F", [Combobox(3)], choices=["a"]), "its Combobox has 3 for aliases. Use a dictionary: Combobox"),
        (SelectField("F", [Combobox({"b": ["B"]})], choices=["a"]), "its Combobox names 'b', which is no choice of it"),
    ],
)
def test_a_combobox_that_cannot_work_is_a_mistake(field, text):
    """Found when the step is built, with the cure."""
    with pytest.raises(FlowError, match=f"^Step 's': field 'f': {re.escape(text)}"):
        Step("s", type("Asked", (Form,), {"f": field}), title="S")


def test_aliases_may_name_what_is_computed_and_stand_in_a_list():
    """There is nothing to check while there are no choices yet; an alias more makes no other form."""
    rule = Combobox({"x": "Ex"})
    Step("s", type("Asked", (Form,), {"f": SelectField("F", [rule], choices=lambda: ["x"])}), title="S")
    listed = FieldList(SelectField("F", [rule], choices=["x"]), min_entries=1)
    one = Step("s", type("Asked", (Form,), {"f": listed}), title="S")
    rule.aliases = {"x": ["Ex", "Iks"]}
    other = Step("s", type("Asked", (Form,), {"f": listed}), title="S")
    assert one.fingerprint == other.fingerprint
    assert json.loads(rule.source()) == {"x": ["Ex", "Iks"]}


@pytest.mark.parametrize(
    ("header", "country"),
    [
        ("de-AT", "AT"),
        ("de-at,de;q=0.9,en-US;q=0.8", "AT"),
        ("en;q=0.5,zh-Hant-TW", "TW"),
        ("en-GB-oxendict", "GB"),
        # The language alone says nothing, and neither does one that is asked for in case there is none of it.
        ("de,en-US;q=0.7", None),
        ("es-419", None),
        ("*", None),
        ("", None),
    ],
)
def test_the_country_is_that_of_the_language_that_is_asked_for_first(header, country):
    """Whatever else the browser says."""
    with Flask("region").test_request_context(headers={"Accept-Language": header}):
        assert wizard.region() == country


def test_outside_of_a_request_there_is_no_country():
    """As when a flow is built."""
    assert wizard.region() is None
