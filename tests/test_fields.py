"""What the engine knows of WTForms fields."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    ButtonField,
    DateField,
    DateTimeLocalField,
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
    SubmitField,
    TextAreaField,
    TimeField,
)

from wizard import fields


class Place(Form):
    """Enclosed in the other form."""

    town = StringField()


class Everything(Form):
    """One field of each kind."""

    name = StringField()
    notes = TextAreaField()
    token = HiddenField()
    age = IntegerField()
    price = DecimalField(places=None)
    born = DateField()
    at = TimeField()
    seen = DateTimeLocalField()
    agree = BooleanField()
    password = PasswordField()
    plan = RadioField(choices={"a": "Plan A", "b": "Plan B"})
    size = SelectField(coerce=int, choices={1: "Small", 2: "Large"})
    colours = SelectMultipleField(choices={"Warm": {"r": "Red"}, "Cold": {"b": "Blue"}})
    place = FormField(Place)
    tags = FieldList(StringField())
    send = SubmitField()
    save = ButtonField("Save")


DATA = {
    "name": "Ada",
    "notes": "two\r\nlines",
    "token": "t",
    "age": 36,
    "price": Decimal("1.50"),
    "born": date(1980, 3, 31),
    "at": time(9, 5),
    "seen": datetime(2026, 1, 2, 3, 4),
    "agree": True,
    "plan": "b",
    "size": 2,
    "colours": ["r", "b"],
    "place": {"town": "London"},
    "tags": ["x", "y"],
}


def test_what_a_browser_would_send_comes_back_as_the_same_data():
    """A form filled with data, sent as a browser would send it, gives that data again."""
    form = Everything(data=DATA)
    again = Everything(MultiDict(fields.typed_pairs(fields.questions(form))))
    assert again.validate(), again.errors
    assert {name: again.data[name] for name in DATA} == DATA


def test_an_empty_form_sends_no_choice_and_no_tick():
    """Nothing is ticked, chosen or made up for a form without data."""
    sent = MultiDict(fields.typed_pairs(fields.questions(Everything())))
    assert not {"agree", "plan", "size", "colours", "password", "send", "save"} & sent.keys()
    assert sent["name"] == ""


def test_a_password_is_never_sent_back():
    """What is typed into a password field appears in no value that could be drawn."""
    form = Everything(MultiDict({"password": "hunter2"}))
    assert fields.is_secret(form.password)
    assert fields.typed(form.password) == []


def test_the_declared_fields_are_known_without_a_form():
    """A form class tells its fields and their classes, though making a form may need a request."""
    declared = fields.declared(Everything)
    assert list(declared) == list(Everything()._fields)
    assert declared["password"] is PasswordField


def test_buttons_are_no_questions():
    """A submit button asks the visitor nothing."""
    assert not {"send", "save"} & {field.name for field in fields.questions(Everything())}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", "Ada", "Ada"),
        ("name", "", "Not provided"),
        ("name", None, "Not provided"),
        ("agree", True, "Yes"),
        ("agree", False, "No"),
        ("age", 0, "0"),
        ("born", date(1980, 3, 1), "1 March 1980"),
        ("seen", datetime(2026, 1, 2, 3, 4), "2 January 2026, 03:04"),
        ("at", time(9, 5), "09:05"),
        ("plan", "b", "Plan B"),
        ("plan", "gone", "gone"),
        ("size", 2, "Large"),
        ("colours", ["r", "b"], "Red, Blue"),
        ("colours", [], "Not provided"),
        ("tags", ["x", "y"], "x, y"),
        ("place", {"town": "London"}, "London"),
    ],
)
def test_an_answer_is_read_out_in_words(name, value, words):
    """A choice is read out by its label, a date in words, nothing as "Not provided"."""
    assert fields.words(Everything()[name], value) == words


def test_choices_come_in_their_groups_with_the_chosen_marked():
    """Grouped and ungrouped choices have one shape."""
    form = Everything(data={"plan": "b", "colours": ["b"]})
    assert list(fields.choices(form.plan)) == [(None, [("a", "Plan A", False), ("b", "Plan B", True)])]
    assert list(fields.choices(form.colours)) == [
        ("Warm", [("r", "Red", False)]),
        ("Cold", [("b", "Blue", True)]),
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", "input"),
        ("password", "input"),
        ("notes", "textarea"),
        ("token", "hidden"),
        ("agree", "checkbox"),
        ("plan", "radio"),
        ("size", "select"),
        ("colours", "checkboxes"),
    ],
)
def test_each_field_is_drawn_by_one_part_of_the_template(name, kind):
    """The kind of a field is what the template branches on."""
    assert fields.kind(Everything()[name]) == kind
