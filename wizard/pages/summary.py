"""SummaryPage: the page on which the visitor checks all answers, and finishes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, ClassVar, NamedTuple

from flask import Response

from .. import languages
from ..errors import Refused
from ..flow import BaseStep, Step
from ..flow.fingerprint import same, stamp
from .finishing import finish
from .inputs import WRONG, said
from .page import Page, page_of
from .visit import SUMMARY, Errors

CHANGED = languages.lazy_gettext("This comes to another answer by now. Check it, and send it again")
ELSEWHERE = languages.lazy_gettext(
    "Your answers were changed in another tab or window after you had opened this page. They are shown as they are "
    "now: check them, and send them again."
)


class Row(NamedTuple):
    """A line of the summary. The template reads the answer from the session, and puts it into words with ``field``.

    :param name: which field of the answer it is.
    :param label: what was asked.
    :param field: the WTForms field, or what else the template of the section needs.
    :param change_url: where it is changed.
    :param errors: what is wrong with it now.
    :param shown: whether the answer may be shown.
    :param is_changed: whether the visitor has changed it just now.
    :param lands: whether the visitor comes back to it.
    """

    name: str
    label: str
    field: Any
    change_url: str
    errors: list[str]
    shown: bool = True
    is_changed: bool = False
    lands: bool = False


class SummaryPage(Page[BaseStep]):
    """Show the answers of all steps on the path, and finish."""

    buttons: ClassVar[Mapping[str, str]] = {"": "finish"}

    @property
    def name(self) -> str:
        return SUMMARY

    @property
    def version(self) -> str:
        """Return a digest of the answers that the visitor is shown, and sends."""
        return stamp([(step.name, self.run[step.name]) for step in self.path.steps if step.name in self.run])

    def show(self) -> Response:
        return self.go_on() if self.path.missing is not None else self.page()

    def page(self, errors: Errors | None = None, status: int = 200, alert: str = "") -> Response:
        """Render the page. The template reads the answers from the session; the forms only give labels and choices."""
        errors = errors or {}
        alert = alert or errors.get("", {}).get("", "")
        sections, wrong = [], []
        marks = self.run.notice.get("changed", []) if self.run.notice.get("at") == SUMMARY else []
        for step in self.path.steps:
            page, said = page_of(step, self.visit), dict(errors.get(step.name, {}))
            rows = list(page.rows(said))
            if marks:
                rows = [row._replace(is_changed=[step.name, row.name] in marks) for row in rows]
            sections.append((step, page.summary, rows))
            wrong += [(page.link_to(name), text) for name, text in said.items()]
        problems = [*([("", alert)] if alert else []), *wrong]
        lands = not problems and self._land(sections)
        return self.render(
            "summary", status, sections=sections, problems=problems, alert=alert, lands=lands, revision=self.version
        )

    def _land(self, sections: list[tuple[BaseStep, str, list[Row]]]) -> bool:
        """Mark the line that a visitor comes back to who has changed something, and return whether there is one."""
        notice = self.run.notice
        if "returned" not in notice or notice.get("at") != SUMMARY:
            return False
        lines = [(step.name, rows, place) for step, _, rows in sections for place in range(len(rows))]
        own = [line for line in lines if line[1][line[2]].is_changed]
        for _, rows, place in (own or [line for line in lines if line[0] == notice["returned"]])[:1]:
            rows[place] = rows[place]._replace(lands=True)
            return True
        return False

    def show_again(self, alert: str, status: int) -> Response:
        if self.visit.is_of_another_run and (receipt := self.visit.receipt):
            return self.go_to_receipt(receipt)
        return self.page(status=status, alert=alert) if self.path.missing is None else self.go_on()

    def finish(self) -> Response:
        """Finish if every answer is still valid; otherwise show what is wrong."""
        if self.path.missing is not None:
            receipt = None if self.run.key else self.visit.receipt
            return self.go_to_receipt(receipt) if receipt else self.go_on()
        if not self.run.claim and self.visit.seen not in ("", self.version):
            return self.page(status=409, alert=str(ELSEWHERE))
        errors = {} if self.run.claim else self.check()
        if errors and self.site.check:
            try:
                self.site.check(deepcopy({step.name: self.run[step.name] for step in self.path.steps}), self.run.key)
            except Refused as refused:
                for name, told in self.refused(refused).items():
                    errors[name] = {**told, **errors.get(name, {})}
        if not errors:
            try:
                receipt = finish(self.visit)
            except Refused as refused:
                errors = self.refused(refused)
            else:
                self.run = self.visit.run
                return self.go_to_receipt(receipt)
        self.visit.path = self.path = self.site.flow.path(self.visit.run.answers, self.visit.run.reads)
        return self.page(errors, 422)

    def refused(self, refused: Refused) -> dict[str, dict[str, str]]:
        """Return what ``on_finish`` says is wrong. What it says of no step that is here, it says of the whole."""
        errors = {step: dict(said) for step, said in refused.errors.items() if step in self.path.names and said}
        elsewhere = [said for step, said in refused.errors.items() if step not in self.path.names]
        whole = [text for said in elsewhere for text in said.values() if text]
        if whole or not any(map(any, (said.values() for said in errors.values()))):
            errors[""] = {"": whole[0] if whole else str(WRONG)}
        return errors

    def check(self) -> dict[str, dict[str, str]]:
        """Validate every answer once more, from what was typed, in the language it was typed in."""
        found: dict[str, dict[str, str]] = {}
        for step in self.path.steps:
            answer = self.run[step.name]
            typed = self.run.typed(step) if isinstance(step, Step) else None
            now = step.recheck(self.path.earlier(step), answer, typed, languages.speaking)
            if now.errors:
                found[step.name] = said(now.errors)
            elif not same(now.answer, answer):
                found[step.name] = {"": str(CHANGED)}
        return found
