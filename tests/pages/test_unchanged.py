"""An answer is what was typed: a page that is sent unchanged changes nothing, whatever fields it has."""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal

import pytest
import wtforms
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    ColorField,
    DateField,
    DateTimeField,
    DateTimeLocalField,
    DecimalField,
    DecimalRangeField,
    EmailField,
    FieldList,
    FloatField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    IntegerRangeField,
    MonthField,
    RadioField,
    SearchField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
    URLField,
    WeekField,
    validators,
)
from wtforms.fields.choices import enum_choices, enum_coerce
from wtforms.validators import NumberRange, Optional

from wizard import Step, languages
from wizard.fields import AddressField, DurationField, MemorableDateField, MonthYearField, YearField
from wizard.flow import fields
from wizard.flow.earlier import Earlier
from wizard.flow.fingerprint import same
from wizard.flow.typed import pack, receive, unpack
from wizard.pages.drawing import views
from wizard.pages.field import held
from wizard.pages.inputs import collected
from wizard.sessions import codec


class Colour(enum.Enum):
    """An enum that a session can hold, since it can be found again."""

    RED = "red"
    BLUE = "blue"


class Inner(Form):
    """Enclosed by other fields."""

    street = StringField("Street")
    lift = BooleanField("Lift")
    floor = IntegerField("Floor", [Optional()])
    kind = SelectField("Kind", choices=[SelectChoice("f", "Flat"), SelectChoice("h", "House")])


class German:
    """How numbers are written where a comma stands before the fraction."""

    locales = ("de_DE",)


TEXT = st.text(max_size=12) | st.sampled_from(["", " ", "a\r\nb", "  x  ", "\u200bx", "\u0000", "0", "<&\"'>"])
NUMBERS = st.sampled_from(
    ["", "1", "012", "12.345", "1e30", "Infinity", "NaN", "sNaN", "9" * 400, "-0", "1,5", "1.234", "x", "9" * 60]
)
DAYS = st.dates().map(str) | st.sampled_from(["", "2026-02-30", "31 March 1980", "2024-02-29"])
MOMENTS = st.datetimes().map(lambda one: one.isoformat(timespec="minutes")) | st.sampled_from(
    ["", "2024-01-02T03:04:05", "2024-01-02 03:04:05", "x"]
)


def some(*values):
    """One of the values that the page offers."""
    return st.sampled_from(values)


def yes_or_no(value):
    """A coerce with no way back: it makes False of its own result."""
    return value == "True"


COLOURS = st.sampled_from(["red", "blue"])

