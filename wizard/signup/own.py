"""Own: what the flows have in common by which who is signed in changes something of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from .. import htmx
from ..accounts.people import Person
from ..blueprint import Wizard
from ..errors import Refused
from ..flow import Answer, Flow
from ..languages import lazy_gettext as _
from ..pages import token
from ..sessions.sealed import owned_id
from . import account, asking

SIGNED_OUT = _("You’re no longer signed in. Sign in and send it again: we’ve kept what you typed.")

#: Changes the account by the answers and the key of the run, and returns the word in the address that says so.
Change = Callable[[Person, Mapping[str, Answer], str], str]


def serve(
    app: Flask,
    name: str,
    flow: Flow,
    change: Change,
    *,
    at: str,
    now: Callable[[Person], Mapping[str, Any]] | None = None,
    alone: bool = False,
    **words: Any,
) -> None:
    """Serve a ``flow`` in ``app`` to who is signed in, and lead back to the page of the account.

    :param at: its address, below that of the account.
    :param now: returns what is kept by now, for :meth:`Wizard.begin`. The flow is then begun by a POST to ``begin``.
    :param alone: whether members of somebody else's team have none of it.
    :param words: those of the :class:`Wizard`.
    """

    def on_finish(answers: Mapping[str, Answer], key: str) -> Any:
        person = account.somebody()
        if person is None:
            raise Refused(str(SIGNED_OUT))
        return htmx.redirect(url_for("account.show", changed=change(person, answers, key)))

    def come_in() -> ResponseReturnValue | None:
        """Ask for the password before a page is shown. What is sent is kept, and belongs to who signs in then."""
        person = account.somebody()
        if request.method == "GET" and person is None:
            answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            return answer
        if alone and person and person.row["team_id"] is not None:
            abort(404)
        return None

    @account.private
    def begin() -> Response:
        if request.method == "GET":
            # Who had to sign in first comes back with it.
            return htmx.redirect(url_for("account.show"))
        if token.is_stale():
            return account.page(422, str(asking.STALE))
        values = now(account.me()) if now else {}
        return htmx.load(wizard.begin(values, confirm=True, replace=True))

    wizard = Wizard(
        name,
        flow,
        on_finish=on_finish,
        owner=_owner,
        back="/account",
        # To clear what is asked here looks as if it cleared the account.
        promise=False,
        layout="signup/layout.html",
        **words,
    )
    wizard.before_request(come_in)
    if now is not None:
        wizard.add_url_rule("/begin", "begin", begin, methods=["GET", "POST"])
    app.register_blueprint(wizard, url_prefix=f"/account/{at}")


def forget(person: Person) -> None:
    """Delete what ``person`` has begun in these flows."""
    app: Any = current_app
    for name, site in app.blueprints.items():
        if isinstance(site, Wizard) and site.owner is _owner:
            app.session_interface.sealed(app).delete(owned_id(name, _key(person)))


def _owner() -> str | None:
    person = account.somebody()
    return _key(person) if person else None


def _key(person: Person) -> str:
    # Not the id of the account, which a database may give again.
    return str(person.row["reference"])
