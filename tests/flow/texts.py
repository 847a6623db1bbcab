"""The steps that tests of runs answer."""

from __future__ import annotations

from wtforms import Form, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from wizard.flow import Repeat, Step


class Text(Form):
    """Asks for a word."""

    text = StringField("Text", [Length(max=5)])


class Longer(Form):
    """Asks for a word and a number by now."""

    text = StringField("Text", [Length(max=3)])
    age = IntegerField("Age", [InputRequired("Enter your age")])


class Secret(Form):
    """Asks for a password and a number."""

    password = PasswordField("Password", [InputRequired("Enter a password")])
    age = IntegerField("Age")


class Watched(dict):
    """A mapping that, like a session, only sees its own keys being assigned."""

    changes = 0

    def __setitem__(self, key, value):
        self.changes += 1
        super().__setitem__(key, value)


a, b = Step("a", Text, title="A"), Step("b", Text, title="B")
guests = Repeat("guests", Text, title="Guests")
secret = Step("s", Secret, title="S", keep={"password": lambda password: f"#{len(password)}"})


def answer(run, step, **values):
    """Accept texts as they are typed."""
    run.accept(step, values, {name: [value] for name, value in values.items()})
