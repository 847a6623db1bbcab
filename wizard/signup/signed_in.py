"""Signed in: who is, in this browser; and how somebody comes to be, and ends it."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, request, session, url_for
from flask_login import LoginManager, login_user, logout_user
from itsdangerous import BadData

from .. import current, htmx, languages, sealing, security_log, signing
from ..accounts import people
from ..accounts.people import Person
from ..languages import gettext

#: Under which the session says what to call who is signed in.
_NAME = "_user_name"

#: Under which the session says whom they have invited, for the last page of the signup.
INVITED = "_invited"

#: For how many seconds a browser keeps somebody signed in.
KEPT_FOR = 30 * 24 * 60 * 60

_SALT = "wizard-signed-in"

#: How the name of the cookie ends.
_ENDING = "-kept"


def init_app(app: Flask) -> None:
    """Let ``app`` know who is signed in, and its templates by the function ``who``."""
    manager = LoginManager()
    # It would write to the session because of another network, or of a browser that was updated.
    manager.session_protection = None
    manager.user_loader(people.by_session)
    manager.request_loader(_remembered)
    manager.unauthorized_handler(_ask_to_sign_in)
    # Not its init_app: with that, the session is loaded for each response, and the account for each page.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.jinja_env.globals["who"] = who


def sign_in(person: Person) -> None:
    """Let ``person`` be signed in. The session has a new id from then on, and keeps what was begun in it."""
    login_user(person)
    # A hash of the network and the browser, which nobody reads.
    session.pop("_id", None)
    session[_NAME] = person.name
    _renew()
    security_log.write("signed_in")


def remember(person: Person, response: Response) -> Response:
    """Let the browser keep ``person`` signed in when the session is over."""
    return _set_cookie(response, str(_signer().dumps(person.get_id())), KEPT_FOR)


def remember_still(person: Person, response: Response) -> Response:
    """Let a browser that has kept somebody signed in do so, though the password is another now."""
    return remember(person, response) if _cookie_name() in request.cookies else response


def sign_out(response: Response) -> Response:
    """Let nobody be signed in any more. What was begun in this browser stays."""
    logout_user()
    # Flask-Login's cookie, which nobody has.
    for name in (_NAME, INVITED, "_remember"):
        session.pop(name, None)
    _renew()
    security_log.write("signed_out")
    return _set_cookie(response, "", 0) if _cookie_name() in request.cookies else response


def who() -> str:
    """Return what to call who is signed in; nothing while nobody is. It asks no database for it.

    Where the page does not look for the account, what the session says is believed: it is for the eye alone.
    """
    if (known := current.g().get("_login_user")) is not None:
        return str(known.name) if known.is_authenticated else ""
    return str(current.session().get(_NAME, "")) or (gettext("Your account") if _read_cookie() else "")


def _renew() -> None:
    # That of a session which stands in the cookie itself is no id.
    if renew := getattr(session, "renew", None):
        renew()


def _ask_to_sign_in() -> Response:
    """Redirect to the page that asks for the password, and from there back to this one, if it can be looked at."""
    adapter = current_app.create_url_adapter(request)
    is_page = adapter is not None and adapter.test(request.path, "GET")
    return htmx.load(url_for("signing_in.ask", next=languages.here() if is_page else None))


# The cookie that outlives the session. Looking at a page with it signs in for that page, and writes no session.


def _signer() -> Any:
    keys = sealing.secret_keys(current_app.config)
    return signing.timed_signer(_SALT, *reversed(keys))


def _cookie_name() -> str:
    return f"{current_app.session_interface.get_cookie_name(current_app)}{_ENDING}"


def _read_cookie() -> str:
    # Few have it, and to find out how it is called takes a hundredth of a page.
    if not any(name.endswith(_ENDING) for name in current.request().cookies):
        return ""
    try:
        return str(_signer().loads(request.cookies.get(_cookie_name(), ""), max_age=KEPT_FOR))
    except BadData:
        return ""


def _remembered(_request: object) -> Person | None:
    kept = _read_cookie()
    return people.by_session(kept) if kept else None


def _set_cookie(response: Response, value: str, lifetime: int) -> Response:
    app, ours = current_app, current_app.session_interface
    response.set_cookie(
        _cookie_name(),
        value,
        max_age=lifetime,
        domain=ours.get_cookie_domain(app),
        path=ours.get_cookie_path(app),
        secure=ours.get_cookie_secure(app),
        httponly=True,
        samesite=ours.get_cookie_samesite(app),
        partitioned=ours.get_cookie_partitioned(app),
    )
    return response
