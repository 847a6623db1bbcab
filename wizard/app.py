"""create_app(): the settings, and how the signup, the stores and the error pages come together."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_compress import Compress
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix

from .blueprint import Wizard
from .cli import sessions as sessions_command
from .errors import SettingError, StoreError
from .languages import lazy_gettext as _
from .pages.base import page_context
from .sessions import open_sessions
from .signup.accounts import Accounts, create_account
from .signup.flow import flow

#: Nothing from elsewhere, and nothing inline. Connections are htmx's; the rest is our own two files.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: What a person reads who meets one of these. Any other error has werkzeug's own words.
MESSAGES = {
    404: (_("Page not found"), _("Check the address, or start at the front page.")),
    405: (_("Page not found"), _("This address cannot be used that way. Start at the front page.")),
    413: (_("That is too much to send"), _("Nothing was saved. Go back, shorten what you typed, and send it again.")),
    500: (
        _("Something went wrong"),
        _("It is our mistake, and it is noted. Go back and try again: your answers are kept."),
    ),
    503: (_("Not available just now"), _("Your answers are kept. Go back and try again in a minute.")),
}

#: With a default of one day, a signup begun in the evening goes on in the morning.
DEFAULTS = {
    "LANGUAGES": ["en", "de", "es"],
    "MAX_CONTENT_LENGTH": 1_000_000,
    "MAX_FORM_MEMORY_SIZE": 1_000_000,
    "PERMANENT_SESSION_LIFETIME": timedelta(days=1),
    "SESSION_COOKIE_SAMESITE": "Lax",
    "TRUSTED_PROXIES": 0,
}


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application.

    :param config: settings that go before those of the environment, whose names begin with ``FLASK_``.
    :raises SystemExit: for a setting that cannot work, after one line on standard error that says the cure.
    """
    app = Flask(__name__, static_folder=None, instance_relative_config=True)
    try:
        _configure(app, config or {})
        accounts = Accounts(app.config["DATABASE_URL"])
        app.session_interface = sessions = open_sessions(app.config["SESSION_URL"])
        store = getattr(sessions, "store", None)
        _require_key(app, accounts.shared or getattr(store, "shared", False))
        app.register_blueprint(
            Wizard(
                "signup",
                flow,
                on_finish=create_account,
                title=_("Sign up - Acme"),
                finish=_("Create account"),
                layout="signup/layout.html",
            ),
            url_prefix="/signup",
        )
    except SettingError as error:
        sys.stderr.write(f"wizard: {error}\n")
        # The status by which gunicorn knows that starting another worker will not help.
        raise SystemExit(3) from None
    app.extensions["accounts"] = accounts
    app.cli.add_command(sessions_command)

    @app.get("/")
    def front() -> str:
        return _render("front")

    @app.get("/healthz")
    def healthz() -> Response:
        accounts.ping()
        if store is not None:
            store.ping()
        return jsonify(status="ok")

    Compress(app)
    app.register_error_handler(HTTPException, _show_error)
    app.register_error_handler(StoreError, _show_store_error)
    app.after_request(_add_security_headers)
    return app


def _configure(app: Flask, config: Mapping[str, Any]) -> None:
    app.config.from_mapping(DEFAULTS)
    app.config.from_prefixed_env()
    app.config.from_mapping(config)
    instance = Path(app.instance_path)
    if not app.config.get("DATABASE_URL"):
        app.config["DATABASE_URL"] = f"sqlite:///{_make(instance) / 'wizard.db'}"
    app.config["SESSION_URL"] = app.config.get("SESSION_URL") or app.config["DATABASE_URL"]
    # from_prefixed_env reads JSON where it can, so a key of digits alone comes as a number.
    if app.config["SECRET_KEY"] is not None:
        app.config["SECRET_KEY"] = str(app.config["SECRET_KEY"])
    fallbacks = app.config["SECRET_KEY_FALLBACKS"] or []
    if not isinstance(fallbacks, list):
        raise SettingError("""SECRET_KEY_FALLBACKS: not a list. Write the old keys like this: '["old key"]'.""")
    app.config["SECRET_KEY_FALLBACKS"] = [str(key) for key in fallbacks]
    proxies = app.config["TRUSTED_PROXIES"]
    if not isinstance(proxies, int) or proxies < 0:
        raise SettingError("TRUSTED_PROXIES: not a number. Use how many proxies stand before the server, such as 1.")
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    try:
        lifetime = app.permanent_session_lifetime
    except TypeError:
        lifetime = timedelta()
    if lifetime <= timedelta():
        raise SettingError("PERMANENT_SESSION_LIFETIME: not a number of seconds above zero. Use 86400 for a day.")


def _require_key(app: Flask, shared: bool) -> None:
    """The key that signs the cookie. One machine makes its own; machines that share a store must share the key."""
    if app.config["SECRET_KEY"]:
        return
    if shared:
        raise SettingError(
            "SECRET_KEY: must be given where sessions or accounts are shared between machines. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    app.config["SECRET_KEY"] = _secret_key(_make(Path(app.instance_path)) / "secret_key")


def _make(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"The instance folder {folder} cannot be made ({error.strerror}). Make it writable, or set "
            "FLASK_DATABASE_URL and FLASK_SECRET_KEY."
        ) from error
    return folder


def _secret_key(file: Path) -> str:
    """The key kept in ``file``; made on the first start. Of processes that start at once, all use the first one's."""
    if not file.exists():
        new = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                stream.write(secrets.token_hex(32))
            os.link(new, file)
        except FileExistsError:
            pass
        except OSError as error:
            raise SettingError(f"{file} cannot be written ({error.strerror}). Set FLASK_SECRET_KEY.") from error
        finally:
            new.unlink(missing_ok=True)
    return file.read_text()


def _render(page: str, **context: Any) -> str:
    """Render a page of the signup that is none of its wizard."""
    return render_template(f"signup/{page}.html", **page_context(), **context)


def _show_error(error: HTTPException) -> Response | tuple[str, int] | tuple[str, int, dict[str, str]] | HTTPException:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, StoreError):
        return _show_store_error(error.original_exception)
    code = error.code or 500
    if code < 400:
        return error
    heading, text = MESSAGES.get(code, (error.name, error.description or ""))
    return _render("error", heading=heading, text=text), code


def _show_store_error(error: StoreError) -> Response | tuple[str, int, dict[str, str]]:
    current_app.logger.error("%s %s: the store does not answer: %s", request.method, request.path, error)
    if request.endpoint == "healthz":
        response = jsonify(status="unavailable")
        response.status_code = 503
        return response
    heading, text = MESSAGES[503]
    return _render("error", heading=heading, text=text), 503, {"Retry-After": "5"}


def _add_security_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not no-referrer: Flask-WTF wants the Referer of a form that is sent over HTTPS.
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
