"""The forms of the signup, for the peers that are built on WTForms. Whatever is newer than WTForms 3.2 is left out."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Regexp

from .texts import COUNTRIES, HINTS, LABELS, PLANS

try:
    from wtforms import SelectChoice
except ImportError:
    # Up to WTForms 3.2, choices are pairs.
    SelectChoice = None


def _choices(pairs: list[tuple[str, str]]) -> list[Any]:
    return [SelectChoice(*pair) for pair in pairs] if SelectChoice else pairs


class AccountForm(FlaskForm):
    """How the account is reached, and what it is called."""

    email = EmailField(
        LABELS["email"],
        [
            DataRequired("Enter your email address"),
            Length(max=254, message="Enter an email address of 254 characters or fewer"),
            Email("Enter an email address in the form name@example.com"),
        ],
        description=HINTS["email"],
        render_kw={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    username = StringField(
        LABELS["username"],
        [
            DataRequired("Enter a username"),
            Length(3, 30, "Enter a username of 3 to 30 characters"),
            Regexp(r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z", message="Enter a username of letters and digits"),
        ],
        description=HINTS["username"],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )


class ProfileForm(FlaskForm):
    """Who the account is for. The country is one of 250."""

    full_name = StringField(
        LABELS["full_name"],
        [
            DataRequired("Enter your full name"),
            Length(max=200, message="Enter a name of 200 characters or fewer"),
        ],
        render_kw={"autocomplete": "name"},
    )
    date_of_birth = DateField(
        LABELS["date_of_birth"], [InputRequired("Enter your date of birth")], render_kw={"autocomplete": "bday"}
    )
    country = SelectField(
        LABELS["country"],
        [InputRequired("Select your country")],
        choices=_choices(COUNTRIES),
        render_kw={"autocomplete": "country"},
    )


class PlanForm(FlaskForm):
    """What the account can do."""

    plan = RadioField(LABELS["plan"], [InputRequired("Select a plan")], choices=_choices(PLANS))


class SecurityForm(FlaskForm):
    """What keeps the account safe."""

    password = PasswordField(
        LABELS["password"],
        [
            InputRequired("Enter a password"),
            Length(8, 200, "Enter a password of 8 to 200 characters"),
        ],
        description=HINTS["password"],
        render_kw={"autocomplete": "new-password"},
    )
    accept_terms = BooleanField(LABELS["accept_terms"], [InputRequired("Accept the terms of use")])


class TextForm(FlaskForm):
    """The form of every step of a long flow."""

    text = StringField(LABELS["text"], [DataRequired("Enter an answer"), Length(max=200)])


#: The title and the form of each step, by its name.
SIGNUP = {
    "account": AccountForm,
    "profile": ProfileForm,
    "plan": PlanForm,
    "security": SecurityForm,
}
