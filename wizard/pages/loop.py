"""LoopPage: what the pages have in common of lists whose entries are asked in steps of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, ClassVar, TypeVar

from flask import Response

from .. import htmx
from ..flow import Loop
from ..flow.entry import entries_of
from ..flow.loop import Each
from ..languages import gettext
from .page import Page, page_of
from .site import SUMMARIES
from .summary import Group, lines_of
from .visit import Visit

L = TypeVar("L", bound=Loop)


class LoopPage(Page[L]):
    """List the entries, each with its title and whether it is finished."""

    template: ClassVar[str]
    buttons: ClassVar[Mapping[str, str]] = {"": "accept", "back": "go_back", "go.": "go_to"}
    summary = "wizard/rows_of_entries.html"

    @property
    def numbers(self) -> list[str]:
        """Return the ids of the entries that are listed, in order."""
        raise NotImplementedError

    def each_of(self, number: str) -> Each | None:
        """Return what gives an entry its title."""
        return self.step.each

    def entry(self, number: str) -> Visit:
        """Return the visit to an entry that is there."""
        found = self.visit.enter(self.step, number)
        assert found
        return found

    def title_of(self, number: str) -> str:
        return self.title_from(number, self.answers_of(number), self.place_of(number))

    def title_from(self, number: str, answers: Mapping[str, Any], place: int) -> str:
        """Return the title of the entry of that id, made of its ``answers``; else which one it is."""
        each = self.each_of(number)
        try:
            title = "" if each is None else str(each(deepcopy(dict(answers))))
        except KeyError:
            # Its answers do not say it yet.
            title = ""
        return title or gettext("Number %(number)s", number=place)

    def place_of(self, number: str) -> int:
        """Return which entry of the list it is, counted from 1; of one that is not there, which it would be."""
        return [*self.numbers, number].index(number) + 1

    def answers_of(self, number: str) -> Mapping[str, Any]:
        """Return the answers from which the title of an entry is made."""
        answers: Mapping[str, Any] = entries_of(self.run, self.step.name).get(number, {}).get("answers", {})
        return answers

    def show(self) -> Response:
        if not self.path.is_open(self.step):
            return self.go_on()
        self.tell_shown()
        return self.page()

    def listed(self) -> list[dict[str, Any]]:
        """Return what the template is given of each entry."""
        finished = self.run.note(self.step.name).get("ids", ())
        return [
            {
                "id": number,
                "title": self.title_of(number),
                "is_finished": number in finished,
                "url": self.url_of_entry(number),
            }
            for number in self.numbers
        ]

    def page(self, status: int = 200, alert: str = "", problems: Any = ()) -> Response:
        """Render the list."""
        return self.render(
            self.template,
            status,
            entries=self.listed(),
            alert=alert,
            problems=[*([("", alert)] if alert else []), *problems],
            action=self.site.url(self.step, None, **self.site.query),
            **self.more(),
        )

    def more(self) -> dict[str, Any]:
        """Return what else the template is given."""
        return {}

    def url_of_entry(self, number: str) -> str:
        """Return the address of an entry, from which the visitor is led back to this list."""
        place = (*self.site.place, self.step.name, number)
        come_back = [str(len(place) - 1)] if self.site.marks else []
        return self.site.url_at(*place, come_back=come_back)

    def url_into(self, number: str) -> str:
        """Return the address of the step that is missing in an entry."""
        inner = self.entry(number)
        come_back = [str(len(inner.site.place) - 1)] if self.site.marks else []
        return inner.site.url(inner.path.missing, None, come_back=come_back)

    def show_again(self, alert: str, status: int) -> Response:
        return self.page(status, alert) if self.path.is_open(self.step) else self.go_on()

    def accept(self) -> Response:
        """Go on if every entry is finished."""
        raise NotImplementedError

    def go_back(self) -> Response:
        """Redirect to the step before."""
        return self.go_before()

    def leave(self, entry: Visit) -> Response:
        """Redirect from an ``entry`` that is finished: to where the visitor has come from, or on."""
        keep = ("changed", "returned", "expired")
        self.run.change(notice={what: one for what, one in self.run.notice.items() if what in keep})
        mark = (entry.site.marks or [""])[-1]
        if mark == str(len(entry.site.place)):
            self.run.tell_at("/".join(entry.site.place))
            return htmx.redirect(self.site.url(self.step, entry.site.place[-1]))
        if mark in SUMMARIES or (mark and not int(mark) % 2):
            return self.go_past(self.step)
        return self.left(entry)

    def left(self, entry: Visit) -> Response:
        """Redirect from an ``entry`` that is finished to where the visitor goes on."""
        raise NotImplementedError

    # On the summary, and at the end

    def rows(self, errors: Mapping[str, str]) -> Iterator[Any]:
        """Return for each entry its title, and the sections of its steps."""
        for number in self.run.note(self.step.name).get("ids", ()):
            inner = self.entry(number)
            own = {name.partition("/")[2]: text for name, text in errors.items() if name.partition("/")[0] == number}
            by_step: dict[str, dict[str, str]] = {}
            for name, text in own.items():
                step, _, rest = name.partition("/")
                by_step.setdefault(step, {})[rest] = text
            found = [section for section in lines_of(inner, inner.path.steps, by_step) if section[2]]
            lists = [section for section in found if section[1] == self.summary]
            yield Group(self.title_of(number), inner.path, [one for one in found if one not in lists], lists)

    def link_to(self, name: str) -> str:
        number, _, rest = name.partition("/")
        step, _, own = rest.partition("/")
        inner = self.visit.enter(self.step, number) if rest else None
        found = inner.site.flow.get(step) if inner else None
        if inner is None or found is None:
            return self.site.url_to_change(self.step)
        return page_of(found, inner).link_to(own)

    def recheck(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for number in self.run.note(self.step.name).get("ids", ()):
            inner = self.entry(number)
            for step in inner.path.steps:
                for name, text in page_of(step, inner).recheck().items():
                    found[f"{number}/{step.name}/{name}"] = text
        return found
