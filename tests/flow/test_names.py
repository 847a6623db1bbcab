"""Which names a field cannot have."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form, FormField, StringField
from wtforms.validators import InputRequired

from wizard.flow.names import BREAKS_BROWSER, BREAKS_ENCLOSED, BREAKS_WTFORMS, INLINE, TAKEN_BY_PAGE, complaint

#: Names that look as if they could break something.
# fmt: off
GOOD = [
    "action", "children", "clear", "copy", "get", "hidden", "id", "items", "keys", "lang", "language",
    "length", "method", "name", "next", "note", "parent", "pop", "revision", "run", "session", "step", "style",
    "target", "title", "type", "update", "value", "values",
]
# fmt: on


def form_with(name: str, base: type[Form] = Form) -> type[Form]:
    """A form with a field of this name, and another."""
    return type("Named", (base,), {name: StringField(validators=[InputRequired()]), "other": StringField()})


def works(form: type[Form], name: str, prefix: str = "", inner: str = "") -> bool:
    """Whether ``form`` reads what is typed, refuses what is missing and shows what was answered."""
    answer = {name: "typed", "other": "more"}
    try:
        sent = form(MultiDict({prefix + key: value for key, value in answer.items()}))
        missing = form(MultiDict({f"{prefix}other": "more"}))
        filled = form(data={inner: answer} if inner else answer)
        return bool(
            (sent.validate(), sent.data, sent.errors) == (True, {inner: answer} if inner else answer, {})
            and not missing.validate()
            and name in (missing.errors[inner] if inner else missing.errors)
            and filled.data == sent.data
        )
    except (AttributeError, KeyError, TypeError):
        return False


@pytest.mark.parametrize("name", GOOD)
def test_a_name_that_can_work_is_no_mistake(name: str) -> None:
    """Not at the top of a form, nor in an enclosed one, and WTForms agrees."""
    assert complaint(name) is None
    assert complaint(name, enclosed=True) is None
    assert works(form_with(name), name)


@pytest.mark.parametrize("name", sorted(BREAKS_WTFORMS | BREAKS_BROWSER | TAKEN_BY_PAGE | {"csrf_token", "_action"}))
def test_a_name_that_breaks_something_comes_with_its_cure(name: str) -> None:
    """The message names the field, and another name for it that can be had."""
    said = complaint(name)
    assert said is not None
    assert said.startswith(f"field {name!r}: ")
    other = said.rpartition("such as ")[2].strip("'.")
    assert other != name
    assert complaint(other) is None


def test_the_list_has_every_attribute_that_a_form_has() -> None:
    """So that a release of WTForms or Flask-WTF that adds one is found out."""
    app = Flask("names")
    app.secret_key = "only for this test"
    with app.test_request_context():
        form = FlaskForm(meta={"csrf": False})
        public = {name for name in {*dir(FlaskForm), *vars(form)} if not name.startswith("_")}
    assert public == BREAKS_WTFORMS


def test_only_what_breaks_wtforms_or_its_methods_is_listed() -> None:
    """Those that do not break a form by themselves are methods that an author may call."""
    unbroken = {name for name in BREAKS_WTFORMS if works(form_with(name), name)}
    assert unbroken == {"hidden_tag", "is_submitted", "populate_obj", "validate_on_submit"}
    assert all(callable(getattr(FlaskForm, name)) for name in unbroken)


@pytest.mark.parametrize("name", sorted(BREAKS_ENCLOSED))
def test_a_parameter_of_a_form_breaks_it_where_it_is_enclosed(name: str) -> None:
    """A FormField hands its data over as keyword arguments; a form by itself takes the name."""
    group = type("Group", (Form,), {"group": FormField(form_with(name))})
    assert works(form_with(name), name)
    assert complaint(name) is None
    assert not works(group, name, prefix="group-", inner="group")
    assert complaint(name, enclosed=True) is not None


@pytest.mark.parametrize("name", ["elements", "items", "wizard", "csrf_token"])
def test_an_enclosed_field_is_free_of_what_only_its_whole_name_could_break(name: str) -> None:
    """The page calls it ``group-elements``."""
    group = type("Group", (Form,), {"group": FormField(form_with(name))})
    assert works(group, name, prefix="group-", inner="group")
    assert complaint(name, enclosed=True) is None


@pytest.mark.parametrize("prefix", INLINE)
def test_a_field_that_wtforms_calls_for_another_is_refused(prefix: str) -> None:
    """``validate_age`` is a field like any other, until there is a field ``age`` beside it."""
    name = f"{prefix}other"
    assert not works(form_with(name), name)
    assert "for field 'other'" in str(complaint(name, ["other", name]))
    assert "for field 'other'" in str(complaint(name, ["other", name], enclosed=True))
    assert works(form_with(f"{prefix}more"), f"{prefix}more")
    assert complaint(f"{prefix}more", ["other", f"{prefix}more"]) is None
