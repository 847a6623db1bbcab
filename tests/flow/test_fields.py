"""What the engine knows of WTForms fields."""

from __future__ import annotations

import pytest
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
from wtforms.widgets import PasswordInput

from wizard.flow import fields
from wizard.flow.fields import known_values


class Place(Form):
    """Enclosed in the other form."""

    town = StringField()
    go = SubmitField()


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


def test_the_declared_fields_are_known_without_a_form():
    """A form class tells its fields and their classes, though making a form may need a request."""
    declared = fields.samples(Everything)
    assert list(declared) == list(Everything()._fields)
    assert type(declared["password"]) is PasswordField


def test_buttons_are_no_questions():
    """A submit button asks the visitor nothing."""
    assert not {"send", "save"} & fields.questions(Everything).keys()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", StringField),
        ("place-town", StringField),
        ("tags-0", StringField),
        ("tags-17", StringField),
        ("place", None),
        ("place-", None),
        ("tags", None),
        ("tags-\u00b2", None),
        ("tags-1-2", None),
        ("nowhere", None),
        ("", None),
    ],
)
def test_an_input_is_known_by_the_name_under_which_it_is_sent(name, kind):
    """Enclosed fields too; what no field takes is nobody's."""
    found = fields.find(Everything, name)
    assert found is None if kind is None else isinstance(found, kind)


def test_secrets_are_found_at_any_depth_and_however_they_are_drawn():
    """By their dotted names."""
    login = type("Login", (Form,), {"password": PasswordField(), "pin": StringField(widget=PasswordInput())})
    form = type("F", (Form,), {"login": FormField(login), "code": StringField(render_kw={"type": "password"})})
    assert set(fields.secrets(form)) == {"login.password", "login.pin", "code"}


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
        ("grouped", ["a"]),
        ("made", None),
        ("several", None),
        ("free", None),
    ],
)
def test_the_values_of_a_field_are_known_where_its_declaration_says_them(name, values):
    """As the form would hand them on, not as they are typed."""
    assert known_values(Kinds, name) == values
