"""Settling: bring a run that an older version of the flow has served to what this one accepts."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from copy import deepcopy
from itertools import repeat
from operator import itemgetter, ne
from typing import Any

from . import fields
from .base import BaseStep, silent
from .derived import NEVER, is_refused
from .earlier import Answer
from .entry import Entry, EntryPath, entries_of, gather, items, put_entries
from .flow import Flow
from .loop import Loop
from .path import Path
from .repeat import Repeat
from .run import Run
from .steps import Step
from .typed import Speaking, Typed, without_secrets

#: The parts of the record that are kept step by step.
_PARTS = ("answers", "typed", "notes")


def settle(run: Run, flow: Flow, speak: Speaking = silent) -> None:
    """Begin ``run`` anew where its lifetime is over, and bring what an older Flow accepted to what ``flow`` accepts.

    What still validates stays. What does not is asked again, filled in as it was, and read by no other step meanwhile;
    what is stored of its secrets stays. Answers that are frozen are left alone.

    :param speak: gives for a language the context in which input is read as it was typed.
    """
    if run.is_over_time():
        return run.forget()
    old = run.record
    notes = old.get("notes", {})
    # In a way that costs a long flow next to nothing.
    changed = any(map(ne, map(itemgetter("form"), notes.values()), map(flow.forms.get, notes, repeat(""))))
    if not changed or run.claim.is_unknown(time.time()):
        return None
    answers, typed = dict(run.answers), _all_typed(run, flow)
    entries = {loop.name: entries_of(run, loop.name) for loop in flow.loops}
    if flow.migrate is not None:
        given = flow.migrate(deepcopy(answers), deepcopy(typed))
        answers, typed = dict(given[0]), dict(given[1])
    # Another version of the code may serve this session next: answers to steps that only it has stay as they are.
    gone = {name for name in answers if flow.get(name) is None and name in notes}
    kept: dict[str, Any] = {
        part: {name: one for name, one in old.get(part, {}).items() if name in gone} for part in _PARTS
    }
    kept["notes"] = {name: {**note, "form": ""} for name, note in kept["notes"].items()}
    # Whose path that was, nobody knows any more.
    run.record = {**old, **kept, "given": None, "order": None}
    path = flow.path_of(run)
    for step in flow:
        if isinstance(step, Loop):
            given_here = answers.get(step.name)
            is_other = given_here is not None and given_here != old.get("answers", {}).get(step.name)
            records = _records(flow.inner(step), given_here, typed.get(step.name)) if is_other else entries[step.name]
            _settle_entries(run, step, path, flow, records, old, speak)
        elif step.name in answers:
            _settle_step(run, step, path, (answers[step.name], typed.get(step.name)), old, speak)
            path.accept(step, run.answers, run.reads)
        elif isinstance(step, Step) and typed.get(step.name) and not isinstance(step, Repeat):
            run.keep_draft(step.name, typed[step.name])
    run.change(drafts={**run.record.get("drafts", {}), **old.get("drafts", {})}, given=old.get("given"))
    return None


def _settle_entries(
    run: Run,
    loop: Loop,
    path: Path,
    flow: Flow,
    records: Mapping[str, Mapping[str, Any]],
    old: Mapping[str, Any],
    speak: Speaking,
) -> None:
    """Bring each entry of ``loop``, of which these are the ``records``, to what its steps accept now."""
    parts = {}
    if not loop.over:
        # An id is never given to another entry.
        given = run.record.get("next", {})
        highest = max([0, *map(int, records)])
        parts = {"next": {**given, loop.name: max(given.get(loop.name, 1), highest + 1)}}
    put_entries(run, loop.name, records, **parts)
    over = items(run, path, loop) if loop.over else None
    inner = flow.inner(loop)
    for number, record in records.items():
        if not record or (over is not None and number not in over):
            continue
        entry = Entry(run, loop, number, record)
        inner_path = EntryPath(entry, path, inner, None if over is None else over[number])
        for step in inner:
            if isinstance(step, Loop):
                _settle_entries(entry, step, inner_path, inner, entries_of(entry, step.name), entry.record, speak)
            elif step.name in entry:
                typed = entry.typed(step) if isinstance(step, Step) else None
                _settle_step(entry, step, inner_path, (entry[step.name], typed), entry.record, speak)
                inner_path.accept(step, entry.answers, entry.reads)
    gather(run, path, flow, loop, settles=loop.name in old.get("answers", {}))


def _records(flow: Flow, answer: Answer, typed: Any) -> dict[str, dict[str, Any]]:
    """Return records of entries as a migration gives them: a list of their answers, and of what was typed for each."""
    records = {}
    for number, (entry, one) in enumerate(zip(answer, _each(answer, typed), strict=True), 1):
        known = {name: own for name, own in entry.items() if flow.get(name)}
        told = {name: own for name, own in one.items() if name in known}
        records[str(number)] = {"answers": known, "typed": told, "notes": {name: {"form": ""} for name in known}}
    return records


def _all_typed(run: Run, flow: Flow) -> dict[str, Any]:
    """Return what was typed for each step, also for one that the flow no longer has, and into fields that are gone."""
    typed: dict[str, Any] = {}
    for name, answer in run.answers.items():
        step = flow.get(name)
        packed = run.record.get("typed", {}).get(name, {})
        if answer is None:
            typed[name] = {}
        elif isinstance(step, Step) and isinstance(answer, list) == isinstance(step, Repeat):
            known, now = fields.samples(step.form), run.typed(step) or {}
            if isinstance(step, Repeat):
                entries = zip(now.items(), answer, strict=True)
                typed[name] = {
                    number: _unknown(known, entry, packed.get(number, {})) | one for (number, one), entry in entries
                }
            else:
                typed[name] = _unknown(known, answer, packed) | now
        elif isinstance(answer, Mapping):
            gone = _unknown((), answer, packed)
            typed[name] = {one: values for one, values in {**gone, **packed}.items() if values}
        else:
            typed[name] = packed
    return typed


def _unknown(known: Collection[str], answer: Mapping[str, Any], packed: Typed) -> dict[str, list[str]]:
    """Return what was typed into the fields that are not ``known``, as an older version has packed it."""
    texts = {name: [value] for name, value in answer.items() if type(value) is str and name not in packed}
    # What is marked as not typed is what was kept of a secret.
    marked = {name: list(values) for name, values in packed.items() if not values}
    return {name: values for name, values in {**texts, **marked}.items() if name not in known}


def _settle_step(
    run: Run, step: BaseStep, path: Path, given: tuple[Answer, Any], old: Mapping[str, Any], speak: Speaking
) -> None:
    answer, typed = given
    note = old.get("notes", {}).get(step.name, {})
    is_list = isinstance(step, Repeat)
    if isinstance(step, Step) and isinstance(answer, list) != is_list:
        return
    extra = {name: one for name, one in note.items() if name not in ("revision", "form", "reads")}
    if is_list and list(typed or {}) != note.get("ids"):
        typed = {str(number): one for number, one in enumerate(_each(answer, typed), 1)}
        extra = {"ids": list(typed), "next": len(typed) + 1}
    elif isinstance(step, Step) and not is_list:
        # A migration may have taken a secret for a text.
        typed = without_secrets(step.form, typed or {})
    known = note.get("form") == step.fingerprint and answer == old.get("answers", {}).get(step.name)
    found = None if known else step.recheck(path.earlier(step), answer, typed or {}, speak)
    wrong = found is not None and found.answer is None
    # What a step read of one that is gone cannot change any more.
    reads = {read: then for read, then in note.get("reads", {}).items() if path.knows(_step_of(read))}
    if wrong or (known and is_refused(note.get("reads", {}))):
        reads |= NEVER
    run.accept(
        step,
        answer if found is None or wrong else found.answer,
        typed or {},
        revision=note.get("revision", ""),
        reads=reads,
        **extra,
    )


def _step_of(read: str) -> str:
    return read.partition(".")[0].rstrip("?")


def _each(answer: list[Answer], typed: Any) -> list[Typed]:
    given = list(typed.values()) if isinstance(typed, Mapping) else list(typed or [])
    return [*given, *({} for _ in answer)][: len(answer)]
