"""What the engine knows of WTForms fields."""

from __future__ import annotations

import subprocess
import sys
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
from wtforms.validators import AnyOf, Length, Regexp

from wizard import languages
from wizard.flow import fields
from wizard.flow.fields import fingerprint, known_values


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
    assert languages.words(Everything()[name], value) == words


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


class Kinds(Form):
    """Fields whose values are known beforehand, and fields whose are not."""

    yes = BooleanField("Yes")
    one = RadioField("One", choices={"1": "One", "2": "Two"}, coerce=int)
    listed = SelectField("Listed", choices=["a", "b"])
    grouped = SelectField("Grouped", choices={"All": {"a": "A"}})
    made = SelectField("Made", choices=lambda: ["a"])
    several = SelectMultipleField("Several", choices=["a", "b"])
    free = StringField("Free")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("yes", [True, False]),
        ("one", [1, 2]),
        ("listed", ["a", "b"]),
        ("grouped", None),
        ("made", None),
        ("several", None),
        ("free", None),
    ],
)
def test_the_values_of_a_field_are_known_where_its_declaration_says_them(name, values):
    """As the form would hand them on, not as they are typed."""
    assert known_values(Kinds, name) == values


def shape(**fields):
    """The fingerprint of a form with these fields."""
    return fingerprint(type("Shape", (Form,), fields))


def test_a_fingerprint_tells_what_a_form_accepts():
    """Another field, type, validator, limit, pattern or choice gives another; other words do not."""
    same = [
        shape(a=StringField("A", [Length(max=5, message="Too long")])),
        shape(a=StringField("Name", [Length(max=5, message="Shorter!")], description="Hint", render_kw={"x": "y"})),
    ]
    others = [
        shape(a=StringField("A", [Length(max=6)])),
        shape(a=StringField("A")),
        shape(b=StringField("A", [Length(max=5)])),
        shape(a=StringField("A", [Length(max=5)], filters=[str.strip])),
        shape(a=IntegerField("A", [Length(max=5)])),
        shape(a=StringField("A", [Regexp("a")])),
        shape(a=StringField("A", [Regexp("b")])),
        shape(a=StringField("A", [AnyOf(["x"])])),
        shape(a=StringField("A", [AnyOf(frozenset("y"))])),
        shape(a=SelectField("A", choices={"x": "X"})),
        shape(a=SelectField("A", choices={"x": "X", "y": "Y"})),
        shape(a=FormField(Kinds)),
        shape(a=FieldList(FormField(Kinds), "Kinds")),
        shape(a=StringField("A", [Length(max=5)]), b=StringField("B")),
    ]
    assert same[0] == same[1]
    assert len({same[0], *others}) == 1 + len(others)


@pytest.mark.slow
def test_a_fingerprint_is_the_same_in_every_process():
    """Or every deploy would ask again what nothing has changed about."""
    code = "from wizard.signup.flow import flow; print(*(step.fingerprint for step in flow))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(set(runs[0].stdout.split())) == 6


class Entry(Form):
    """What stands in a new entry, and what a browser makes of it."""

    what = StringField("What", default="Train")
    size = SelectField("Size", choices={"s": "Small", "l": "Large"})
    kind = SelectField("Kind", choices={"": "Select a kind", "a": "A"})
    several = SelectMultipleField("Several", choices={"x": "X"})
    code = PasswordField("Code")
    place = FormField(Place)


UNTOUCHED = {"what": "Train", "size": "s", "kind": "", "code": ""}


@pytest.mark.parametrize(
    ("sent", "untouched"),
    [
        (UNTOUCHED, True),
        ({**UNTOUCHED, "what": "Bus"}, False),
        ({**UNTOUCHED, "what": ""}, False),
        ({**UNTOUCHED, "size": "l"}, False),
        ({**UNTOUCHED, "kind": "a"}, False),
        ({**UNTOUCHED, "several": "x"}, False),
        ({**UNTOUCHED, "code": "1234"}, False),
        ({**UNTOUCHED, "place-town": "Oslo"}, False),
    ],
)
def test_what_a_browser_sends_of_an_untouched_form_is_known(sent, untouched):
    """A select has its first choice; an empty field is sent as nothing."""
    assert fields.is_untouched(Entry(MultiDict(sent)), Entry()) is untouched
