"""By what a change of a form is known."""

from __future__ import annotations

import subprocess
import sys

import pytest
from wtforms import FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import AnyOf, Length, Regexp

from wizard.flow.fingerprint import fingerprint
from wizard.signup.flow import flow as signup


class Place(Form):
    """Enclosed in the other forms."""

    town = StringField("Town")


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
        shape(a=FormField(Place)),
        shape(a=FieldList(FormField(Place), "Kinds")),
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
    assert len(set(runs[0].stdout.split())) == len(list(signup))
