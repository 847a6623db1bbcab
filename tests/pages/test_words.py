"""How an answer is read out."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum

import pytest
from flask import Flask
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FieldList,
    FloatField,
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
    TextAreaField,
    TimeField,
    WeekField,
)
from wtforms.fields import SelectChoice
from wtforms.fields.choices import enum_choices, enum_coerce

from wizard import Flow, Step, Wizard
from wizard.pages.words import entry_words, marked_words, words


class Colour(Enum):
    """An enum that says nothing of its own."""

    DARK_RED = "r"
    BLUE = "b"


class Level(IntEnum):
    """Numbers with names."""

    LOW = 1


class Size(StrEnum):
    """Texts with names."""

    SMALL = "small"


class Mood(Enum):
    """An enum with words of its own."""

    GOOD = 1

    def __str__(self):
        return "Feeling good"


class Home(Form):
    """Enclosed in the form of everything."""

    street = StringField("Street")
    line2 = StringField("Line 2")
    floor = IntegerField("Floor")
    kind = SelectField("Kind", choices={"f": "Flat", "h": "House"})
    since = DateField("Since")
    lift = BooleanField("Lift")
    code = PasswordField("Code")
    token = HiddenField("Token")
    find = SubmitField("Find")


class Pair(Form):
    """A form in a form in a form."""

    home = FormField(Home, Markup("<b>Home</b>"))
    names = FieldList(StringField("Name"), "Names")


class Everything(Form):
    """One field of each kind."""

    name = StringField()
    notes = TextAreaField()
    token = HiddenField()
    age = IntegerField()
    price = DecimalField()
    weight = FloatField()
    born = DateField()
    month = MonthField()
    week = WeekField()
    iso_week = WeekField(format="%G-W%V", validators=[])
    at = TimeField()
    seen = DateTimeLocalField()
    agree = BooleanField()
    password = PasswordField()
    plan = RadioField(choices={"a": "Plan A", "b": "Plan B"})
    size = SelectField(coerce=int, choices=[SelectChoice("", "Select one"), SelectChoice(1, "Small")])
    colours = SelectMultipleField(choices={"Warm": {"r": "Red"}, "Cold": {"b": "Blue"}})
    colour = SelectField(choices=enum_choices(Colour), coerce=enum_coerce(Colour))
    labelled = SelectField(
        choices=enum_choices(Colour, label=lambda one: f"The {one.value}"), coerce=enum_coerce(Colour)
    )
    by_name = SelectField(choices=enum_choices(Colour, by="name"), coerce=enum_coerce(Colour, by="name"))
    yes = SelectField(
        choices=[SelectChoice("1", "Agreed"), SelectChoice("0", "Refused")], coerce=lambda one: one == "1"
    )
    free = SelectField(choices=None, validate_choice=False)
    home = FormField(Home)
    pair = FormField(Pair)
    tags = FieldList(StringField("Tag"))
    homes = FieldList(FormField(Home))
    days = FieldList(DateField("Day"), min_entries=1)


HOME = {
    "street": "1 Main St",
    "line2": "",
    "floor": None,
    "kind": "f",
    "since": date(2024, 5, 6),
    "lift": False,
    "code": "1234",
    "token": "t",
    "find": True,
}
EMPTY = {
    "street": "",
    "line2": None,
    "floor": None,
    "kind": None,
    "since": None,
    "code": "",
    "token": "",
    "find": False,
}
HOME_WORDS = "Street: 1 Main St, Kind: Flat, Since: 6 May 2024, Lift: No"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("name", "Ada", "Ada"),
        ("name", "", "Not provided"),
        ("name", "  ", "Not provided"),
        ("name", None, "Not provided"),
        ("notes", "two\nlines", "two\nlines"),
        ("agree", True, "Yes"),
        ("agree", False, "No"),
        ("age", 0, "0"),
        ("age", 2026, "2026"),
        ("price", Decimal("1234.50"), "1,234.50"),
        ("price", Decimal("0.123456789012345678901234567890"), "0.123456789012345678901234567890"),
        ("price", Decimal("1E+3"), "1,000"),
        ("price", Decimal("NaN"), "NaN"),
        ("price", Decimal("1E+999999"), "1E+999999"),
        ("price", Decimal("123456789012345678901234567890.5"), "123,456,789,012,345,678,901,234,567,890.5"),
        ("weight", 12.345678, "12.345678"),
        ("weight", 1e21, "1,000,000,000,000,000,000,000"),
        ("weight", 3.0, "3"),
        ("born", date(1980, 3, 1), "1 March 1980"),
        ("month", date(2026, 3, 1), "March 2026"),
        ("week", datetime.strptime("2026-W12-1", "%Y-W%W-%w").date(), "Week 12 of 2026"),
        ("iso_week", date.fromisocalendar(2020, 53, 1), "Week 53 of 2020"),
        ("seen", datetime(2026, 1, 2, 3, 4), "2 January 2026, 03:04"),
        ("at", time(9, 5), "09:05"),
        ("at", time(9, 5, 7), "09:05:07"),
        ("password", "hunter2", "Hidden"),
        ("password", "", "Not provided"),
        ("plan", "b", "Plan B"),
        ("plan", "gone", "gone"),
        ("plan", None, "Not provided"),
        ("size", 1, "Small"),
        ("size", "1", "Small"),
        ("colours", ["r", "b"], "Red, Blue"),
        ("colours", {"b", "r"}, "Red, Blue"),
        ("colours", [], "Not provided"),
        ("colour", Colour.DARK_RED, "DARK_RED"),
        ("labelled", Colour.BLUE, "The b"),
        ("labelled", "b", "The b"),
        ("by_name", Colour.BLUE, "BLUE"),
        ("yes", True, "Agreed"),
        ("yes", False, "Refused"),
        ("free", "x", "x"),
        ("free", Colour.DARK_RED, "Dark red"),
        ("free", Level.LOW, "Low"),
        ("free", Size.SMALL, "small"),
        ("free", Mood.GOOD, "Feeling good"),
        ("name", {"c", "a", "b"}, "a, b, c"),
        ("name", ("x", None, True), "x, Yes"),
        ("name", {"a": 1, "b": None}, "a: 1"),
        ("tags", ["x", "", "y"], "x, y"),
        ("tags", [""], "Not provided"),
        ("days", [date(2026, 3, 1), date(2026, 3, 2)], "1 March 2026, 2 March 2026"),
        ("home", HOME, HOME_WORDS),
        ("home", EMPTY, "Not provided"),
        ("homes", [HOME, EMPTY, {**HOME, "street": "2 Main St"}], f"{HOME_WORDS}; {HOME_WORDS.replace('1', '2', 1)}"),
        (
            "pair",
            {"home": {"street": "X", "lift": True}, "names": ["a", "b"]},
            "Home: Street: X, Lift: Yes, Names: a, b",
        ),
    ],
)
def test_an_answer_is_read_out_in_words(name, value, said):
    """A choice by its label, a date and a number as people write them, nothing as "Not provided"."""
    assert words(Everything()[name], value) == said


def test_an_entry_is_read_out_in_one_line():
    """Without labels, and without what is empty, secret, hidden or a button."""
    assert entry_words(Home()._fields, HOME) == "1 Main St, Flat, 6 May 2024, No"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("price", Decimal("1234.50"), "1.234,50"),
        ("weight", 0.5, "0,5"),
        ("month", date(2026, 3, 1), "März 2026"),
        ("week", datetime.strptime("2026-W12-1", "%Y-W%W-%w").date(), "Woche 12 des Jahres 2026"),
        ("agree", True, "Ja"),
        ("name", None, "Keine Angabe"),
    ],
)
def test_an_answer_is_read_out_in_the_language_of_the_page(name, value, said):
    """As people write dates and numbers there."""
    app = Flask(__name__)
    app.config["LANGUAGES"] = ["de"]
    app.secret_key = "key"
    app.register_blueprint(
        Wizard("w", Flow(Step("a", Pair, title="A", keep={"home.code": None})), on_finish=lambda *_: "R"),
        url_prefix="/w",
    )
    with app.test_request_context("/"):
        assert words(Everything()[name], value) == said


def test_what_was_typed_is_marked_and_nothing_else():
    """Also inside an enclosed form and a list: a browser translates what is asked, and no name. Nothing is markup."""

    class Home(Form):
        street = StringField("Street & number")
        country = SelectField("Country", choices={"gb": "Great Britain"})

    class Asks(Form):
        home = FormField(Home)
        names = FieldList(StringField("Name"))
        agree = BooleanField("Agree")

    form = Asks()
    assert marked_words(form["home"], {"street": "<b>Main</b>", "country": "gb"}) == (
        'Street &amp; number: <span translate="no">&lt;b&gt;Main&lt;/b&gt;</span>, Country: Great Britain'
    )
    assert marked_words(form["names"], ["A", "B"]) == '<span translate="no">A</span>, <span translate="no">B</span>'
    assert marked_words(form["agree"], True) == "Yes"
    assert marked_words(form["names"], []) == "Not provided"


class Pounds(IntegerField):
    """An amount, which says itself."""

    def words(self, value):
        return f"£{value}"


class Plate(StringField):
    """A text, which says itself when there is more to say."""

    def words(self, value):
        return value.upper() if value.islower() else ""


class Paid(Form):
    """What an author may have, also in a form that is enclosed."""

    amount = Pounds("Amount")
    words = Plate("Plate")


class Payment(Form):
    """Encloses one that has a field of that name."""

    paid = FormField(Paid)


def test_a_field_of_the_authors_own_says_its_value():
    """Wherever an answer is read out; what it does not say is said as ever. What was typed is marked as typed."""
    form = Paid()
    assert words(form["amount"], 5) == "£5"
    assert words(form["amount"], None) == "Not provided"
    assert marked_words(form["words"], "ab1") == '<span translate="no">AB1</span>'
    assert marked_words(form["words"], "B<") == '<span translate="no">B&lt;</span>'
    assert words(Payment()["paid"], {"amount": 5, "words": "x"}) == "Amount: £5, Plate: X"
