"""What a form holds that is bound to what was typed."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from wizard.flow import bound


class Place(Form):
    """Enclosed in the other form."""

    town = StringField()
    go = SubmitField()


class Visit(Form):
    """Fields that enclose others, and a button."""

    name = StringField()
    place = FormField(Place)
    tags = FieldList(StringField())
    send = SubmitField()


def test_what_a_form_has_accepted_is_plain_data():
    """Without buttons, at whatever depth."""
    form = Visit(MultiDict({"name": "Ada", "place-town": "Oslo", "place-go": "1", "tags-0": "x", "send": "1"}))
    assert bound.clean(form) == {"name": "Ada", "place": {"town": "Oslo"}, "tags": ["x"]}


class Errs(Form):
    """Everything that can be wrong with enclosed bound."""

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
    assert bound.errors(form) == {
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
    assert bound.errors(form) == {"inner": "Not together"}
    form = Whole(MultiDict({"name": "x"}))
    assert not form.validate()
    assert bound.errors(form) == {"": "Not together"}
