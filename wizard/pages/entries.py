"""EntriesPage: the page of a Repeat whose entries are asked in several pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import takewhile
from typing import Any, ClassVar

from flask import Response

from .. import htmx
from ..flow import Entries
from ..flow.earlier import NotAnsweredError
from ..flow.entry import entries_of, issue, put_entries
from ..languages import gettext
from ..languages import lazy_gettext as _
from .list import CHANGED, too_many
from .loop import LoopPage
from .page import page_of
from .summary import Row
from .visit import Visit

OPEN = _("Finish this one or remove it")


@page_of.register(Entries)
class EntriesPage(LoopPage[Entries]):
    """List the entries: each can be changed or removed, and another one added."""

    step: Entries
    template = "entries_of_steps"
    buttons: ClassVar[Mapping[str, str]] = {
        "": "accept",
        "add": "add",
        "remove.": "remove",
        "elsewhere.": "remove_elsewhere",
        "undo": "undo",
        "up.": "move_up",
        "back": "go_back",
        "go.": "go_to",
    }

    @property
    def numbers(self) -> list[str]:
        return [number for number, record in entries_of(self.run, self.step.name).items() if record]

    @property
    def joined(self) -> list[EntriesPage]:
        """Return the pages of the lists that make one together, this one among them, as far as they are open."""
        if not self.step.into:
            return [self]
        lists = [self.site.flow.get(name) for name in self.path.order.joined[self.step.into]]
        others = [one for one in lists if isinstance(one, Entries) and (one is self.step or self.path.is_open(one))]
        return [self if one is self.step else EntriesPage(one, self.visit) for one in others]

    def place_of(self, number: str) -> int:
        before = takewhile(lambda page: page is not self, self.joined)
        return sum(len(page.numbers) for page in before) + super().place_of(number)

    def listed(self) -> list[dict[str, Any]]:
        return [
            {**one, "removal": f"remove.{one['id']}", "can_rise": self.step.sortable and one["id"] != page.numbers[0]}
            if page is self
            else {**one, "id": f"{page.step.name}-{one['id']}", "removal": f"elsewhere.{page.step.name}.{one['id']}"}
            for page in self.joined
            for one in super(EntriesPage, page).listed()
        ]

    def more(self) -> dict[str, Any]:
        count, most = len(self.numbers), self.most
        return {
            "counted": self.counted(),
            "most": most,
            "takes_more": count < most,
            "too_many": too_many(count, most) if count > most else "",
            "removed": self._removed(),
            "said": self._said(),
        }

    @property
    def most(self) -> int:
        """Return how many entries there can be."""
        return self.step.most_beside(self.path.earlier(self.step))

    def counted(self) -> str:
        """Return how many entries there are, in the author's words; nothing where those read what is not there."""
        counted, earlier = self.step.counted, self.path.earlier(self.step)
        with suppress(NotAnsweredError):
            return str(counted(earlier.apart(), len(self.run.get(self.step.name, ())))) if counted else ""
        return ""

    @property
    def removed(self) -> Mapping[str, Any] | None:
        """Return what was removed last of the list, as long as that can be undone."""
        removed: Mapping[str, Any] | None = self.run.record.get("removed", {}).get(self.step.name)
        return removed

    def _removed(self) -> str:
        return next((str(page.removed["title"]) for page in self.joined if page.removed), "")

    def _said(self) -> str:
        """Return what has become of which entry just now."""
        notice = self.run.notice
        what, number = notice.get("entry", ("", "")) if notice.get("at") == self.name else ("", "")
        texts = {
            "added": _("Added: %(entry)s"),
            "changed": _("Changed: %(entry)s"),
            "restored": _("Back in the list: %(entry)s"),
        }
        return str(texts[what]) % {"entry": self.title_of(number)} if what and number in self.numbers else ""

    def rows(self, errors: Mapping[str, str]) -> Iterator[Any]:
        yield from super().rows(errors)
        own = [text for name, text in errors.items() if "/" not in name]
        yield Row("", gettext("How many"), None, self.site.url_to_change(self.step), own)

    def left(self, entry: Visit) -> Response:
        number = entry.site.place[-1]
        self.run.tell(entry=["changed" if entry.was_finished else "added", number])
        return self.go(self.step)

    def accept(self) -> Response:
        """Go on if every entry is finished, and there are neither too few nor too many."""
        if stopped := self.closed():
            return stopped
        finished = self.run.note(self.step.name).get("ids", ())
        unfinished = [number for number in self.numbers if number not in finished]
        if unfinished:
            wrong = [(f"#entry-{number}", f"{self.title_of(number)}: {OPEN}") for number in unfinished]
            return self._refuse(problems=wrong)
        if len(finished) < self.step.least:
            return self._refuse(gettext("Add at least %(least)s.", least=self.step.least))
        if len(finished) > self.most:
            return self._refuse(too_many(len(finished), self.most))
        self.visit.gather(self.step, settles=True)
        return self.go_past(self.step)

    def _refuse(self, alert: str = "", problems: Any = ()) -> Response:
        self.tell_refused()
        return self.page(422, alert, problems)

    def add(self) -> Response:
        """Redirect to the first page of a new entry. It is listed once something was typed there."""
        if stopped := self.closed():
            return stopped
        if len(self.numbers) >= self.most:
            full = gettext("You can add up to %(most)s. Remove one before you add another.", most=self.most)
            return self.page(422, full)
        return htmx.redirect(self.url_into(issue(self.run, self.step.name)))

    def remove(self, number: str) -> Response:
        """Remove one entry, with all that belongs to it. The visitor can undo it until the next change."""
        return self.closed() or self._remove_from(self, number)

    def remove_elsewhere(self, entry: str) -> Response:
        """Remove an entry of another list that is shown here, such as ``people.2``."""
        name, _, number = entry.partition(".")
        page = next((one for one in self.joined if one.step.name == name), self)
        return self.closed() or self._remove_from(page, number if page is not self else "")

    def _remove_from(self, page: EntriesPage, number: str) -> Response:
        entries = entries_of(self.run, page.step.name)
        if not entries.get(number):
            return self.page(409, str(CHANGED))
        title, at, record = page.title_of(number), list(entries).index(number), entries.pop(number)
        page.put(entries, {"id": number, "at": at, "record": record, "title": title})
        return self.go(self.step)

    def undo(self) -> Response:
        """Put the entry that was removed last back in its place."""
        if stopped := self.closed():
            return stopped
        for page in self.joined:
            if (removed := page.removed) and len(page.numbers) < page.most:
                pairs = list(entries_of(self.run, page.step.name).items())
                pairs.insert(removed["at"], (removed["id"], removed["record"]))
                page.put(dict(pairs))
                if page is self:
                    self.run.tell(entry=["restored", removed["id"]])
        return self.go(self.step)

    def move_up(self, number: str) -> Response:
        """Put an entry before the one that it follows."""
        if stopped := self.closed():
            return stopped
        listed, entries = self.numbers, entries_of(self.run, self.step.name)
        if number not in listed or not self.step.sortable:
            return self.page(409, str(CHANGED))
        at = max(0, listed.index(number) - 1)
        listed.remove(number)
        listed.insert(at, number)
        rest = [one for one in entries if one not in listed]
        self.put({one: entries[one] for one in [*listed, *rest]})
        return self.go(self.step)

    def put(self, entries: Mapping[str, Any], removed: Mapping[str, Any] | None = None) -> None:
        """Keep these ``entries`` in this order, and follow where it leads."""
        name = self.step.name
        alike = {page.step.name for page in self.joined}
        others = {other: one for other, one in self.run.record.get("removed", {}).items() if other not in alike}
        put_entries(self.run, name, entries, removed={**others, name: removed} if removed else others)
        self.visit.gather(self.step)
