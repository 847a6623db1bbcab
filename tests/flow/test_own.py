"""What a form brings of its own, found when a step is built: its functions, their arguments, and its defaults."""

from __future__ import annotations

import pytest
from wtforms import DateField, FieldList, Form, FormField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired
from wtforms.widgets import TextArea

from wizard import FlowError, Step


def step(attributes=None, **given):
    """A step whose form has these fields, or a field ``one`` that is made with these keywords."""
    fields = attributes or {"one": StringField("One", **given)}
    return Step("a", type("Own", (Form,), fields), title="A")


async def wait(*_):
    """A function that nobody waits for."""
    return True


def give(*_):
    """A function of which nothing runs."""
    yield True


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: step(validators=[lambda form: None]), "the validator of field 'one' must take two arguments"),
        (lambda: step(validators=[wait]), "the validator of field 'one' is async"),
        (lambda: step(validators=[give]), "the validator of field 'one' is a generator.*Use return in place of yield"),
        (
            lambda: step({"one": StringField("One", [InputRequired])}),
            "a field of Own cannot be made: .*should be an instance",
        ),
        (
            lambda: step({"one": StringField("One", InputRequired())}),
            "a field of Own cannot be made: .*Mend its declaration",
        ),
        (
            lambda: step(filters=[lambda: "x"]),
            "the filter of field 'one' must take one argument",
        ),
        (lambda: step(filters=["x"]), "the filter of field 'one' is 'x'. Use a function: lambda value: "),
        (
            lambda: step(default=lambda form: "x"),
            "the default of field 'one' must take no argument.*lambda:",
        ),
        (lambda: step(widget="x"), "the widget of field 'one' is 'x'. Use an object, such as widget=TextArea"),
        (lambda: step(widget=TextArea), "the widget of field 'one' is TextArea. Use an object"),
        (
            lambda: step({"one": DateField("One", default="2024-01-01")}),
            "the default of field 'one' is str",
        ),
        (
            lambda: step({"one": SelectField(choices=["x"], coerce=lambda: 1)}),
            "the coerce of field 'one' must take",
        ),
        (
            lambda: step({"one": SelectField(choices=["x"], coerce="int")}),
            "the coerce of field 'one' is 'int'",
        ),
        (
            lambda: step({"one": SelectField(choices=lambda form: ["x"])}),
            "the choices of field 'one' must take no",
        ),
        (lambda: step({"one": RadioField(choices=["x", "1"], coerce=int)}), "nobody can choose 'x' of field 'one'"),
        (
            lambda: step({"one": RadioField(choices=[SelectChoice("x", "X", "y")])}),
            "the choices of field 'one' cannot be read",
        ),
        (
            lambda: step({"one": StringField("One", [EqualTo("two")])}),
            "equals 'two', which is no field beside it",
        ),
        (lambda: step({"one": StringField("One"), "validate_one": wait}), "Own.wait would never run"),
        (lambda: step({"one": StringField("One"), "filter_one": give}), "Own.give would never run"),
        (
            lambda: step({"l": FieldList(FormField(type("In", (Form,), {"x": StringField(), "validate_x": wait})))}),
            "In.wait would never run",
        ),
    ],
)
def test_what_cannot_be_called_is_found_when_the_step_is_built(build, message):
    """In one line that says the cure, where a visitor would meet it on the page, or nothing would be checked at all."""
    with pytest.raises(FlowError, match=message) as error:
        build()
    assert "\n" not in str(error.value)


def test_a_form_that_encloses_itself_is_found_when_the_step_is_built():
    """It would never end."""
    form = type("Own", (Form,), {"one": StringField("One")})
    form.inner = FormField(form)
    with pytest.raises(FlowError, match="Own encloses itself"):
        Step("a", form, title="A")


def fail():
    """What needs an application."""
    raise RuntimeError("Working outside of application context.")


@pytest.mark.parametrize(
    "fields",
    [
        {"one": StringField("One", filters=[lambda text: text and text.strip(), lambda text: text or fail()])},
        {"one": DateField("One", default=fail)},
        {"one": SelectField("One", choices=["", "1"], coerce=int)},
        {"one": SelectField("One", choices=["x"], coerce=lambda value: fail())},
        {"one": StringField("One", default="x", filters=[str.upper])},
        {"one": StringField("One", [EqualTo("two")]), "two": StringField("Two")},
        {"one": StringField("One"), "validate_one": lambda form, field: None},
    ],
)
def test_what_works_is_left_alone(fields):
    """Also what fails without an application, and may work within one."""
    assert step(fields).name == "a"


def test_trying_a_default_leaves_the_field_as_it_is():
    """Each form has one of its own."""
    form = step(default="x").open()
    assert form["one"].data == "x"
