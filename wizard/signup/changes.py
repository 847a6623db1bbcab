"""Changes: the pages on which who is signed in chooses another password, or ends the account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, url_for
from wtforms import Form, PasswordField
from wtforms.validators import InputRequired

from .. import headers, htmx
from ..accounts import belongings
from ..accounts.accounts import email_key
from ..accounts.passwords import hash_password
from ..accounts.people import Person
from ..languages import lazy_gettext as _
from ..pages import token
from . import asking, mails, own, signed_in
from .account import WRONG, me, private
from .forms import PasswordForm, new_password

changes = Blueprint("changes", __name__, url_prefix="/account")
changes.after_request(headers.keep_private)


def init_app(app: Flask) -> None:
    """Give ``app`` the pages."""
    app.register_blueprint(changes)
    token.exempt(app, changes)


class CurrentPasswordForm(Form):
    """What only they know."""

    current = PasswordField(
        _("Your password"), [InputRequired(_("Enter your password"))], render_kw={"autocomplete": "current-password"}
    )


class NewPasswordForm(PasswordForm, CurrentPasswordForm):
    """The password of now, and the one to be."""

    password = new_password(_("Your new password"))

    def about(self) -> list[str]:
        row = me().row
        return [str(row[name]) for name in ("email", "username", "full_name", "date_of_birth") if row[name]]


@changes.get("/password")
@private
def ask_for_password() -> Response:
    """Ask for another password."""
    return asking.page("password", asking.blank(NewPasswordForm), email=me().email)


@changes.post("/password")
@private
def change_password() -> Response:
    """Change the password, sign out every other browser, and say so by mail."""
    form, errors = asking.sent(NewPasswordForm)
    if response := _refused("password", form, errors, email=me().email):
        return response
    person = me()
    person.change_password(hash_password(str(form.password.data)), mails.password_changed(person.email))
    signed_in.sign_in(person)
    return signed_in.remember_still(person, htmx.load(url_for("account.show", changed="password")))


@changes.get("/delete")
@private
def ask_to_delete() -> Response:
    """Ask whether the account is to be deleted, and for the password."""
    return asking.page("delete", asking.blank(CurrentPasswordForm), **_of_deleting(me()))


@changes.post("/delete")
@private
def delete() -> Response:
    """Delete the account and all that belongs to it. No browser is signed in after that."""
    form, errors = asking.sent(CurrentPasswordForm)
    person = me()
    if response := _refused("delete", form, errors, **_of_deleting(person)):
        return response
    own.forget(person)
    belongings.erase(person, mails.deleted(person.email))
    return signed_in.sign_out(htmx.load(url_for("changes.deleted")))


@changes.get("/deleted")
def deleted() -> Response:
    """Say that an account was deleted."""
    return asking.page("deleted")


def _of_deleting(person: Person) -> dict[str, Any]:
    return {"email": person.email, "has_team": bool(belongings.invited(person))}


def _refused(name: str, form: Any, errors: dict[str, str], **context: Any) -> Response | None:
    """Return what is answered where the form, or the password in it, is wrong."""
    who = email_key(me().email)
    if response := asking.refused(name, form, errors, who, **context):
        return response
    if me().has_password(str(form.current.data)):
        return None
    return asking.page(name, form, 422, errors={"current": str(WRONG)}, **context)
