"""A form class as it is served."""

from __future__ import annotations

from flask import Flask
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, StringField

from wizard.flow.bound import clean
from wizard.flow.fields import unbound
from wizard.flow.served import served


def test_an_enclosed_form_wants_no_token_of_its_own():
    """Whatever encloses it; the form that the author gave is left as it was."""
    inner = type("Place", (FlaskForm,), {"town": StringField("Town")})
    outer = type(
        "Outer",
        (FlaskForm,),
        {"home": FormField(inner), "places": FieldList(FormField(inner, label="Place"), min_entries=1)},
    )
    made = served(outer)
    with Flask("host").test_request_context():
        form = made(formdata=None, meta={"csrf": False})
        assert clean(form) == {"home": {"town": None}, "places": [{"town": None}]}
    assert unbound(outer)["home"].field_class is FormField
    plain = type("Plain", (Form,), {"name": StringField("Name")})
    assert served(plain) is plain
