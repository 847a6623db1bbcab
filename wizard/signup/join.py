"""Joining a team: the short flow that the link in an invitation opens, at ``/join/<token>/``."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g, has_request_context, make_response, request
from flask.typing import ResponseReturnValue

from ..accounts import invitations
from ..accounts.accounts import current_accounts
from ..accounts.passwords import hash_password
from ..blueprint import Wizard
from ..flow import Answer, Flow, Step
from ..languages import gettext
from ..languages import lazy_gettext as _
from . import finish, mails
from .forms import JoinForm, NameForm
from .pages import render


def who_invites(_answers: Mapping[str, Answer]) -> str:
    """Say whose team it is, and for which address the account will be."""
    if not has_request_context() or "invitation" not in g:
        return ""
    return gettext(
        "%(host)s has invited you to join %(organisation)s at Acme. You’ll sign in with %(email)s.",
        host=g.invitation.host,
        organisation=g.invitation.organisation,
        email=g.invitation.email,
    )


flow = Flow(
    Step("you", NameForm, title=_("Join your team"), short=_("About you"), intro=who_invites),
    Step(
        "security",
        JoinForm,
        title=_("Secure your account"),
        short=_("Security"),
        template="signup/security.html",
        live=["password"],
        keep={"password": hash_password},
    ),
)


def init_app(app: Flask) -> None:
    """Serve the flow in ``app``."""
    join = Wizard(
        "join",
        flow,
        on_finish=create_member,
        find=finish.find_account,
        title=_("Join your team - Acme"),
        finish=_("Join the team"),
        done=_("You have joined the team"),
        layout="signup/layout.html",
    )
    join.before_request(open_invitation)
    app.register_blueprint(join, url_prefix="/join/<token>")


def create_member(answers: Mapping[str, Answer], run: str) -> str:
    """Make an account of the answers and the invitation, and sign in to it: the flow's ``on_finish``."""
    reference = invitations.join(current_accounts().engine, _token(), answers, run, mails.joined)
    finish.sign_in(run)
    return reference


def open_invitation() -> ResponseReturnValue | None:
    """Look at what the link opens, before any page of the flow but the last: by then it is used up."""
    if request.endpoint == "join.done":
        return None
    try:
        g.invitation = invitations.find(current_accounts().engine, _token())
    except invitations.Gone as gone:
        return make_response(render("invitation", joined=gone.joined), 410)
    return None


def _token() -> str:
    return str((request.view_args or {})["token"])
