"""Team: what who has one does about it on the page of the account: invite, invite again, take an invitation back."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, url_for

from .. import headers, htmx, limits
from ..accounts import invitations
from ..accounts.accounts import current_accounts
from ..errors import Refused
from ..languages import lazy_gettext as _
from ..pages import token
from ..proofs.bounds import TooOften
from ..proofs.codes import Codes
from . import asking, mails
from .account import me, page, private
from .forms import MemberForm

TOO_SOON = _("We’ve only just sent this invitation. If it does not arrive, send it again in ten minutes.")

team = Blueprint("team", __name__, url_prefix="/account/team")
team.after_request(headers.keep_private)


def init_app(app: Flask) -> None:
    """Give ``app`` the pages."""
    app.register_blueprint(team)
    token.exempt(app, team)


@team.get("/invite")
@private
def ask() -> Response:
    """Ask whom to invite."""
    _has_one()
    return asking.page("invite", asking.blank(MemberForm))


@team.post("/invite")
@private
def invite() -> Response:
    """Invite one more person."""
    _has_one()
    form, errors = asking.sent(MemberForm)
    if response := asking.refused("invite", form, errors):
        return response
    person = {"name": str(form.name.data), "email": str(form.email.data)}
    if often := _too_many_mails(person["email"]):
        return asking.page("invite", form, 422, errors={"email": often})
    try:
        invitations.add(current_accounts().engine, me().row, person, mails.invitation)
    except Refused as refused:
        return asking.page("invite", form, 422, errors={"email": str(refused)})
    return htmx.load(url_for("account.show", changed="invited"))


@team.post("/<int:number>/again")
@private
def send_again(number: int) -> Response:
    """Send another link, in place of the one before."""
    if token.is_stale():
        return page(422, str(asking.STALE))
    engine = current_accounts().engine
    email = next((one.email for one in invitations.of_team(engine, me().id) if one.id == number), "")
    if often := _too_many_mails(email):
        return page(422, often)
    if not invitations.send_again(engine, me().row, number, mails.invitation):
        return page(422, str(TOO_SOON))
    return htmx.load(url_for("account.show", changed="invited"))


@team.post("/<int:number>/remove")
@private
def take_back(number: int) -> Response:
    """Take the seat back: the link opens nothing any more, and who has joined is in the team no longer."""
    if token.is_stale():
        return page(422, str(asking.STALE))
    invitations.take_back(current_accounts().engine, me().row, number)
    return htmx.load(url_for("account.show"))


def _has_one() -> None:
    if not me().row["seats"]:
        abort(404)


def _too_many_mails(email: str) -> str:
    """Count a mail to an address, and return what is said where there were too many: nobody is bombed through us."""
    try:
        Codes(current_app.extensions["wizard_proofs"]).count_mail(email)
    except TooOften as often:
        return limits.words(often.seconds)
    return ""