#: Fields, and what a browser, or somebody without one, sends for each.
FIELDS = [
    (StringField("F"), TEXT),
    (StringField("F", filters=[lambda text: text and text.upper()]), TEXT),
    (StringField("F", filters=[lambda text: (text or "").replace(" ", "")]), TEXT),
    (StringField("F", default="here"), TEXT),
    (StringField("F", name="other"), TEXT),
    (TextAreaField("F"), TEXT),
    (EmailField("F"), TEXT),
    (SearchField("F"), TEXT),
    (TelField("F"), TEXT),
    (URLField("F"), TEXT),
    (HiddenField("F", default="kept"), TEXT),
    (ColorField("F"), st.sampled_from(["#00ff00", "#000000"])),
    (BooleanField("F"), st.sampled_from(["y", "", "false", "0", "on"])),
    (BooleanField("F", false_values=("no",)), st.sampled_from(["y", "no", ""])),
    (IntegerField("F"), NUMBERS),
    (IntegerRangeField("F"), st.integers(0, 100).map(str)),
    (FloatField("F"), NUMBERS),
    (DecimalField("F"), NUMBERS),
    (DecimalField("F", places=None), NUMBERS),
    (DecimalField("F", places=0), NUMBERS),
    (DecimalRangeField("F"), st.integers(0, 100).map(str)),
    (DecimalField("F", use_locale=True), NUMBERS),
    (DecimalField("F", [NumberRange(0, 9)]), NUMBERS),
    (IntegerField("F", [NumberRange(0, 9)]), NUMBERS),
    (DateField("F"), DAYS),
    (DateField("F", format=["%d.%m.%Y", "%Y-%m-%d"]), DAYS | st.dates().map(lambda one: f"{one:%d.%m.}{one.year:04}")),
    (DateTimeField("F"), MOMENTS),
    (DateTimeLocalField("F"), MOMENTS),
    (TimeField("F"), st.times().map(lambda one: f"{one:%H:%M}") | st.sampled_from(["", "9:05", "24:00", "23:59:59"])),
    (MemorableDateField("F"), DAYS),
    (MonthYearField("F"), st.dates().map(lambda one: f"{one.year:04}-{one:%m}") | DAYS),
    (YearField("F"), st.integers(0, 9999).map(lambda one: f"{one:04}") | NUMBERS),
    (DurationField("F"), st.integers(0, 999).map(lambda one: f"P{one}M") | some("P2Y", "1 6", "P0Y0M", "x")),
    (AddressField("F"), some("", "1 Main St, Leeds, LS1", "a; , ; b, c; d", "x")),
    (MonthField("F"), st.dates().map(lambda one: f"{one.year:04}-{one:%m}") | DAYS),
    (WeekField("F"), st.sampled_from(["", "2026-W01", "2026-W53", "2020-W53", "2024-W12", "x"])),
    (
        RadioField("F", choices=[SelectChoice("True", "Yes"), SelectChoice("False", "No")], coerce=yes_or_no),
        some("True", "False"),
    ),
    (RadioField("F", [Optional()], choices=["a", "1"]), some("a", "1")),
    (
        RadioField("F", choices=enum_choices(Colour), coerce=enum_coerce(Colour)),
        st.sampled_from(["red", "blue"]),
    ),
    (
        SelectField("F", choices=enum_choices(Colour, by="name"), coerce=enum_coerce(Colour, by="name")),
        some("RED", "BLUE"),
    ),
    (SelectField("F", choices=["", "1", "2"], coerce=int, validators=[Optional()]), some("", "1", "2")),
    (SelectField("F", choices=["2024-01-02", "2024-01-03"], coerce=date.fromisoformat), some("2024-01-02")),
    (SelectField("F", choices=["1", "2"], coerce=Decimal), some("1", "2")),
    (SelectField("F", choices=["", "1.50"], coerce=Decimal), some("", "1.50", "x")),
    (RadioField("F", choices=["", "red"], coerce=Colour), some("", "red", "x")),
    (SelectField("F", choices=["", "a"], coerce={"a": 1}.__getitem__), some("", "a", "x")),
    (SelectField("F", choices=["1", "2"], coerce=int), some("1", "02", "x")),
    (SelectField("F", choices=["a"], validate_choice=False), some("a", "b")),
    (SelectField("F", choices=[], validate_choice=False), some("a", "b")),
    (RadioField("F", choices={"A": {"a": "a"}}, validate_choice=False), some("a", "b")),
    (SelectMultipleField("F", choices=["a"], validate_choice=False), some("a", "b", "c")),
    (SelectMultipleField("F", choices=["1", "2", "a"]), some("a", "1", "2")),
    (SelectMultipleField("F", choices=["1", "2"], coerce=int), some("1", "2")),
    (SelectMultipleField("F", choices=["1", "a"], filters=[lambda values: set(values or ())]), some("a", "1")),
]

#: What has no answer of its own.
NO_ANSWER = {
    "Field",
    "Flags",
    "Label",
    "SubmitField",
    "ButtonField",
    "SelectFieldBase",
    "FileField",
    "MultipleFileField",
}
#: Tested below: a secret, and what encloses.
OTHERS = {"PasswordField", "FormField", "FieldList"}


@pytest.fixture(scope="module")
def app():
    """An application for the words of the package."""
    app = Flask("unchanged")
    languages.init_app(app)
    return app


def test_every_field_class_of_wtforms_is_tried():
    """One that a new version brings is not passed over in silence."""
    public = {
        name
        for name in wtforms.fields.__all__
        if isinstance(getattr(wtforms, name, None), type) and issubclass(getattr(wtforms, name), wtforms.Field)
    }
    tried = {field.field_class.__name__ for field, _ in FIELDS}
    assert public - NO_ANSWER - OTHERS - tried == set()


