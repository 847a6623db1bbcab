"""SavingPage: saves the answers for later, and sends the link by which another device goes on with them."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, ClassVar

from flask import Response, current_app, render_template, request, session

from .. import hosts, htmx, languages, limits, signals
from ..flow import BaseStep
from ..flow.earlier import NotAnsweredError
from ..languages import lazy_gettext as _
from ..proofs.bounds import TooOften, new_code
from ..sessions.sealed import saved_owner
from .owned import saved, saved_key
from .page import FROZEN, Page

if TYPE_CHECKING:
    from ..links import Links
    from ..mail import Mail

NO_ADDRESS = _("Enter an email address like name@example.com")

#: The longest address that there is, and a little more: what is longer is none.
_MOST = 320


def links() -> Links:
    """Return the links of the running application."""
    # It brings SQLAlchemy along.
    from ..links import Links

    app: Any = current_app
    return Links(
        app.session_interface.sealed(app), app.extensions["wizard_proofs"], current_app.permanent_session_lifetime
    )


class SavingPage(Page[BaseStep]):
    """Ask where to send the link, and show the code that belongs to it."""

    buttons: ClassVar[dict[str, str]] = {"": "save_answers"}
    limits: ClassVar[dict[str, str]] = {"save_answers": "begin"}

    @property
    def name(self) -> str:
        return "save"

    def show(self) -> Response:
        return self.page() if self.run.key else self.go_on()

    def page(self, status: int = 200, alert: str = "", **context: Any) -> Response:
        """Render the page. Once a link was sent, it shows the code."""
        known = saved(self.site, session, self.site.key)
        # One that was used, or whose code was tried too often, is none.
        known = known if "token" in known and links().find(known["token"]) else {}
        context.setdefault("problems", [("", alert)] if alert else [])
        return self.render(
            "save",
            status,
            alert=alert,
            code=known.get("code", ""),
            sent_to=known.get("to", ""),
            **{"typed": known.get("to") or self._address(), "error": "", **context},
        )

    def _address(self) -> str:
        """Return the address that the answers say, or what is typed on a page that is not answered yet."""
        resume = self.site.resume
        if not callable(resume):
            return ""
        answers: dict[str, Any] = {}
        for step in self.path.steps:
            if step.name in self.run:
                answers[step.name] = deepcopy(self.run[step.name])
            elif draft := self.run.draft(step.name):
                answers[step.name] = {name: values[-1] for name, values in draft.items() if values}
        # What is not answered yet, or was skipped; and what is typed may be anything.
        with suppress(NotAnsweredError, LookupError, TypeError, ValueError, AttributeError):
            return str(resume(answers) or "")[:_MOST]
        return ""

    def show_again(self, alert: str, status: int) -> Response:
        return self.page(status, alert, typed=request.form.get("email", "")[:_MOST]) if self.run.key else self.go_on()

    def save_answers(self) -> Response:
        """Let the answers belong to a secret, and send a link to them. The newest link is the one that works."""
        if not self.run.key:
            return self.go_on()
        if self.visit.is_frozen():
            return self.show_again(str(FROZEN), 422)
        # It comes with the extra that the outbox takes.
        from email_validator import EmailNotValidError, validate_email

        address = request.form.get("email", "").strip()
        # A request that is done again, since another one has saved meanwhile, sends one link.
        token = self.visit.kept.setdefault("token", token_urlsafe(32))
        try:
            if len(address) > _MOST:
                raise EmailNotValidError
            validate_email(address, check_deliverability=False)
            letter = self._mail(address, token)
        except (EmailNotValidError, ValueError):
            error = str(NO_ADDRESS)
            return self.page(422, problems=[("#email", error)], error=error, typed=address[:_MOST])
        return self._send(address, token, letter)

    def _send(self, address: str, token: str, letter: Mail) -> Response:
        ours, kept, key = links(), self.visit.kept, self.site.key
        if "counted" not in kept:
            try:
                ours.count_mail(address)
            except TooOften as often:
                response = self.show_again(limits.words(often.seconds), 429)
                response.headers["Retry-After"] = str(often.seconds)
                return response
            kept["counted"] = True
        known = saved(self.site, session, key)
        secret = known.get("secret") or self._own()
        if ("sent", secret) not in kept:
            kept["sent", secret] = code = new_code()
            ours.send(letter, token, key, secret, code, address)
        # Not before: a code is shown for a link that is on its way.
        said = {"secret": secret, "code": kept["sent", secret], "token": token, "to": address}
        session[saved_key(self.site.key_of(None), key)] = said
        self.visit.save()
        if known.get("token", token) != token:
            ours.remove(known["token"])
        self.visit.tells(signals.saved)
        return htmx.redirect(self.site.url_of("save"))

    def _own(self) -> str:
        """Let the answers belong to a secret of this browser, and return it."""
        kept, key = self.visit.kept, self.site.key
        if former := kept.get("secret"):
            # Another request has saved meanwhile, and knows nothing of this one.
            links().forget(key, former)
        secret = kept["secret"] = token_urlsafe(32)
        links().reserve(key, secret)
        session.own(key, saved_owner(secret))  # type: ignore[attr-defined]
        session[saved_key(self.site.key_of(None), key)] = {"secret": secret}
        self.visit.save()
        return str(secret)

    def _mail(self, address: str, token: str) -> Mail:
        from ..mail import Mail

        path = self.site.url_of("return", _token=token).removeprefix(request.script_root)
        with languages.settled():
            subject = languages.gettext("Continue with your answers: %(title)s", title=self.site.title)
            text = render_template(
                "wizard/mails/return.txt", link=hosts.public_url(path), wizard=self.site, _=languages.gettext
            )
        return Mail(address, " ".join(subject.split()), text)
