"""Token: the CSRF token of a form, and the check of the one that comes back.

The Wizard checks it itself, and shows the same page again when it is stale. Flask-WTF's ``CSRFProtect`` would answer a
bare 400, and what was typed would be lost.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest

from flask import Flask, current_app, g, request, session
from flask.sansio.app import App
from flask.sansio.blueprints import Blueprint as SansioBlueprint
from itsdangerous import BadData

from .. import current, security_log, signing
from ..sessions import Session

#: Flask-WTF's, whose tokens these are.
_SALT = "wtf-csrf-token"

#: Under which ``app.extensions`` has the blueprints that check their tokens themselves.
_OURS = "wizard_csrf_exempt"


def is_off() -> bool:
    """Return whether the application has turned tokens off, as its tests may."""
    return not current.app().config.get("WTF_CSRF_ENABLED", True)


def field() -> str:
    """Return the name under which a form sends the token."""
    return str(current.app().config.get("WTF_CSRF_FIELD_NAME", "csrf_token"))


def value() -> str:
    """Return the token that stands in the forms of this page; an empty text where tokens are turned off."""
    if is_off():
        return ""
    # Kept where Flask-WTF keeps it, whose generate_csrf makes the same and asks a proxy twenty times.
    name, kept = field(), current.g()
    if name not in kept:
        ours = current.session()
        if not isinstance(ours.get(name), str):
            ours[name] = secrets.token_hex(20)
        setattr(kept, name, str(signing.timed_signer(_SALT, *_keys()[-1:]).dumps(ours[name])))
    return str(getattr(kept, name))


def _keys() -> list[str | bytes]:
    """Return the keys that a token may be signed with; the last one signs."""
    app = current.app()
    if own := app.config.get("WTF_CSRF_SECRET_KEY"):
        return [own]
    return [*(app.config.get("SECRET_KEY_FALLBACKS") or ()), app.secret_key or ""]


def is_stale() -> bool:
    """Return whether the form that was sent has no token, or one that is not good any more."""
    if is_off():
        return False
    if _is_fresh(_open(_sent())):
        return False
    security_log.write("stale_token")
    return True


def _is_fresh(signed: str | None) -> bool:
    if signed is None or field() not in session:
        return False
    return compare_digest(session[field()].encode(), signed.encode()) or _is_of_an_earlier_tab()


def _sent() -> str:
    headers = current_app.config.get("WTF_CSRF_HEADERS", ["X-CSRFToken", "X-CSRF-Token"])
    in_headers = (request.headers[name] for name in headers if name in request.headers)
    return request.form.get(field()) or next(in_headers, "")


def _open(token: str) -> str | None:
    """Return what ``token`` was signed for, if it is ours and has not expired."""
    try:
        # Not Flask-WTF's validate_csrf, which knows no old keys: a page that is open while the key is changed is good.
        lifetime = current.app().config.get("WTF_CSRF_TIME_LIMIT", 3600)
        signed = signing.timed_signer(_SALT, *_keys()).loads(token, max_age=lifetime)
    except BadData:
        return None
    return signed if isinstance(signed, str) else None


def _is_of_an_earlier_tab() -> bool:
    """Return whether a token of ours that is not this session's can do no harm.

    Of two tabs opened before there was a cookie, each has a token, and the browser has the cookie of the one that came
    last. The other's is taken as well, but a stranger can get one too. So it counts only where no stranger's page can
    have sent it: the browser itself says (Sec-Fetch-Site, Origin) that the form is of this site. Where a browser says
    nothing, the cookie must be one that is not sent with another site's forms (SameSite), and no row stand behind it:
    then there is nothing of the visitor's that the form could change.
    """
    known = _comes_from_here()
    return _has_nothing_yet() and _is_kept_here() if known is None else known and _has_our_cookie()


def _has_our_cookie() -> bool:
    return current_app.session_interface.get_cookie_name(current_app) in request.cookies


def _has_nothing_yet() -> bool:
    ours = session._get_current_object()  # type: ignore[attr-defined]
    if isinstance(ours, Session):
        return ours.is_new
    # It stands in the cookie itself, or is somebody else's. A token that was made just now did not come with a cookie.
    return _has_our_cookie() and field() not in g and set(ours) <= {field()}


def _comes_from_here() -> bool | None:
    """Return whether the browser says that this site has sent the form; ``None`` where it says nothing."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return None if origin is None else origin == f"{request.scheme}://{request.host}"


def _is_kept_here() -> bool:
    return current_app.session_interface.get_cookie_samesite(current_app) in ("Lax", "Strict")


def exempt(app: App, blueprint: SansioBlueprint) -> None:
    """Let no ``CSRFProtect`` of ``app`` check what is sent to ``blueprint``, whichever of the two is set up first.

    The blueprint itself is meant, under whatever name and however deep in others it is registered.
    """
    ours: list[SansioBlueprint] = app.extensions.setdefault(_OURS, [])
    if not ours:
        # Before the CSRFProtect that is set up after this; one that was set up before is told at once.
        app.url_value_preprocessor(_tell_csrf_protect)
    ours.append(blueprint)
    _tell(app)


def _tell_csrf_protect(_endpoint: str | None, _values: object) -> None:
    _tell(current.app())


def _tell(app: App | Flask) -> None:
    if csrf := app.extensions.get("csrf"):
        for blueprint in app.extensions[_OURS]:
            csrf.exempt(blueprint)