def send_unchanged(step, typed):
    """Accept what was typed, and send the page again as it then stands."""
    earlier = Earlier(step.name, (), {})
    sent = receive(step.form, typed)
    form = step.open(earlier, sent.typed)
    if step.validate(form, dict.fromkeys([*sent.too_long, *sent.control], "no")):
        return
    answer = step.clean(form)
    # As it comes back from the session.
    answer = codec.decode(codec.encode({"": answer}))[""]
    kept = unpack(step.form, answer, codec.decode(codec.encode({"": pack(step.form, answer, sent.typed)}))[""])
    assert {name: values for name, values in kept.items() if values} == {
        name: values for name, values in sent.typed.items() if values
    }
    again = step.recheck(earlier, answer, kept)
    assert not again.errors, f"{typed} was accepted, and is refused at the end: {again.errors}"
    assert same(again.answer, answer)
    for _ in range(2):
        page = collected(held(views(step.open(earlier, kept), {})))
        sent = receive(step.form, MultiDict([(name, value) for name, values in page.items() for value in values]))
        form = step.open(earlier, sent.typed)
        errors = step.validate(form, dict.fromkeys([*sent.too_long, *sent.control], "no"))
        assert not errors, f"{typed} was accepted; the page then sends {page}, which is refused: {errors}"
        assert same(step.clean(form), answer), f"{typed} was accepted; the page then sends {page}"
        kept = sent.typed


@pytest.mark.filterwarnings("ignore:'DateTimeField' renders:DeprecationWarning")
@pytest.mark.parametrize(("field", "values"), FIELDS, ids=lambda one: getattr(one, "field_class", type).__name__)
def test_a_page_sent_unchanged_changes_nothing(app, field, values):
    """Any number of times; and what was accepted can be finished."""
    form = type("Asked", (Form,), {"f": field, "Meta": German})
    step = Step("s", form, title="S")
    sample = fields.samples(form)["f"]
    # A browser sends a text for every input, and nothing for a box or a button that is not chosen.
    least = 0 if isinstance(sample, (BooleanField, RadioField, SelectMultipleField)) else 1
    most = 2 if isinstance(sample, SelectMultipleField) else 1

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(values, min_size=least, max_size=most, unique=True))
    def check(typed):
        with app.test_request_context():
            send_unchanged(step, MultiDict([(sample.name, value) for value in (sorted(typed) if most > 1 else typed)]))

    check()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_page_with_enclosed_fields_sent_unchanged_changes_nothing(app, data):
    """However many entries of a list there are, and whatever numbers they have."""
    form = type(
        "Asked",
        (Form,),
        {
            "home": FormField(Inner, label="Home"),
            "born": MemorableDateField("Born", default=date(1980, 3, 31)),
            "tags": FieldList(StringField("Tag"), min_entries=1, max_entries=3, default=["x", "y"]),
            "places": FieldList(FormField(Inner), default=[{"street": "Main"}]),
        },
    )
    numbers = st.sets(st.integers(0, 30), max_size=3)
    forms = ["home", *(f"places-{number}" for number in data.draw(numbers))]
    typed = {f"tags-{number}": data.draw(some("", "x", " z ")) for number in data.draw(numbers) or {0}}
    if data.draw(st.booleans()):
        day, month = data.draw(some("31", "31.", " 1", "")), data.draw(some("3", "march", "Sep.", ""))
        typed |= {"born-day": day, "born-month": month, "born-year": "1980"}
    for one in forms:
        typed |= {f"{one}-street": data.draw(TEXT), f"{one}-kind": "h", f"{one}-floor": data.draw(some("", "7"))}
        typed |= {f"{one}-lift": "y"} if data.draw(st.booleans()) else {}
    # What is no input of the form is nothing.
    number = data.draw(some("x", "\u00b2", "", "1-2", "9" * 30))
    typed |= {f"tags-{number}": "x"}
    with app.test_request_context():
        send_unchanged(Step("s", form, title="S"), MultiDict(typed))


@pytest.mark.parametrize("number", ["12.345", "12.3", "1E+3", "-0.001", "NaN"])
@pytest.mark.parametrize("rule", [validators.ReadOnly, validators.Disabled])
def test_a_number_that_nobody_can_change_keeps_the_places_that_are_not_shown(app, number, rule):
    """A page that is sent unchanged rounds it no more than one that is not sent."""
    form = type("Asked", (Form,), {"f": DecimalField("F", [rule()], default=Decimal(number)), "g": StringField("G")})
    step = Step("s", form, title="S")
    with app.test_request_context():
        sent = collected(held(views(step.open(), {})))
        form = step.open(typed=sent)
        assert same(step.clean(form)["f"], Decimal(number)) or number == "NaN"
