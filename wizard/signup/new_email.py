"""New email: the flow by which who is signed in changes their address, at ``/account/email/``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from .. import htmx, limits
from ..accounts.accounts import EMAIL_TAKEN, email_key
from ..accounts.people import Person
from ..blueprint import Wizard
from ..errors import Duplicate, Refused
from ..flow import Answer, Code, Flow, Step
from ..languages import lazy_gettext as _
from ..sessions.sealed import owned_id
from . import mails
from .account import WRONG, me
from .forms import EMAIL_RULES, strip

_NAME = "new_email"

SIGNED_OUT = _("You’re no longer signed in. Sign in and send it again: we’ve kept what you typed.")


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
        is_address = not field.errors
        if is_address and current_user.is_authenticated and email_key(field.data) == me().row["email_key"]:
            raise ValidationError(_("This is already your email address. Enter a new one"))

    def validate_current(self, field: Field) -> None:
        if not current_user.is_authenticated:
            raise ValidationError(SIGNED_OUT)
        if seconds := limits.spend("sign_in", email_key(me().email)):
            raise ValidationError(limits.words(seconds))
        if not me().has_password(field.data or ""):
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
    wizard = Wizard(
        _NAME,
        flow,
        on_finish=change_email,
        owner=_owner,
        title=_("New email address - Acme"),
        finish=_("Change address"),
        back="/account",
        layout="signup/layout.html",
    )
    wizard.before_request(_ask_to_sign_in)
    app.register_blueprint(wizard, url_prefix="/account/email")


def forget(person: Person) -> None:
    """Delete what ``person`` has begun here."""
    app: Any = current_app
    app.session_interface.sealed(app).delete(owned_id(_NAME, str(person.id)))


def change_email(answers: Mapping[str, Answer], _key: str) -> Any:
    """Keep the new address, and tell the old one so: the flow's ``on_finish``."""
    if not current_user.is_authenticated:
        raise Refused(str(SIGNED_OUT))
    person, email = me(), answers["address"]["email"]
    if person.email != email:
        try:
            person.change_email(email, mails.email_changed(person.email))
        except Duplicate:
            raise Refused({"address": {"email": EMAIL_TAKEN}}) from None
    return htmx.redirect(url_for("account.show", changed="email"))


def _owner() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _ask_to_sign_in() -> ResponseReturnValue | None:
    """Ask for the password before a page is shown. What is sent is kept, and belongs to who signs in then."""
    if request.method == "GET" and not current_user.is_authenticated:
        answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return answer
    return None
