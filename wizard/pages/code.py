"""CodePage: the page that sends a code by mail, and asks for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from flask import Response, after_this_request, render_template, request

from .. import htmx, languages, limits
from ..errors import StoreError
from ..flow import BaseStep, Code
from ..flow.earlier import NotAnsweredError
from ..languages import lazy_gettext as _
from ..proofs.bounds import DIGITS, TooOften
from .page import page_of
from .proven import ProvenPage

if TYPE_CHECKING:
    from ..mail import Mail
    from ..proofs.codes import Codes

EMPTY = _("Enter the code from the email")
DIGITS_ALONE = _("Enter a code of six digits")
WRONG = _("This is not the code we sent last. Check it and try again")
OVER = _("This code has expired or was tried too often. Ask for another one")
SENT = _("A new code is on its way. Only the newest one works.")

#: What a code may be written with, beside its digits.
_BLANKS = dict.fromkeys(map(ord, "-.\u00ad\u200b\u2010\u2011\u2012\u2013"))

#: The name of the page for which a mail is sent once the request has been answered.
_ARRIVES = "arrives"


@page_of.register(Code)
class CodePage(ProvenPage[Code]):
    """Send a code by mail, and ask for it.

    It is sent as soon as the step before is accepted. Whoever comes by another way, which is that of a GET, has a
    button.
    """

    buttons: ClassVar[Mapping[str, str]] = {**ProvenPage.buttons, "send": "begin"}
    template = "code"

    @property
    def codes(self) -> Codes:
        """The codes of the application."""
        # It brings SQLAlchemy along.
        from ..proofs.codes import Codes

        return Codes(self.proofs)

    @property
    def address(self) -> str:
        """Where the code is sent."""
        return self.step.address(self.path.earlier(self.step))

    def show(self) -> Response:
        try:
            return super().show()
        except NotAnsweredError:
            return self.go_on()

    def context(self) -> dict[str, Any]:
        found = super().context() | {"address": self.address, "changes": self._asked()}
        sent = self.codes.sent(self.begun[0]) if self.begun and found["state"] != "proven" else None
        if sent is not None:
            return found | {"state": "waiting", "again": sent.again}
        return found | {"state": "proven" if found["state"] == "proven" else "new"}

    def _asked(self) -> list[BaseStep]:
        """Return the steps by which the address can be changed."""
        read = self.path.sources(self.path.earlier(self.step).reads)
        return [one for one in self.path.before(self.step) if one.name in read and one.asks and not one.final]

    # Sending

    def arrive(self) -> None:
        """Have a code sent once this request, which accepts the step before, is answered and saved."""
        if _ARRIVES not in self.visit.kept:
            after_this_request(self._sent_after)
        # Done again on what another request has saved, it is for that.
        self.visit.kept[_ARRIVES] = self

    def _sent_after(self, response: Response) -> Response:
        page: CodePage = self.visit.kept[_ARRIVES]
        if response.status_code == 303:
            # Who gets none has the button.
            with suppress(TooOften, StoreError, NotAnsweredError):
                page._send_first()
        return response

    def _send_first(self) -> None:
        is_due = self.path.is_open(self.step) and not self.path.is_answered(self.step) and not self.proven()
        begun = self.begun
        if is_due and begun and not self.codes.sent(begun[0]) and not limits.wait("begin", self.run.key):
            self.codes.send(begun[0], self.address, self._mail)

    def start(self) -> Response:
        if not self.run.key:
            # So that the code has a run.
            self.visit.keep_draft(self.step.name, {"begun": [""]})
        begun = self.begun
        if begun is None:
            return self.go_on()
        key, is_another = begun[0], self.codes.sent(begun[0]) is not None
        if ("sent", key) not in self.visit.kept:
            try:
                self.codes.send(key, self.address, self._mail)
            except TooOften as often:
                response = self.page(429, limits.words(often.seconds))
                response.headers["Retry-After"] = str(often.seconds)
                return response
            self.visit.kept["sent", key] = True
        self.forgive()
        if is_another:
            self.run.tell(said=str(SENT), at=self.name)
        return htmx.redirect(self.action)

    def _mail(self, code: str) -> Mail:
        from ..mail import Mail

        with languages.settled():
            own = self.step.mail(self.address, code) if self.step.mail else None
            if isinstance(own, Mail):
                return own
            if own is not None:
                self.step.wrong(f"its 'mail' returned {own!r}. Return a Mail, or None for the usual one.")
            subject = languages.gettext("%(code)s is your code", code=code)
            text = render_template("wizard/mails/code.txt", code=code, wizard=self.site, _=languages.gettext)
        return Mail(self.address, subject, text)

    # Asking

    def go_on_unproven(self) -> Response:
        typed = request.form.get("code", "")[:100]
        begun = self.begun
        if begun is None or (not typed and self.codes.sent(begun[0]) is None):
            return self.start()
        code = digits(typed)
        if not code:
            return self._refuse(typed, EMPTY)
        if len(code) != DIGITS or not code.isdigit():
            return self._refuse(typed, DIGITS_ALONE)
        checked = ("checked", begun[0], code)
        # A request that is done again has used the code up.
        if checked not in self.visit.kept:
            try:
                self.visit.kept[checked] = self.codes.check(begun[0], self.address, code)
            except TooOften as often:
                return self._refuse(typed, limits.words(often.seconds), 429)
        is_right = self.visit.kept[checked]
        if is_right:
            return self.take({"address": self.address}, begun[1])
        return self._refuse(typed, OVER if is_right is None else WRONG)

    def _refuse(self, typed: str, text: Any, status: int = 422) -> Response:
        if status == 422:
            self.tell_refused("code")
        return self.page(status, problems=[("#code", str(text))], error=str(text), typed=typed)


def digits(typed: str) -> str:
    """Return a code as it was sent: without blanks and dashes, and in the digits of everybody.

    >>> digits(" 123-456 "), digits("١٢٣٤٥٦")
    ('123456', '123456')
    """
    bare = "".join(typed.translate(_BLANKS).split())
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in bare)
