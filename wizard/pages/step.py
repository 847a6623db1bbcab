"""StepPage: the page that asks the questions of one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from flask import Response, abort
from wtforms import Field

from .. import languages
from ..flow import Step
from ..flow.back import input_that_leads_back
from ..flow.bound import leaves
from ..flow.keyed import Keyed
from ..flow.steps import value_at
from ..flow.typed import Sent, as_draft
from .conflict import ask_which
from .form import FormPage
from .inputs import shown
from .kind import anchor, hides, is_asked
from .page import page_of
from .summary import Row


@page_of.register(Step)
class StepPage(FormPage[Step]):
    """Ask the questions of one step."""

    buttons: ClassVar[Mapping[str, str]] = {
        "": "accept",
        "back": "go_back",
        "go.": "go_to",
        "skip": "skip",
        "language": "switch_language",
        "refresh": "refresh",
        "do.": "do",
        "add.": "add_to_list",
        "unload.": "unload",
        "remove.": "remove_from_list",
    }

    def show(self) -> Response:
        if not self.path.is_open(self.step) or self.path.is_final(self.step):
            return self.go_on()
        self.tell_shown()
        draft, typed = self.run.draft(self.draft_name), self.typed
        return self.page(draft) if draft is not None or typed is None else self.page_of_answer(typed)

    def accept(self) -> Response:
        """Accept what was typed as the answer if it is valid, and go on."""
        sent = self.sent()
        if stopped := self.stop(sent):
            return stopped
        if self.step.back and (found := input_that_leads_back(self.step, sent.typed)):
            return self.lead_back(sent, found[1])
        form = self.step.read(self.earlier, sent.typed, languages.speaking)
        errors = self.validate(form, sent)
        if errors:
            return self.refuse(form, sent, errors)
        # Of two hashes, nobody can tell whether they are of the same password.
        if self.visit.is_outdated(self.step) and self.step.secrets:
            return ask_which(self, form, sent)
        answer, errors = self.clean(form)
        if errors:
            return self.refuse(form, sent, errors)
        # Two same answers are no conflict.
        if self.visit.is_outdated(self.step) and answer != self.answer:
            return ask_which(self, form, sent)
        self.visit.accept(self.step, answer, sent.typed)
        return self.go_past(self.step)

    def lead_back(self, sent: Sent, name: str) -> Response:
        """Keep what was typed as a Draft, take a former answer back, and redirect to the earlier step of that name."""
        self.keep_draft(sent)
        self.visit.take_back(self.step)
        earlier = self.path.step(name)
        return self.go(earlier) if earlier else self.go_before()

    def skip(self) -> Response:
        """Go on without an answer. What was typed is kept as a Draft; what another tab has answered since stays."""
        if not self.step.optional:
            abort(400)
        sent = self.sent()
        if stopped := self.stop(sent):
            return stopped
        typed = as_draft(self.step.form, sent.typed)
        is_new = not self._are_same(typed, self._held())
        self.visit.keep_draft(self.draft_name, typed if is_new else None, self._behind())
        if self.answer is None or not self.visit.is_outdated(self.step):
            self.visit.accept(self.step, None, {}, draft="")
        return self.go_past(self.step)

    def rows(self, errors: Mapping[str, str]) -> Iterator[Row]:
        to_change = "" if self.path.is_final(self.step) else self.site.url_to_change(self.step)
        # What was typed decides only where something on the page goes by it.
        goes_by = self.step.reveals or self.step.chosen_here
        form = self.step.open(self.earlier, self.typed if goes_by else None)
        hidden = self.step.hidden(form)
        for name, field in shown(form):
            if name in hidden:
                continue
            secrets = [one for one in self.step.secrets if one.partition(".")[0] == name]
            if not _hides_all(field):
                secrets = []
            # Of a password typed a second time nothing is stored: that must not read as if it were not given.
            if secrets and all(self.step.keep[one] is None for one in secrets):
                continue
            may_be_shown = all(value_at(self.answer, one) is None for one in secrets)
            each = field.entries if isinstance(field, Keyed) else [field]
            for at, one in enumerate(each):
                said = [text for name_, text in errors.items() if name_ == one.name or name_.startswith(f"{one.name}-")]
                if one is not field and not at and field.name in errors:
                    said.append(errors[field.name])
                to = to_change and f"{to_change}#{anchor(one)}"
                row = Row(name, one.label.text, one, to, said, may_be_shown)
                yield row if one is field else row._replace(at=at)


def _hides_all(field: Field) -> bool:
    """Return whether nothing of what is typed into ``field``, or into what it encloses, is ever shown again."""
    inside = [one for one in leaves([field]) if is_asked(one)]
    return bool(inside) and all(map(hides, inside))
