"""Account: the pages with what is kept of who is signed in, to be looked at, changed, taken along and deleted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from babel.dates import format_date
from flask import Blueprint, Flask, Response, abort, jsonify, request
from flask_login import current_user, login_required

from .. import bodies, headers, languages
from ..accounts import belongings
from ..accounts.people import Person
from ..languages import gettext
from ..languages import lazy_gettext as _
from ..pages import token
from . import asking
from .countries import countries

WRONG = _("This is not your password. Check it and try again.")

#: What has just been done, by the word in the address that says so.
DONE = {
    "password": _("Your password has been changed. You’ve been signed out of all other browsers."),
    "invited": _("The invitation is on its way."),
    "email": _("Your email address has been changed. Sign in with the new one from now on."),
    "plan": _("Your plan has been saved."),
    "photo": _("Your photo has been saved."),
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


def somebody() -> Person | None:
    """Return who is signed in; ``None`` where nobody is, as outside of a request."""
    return me() if current_user and current_user.is_authenticated else None


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


def details(person: Person) -> list[tuple[str, str, bool]]:
    """Return what is kept of ``person`` in the language of the page: its label, itself, and whether it is of a plan
    that they can change."""
    row, plans = person.row, {"personal": gettext("Personal"), "team": gettext("Team")}
    born, own = row["date_of_birth"], row["team_id"] is None
    found = [
        (gettext("Full name"), row["full_name"], False),
        (gettext("Username"), row["username"], False),
        (gettext("Date of birth"), born and format_date(born, "long", locale=languages.conventions()), False),
        (gettext("Country"), countries(str(languages.language())).get(row["country"]), False),
        (gettext("Plan"), plans.get(row["plan"], row["plan"]), own),
        (gettext("Organisation"), row["organisation"], own),
        (gettext("Number of seats"), row["seats"], own),
        (gettext("Reference"), row["reference"], False),
    ]
    return [(label, str(value), changes) for label, value, changes in found if value]


@account.get("/photo/<name>")
@private
def photo(name: str) -> Response:
    """Send a photo to its owner, and to their team."""
    found = belongings.photo(name, me())
    if found is None:
        abort(404)
    # Another photo has another name.
    return Response(found.data, mimetype=found.type, headers={"Cache-Control": "private, max-age=86400"})


@account.get("/export")
@private
def export() -> Response:
    """Send all that is kept of them, as a file."""
    person = me()
    response = jsonify(belongings.everything(person))
    response.headers["Content-Disposition"] = f'attachment; filename="acme-{person.row["reference"]}.json"'
    return response
