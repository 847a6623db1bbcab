"""Forgot: the flow for who has forgotten their password, at ``/forgot/``. It says the same to who has no account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, session, url_for
from flask_wtf import FlaskForm
from wtforms import EmailField
from wtforms.validators import DataRequired

from .. import htmx
from ..accounts import people
from ..accounts.passwords import hash_password
from ..blueprint import Wizard
from ..errors import Refused
from ..flow import Answer, Code, Flow, Step
from ..languages import gettext
from ..languages import lazy_gettext as _
from . import mails, signed_in
from .forms import EMAIL_RULES, PasswordForm, strip


class EmailForm(FlaskForm):
    """Whose password it is."""

    email = EmailField(
        _("Email address"),
        [DataRequired(_("Enter your email address")), *EMAIL_RULES],
        filters=[strip],
        description=_("The one you sign in with"),
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )


class ForgottenForm(PasswordForm):
    """The password to be."""

    def about(self) -> list[str]:
        answers = session.get("forgot", {}).get("answers", {})
        return [str(value) for value in answers.get("email", {}).values()]


flow = Flow(
    Step(
        "email",
        EmailForm,
        title=_("Choose a new password"),
        short=_("Email address"),
        intro=_("We’ll email you a code."),
    ),
    Code(
        "code",
        title=_("Check your email"),
        short=_("Email confirmation"),
        to=lambda answers: answers["email"]["email"],
        mail=mails.forgotten,
    ),
    Step(
        "password",
        ForgottenForm,
        title=_("Your new password"),
        live=["password"],
        sign_in="email.email",
        keep={"password": hash_password},
    ),
)


def init_app(app: Flask) -> None:
    """Serve the flow in ``app``."""
    forgot = Wizard(
        "forgot",
        flow,
        on_finish=change_password,
        title=_("New password - Acme"),
        finish=_("Change password"),
        back="/sign-in",
        layout="signup/layout.html",
    )
    app.register_blueprint(forgot, url_prefix="/forgot")


def change_password(answers: Mapping[str, Answer], _key: str) -> Any:
    """Keep the new password, sign out every browser, sign in this one, and say so by mail: the flow's ``on_finish``."""
    person = people.by_email(answers["email"]["email"])
    if person is None:
        raise Refused(gettext("This account no longer exists."))
    new = answers["password"]["password"]
    if person.row["password_hash"] != new:
        # Else it was done before, and what has signed in since stays so.
        person.change_password(new, mails.password_changed(person.email))
    signed_in.sign_in(person)
    return htmx.redirect(url_for("account.show", changed="password"))
