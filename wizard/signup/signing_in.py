"""Signing in and out: the pages. They say the same of an address with an account as of one without."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request, url_for
from flask_login import current_user
from wtforms import BooleanField, EmailField, Form, PasswordField
from wtforms.validators import DataRequired, InputRequired

from .. import bodies, headers, htmx, languages, security_log
from ..accounts import passwords, people
from ..accounts.accounts import email_key
from ..languages import lazy_gettext as _
from ..pages import token
from . import asking, signed_in
from .forms import EMAIL_RULES

WRONG = _("There is no account with this email address and password. Check both and try again.")


class SignInForm(Form):
    """Who it is."""

    email = EmailField(
        _("Email address"),
        [DataRequired(_("Enter your email address")), *EMAIL_RULES],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Enter your password"))],
        render_kw={"autocomplete": "current-password"},
    )
    keep = BooleanField(_("Keep me signed in"), description=_("For 30 days. Do not use this on a shared device"))


signing_in = Blueprint("signing_in", __name__)
signing_in.after_request(headers.keep_private)


def init_app(app: Flask) -> None:
    """Give ``app`` the pages, and let it know who is signed in."""
    signed_in.init_app(app)
    app.register_blueprint(signing_in)
    token.exempt(app, signing_in)


def after() -> str:
    """Return where signing in leads: an address of ours that the page was asked for with, else the account."""
    asked = request.args.get("next", "")
    return asked if languages.is_local(asked) else url_for("account.show")


@signing_in.get("/sign-in")
def ask() -> Response:
    """Ask for the password, unless somebody is signed in."""
    if current_user.is_authenticated:
        return htmx.load(after())
    return asking.page("sign_in", asking.blank(SignInForm), action=languages.here())


@signing_in.post("/sign-in")
def answer() -> Response:
    """Sign in. A try is counted before the password is looked at."""
    bodies.bound()
    form, errors = asking.sent(SignInForm)
    action, email, password = languages.here(), str(form.email.data), str(form.password.data)
    if response := asking.refused("sign_in", form, errors, "" if errors else email_key(email), action=action):
        return response
    person = people.by_email(email)
    is_right = person.has_password(password) if person else passwords.is_password(None, password)
    if person is None or not is_right:
        security_log.write("sign_in_refused")
        return asking.page("sign_in", form, 422, errors={"password": str(WRONG)}, action=action)
    signed_in.sign_in(person)
    response = htmx.load(after())
    return signed_in.remember(person, response) if form.keep.data else response


@signing_in.post("/sign-out")
def leave() -> Response:
    """Sign out, and lead to the front page. With a stale token, the account's page is shown, which has a new one."""
    if token.is_stale():
        return htmx.load(url_for("account.show"))
    return signed_in.sign_out(htmx.load(url_for("front")))
