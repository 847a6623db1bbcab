"""What each step takes, as JSON Schema: it accepts and refuses what the flow does, as far as a schema can say so."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    EmailField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    MonthField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TimeField,
)
from wtforms.validators import (
    URL,
    UUID,
    AnyOf,
    DataRequired,
    DateRange,
    Email,
    InputRequired,
    Length,
    NoneOf,
    NumberRange,
    Optional,
    Regexp,
)

from wizard import BaseStep, Exit, Flow, ForEach, Page, Repeat, Section, Step, languages
from wizard.fields import AddressField, Alone, DurationField, MemorableDateField, MonthYearField, YearField
from wizard.schema import schema

ADDRESS = {"line1": "12 High Street", "town": "Leeds", "postcode": "LS1 4DT"}


@pytest.fixture(autouse=True)
def context():
    """Hints are written in the language of an application."""
    app = Flask("schema")
    languages.init_app(app)
    with app.app_context():
        yield


class Inner(Form):
    """Enclosed by another."""

    street = StringField("Street", [InputRequired()])
    lift = BooleanField("Lift")


class Word(Form):
    """One text."""

    word = StringField("Word", [InputRequired(), Length(2, 5)])


def fits(schema, value):
    """Whether a value is valid, by those parts of JSON Schema that are used here."""
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
    kind = schema.get("type")
    is_kind = kind is None or (isinstance(value, kinds[kind]) and (kind == "boolean" or not isinstance(value, bool)))
    if not is_kind or ("enum" in schema and value not in schema["enum"]):
        return False
    if "const" in schema and value is not schema["const"]:
        return False
    if "not" in schema and fits(schema["not"], value):
        return False
    if "anyOf" in schema and not any(fits(one, value) for one in schema["anyOf"]):
        return False
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return (
            set(schema.get("required", ())) <= value.keys()
            and (schema.get("additionalProperties", True) or value.keys() <= known.keys())
            and all(fits(known[name], one) for name, one in value.items() if name in known)
        )
    if isinstance(value, list):
        alone = "if" in schema and any(fits(schema["if"]["contains"], one) for one in value)
        most = schema["then"]["maxItems"] if alone else schema.get("maxItems", len(value))
        is_many = schema.get("minItems", 0) <= len(value) <= most
        return is_many and all(fits(schema.get("items", {}), one) for one in value)
    if isinstance(value, str):
        is_long = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        return is_long and bool(re.search(schema.get("pattern", ""), value)) and _has_format(schema, value)
    return value is None or schema.get("minimum", value) <= value <= schema.get("maximum", value)


def _has_format(schema, value):
    if schema.get("format") == "date":
        is_date = bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value))
        least, most = schema.get("formatMinimum", value), schema.get("formatMaximum", value)
        return is_date and least <= value <= most
    marks = {"email": "@", "uri": "://", "uuid": "-"}
    return marks.get(schema.get("format"), "") in value


#: Fields, what each takes, and what it does not take.
FIELDS = [
    (StringField("F"), ["", "x", None], [12, ["x"]]),
    (StringField("F", [DataRequired(), Length(2, 3)]), ["ab", "abc"], ["", "a", "abcd"]),
    (StringField("F", [Length(max=3)]), ["", "abc"], ["abcd"]),
    (StringField("F", [InputRequired(), AnyOf(["x", "y"])]), ["x"], ["z"]),
    (StringField("F", [InputRequired(), Regexp(r"\A[a-z]{2}\d\Z")]), ["ab1"], ["a1", "ab12"]),
    (StringField("F", [InputRequired(), Regexp("[a-z]+")]), ["ab"], ["1ab"]),
    (StringField("F", [InputRequired(), Regexp("ab", re.IGNORECASE)]), ["AB"], []),
    (EmailField("F", [InputRequired(), Email()]), ["a@example.com"], ["a"]),
    (StringField("F", [InputRequired(), URL()]), ["https://example.com"], ["example"]),
    (StringField("F", [InputRequired(), UUID()]), ["8c9ba4e2-6e36-4b3c-8d1c-1c7a3a1f2a55"], ["x"]),
    (IntegerField("F"), [1, None], [""]),
    (IntegerField("F", [Optional()]), [1, None, ""], []),
    (DateField("F"), ["2024-01-02", None], [""]),
    (YearField("F"), [1998, None], [""]),
    (RadioField("F", choices=["a"]), ["a"], ["", None, "b"]),
    (RadioField("F", [Optional()], choices=["a"]), ["a", "", None], ["b"]),
    (SelectField("F", choices=["", "a"]), ["a", ""], [None, "b"]),
    (SelectField("F", choices=["a"], default="a"), ["a", None], ["b"]),
    (SelectMultipleField("F", [Length(1, 1)], choices=["a", "b"]), [["a"]], [[], ["a", "b"]]),
    (FieldList(StringField("One"), validators=[Length(min=1)]), [["x"]], [[]]),
    (StringField("F", [NoneOf(["x"])]), ["y", ""], ["x"]),
    (EmailField("F", [Email()]), ["a@example.com"], ["", None]),
    (EmailField("F", [Optional(), Email()]), ["", None, "a@example.com"], ["a"]),
    (StringField("F", [Regexp("[a-z]+")]), ["ab"], ["", None]),
    (StringField("F", [Regexp("[a-z]*$")]), ["ab", "", None], ["1"]),
    (StringField("F", [Length(min=2)]), ["ab"], ["", None]),
    (StringField("F", [AnyOf(["", "x"])]), ["x", ""], ["y"]),
    (IntegerField("F", [NumberRange(3, 5)]), [3, 5], ["", None]),
    (HiddenField("F"), ["x"], []),
    (IntegerField("F", [InputRequired(), NumberRange(3, 5)]), [3, 5], [2, 6, 3.5, "x"]),
    (IntegerField("F", [Optional(), NumberRange(3)]), [3, None, ""], [2]),
    (DecimalField("F", [InputRequired(), NumberRange(max=Decimal("0.5"))]), [0.5, -1], [0.6]),
    (BooleanField("F"), [True, False], []),
    (BooleanField("F", [InputRequired()]), [True], [False]),
    (RadioField("F", [InputRequired()], choices=["a", "b"]), ["a"], ["c", None]),
    (SelectField("F", choices=["1", "2"], coerce=int), ["1"], ["3"]),
    (SelectMultipleField("F", choices=["a", "b"]), [[], ["a", "b"]], [["c"]]),
    (
        SelectMultipleField("F", [InputRequired(), Alone("n")], choices=["a", "b", "n"]),
        [["a", "b"], ["n"]],
        [[], ["a", "n"]],
    ),
    (
        DateField("F", [InputRequired(), DateRange(date(2024, 1, 1), date(2024, 12, 31))]),
        ["2024-06-30"],
        ["2023-01-01", "x"],
    ),
    (DateField("F", [InputRequired()], format="%d.%m.%Y"), ["31.03.1980"], ["1980-03-31"]),
    (DateTimeLocalField("F", [InputRequired()]), ["2024-06-30T12:00"], ["2024-06-30"]),
    (MonthField("F", [InputRequired()]), ["2024-06"], ["2024"]),
    (TimeField("F", [InputRequired()]), ["12:30"], ["noon"]),
    (MemorableDateField("F", [InputRequired()]), ["1980-03-31"], ["soon"]),
    (MonthYearField("F", [InputRequired()]), ["1980-03", "1980-03-01"], ["1980", "1980-03-31"]),
    (YearField("F", [InputRequired(), NumberRange(1900)]), [1980], [80, 1899, 19800]),
    (DurationField("F", [InputRequired(), NumberRange(1, 36)]), ["P2Y6M", "P6M"], ["P", "2 years"]),
    (AddressField("F", [InputRequired()]), [ADDRESS], [{**ADDRESS, "town": ""}, {"line1": "x"}, {**ADDRESS, "x": "y"}]),
    (FormField(Inner), [{"street": "Main", "lift": True}, {"street": "Main"}], [{"lift": True}, {"street": ""}]),
    (FieldList(StringField("T", [InputRequired()]), min_entries=1, max_entries=2), [["a"], ["a", "b"]], [[""]]),
    (FieldList(FormField(Inner)), [[{"street": "Main"}], []], [[{}]]),
]


@pytest.mark.parametrize(
    ("field", "right", "wrong"), FIELDS, ids=lambda one: getattr(one, "field_class", type).__name__
)
def test_it_accepts_and_refuses_what_the_flow_does(field, right, wrong):
    """Where it says nothing, the flow still does."""
    flow = Flow(Step("s", type("F", (Form,), {"f": field, "other": StringField("Other")}), title="S"))
    found = json.loads(json.dumps(schema(flow)))
    for value in right:
        values = {"s": {"f": value}}
        assert fits(found, values), value
        assert flow.run(values).errors == {}, value
    for value in wrong:
        values = {"s": {"f": value}}
        assert not fits(found, values), value
        # A number is written as a text, and a text a list of one.
        assert flow.run(values).errors or isinstance(value, (int, list)), value


def test_a_field_says_what_it_is_called_and_holds_at_first():
    """In plain text. Buttons are no fields, and of an author's own nothing is known unless it says so."""

    class Own(Field):
        pass

    class Told(Field):
        def schema(self):
            return {"type": "string", "format": "iban"}

    class Asked(Form):
        name = StringField(Markup("<b>Name</b>"), description="In full", default="Ada")
        day = DateField("Day", default=date(2024, 1, 2))
        many = SelectMultipleField("Many", choices=["a"], default=["a"])
        pin = PasswordField("PIN")
        own = Own("Own")
        told = Told("Told", [InputRequired()])
        open_ = SelectField("Open", choices=["a"], validate_choice=False)
        amount = DecimalField("Amount", use_locale=True)
        spelt = DateField("Spelt", format="%d %B %Y")
        send = SubmitField("Send")

        class Meta:
            locales = ("de_DE",)

    found = schema(Flow(Step("s", Asked, title="S", keep={"pin": len})), "Title")
    assert found["title"] == "Title"
    fields = found["properties"]["s"]["properties"]
    blank, nothing, text = {"enum": [None, ""]}, {"enum": [None]}, {"type": "string", "minLength": 1}
    assert fields == {
        "name": {"title": "Name", "description": "In full", "default": "Ada", "anyOf": [{"type": "string"}, blank]},
        "day": {"title": "Day", "default": "2024-01-02", "anyOf": [{"type": "string", "format": "date"}, nothing]},
        "many": {
            "title": "Many",
            "type": "array",
            "items": {"type": "string", "enum": ["a"]},
            "uniqueItems": True,
            "minItems": 0,
        },
        "pin": {"title": "PIN", "anyOf": [{"type": "string", "writeOnly": True}, blank]},
        "own": {"title": "Own"},
        "told": {"title": "Told", "type": "string", "format": "iban"},
        "open_": {"title": "Open", "anyOf": [{"type": "string"}, blank]},
        "amount": {"title": "Amount", "anyOf": [text, nothing]},
        "spelt": {"title": "Spelt", "anyOf": [text, nothing]},
    }


