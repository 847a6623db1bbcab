"""Application: how the settings, the signup, the stores and the error pages come together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter

from . import bodies, headers, hosts, instance, security_log, settings
from .accounts.accounts import Accounts
from .accounts.command import db as db_command
from .assets import folder
from .blueprint import Wizard
from .cli import sessions as sessions_command
from .commands import wizard as wizard_command
from .doctor import doctor
from .errors import StoreError
from .languages import lazy_gettext as _
from .mail import Outbox
from .metrics import Metrics
from .metrics.command import funnel
from .pages.error import told
from .sessions import open_sessions
from .signup import (
    account,
    brand,
    changes,
    countries,
    forgot,
    join,
    new_email,
    new_photo,
    new_plan,
    passkeys,
    signing_in,
    team,
    texts,
)
from .signup.finish import check_account, create_account, find_account
from .signup.flow import flow
from .signup.pages import render
from .traces import trace


class Signup(Flask):
    """Flask, with no answer in its log, and hosts that are one whatever their case."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the route of a request. Flask sees here whether its host is trusted."""
        if request is not None:
            hosts.write_small(request.environ)
        return super().create_url_adapter(request)

    def log_exception(self, exc_info: Any) -> None:
        """Log an error that nobody has expected. One of a store is logged where its page is made."""
        if not isinstance(exc_info[1], StoreError):
            self.logger.error("%s %s failed:\n%s", request.method, request.path, trace(exc_info[1]))


def make(name: str, config: Mapping[str, Any]) -> Flask:
    """Return the application.

    :param name: what it is called in logs.
    :param config: settings that go before those of the environment.
    :raises SettingError: for a setting that cannot work; the message says the cure.
    """
    app = Signup(name, static_folder=None, template_folder=str(folder("templates")), instance_relative_config=True)
    app.before_request(bodies.quote_query)
    settings.configure(app, config)
    accounts = Accounts(app.config["DATABASE_URL"])
    app.extensions["accounts"] = accounts
    Outbox(app, engine=accounts.engine, layout="signup/layout.html")
    app.session_interface = sessions = open_sessions(app.config["SESSION_URL"])
    store = getattr(sessions, "store", None)
    if not hasattr(store, "engine"):
        # No files are where these sessions are.
        app.config["WIZARD_FILES_URL"] = app.config["WIZARD_FILES_URL"] or app.config["DATABASE_URL"]
    instance.choose_key(app, shared=accounts.shared or getattr(store, "shared", False))
    app.register_blueprint(
        Wizard(
            "signup",
            flow,
            on_finish=create_account,
            find=find_account,
            check=check_account,
            title=_("Sign up - Acme"),
            finish=_("Create account"),
            promise=_(
                "We keep your answers on our server until you create your account: for one day after your last "
                "change, and never longer than seven days. You can clear them at any time."
            ),
            layout="signup/layout.html",
        ),
        url_prefix="/signup",
    )
    for flow_of_its_own in (join, forgot, new_email, new_plan, new_photo):
        flow_of_its_own.init_app(app)
    if app.config["WIZARD_METRICS"]:
        Metrics(app)
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    for part in (brand, countries, texts, signing_in, account, changes, passkeys, team):
        part.init_app(app)
    app.cli.add_command(sessions_command)
    app.cli.add_command(db_command)
    app.cli.add_command(doctor)
    app.cli.add_command(funnel)
    app.cli.add_command(wizard_command)

    @app.get("/")
    def front() -> str:
        return render("front")

    @app.get("/healthz", endpoint=hosts.HEALTH)
    def healthz() -> Response:
        accounts.ping()
        if store is not None:
            store.ping()
        if (files := app.extensions.get("wizard_files")) is not None:
            files.store.ping()
        return jsonify(status="ok")

    hosts.init_app(app)
    # A page is smaller by a fortieth than at level 3, and by then as small as the others make it.
    app.config.setdefault("COMPRESS_ZSTD_LEVEL", 5)
    Compress(app)
    app.register_error_handler(HTTPException, _show_error)
    app.register_error_handler(StoreError, _show_store_error)
    app.after_request(headers.add)
    security_log.init_app(app)
    return app


def _show_error(error: HTTPException) -> ResponseReturnValue:
    if (error.code or 500) < 400:
        return error
    said = told(error)
    page = render("error", layout="signup/layout.html", title="Acme", start=f"{request.script_root}/", **said)
    return page, said["code"], said["headers"]


def _show_store_error(error: StoreError) -> ResponseReturnValue:
    if request.endpoint == hosts.HEALTH:
        current_app.logger.error("%s %s: the store does not answer: %s", request.method, request.path, error)
        return jsonify(status="unavailable"), 503
    return _show_error(InternalServerError(original_exception=error))
