"""Account: the page with what is kept of who is signed in."""

from __future__ import annotations

from flask import Blueprint, Flask, Response
from flask_login import current_user, login_required

from .. import headers
from ..pages import token
from . import asking

account = Blueprint("account", __name__)
account.after_request(headers.keep_private)


def init_app(app: Flask) -> None:
    """Give ``app`` the page."""
    app.register_blueprint(account)
    token.exempt(app, account)


@account.get("/account")
@login_required  # type: ignore[untyped-decorator]
def show() -> Response:
    """Show one's own data."""
    return asking.page("account", person=current_user)
