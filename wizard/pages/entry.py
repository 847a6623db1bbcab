"""EntryPage: the page on which one entry of a list is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Response, abort
from wtforms import Form

from .. import languages
from ..flow import Answer, Repeat
from ..flow.typed import Sent, Typed, without_secrets
from . import token
from .form import FormPage
from .inputs import said
from .list import CHANGED, ListPage, digest
from .visit import Visit
from .words import entry_names


class EntryPage(FormPage[Repeat]):
    """Ask the questions of one entry, filled in as it was answered."""

    step: Repeat
    template = "entry"
    buttons: ClassVar[Mapping[str, str]] = {
        "": "accept",
        "language": "switch_language",
        "refresh": "refresh",
        "do.": "do",
        "add.": "add_to_list",
        "unload.": "unload",
        "remove.": "remove_from_list",
    }

    def __init__(self, step: Repeat, visit: Visit, number: str) -> None:
        super().__init__(step, visit)
        #: The page of the list that the entry is in.
        self.list = ListPage(step, visit)
        self.number = number
        self.entry = self.list.entries.get(self.number)

    @property
    def draft_name(self) -> str:
        return f"{self.step.name}.{self.number}"

    @property
    def answer(self) -> Answer:
        return self.entry and self.entry[0]

    @property
    def typed(self) -> Typed | None:
        return self.entry and self.entry[1]

    @property
    def version(self) -> str:
        return digest(self.typed or {}, self.answer)

    @property
    def action(self) -> str:
        return self.site.url(self.step, self.number)

    def show(self) -> Response:
        if not self.path.is_open(self.step):
            return self.go_on()
        if self.entry is None:
            abort(404)
        draft = self.run.draft(self.draft_name)
        return self.page(draft) if draft is not None else self.page_of_answer(self.entry[1])

    def page_of_form(self, form: Form, status: int = 200, **context: Any) -> Response:
        place = list(self.list.entries).index(self.number)
        name = entry_names([one["parts"] for one in self.list.in_words()])[place]
        return super().page_of_form(form, status, number=place + 1, name=name, **context)

    def press(self) -> Response:
        gone = self.entry is None and self.path.is_open(self.step)
        if gone and not token.is_stale() and not self.visit.is_of_another_run:
            # It was removed in another tab; what was typed into it is offered as a new one.
            self.list.keep_draft(self.sent())
            return self.list.moved()
        return super().press()

    def show_again(self, alert: str, status: int) -> Response:
        return self.list.show_again(alert, status) if self.entry is None else super().show_again(alert, status)

    def keep_while_closed(self, sent: Sent) -> Response:
        return self.list.keep_while_closed(sent)

    def say_cleared(self) -> Response:
        # There is no entry left to change: what was typed is offered as a new one.
        return self.list.say_cleared()

    def accept(self) -> Response:
        """Change the entry."""
        sent = self.sent()
        if self.entry is None:
            self.list.keep_draft(sent)
            return self.go_on()
        if stopped := self.stop(sent):
            return stopped
        form = self.step.read(self.earlier, sent.typed, languages.speaking)
        errors = self.validate(form, sent)
        if errors:
            return self.refuse(form, sent, errors)
        if self._is_outdated() and self.step.secrets:
            return self._ask_again(sent)
        answer, errors = self.clean(form)
        if errors:
            return self.refuse(form, sent, errors)
        if self._is_outdated() and answer != self.answer:
            return self._ask_again(sent)
        others = [one for number, (one, _) in self.list.entries.items() if number != self.number]
        if errors := said(self.step.repeated(answer, others)):
            return self.refuse(form, sent, errors)
        entries = {**self.list.entries, self.number: (answer, without_secrets(self.step.form, sent.typed))}
        self.list.accept_entries(entries, self.list.wrong(entries), draft=self.draft_name)
        self.run.tell(entry=["changed", self.number])
        return self.go(self.step)

    def _is_outdated(self) -> bool:
        # A page that does not say what it has seen, such as a program's, changes the entry whatever it is.
        is_known = self.visit.seen == self.version or self.visit.is_sent_twice(self.step)
        return bool(self.visit.made) and not is_known

    def _ask_again(self, sent: Sent) -> Response:
        self.keep_draft(sent)
        return self.page(sent.typed, 409, alert=CHANGED)