class Sign(BaseStep):
    """A kind of step of the author's own."""


def test_a_flow_is_an_object_of_its_steps():
    """Lists are arrays, also of several pages; a page to read takes nothing; what depends on answers says so."""

    class Pick(Form):
        pick = RadioField("Pick", [InputRequired()])
        count = IntegerField("Count", [InputRequired()])
        other = StringField("Other", [InputRequired()])

    word = Step("word", Word, title="Word")
    pick = Step(
        "pick",
        Pick,
        title=lambda answers: f"After {answers['word']['word']}",
        choices={"pick": lambda answers: ["a", "b"]},
        bounds={"count": {"min": lambda answers: 1}},
        reveals={"other": ("pick", "a")},
        when=lambda answers: answers["word"]["word"] == "ab",
    )
    people = Repeat(
        "people",
        Step("who", Word, title="Who"),
        Repeat("jobs", Step("job", Word, title="Job"), title="Jobs"),
        title="People",
        most=3,
    )
    flow = Flow(
        Section("a", Page("before", title="Before", template="b.html"), word, pick, title="A"),
        Section("b", Repeat("tags", Word, title="Tags", least=1, most=lambda answers: 2), people, title="B"),
        Section(
            "c",
            ForEach("diets", Step("diet", Word, title="Diet"), over="people", title="Diets"),
            title="C",
            when=lambda answers: bool(answers["people"]),
        ),
        Section(
            "d",
            Exit("out", title="Out", template="o.html", when=lambda answers: answers["word"]["word"] == "no"),
            Sign("sign", title="Sign"),
            title="D",
        ),
    )
    found = schema(flow)
    steps = found["properties"]
    assert list(steps) == ["word", "pick", "tags", "people", "diets", "sign"]
    assert found["required"] == ["word", "tags", "people", "sign"]
    assert found["additionalProperties"] is False
    assert steps["pick"]["title"] == "Pick"
    assert steps["pick"]["$comment"] == "Asked: depends on word.word."
    assert steps["pick"]["required"] == ["pick", "count"]
    comments = {name: field["$comment"] for name, field in steps["pick"]["properties"].items()}
    depends = "Depends on other answers: "
    assert comments == {
        "pick": f"{depends}choices.",
        "count": f"{depends}bounds.",
        "other": f"{depends}whether it is asked.",
    }
    assert "enum" not in steps["pick"]["properties"]["pick"]
    assert (steps["tags"]["type"], steps["tags"]["minItems"], "maxItems" in steps["tags"]) == ("array", 1, False)
    assert steps["people"]["maxItems"] == 3
    entry = steps["people"]["items"]
    assert entry["required"] == ["who", "jobs"]
    assert entry["properties"]["jobs"]["items"]["properties"]["job"]["properties"]["word"]["maxLength"] == 5
    assert steps["diets"]["items"]["required"] == ["diet"]
    assert "$comment" in steps["diets"]
    assert steps["sign"] == {"title": "Sign"}
    values = {
        "word": {"word": "cd"},
        "tags": [{"word": "ef"}],
        "people": [{"who": {"word": "Ada"}, "jobs": [{"job": {"word": "poet"}}]}],
        "diets": [{"diet": {"word": "all"}}],
        "sign": {"signed": True},
    }
    assert fits(found, values)
    run = flow.run(values)
    assert (run.errors, run.missing) == ({}, [])
