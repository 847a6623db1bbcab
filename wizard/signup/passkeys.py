"""Passkeys: the addresses by which a browser makes one, signs in with one, and forgets one."""

from __future__ import annotations

import secrets
import time
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date
from flask import Blueprint, Flask, Response, current_app, make_response, request, session, url_for
from flask_login import current_user, login_required
from sqlalchemy import Row

from .. import bodies, headers, htmx, languages, limits, security_log
from ..accounts import passkeys, people
from ..accounts.accounts import current_accounts
from ..checks import is_loopback
from ..languages import gettext
from ..languages import lazy_gettext as _
from ..mail import current_outbox
from ..pages import token
from . import account, asking, mails, signed_in
from .signing_in import SignInForm, after

#: Under which the session keeps what a browser was asked to sign, and until when.
_CHALLENGE = "_passkey"

#: For how many seconds it may be signed.
_SECONDS = 300

#: The longest that a browser gives, in characters.
_MOST = 20_000

UNKNOWN = _("We do not recognise this passkey. Sign in with your password, then add it again on your account page.")
NOT_ADDED = _("We could not add the passkey. Try again, or use another device.")
TOO_MANY = _("You have reached the limit for passkeys. Remove one before you add another.")

blueprint = Blueprint("passkeys", __name__)
blueprint.after_request(headers.keep_private)


def init_app(app: Flask) -> None:
    """Give ``app`` the addresses, and its templates what they say of passkeys."""
    app.register_blueprint(blueprint)
    token.exempt(app, blueprint)
    app.jinja_env.globals |= {"passkeys": _mine, "passkey_day": _day, "passkeys_work": works_here}


def place() -> passkeys.Place:
    """Return what passkeys are for: the site as ``PUBLIC_URL`` says, else as the browser has asked for it."""
    parts = urlsplit(current_app.config["PUBLIC_URL"] or request.host_url)
    return passkeys.Place(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def works_here() -> bool:
    """Return whether browsers use passkeys here: not where the host is a number, and over HTTPS or on this machine."""
    here = place()
    is_number = here.host.replace(".", "").isdigit() or ":" in here.host
    return not is_number and (here.origin.startswith("https:") or here.host == "localhost" or is_loopback(here.host))


@blueprint.post("/account/passkeys/options")
@login_required  # type: ignore[untyped-decorator]
def ask_for_one() -> Response:
    """Return what the browser needs to make one."""
    if token.is_stale():
        return _nothing()
    return _options(passkeys.create_options(place(), current_user, _challenge(), _mine()))


@blueprint.post("/account/passkeys")
@login_required  # type: ignore[untyped-decorator]
def add() -> Response:
    """Keep one that the browser has made, and tell its owner by mail."""
    bodies.bound()
    asked, there = _asked(), _mine()
    if token.is_stale() or asked is None:
        return account.page(422, str(asking.STALE))
    if len(there) >= passkeys.MOST:
        return account.page(422, str(TOO_MANY))
    name = request.form.get("name", "").strip() or gettext("Passkey %(number)s", number=len(there) + 1)
    engine = current_accounts().engine
    try:
        passkeys.add(engine, place(), current_user.id, asked, _given(), name)
    except passkeys.Unusable:
        return account.page(422, str(NOT_ADDED))
    current_outbox().put_now(mails.passkey_added(current_user.email))
    return htmx.load(url_for("account.show"))


@blueprint.post("/account/passkeys/<int:number>/remove")
@login_required  # type: ignore[untyped-decorator]
def remove(number: int) -> Response:
    """Forget one."""
    if not token.is_stale():
        passkeys.remove(current_accounts().engine, current_user.id, number)
    return htmx.load(url_for("account.show"))


@blueprint.post("/sign-in/passkey/options")
def ask_to_use_one() -> Response:
    """Return what the browser needs to sign in with one."""
    return _nothing() if token.is_stale() else _options(passkeys.use_options(place(), _challenge()))


@blueprint.post("/sign-in/passkey")
def sign_in() -> Response:
    """Sign in whoever has the passkey that the browser has used."""
    bodies.bound()
    form, action = SignInForm(), url_for("signing_in.ask", next=request.args.get("next"))
    asked = _asked()
    if token.is_stale() or asked is None:
        return asking.page("sign_in", form, 422, alert=str(asking.STALE), action=action)
    if seconds := limits.spend("sign_in", ""):
        return asking.often(seconds, "sign_in", form, action=action)
    try:
        person = people.by_id(passkeys.use(current_accounts().engine, place(), asked, _given()))
    except passkeys.Unusable:
        person = None
    if person is None:
        security_log.write("sign_in_refused")
        return asking.page("sign_in", form, 422, alert=str(UNKNOWN), action=action)
    signed_in.sign_in(person)
    return htmx.load(after())


def _mine() -> list[Row[Any]]:
    return passkeys.of_account(current_accounts().engine, current_user.id)


def _day(moment: datetime) -> str:
    return format_date(moment.date(), "long", locale=languages.conventions())


def _given() -> str:
    return request.form.get("credential", "")[:_MOST]


def _challenge() -> bytes:
    """Return what the browser is to sign. It stands in the session until it was signed, or for some minutes."""
    made = secrets.token_bytes(32)
    session[_CHALLENGE] = [b64encode(made).decode(), int(time.time()) + _SECONDS]
    return made


def _asked() -> bytes | None:
    """Return what the browser was to sign, once: what was signed before counts for nothing."""
    made, until = session.pop(_CHALLENGE, None) or ("", 0)
    return b64decode(made) if until > time.time() else None


def _options(found: str) -> Response:
    response = make_response(found)
    response.mimetype = "application/json"
    return response


def _nothing() -> Response:
    # The script says what can be done.
    return make_response("", 422)
