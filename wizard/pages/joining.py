"""Joining: a list that was begun on both sides, in a browser and by the person who signs in there, becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from ..flow import Entries, Flow, Repeat, Run
from ..flow.derived import NEVER
from ..flow.entry import entries_of, gather, put_entries
from ..flow.fingerprint import same


def join_lists(run: Run, flow: Flow, other: Run) -> None:
    """Add to the lists of ``run`` the entries that only ``other`` has, behind its own.

    Such a list is asked again, so that the visitor sees what it has become.
    """
    for step in flow.steps:
        if isinstance(step, Repeat) and step.name in run:
            _join(run, step, other)
        elif type(step) is Entries and entries_of(run, step.name):
            _join_entries(run, flow, step, other)


def _join(run: Run, step: Repeat, other: Run) -> None:
    name, mine, typed = step.name, run[step.name], run.typed(step) or {}
    pairs = zip(other.get(name, []), (other.typed(step) or {}).values(), strict=True)
    new = [(answer, one) for answer, one in pairs if not any(same(answer, own) for own in mine)]
    if new:
        first = max([run.note(name).get("next", 1), *(int(number) + 1 for number in typed)])
        typed |= {str(first + at): one for at, (_, one) in enumerate(new)}
        note: dict[str, Any] = {"ids": list(typed), "next": first + len(new)}
        answers = [*mine, *(answer for answer, _ in new)]
        run.accept(step, answers, typed, revision=token_urlsafe(6), reads=NEVER, draft="", **note)
    if run.draft(name) is None and (draft := other.draft(name)) is not None:
        run.keep_draft(name, draft)


def _join_entries(run: Run, flow: Flow, step: Entries, other: Run) -> None:
    name, mine = step.name, entries_of(run, step.name)
    theirs = [one for one in entries_of(other, name).values() if one]
    new = [one for one in theirs if not any(_says(one) == _says(own) for own in mine.values())]
    if not new:
        return
    given = run.record.get("next", {})
    first = max([given.get(name, 1), *(int(number) + 1 for number in mine)])
    numbered = {str(first + at): one for at, one in enumerate(new)}
    put_entries(run, name, {**mine, **numbered}, next={**given, name: first + len(new)})
    gather(run, flow.path_of(run), flow, step)
    if name in run:
        run.take_back(name)


def _says(record: Mapping[str, Any]) -> Any:
    """Return what somebody has said in an entry: its answers, what is half typed, and the entries within it."""
    return [record.get(part) for part in ("answers", "drafts", "entries")]
