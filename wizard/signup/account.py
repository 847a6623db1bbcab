"""Account: the pages with what is kept of who is signed in, to be looked at, changed, taken along and deleted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from babel.dates import format_date
from flask import Blueprint, Flask, Response, abort, jsonify, request, url_for
from flask_login import current_user, login_required
from wtforms import Form, PasswordField
from wtforms.validators import InputRequired

from .. import bodies, headers, htmx, languages
from ..accounts import belongings
from ..accounts.accounts import email_key
from ..accounts.passwords import hash_password
from ..accounts.people import Person
from ..languages import gettext
from ..languages import lazy_gettext as _
from ..pages import token
from . import asking, mails, signed_in
from .countries import countries
from .forms import PasswordForm

WRONG = _("This is not your password. Check it, and try again.")

#: What has just been done, by the word in the address that says so.
DONE = {
    "password": _("Your password was changed. Other browsers in which you were signed in are signed out."),
    "invited": _("The invitation is on its way."),
    "email": _("Your email address was changed. Sign in with the new one from now on."),
}

account = Blueprint("account", __name__, url_prefix="/account")
account.after_request(headers.keep_private)

R = TypeVar("R", bound=Callable[..., Response])


def init_app(app: Flask) -> None:
    """Give ``app`` the pages."""
    app.register_blueprint(account)
    token.exempt(app, account)


def private(view: R) -> R:
    """Let a view be for who is signed in alone. Others sign in, and come back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        bodies.bound()
        answer: Response = login_required(view)(*args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return guarded  # type: ignore[return-value]


def me() -> Person:
    """Return who is signed in."""
    person: Person = current_user._get_current_object()
    return person


class CurrentPasswordForm(Form):
    """What only they know."""

    current = PasswordField(
        _("Your password"), [InputRequired(_("Enter your password"))], render_kw={"autocomplete": "current-password"}
    )


class NewPasswordForm(PasswordForm, CurrentPasswordForm):
    """The password of now, and the one to be."""

    def about(self) -> list[str]:
        row = me().row
        return [str(row[name]) for name in ("email", "username", "full_name", "date_of_birth") if row[name]]


@account.get("")
@private
def show() -> Response:
    """Show all that is kept of them."""
    return page()


def page(status: int = 200, alert: str = "", **context: Any) -> Response:
    """Render the page of the account.

    :param alert: what is wrong with what was sent from it.
    """
    person = me()
    team = belongings.team_of(person)
    return asking.page(
        "account",
        None,
        status,
        alert=alert,
        person=person,
        details=details(person),
        photo=belongings.photo_name(person),
        team=team,
        invited=belongings.invited(person),
        done=DONE.get(request.args.get("changed", "")),
        **context,
    )


def details(person: Person) -> list[tuple[str, str]]:
    """Return what is kept of ``person``, each with its label, in the language of the page."""
    row, plans = person.row, {"personal": gettext("Personal"), "team": gettext("Team")}
    born = row["date_of_birth"]
    found = [
        (gettext("Full name"), row["full_name"]),
        (gettext("Username"), row["username"]),
        (gettext("Date of birth"), born and format_date(born, "long", locale=languages.conventions())),
        (gettext("Country"), countries(str(languages.language())).get(row["country"])),
        (gettext("Plan"), plans.get(row["plan"], row["plan"])),
        (gettext("Organisation"), row["organisation"]),
        (gettext("Number of seats"), row["seats"]),
        (gettext("Reference"), row["reference"]),
    ]
    return [(label, str(value)) for label, value in found if value]


@account.get("/photo/<name>")
@private
def photo(name: str) -> Response:
    """Send a photo to its owner, and to their team."""
    found = belongings.photo(name, me())
    if found is None:
        abort(404)
    # Another photo has another name.
    return Response(found.data, mimetype=found.type, headers={"Cache-Control": "private, max-age=86400"})


@account.get("/password")
@private
def ask_for_password() -> Response:
    """Ask for another password."""
    return asking.page("password", asking.blank(NewPasswordForm), email=me().email)


@account.post("/password")
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


@account.get("/export")
@private
def export() -> Response:
    """Send all that is kept of them, as a file."""
    person = me()
    response = jsonify(belongings.everything(person))
    response.headers["Content-Disposition"] = f'attachment; filename="acme-{person.row["reference"]}.json"'
    return response


@account.get("/delete")
@private
def ask_to_delete() -> Response:
    """Ask whether the account is to be deleted, and for the password."""
    return asking.page("delete", asking.blank(CurrentPasswordForm), **_of_deleting(me()))


@account.post("/delete")
@private
def delete() -> Response:
    """Delete the account and all that belongs to it. No browser is signed in after that."""
    form, errors = asking.sent(CurrentPasswordForm)
    person = me()
    if response := _refused("delete", form, errors, **_of_deleting(person)):
        return response
    belongings.erase(person, mails.deleted(person.email))
    return signed_in.sign_out(htmx.load(url_for("account.deleted")))


@account.get("/deleted")
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
