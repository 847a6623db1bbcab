"""The forms of the signup: what each step asks, and what it says when an answer will not do."""

from __future__ import annotations

from datetime import date

from flask import g, session
from flask_babel import LazyString
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional, Regexp

from ..accounts.accounts import USERNAME_TAKEN, current_accounts
from ..accounts.passwords import strength
from ..fields import Combobox, FileKinds, FileLimit, MemorableDateField
from ..languages import gettext, language
from ..languages import lazy_gettext as _
from ..zones import region, today
from . import countries
from .typos import meant

#: Whose account it can be, in years. With fewer, a parent would have to agree first.
YOUNGEST, OLDEST = 13, 130

EMAIL_RULES = [
    Length(max=254, message=_("Enter an email address of 254 characters or fewer")),
    Email(_("Enter an email address like name@example.com")),
]
NAME_LENGTH = Length(max=200, message=_("Enter a name of 200 characters or fewer"))

# What makes a good one stands above the field.
TOO_EASY = _("Enter a password that is harder to guess")

#: What is said of a password by zxcvbn's score. Below these, it is found within a million guesses.
STRENGTHS = {2: _("This password will do"), 3: _("This is a good password"), 4: _("This is a strong password")}


def strip(value: str | None) -> str | None:
    """A filter: spaces around what was typed are never meant."""
    return value.strip() if value else value


