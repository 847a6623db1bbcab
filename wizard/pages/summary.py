"""SummaryPage: the page on which the visitor checks all answers, and finishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from itertools import groupby
from typing import Any, ClassVar, NamedTuple

from flask import Response

from .. import languages, signals
from ..errors import Refused
from ..flow import BaseStep, Path, Proven, Section
from ..flow.base import TASKS
from ..flow.each import told_by
from ..flow.fingerprint import stamp
from ..flow.messages import TOGETHER
from .finishing import finish
from .page import Page, page_of
from .visit import SUMMARY, Errors, Visit

ELSEWHERE = languages.lazy_gettext(
    "Your answers were changed in another tab or window while this page was open. Here they are as they stand now: "
    "check them and send them again."
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
    :param of: the name of its step; within an entry of a list with its place.
    :param at: which of the answers it is, where the field is asked for each entry of a list.
    """

    name: str
    label: str
    field: Any
    change_url: str
    errors: list[str]
    shown: bool = True
    is_changed: bool = False
    lands: bool = False
    of: str = ""
    at: int | None = None


class Group(NamedTuple):
    """The answers of one entry of a list, in sections of their own.

    :param title: that of the entry.
    :param path: the path through its steps.
    :param sections: those of its steps, as :func:`lines_of` returns them.
    :param lists: those of the lists in it.
    """

    title: str
    path: Path
    sections: list[Lines]
    lists: list[Lines]


#: A step, the template that draws its answer, and the lines of that: rows, or of a list of entries groups.
Lines = tuple[BaseStep, str, list[Any]]


def lines_of(visit: Visit, steps: Iterable[BaseStep], errors: Errors) -> list[Lines]:
    """Return the lines of ``steps`` on the path of ``visit``, with what is wrong with them."""
    notice = visit.run.notice
    marks = notice.get("changed", []) if notice.get("at") == visit.at else []
    lines = []
    for step in steps:
        page, name = page_of(step, visit), visit.name_of(step)
        rows = list(page.rows(errors.get(step.name, {})))
        for at, row in enumerate(rows):
            if isinstance(row, Row):
                part = row.name if row.at is None else f"{row.name}.{row.at}"
                rows[at] = row._replace(of=name, is_changed=[name, row.name] in marks or [name, part] in marks)
        lines.append((step, page.summary, rows))
    return lines


def land(visit: Visit, lines: list[Lines]) -> bool:
    """Mark the line that a visitor comes back to who has changed something, and return whether there is one."""
    notice = visit.run.notice
    if "returned" not in notice or notice.get("at") != visit.at:
        return False
    rows_at = list(_rows(lines))
    own = [(rows, at) for rows, at in rows_at if rows[at].is_changed]
    for rows, at in (own or [(rows, at) for rows, at in rows_at if rows[at].of == notice["returned"]])[:1]:
        rows[at] = rows[at]._replace(lands=True)
        return True
    return False


def _rows(lines: list[Lines]) -> Iterator[tuple[list[Any], int]]:
    for _, _, rows in lines:
        for at, row in enumerate(rows):
            if isinstance(row, Group):
                yield from _rows([*row.sections, *row.lists])
            elif isinstance(row, Row):
                yield rows, at


class SectionPage(Page[BaseStep]):
    """Show the answers of one section, and lead on."""

    def __init__(self, section: Section, visit: Visit) -> None:
        super().__init__(section.steps[0], visit)
        self.section = section
        visit.at = self.name

    @property
    def name(self) -> str:
        return self.visit.page_name(self.section)

    def show(self) -> Response:
        is_whole = self.path.steps_of(self.section) and not self.path.awaited(self.section)
        if not is_whole or self.path.missing_in(self.section) is not None:
            return self.go_on()
        lines = lines_of(self.visit, self.path.steps_of(self.section), {})
        following = TASKS if self.path.any_order else self.path.missing
        return self.render(
            "section",
            section=self.section,
            groups=[(None, lines)],
            lands=land(self.visit, lines),
            go_on=self.site.url(following),
        )


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
        if self.path.missing is not None:
            return self.go_on()
        if signals.summary_shown.receivers:
            self.visit.tells(signals.summary_shown)
        return self.page()

    def page(self, errors: Errors | None = None, status: int = 200, alert: str = "") -> Response:
        """Render the page. The template reads the answers from the session; the forms only give labels and choices."""
        errors = errors or {}
        alert = alert or errors.get("", {}).get("", "")
        lines = lines_of(self.visit, self.path.steps, errors)
        groups = [(one, list(own)) for one, own in groupby(lines, lambda line: self.path.section(line[0]))]
        wrong = [
            (page_of(step, self.visit).link_to(name), text)
            for step in self.path.steps
            for name, text in errors.get(step.name, {}).items()
        ]
        problems = [*([("", alert)] if alert else []), *wrong]
        lands = not problems and land(self.visit, lines)
        return self.render(
            "summary",
            status,
            sections=lines,
            groups=groups,
            problems=problems,
            alert=alert,
            lands=lands,
            revision=self.version,
        )

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
                answers = deepcopy({step.name: self.run[step.name] for step in self.path.steps})
                self.site.check(answers | self.path.values_before(), self.run.key)
            except Refused as refused:
                said = self.refused(refused)
                self.note_refused(said)
                for name, told in said.items():
                    errors[name] = {**told, **errors.get(name, {})}
        if not errors:
            try:
                receipt = finish(self.visit)
            except Refused as refused:
                errors = self.refused(refused)
                self.note_refused(errors)
            else:
                self.run = self.visit.run
                return self.go_to_receipt(receipt)
        self.visit.tells(signals.summary_refused, steps=[name for name in errors if name])
        self.visit.path = self.path = self.site.flow.path_of(self.visit.run)
        return self.page(errors, 422)

    def refused(self, refused: Refused) -> dict[str, dict[str, str]]:
        """Return what ``on_finish`` says is wrong. What it says of no step that is here, it says of the whole."""
        here = [step for step in self.path.steps if refused.errors.get(step.name)]
        errors = {step.name: told_by(step, refused, self.path.earlier(step)) for step in here}
        elsewhere = [said for step, said in refused.errors.items() if step not in self.path.names]
        whole = [text for said in elsewhere for text in said.values() if text]
        if whole or not any(map(any, (said.values() for said in errors.values()))):
            errors[""] = {"": whole[0] if whole else languages.gettext(TOGETHER)}
        return errors

    def note_refused(self, errors: Errors) -> None:
        """Note what is refused, for the page on which that is mended. What others have proven may be begun anew."""
        told = {step: [self.run.revision(step), dict(said)] for step, said in errors.items() if step}
        proven = {one.name for one in self.site.flow.every if isinstance(one, Proven)}
        places = [f"{step}/{name}".rpartition("/")[0] for step, said in errors.items() for name in said]
        found = [place for place in places if place.rpartition("/")[2] in proven]
        parts = {"told": told} | ({"refused": list(dict.fromkeys(found))} if found else {})
        self.visit.change_after(lambda run: run.change(**parts))
        self.run = self.visit.run

    def check(self) -> dict[str, dict[str, str]]:
        """Validate every answer once more, from what was typed, in the language it was typed in."""
        found: dict[str, dict[str, str]] = {}
        for step in self.path.steps:
            if wrong := page_of(step, self.visit).recheck():
                found[step.name] = wrong
        return found
