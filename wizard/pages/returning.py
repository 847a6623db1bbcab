"""ReturningPage: where the link in the mail leads. With the code, this device goes on with the answers."""

from __future__ import annotations

import time
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, ClassVar

from flask import Response, request, session

from .. import htmx, limits
from ..flow import BaseStep, Flow, Run, Step
from ..flow.typed import without_secrets
from ..languages import lazy_gettext as _
from ..proofs.bounds import DIGITS, TooOften
from .code import DIGITS_ALONE, digits
from .owned import MOVED, add, saved, saved_key
from .page import FROZEN, Page
from .saving import links
from .start import StartPage
from .visit import Visit

if TYPE_CHECKING:
    from ..links import Link

EMPTY = _("Enter the code from the other device")
WRONG = _("This is not the code from the other device. Check it and try again")


class ReturningPage(Page[BaseStep]):
    """Ask for the code, and let this device go on with the answers.

    A look alone changes nothing, as scanners of mails follow links.

    :param token: what stands in the link.
    """

    when_moved = True
    buttons: ClassVar[dict[str, str]] = {"": "accept"}
    limits: ClassVar[dict[str, str]] = {"accept": "refused"}

    def __init__(self, step: BaseStep, visit: Visit, token: str) -> None:
        super().__init__(step, visit)
        self.token = token

    @property
    def name(self) -> str:
        return "return"

    def show(self) -> Response:
        return self.page()

    def find(self) -> tuple[Link, dict[str, Any]] | None:
        """Return the link, and the run that it opens; ``None`` where it opens none of this site."""
        found = links().find(self.token)
        return found if found and self._place_of(found[0]) is not None else None

    def _place_of(self, link: Link) -> dict[str, str] | None:
        """Return what leads to the run that ``link`` opens, beside where the site is; ``None`` for another's."""
        start = self.site.key_of(None)
        if not self.site.many:
            return {} if link.space == start else None
        name, _, instance = link.space.rpartition(":")
        return {"_instance": instance} if name == start else None

    def go_there(self, link: Link) -> Response:
        """Redirect to the run that ``link`` opens."""
        return htmx.redirect(self.site.url_of("resume" if self.site.many else "start", **(self._place_of(link) or {})))

    def page(self, status: int = 200, alert: str = "", **context: Any) -> Response:
        """Render the page; of a link that opens nothing, one that says so."""
        found = self.find()
        if found is None:
            return self.render("return", 404 if request.method == "GET" else 422, is_good=False, problems=[])
        if self._is_own(found[0]):
            return self.go_there(found[0])
        context.setdefault("problems", [("", alert)] if alert else [])
        return self.render(
            "return",
            status,
            is_good=True,
            alert=alert,
            has_own=bool(self.run.key),
            action=self.site.url_of("return", _token=self.token),
            **{"error": "", "typed": "", **context},
        )

    def show_again(self, alert: str, status: int) -> Response:
        return self.page(status, alert)

    def lead_from_another_run(self) -> Response:
        """Show the page again. It is of no run of this browser, whatever the form says."""
        return self.page()

    def _is_own(self, link: Link) -> bool:
        """Return whether it is this device that has sent it."""
        return link.secret == saved(self.site, session, link.space).get("secret")

    def accept(self) -> Response:
        """Go on with the answers, if the code is right. The try is counted before."""
        ours, kept = links(), self.visit.kept
        found = self.find()
        if found is None or self._is_own(found[0]):
            return self.page()
        if self.site.many and (alert := StartPage(self.step, self.visit).full()):
            return self.page(422, alert)
        typed = request.form.get("code", "")[:100]
        code = digits(typed)
        if not code:
            return self._refuse(typed, EMPTY)
        if len(code) != DIGITS or not code.isdigit():
            return self._refuse(typed, DIGITS_ALONE)
        # A request that is done again, since another one has saved meanwhile, is one try.
        if "is_right" not in kept:
            try:
                kept["is_right"] = ours.check(found[0], self.token, code)
            except TooOften as often:
                response = self._refuse(typed, limits.words(often.seconds), 429)
                response.headers["Retry-After"] = str(often.seconds)
                return response
        if not kept["is_right"]:
            return self._refuse(typed, WRONG)
        now, claim = time.time(), Run(found[1], found[0].space).claim
        if claim and (claim.is_live(now) or claim.is_unknown(now)):
            return self._refuse(typed, FROZEN)
        return self._take(found[0])

    def _take(self, link: Link) -> Response:
        """Let the run belong to a new secret, which this browser is told before, so that it is not lost on the way."""
        space, secret = link.space, token_urlsafe(32)
        key, former = saved_key(self.site.key_of(None), space), dict(saved(self.site, session, space))
        # What this browser has saved itself, and so would not find under another secret.
        own = dict(session.get(space, {})) if former else {}
        session[key] = {"secret": secret}
        session.renew()  # type: ignore[attr-defined]
        self.visit.save()

        def change(data: dict[str, Any]) -> None:
            run = Run(data, space)
            ask_secrets_again(run, self.site.flow)
            if own.get("run"):
                add(run, self.site.flow, own)

        if links().move(link, self.token, secret, change, MOVED):
            if own.get("run"):
                links().remove(former.get("token", ""))
                links().forget(space, former["secret"])
            return self.go_there(link)
        if former:
            session[key] = former
        else:
            del session[key]
        return self.page()

    def _refuse(self, typed: str, text: Any, status: int = 422) -> Response:
        return self.page(status, problems=[("#code", str(text))], error=str(text), typed=typed)


def ask_secrets_again(run: Run, flow: Flow) -> None:
    """Take each answer with a secret out of ``run``; the rest of it stands on its page, as a Draft."""
    for step in flow.steps:
        if not isinstance(step, Step) or not step.secrets or step.name not in run:
            continue
        typed = run.typed(step)
        if typed is not None and run.draft(step.name) is None:
            run.keep_draft(step.name, without_secrets(step.form, typed))
        parts = {part: run.without(part, step.name) for part in ("answers", "typed", "notes")}
        run.change(**parts)