def age(born: date, day: date) -> int:
    """Return how many birthdays somebody who was ``born`` then has had on that ``day``."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class AccountForm(FlaskForm):
    """How the account is reached, and what it is called."""

    email = EmailField(
        _("Email address"),
        [
            DataRequired(_("Enter your email address")),
            *EMAIL_RULES,
        ],
        filters=[strip],
        description=_("We use it to sign you in and to contact you about your account"),
        render_kw={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    username = StringField(
        _("Username"),
        [
            DataRequired(_("Enter a username")),
            Length(3, 30, _("Enter a username of 3 to 30 characters")),
            Regexp(
                r"[A-Za-z0-9._-]+\Z",
                message=_("Use letters a to z, numbers, dots, hyphens or underscores"),
            ),
            Regexp("[A-Za-z0-9]", message=_("Start the username with a letter or a number")),
        ],
        filters=[strip],
        description=_("How you’ll appear in Acme. Use 3 to 30 letters, numbers, dots, hyphens or underscores"),
        render_kw={"autocomplete": "nickname", "spellcheck": "false", "autocapitalize": "none"},
    )

    def validate_email(self, field: Field) -> None:
        address = meant(field.data or "")
        if address is None:
            return
        hint = gettext("Did you mean %(address)s?", address=address)
        # Without an ending, it is none. Any other may be right, however rare.
        if field.errors:
            field.errors = [hint]
        else:
            field.note = hint

    def validate_username(self, field: Field) -> None:
        run = session.get("signup", {}).get("run")
        if current_accounts().username_is_taken(field.data, run):
            raise ValidationError(USERNAME_TAKEN)


class NameForm(FlaskForm):
    """What somebody is called."""

    full_name = StringField(
        _("Full name"),
        [
            DataRequired(_("Enter your full name")),
            NAME_LENGTH,
        ],
        filters=[strip],
        render_kw={"autocomplete": "name"},
    )


class ProfileForm(NameForm):
    """Who the account is for."""

    date_of_birth = MemorableDateField(
        _("Date of birth"),
        [InputRequired(_("Enter your date of birth"))],
        description=_("To check that you’re at least %(years)s", years=YOUNGEST),
        render_kw={"autocomplete": "bday"},
    )
    country = SelectField(
        _("Country"),
        [InputRequired(_("Select your country")), Combobox(countries.address)],
        invalid_choice_message=_("Select a country from the list"),
        choices=lambda: {"": gettext("Select a country"), **countries.countries(str(language()))},
        default=region,
        description=_("It tells us which laws apply to your account"),
        render_kw={"autocomplete": "country"},
    )

    def validate_date_of_birth(self, field: Field) -> None:
        born, now = field.data, today()
        if born is None:
            return
        if born > now:
            raise ValidationError(_("Enter a date of birth in the past"))
        if born.year < now.year - OLDEST:
            raise ValidationError(_("Enter a date of birth after %(year)s", year=now.year - OLDEST - 1))
        if age(born, now) < YOUNGEST:
            raise ValidationError(_("You must be at least %(years)s years old to have an account", years=YOUNGEST))


class PlanForm(FlaskForm):
    """What the account can do."""

    plan = RadioField(
        _("Plan"),
        [InputRequired(_("Select a plan"))],
        invalid_choice_message=_("Select one of the plans"),
        choices=[
            SelectChoice("personal", _("Personal, free")),
            SelectChoice("team", _("Team, paid monthly")),
        ],
    )


class TeamForm(FlaskForm):
    """Who else will use it."""

    organisation = StringField(
        _("Organisation"),
        [
            DataRequired(_("Enter the name of your organisation")),
            NAME_LENGTH,
        ],
        filters=[strip],
        description=_("The people you invite will see this name"),
        render_kw={"autocomplete": "organization"},
    )
    seats = IntegerField(
        _("Number of seats"),
        [
            InputRequired(_("Enter the number of seats")),
            NumberRange(2, 500, _("Enter a number of seats from 2 to 500")),
        ],
        invalid_value_message=_("Enter the number of seats as a whole number"),
        description=_("How many people will use Acme, including you: 2 to 500. Your price depends on this"),
        render_kw={"inputmode": "numeric"},
    )


class MemberForm(FlaskForm):
    """One person who is invited to the team.

    To a browser, its fields say nothing of autocomplete: "off" would take what is half typed away on Back.
    """

    name = StringField(
        _("Name"),
        [
            DataRequired(_("Enter a name")),
            NAME_LENGTH,
        ],
        filters=[strip],
    )
    email = EmailField(
        _("Email address"),
        [
            DataRequired(_("Enter an email address")),
            *EMAIL_RULES,
        ],
        filters=[strip],
        description=_("We’ll send the invitation there, and they’ll sign in with it"),
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )


def new_password(label: str) -> PasswordField:
    """Return the field that asks for a password to be."""
    return PasswordField(
        label,
        [
            InputRequired(_("Enter a password")),
            Length(8, 200, _("Enter a password of 8 to 200 characters")),
        ],
        description=_("Use at least 8 characters. Three random words make a good password"),
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(FlaskForm):
    """A new password that is not easy to guess."""

    password = new_password(_("Password"))

    def about(self) -> list[str]:
        """Return the words of the visitor, which are guessed first."""
        return []

    def validate_password(self, field: Field) -> None:
        score = strength(field.data or "", self.about())
        if score not in STRENGTHS:
            raise ValidationError(TOO_EASY)
        field.note = STRENGTHS[score]


def whose_photo() -> str:
    """Say what the photo shows."""
    name = session.get("signup", {}).get("answers", {}).get("profile", {}).get("full_name", "")
    return gettext("Photo of %(name)s", name=name)


def photo_field(alt: str) -> FileField:
    """Return the field that asks for a photo, which ``alt`` describes."""
    return FileField(
        _("Photo"),
        [
            Optional(),
            FileKinds("image/png", "image/jpeg", "image/webp", "image/avif"),
            FileLimit(megabytes=5),
        ],
        description=_("So your team can recognise you. PNG, JPEG, WebP or AVIF, up to 5 MB. We’ll crop it to a square"),
        render_kw={"alt": alt},
    )


class PhotoForm(FlaskForm):
    """What others see of them."""

    photo = photo_field(LazyString(whose_photo))


class SecurityForm(PasswordForm):
    """What keeps the account safe."""

    accept_terms = BooleanField(
        _("I accept the terms of use"),
        [InputRequired(_("Accept the terms of use to create an account"))],
    )

    def about(self) -> list[str]:
        answers = session.get("signup", {}).get("answers", {})
        return [str(value) for name in ("account", "profile") for value in answers.get(name, {}).values()]


class JoinForm(SecurityForm):
    """What keeps the account of a member safe."""

    def about(self) -> list[str]:
        return [g.invitation.email, g.invitation.name, g.invitation.organisation]
