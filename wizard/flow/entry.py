"""Entry: one entry of a list that is asked in several pages. It is a run within a run, with a path of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, takewhile
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from .align import align
from .base import BaseStep, silent
from .derived import NEVER, UNFINISHED
from .each import ENTRY
from .earlier import Answer, step_of
from .fingerprint import same
from .for_each import BETWEEN, NUMBER, PAIR
from .loop import Loop
from .path import Path
from .run import REMEMBERED, Run
from .typed import Speaking

if TYPE_CHECKING:
    from .flow import Flow

#: The parts of a record that are of the run as a whole.
_OF_THE_RUN = ("run", "former", "given", "begun", "claim", "notice", "receipts", "cleared")


def entries_of(run: Run, name: str) -> dict[str, Mapping[str, Any]]:
    """Return for the id of each entry of the list ``name`` its record, which is like that of a run, in order.

    Of an entry that is finished, what stands in the answer to the list is stored there alone.
    """
    finished = _finished(run, name)
    return {
        number: {**one, "answers": {**finished.get(number, {}), **one.get("answers", {})}} if one else one
        # They are pairs: a session may have its keys in any order.
        for number, one in run.record.get("entries", {}).get(name, ())
    }


def put_entries(run: Run, name: str, entries: Mapping[str, Mapping[str, Any]], **parts: Any) -> None:
    """Keep these records of the entries of the list ``name``, in their order; and other ``parts`` of the record."""
    finished = _finished(run, name)
    packed = [[number, _without(one, finished.get(number, {}))] for number, one in entries.items()]
    begun = {} if run.key else {"run": token_urlsafe(16)}
    run.change(**begun, entries={**run.record.get("entries", {}), name: packed}, **parts)


def _finished(run: Run, name: str) -> dict[str, Mapping[str, Answer]]:
    return dict(zip(run.note(name).get("ids", ()), run.answers.get(name, ()), strict=True))


def _without(record: Mapping[str, Any], finished: Mapping[str, Answer]) -> dict[str, Any]:
    answers = record.get("answers", {})
    own = {name: one for name, one in answers.items() if name not in finished or not same(finished[name], one)}
    return {name: part for name, part in {**record, "answers": own}.items() if part}


def issue(run: Run, name: str) -> str:
    """Return the id of a new entry of the list ``name``. There is nothing in it yet, and so it is not listed."""
    given = run.record.get("next", {})
    number = given.get(name, 1)
    entries = entries_of(run, name)
    blank = [one for one, record in entries.items() if not record]
    for one in blank[: max(0, len(blank) + 1 - REMEMBERED)]:
        del entries[one]
    put_entries(run, name, {**entries, str(number): {}}, next={**given, name: number + 1})
    return str(number)


class Entry(Run):
    """One entry of a list: its own answers, what was typed, and Drafts. All else is that of the run that it is in.

    :param outer: the run, or the entry, that the list is in.
    :param loop: the list.
    :param number: the id of the entry.
    :param record: its record, if that is known.
    """

    def __init__(self, outer: Run, loop: Loop, number: str, record: Mapping[str, Any] | None = None) -> None:
        self.outer = outer
        self.loop = loop
        self.number = number
        self._own = entries_of(outer, loop.name).get(number, {}) if record is None else record

    @property
    def root(self) -> Run:
        """Return the run as a whole."""
        return self.outer.root if isinstance(self.outer, Entry) else self.outer

    @property
    def record(self) -> Mapping[str, Any]:  # type: ignore[override]
        whole = self.root.record
        return {**self._own, **{name: whole[name] for name in _OF_THE_RUN if name in whole}}

    def change(self, **parts: Any) -> None:
        whole = {name: parts.pop(name) for name in _OF_THE_RUN if name in parts}
        if whole:
            self.root.change(**whole)
        self._own = {name: part for name, part in {**self._own, **parts}.items() if part not in (None, {}, [])}
        if parts:
            name = self.loop.name
            put_entries(self.outer, name, {**entries_of(self.outer, name), self.number: self._own})


class EntryPath(Path):
    """The path through the steps of one entry. On the way through the whole flow, all of them are one step.

    :param entry: the entry.
    :param outer: the path that its list is on.
    :param flow: the flow of the steps of an entry.
    :param item: of a ForEach, the entry of the list that it goes over; None where it is gone.
    """

    def __init__(self, entry: Entry, outer: Path, flow: Flow, item: Mapping[str, Answer] | None = None) -> None:
        self._outer = outer
        self._loop = entry.loop
        around = outer.earlier(entry.loop)
        if not entry.loop.over:
            item = {NUMBER: _place_of(entry)}
        around = around.around(entry.loop.name, (ENTRY,), {} if item is None else {ENTRY: item})
        super().__init__(flow.order, entry.answers, entry.reads, around, entry.ids)

    @property
    def whole(self) -> Path:
        return self._outer.whole

    def top(self, step: BaseStep | None) -> BaseStep | None:
        return self._outer.top(self._loop)

    def knows(self, name: str) -> bool:
        return super().knows(name) or name == ENTRY or self._outer.knows(name)

    def is_open(self, step: BaseStep) -> bool:
        return self._outer.is_open(self._loop) and super().is_open(step)

    def is_last_missing(self, step: BaseStep) -> bool:
        return super().is_last_missing(step) and self._outer.is_last_missing(self._loop)

    def is_read(self, step: BaseStep) -> bool:
        return super().is_read(step) or self._outer.is_read(self._loop)

    @property
    def read_around(self) -> dict[str, str]:
        """Return what was read of the answers around the entry, when it was answered and to derive this path."""
        found: dict[str, str] = {}
        for step in self._all:
            reads = {**self._reads.get(step.name, {}), **self.earlier(step).reads}
            found |= {read: then for read, then in reads.items() if step_of(read) not in (*self._index, ENTRY, "")}
        return found


def _place_of(entry: Entry) -> int:
    stored = entry.outer.record.get("entries", {}).get(entry.loop.name, ())
    before = takewhile(lambda pair: pair[0] != entry.number, stored)
    return sum(bool(record) for _, record in before) + 1


def items(run: Run, path: Path, loop: Loop) -> dict[str, Mapping[str, Answer]]:
    """Return the entries that a ForEach asks for, each under the id that its answers have; or each two of them."""
    found = singles(run, path, loop)
    if not getattr(loop, "pairs", False):
        return found
    return {
        BETWEEN.join(pair): dict(zip(PAIR, map(found.__getitem__, pair), strict=True))
        for pair in combinations(found, 2)
    }


def singles(run: Run, path: Path, loop: Loop) -> dict[str, Mapping[str, Answer]]:
    """Return the entries that a ForEach goes over, by their ids."""
    lists = path.order.lists_of(loop.over)
    return {
        number if len(lists) == 1 else f"{name}-{number}": entry
        for name in lists
        if path.has(name)
        for number, entry in zip(run.note(name).get("ids", ()), run.get(name, ()), strict=True)
    }


def gather(run: Run, path: Path, flow: Flow, loop: Loop, *, settles: bool = False) -> list[str]:
    """Take the entries of ``loop`` that are finished as its answer, and derive the ``path`` after it anew.

    An entry is finished when every step on its own path is answered. As long as one is not, the list is not answered;
    those that are finished can be read. A ForEach can be read when all are.

    :param settles: whether the list counts as answered now, whatever is in it.
    :returns: the ids of the entries that were finished before, and are not by now.
    """
    records, before = entries_of(run, loop.name), run.note(loop.name).get("ids", ())
    over = items(run, path, loop) if loop.over else None
    if over is not None:
        lists = path.order.lists_of(loop.over)
        records = {number: one for number, one in records.items() if number in over or _is_kept(run, lists, number)}
    answers: dict[str, Answer] = {}
    reads: dict[str, str] = {}
    for number in [number for number, record in records.items() if record] if over is None else over:
        entry = Entry(run, loop, number, records.get(number, {}))
        inner = EntryPath(entry, path, flow.inner(loop), None if over is None else over[number])
        if inner.missing is None:
            answers[number] = {name: entry[name] for name in inner.names}
        elif over is None:
            reads |= UNFINISHED
        reads |= inner.read_around
    if over is not None and len(answers) < len(over):
        reads = dict(NEVER)
    if settles or loop.name in run or answers:
        run.accept(loop, list(answers.values()), revision=token_urlsafe(6), reads=reads, ids=list(answers))
    if records:
        put_entries(run, loop.name, records)
    path.accept(loop, run.answers, run.reads)
    return [number for number in before if number in (records if over is None else over) and number not in answers]


def wanting(run: Run, path: Path, flow: Flow, step: BaseStep) -> list[str]:
    """Return where ``step`` waits for an answer: its name, or in the entries of a list each place: people/3/name."""
    if not isinstance(step, Loop):
        return [step.name]
    records, over = entries_of(run, step.name), items(run, path, step) if step.over else None
    found: list[str] = []
    for number in records if over is None else over:
        entry, inner = Entry(run, step, number, records.get(number, {})), flow.inner(step)
        around = EntryPath(entry, path, inner, None if over is None else over[number])
        if around.missing is not None:
            found += [f"{step.name}/{number}/{name}" for name in wanting(entry, around, inner, around.missing)]
    return found or [step.name]


def _is_kept(run: Run, lists: Sequence[str], number: str) -> bool:
    """Return whether answers for an entry are kept that cannot be read now: it is changed, or may yet come back."""
    if BETWEEN in number:
        return all(_is_kept(run, lists, one) for one in number.split(BETWEEN))
    for name in lists:
        own = number.removeprefix(f"{name}-") if len(lists) > 1 else number
        gone = run.record.get("removed", {}).get(name) or run.note(name).get("removed") or {}
        if own in (*entries_of(run, name), *run.note(name).get("ids", ()), gone.get("id")):
            return True
    return False


def gather_after(run: Run, path: Path, flow: Flow, step: BaseStep, speak: Speaking = silent) -> list[str]:
    """Gather the lists after ``step``, whose answer has changed, and align what is asked for each entry of one.

    :param speak: returns a context in which input is read in a language.
    :returns: the names of the lists to be looked at again.
    """
    index, again = flow.steps.index(step), []
    for one in [one for one in flow.followers if flow.steps.index(one) > index]:
        if not isinstance(one, Loop):
            if one.name in run and path.has(one.name):
                align(run, path, one, speak)
            continue
        is_started = one.over or one.name in run or entries_of(run, one.name)
        if is_started and one.name in path.names and gather(run, path, flow, one):
            again.append(one.name)
    return again
