"""What the engine knows of WTForms fields."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask
from flask_wtf import FlaskForm
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
from wtforms.validators import AnyOf, InputRequired, Length, Regexp
from wtforms.widgets import PasswordInput

from wizard.flow import fields
from wizard.flow.fields import fingerprint, known_values


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
    assert not {"send", "save"} & fields.questions(Everything()).keys()


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


def test_what_a_form_has_accepted_is_plain_data():
    """Without buttons, at whatever depth."""
    form = Everything(MultiDict({"name": "Ada", "place-town": "Oslo", "place-go": "1", "tags-0": "x", "send": "1"}))
    found = fields.clean(form)
    assert (found["name"], found["place"], found["tags"]) == ("Ada", {"town": "Oslo"}, ["x"])
    assert not {"send", "save"} & found.keys()


class Errs(Form):
    """Everything that can be wrong with enclosed fields."""

    name = StringField("Name", [InputRequired("Enter a name")])
    place = FormField(type("Inner", (Form,), {"town": StringField("Town", [InputRequired("Enter a town")])}))
    tags = FieldList(
        StringField("Tag", [InputRequired("Enter a tag")]), min_entries=2, validators=[Length(5, -1, "5!")]
    )
    places = FieldList(FormField(type("Other", (Form,), {"n": StringField("N", [InputRequired("Enter n")])})))


def test_each_error_stands_under_the_name_of_its_input():
    """That of the second entry, of an enclosed field, and of the list itself."""
    form = Errs(MultiDict({"tags-0": "x", "tags-1": "", "places-0-n": "", "places-1-n": "x"}))
    assert not form.validate()
    assert fields.errors(form) == {
        "name": "Enter a name",
        "place-town": "Enter a town",
        "tags": "5!",
        "tags-1": "Enter a tag",
        "places-0-n": "Enter n",
    }


def test_what_is_wrong_with_a_form_as_a_whole_stands_under_no_name():
    """And that of an enclosed form under the name of its field."""

    class Whole(Form):
        name = StringField("Name")

        def validate(self, extra_validators=None):
            self.form_errors.append("Not together")
            return False

    form = type("Outer", (Form,), {"inner": FormField(Whole)})(MultiDict({"inner-name": "x"}))
    assert not form.validate()
    assert fields.errors(form) == {"inner": "Not together"}
    form = Whole(MultiDict({"name": "x"}))
    assert not form.validate()
    assert fields.errors(form) == {"": "Not together"}


def test_an_enclosed_form_wants_no_token_of_its_own():
    """Whatever encloses it; the form that the author gave is left as it was."""
    inner = type("Place", (FlaskForm,), {"town": StringField("Town")})
    outer = type(
        "Outer",
        (FlaskForm,),
        {"home": FormField(inner), "places": FieldList(FormField(inner, label="Place"), min_entries=1)},
    )
    made = fields.served(outer)
    with Flask("host").test_request_context():
        form = made(formdata=None, meta={"csrf": False})
        assert fields.clean(form) == {"home": {"town": None}, "places": [{"town": None}]}
    assert fields.unbound(outer)["home"].field_class is FormField
    plain = type("Plain", (Form,), {"name": StringField("Name")})
    assert fields.served(plain) is plain


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
