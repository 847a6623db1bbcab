"""New email: the flow by which who is signed in changes their address, at ``/account/email/``."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from .. import limits
from ..accounts.accounts import EMAIL_TAKEN, email_key
from ..accounts.people import Person
from ..errors import Duplicate, Refused
from ..flow import Answer, Code, Flow, Step
from ..languages import lazy_gettext as _
from . import mails, own
from .account import WRONG, somebody
from .forms import EMAIL_RULES, strip


class NewEmailForm(FlaskForm):
    """The address to be, and the password, which a stranger at an open browser does not know."""

    email = EmailField(
        _("New email address"),
        [DataRequired(_("Enter your new email address")), *EMAIL_RULES],
        filters=[strip],
        description=_("We’ll send a code there"),
        render_kw={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    current = PasswordField(
        _("Your password"), [InputRequired(_("Enter your password"))], render_kw={"autocomplete": "current-password"}
    )

    def validate_email(self, field: Field) -> None:
        person = somebody()
        if person and not field.errors and email_key(field.data) == person.row["email_key"]:
            raise ValidationError(_("This is already your email address. Enter a new one"))

    def validate_current(self, field: Field) -> None:
        person = somebody()
        if person is None:
            raise ValidationError(own.SIGNED_OUT)
        if seconds := limits.spend("sign_in", email_key(person.email)):
            raise ValidationError(limits.words(seconds))
        if not person.has_password(field.data or ""):
            raise ValidationError(WRONG)


flow = Flow(
    Step(
        "address",
        NewEmailForm,
        title=_("Change your email address"),
        short=_("New email address"),
        keep={"current": None},
    ),
    Code(
        "code",
        title=_("Check your email"),
        short=_("Email confirmation"),
        to=lambda answers: answers["address"]["email"],
        mail=mails.new_email,
    ),
)


def init_app(app: Flask) -> None:
    """Serve the flow in ``app``."""
    own.serve(
        app,
        "new_email",
        flow,
        change_email,
        at="email",
        title=_("New email address - Acme"),
        finish=_("Change address"),
    )


def change_email(person: Person, answers: Mapping[str, Answer], _key: str) -> str:
    """Keep the new address, and tell the old one so."""
    email = answers["address"]["email"]
    if person.email != email:
        try:
            person.change_email(email, mails.email_changed(person.email))
        except Duplicate:
            raise Refused({"address": {"email": EMAIL_TAKEN}}) from None
    return "email"
