"""Owned answers: those of who is signed in, on each of their devices, and of nobody else who uses the same browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import current
from ..flow import Flow, Run, Step
from ..flow.run import REMEMBERED
from .site import Site

#: What a record has of each step.
_OF_STEPS = ("answers", "typed", "notes", "drafts", "behind", "entries")


def take(site: Site, key: str, session: Any) -> Mapping[str, Any] | None:
    """Let ``session`` hold under ``key`` the answers of who is signed in, and return what this browser has there.

    What was typed before signing in goes along: where there is nothing of theirs yet, it simply becomes theirs, and
    otherwise it is returned, for :func:`add`. A GET changes nothing of it.
    """
    assert site.owner is not None
    owner = site.owner()
    if owner in (None, ""):
        return None
    left = session.own(site.key_of(None), str(owner), takes=current.request().method == "POST")
    record: Mapping[str, Any] | None = left.get(key)
    return record


def add(run: Run, flow: Flow, record: Mapping[str, Any]) -> None:
    """Add to ``run`` what was typed in this browser before its owner signed in.

    A step that is not answered yet takes its answer; where there is another answer, it is a Draft beside that.
    """
    other = Run({"other": dict(record)}, "other")
    known = [one["run"] for one in run.receipts]
    receipts = [one for one in reversed(other.receipts) if one["run"] not in known]
    if receipts:
        run.change(receipts=[*receipts, *reversed(run.receipts)][-REMEMBERED:])
    if not other.key or run.is_called(other.key) or run.claim:
        return
    names = {name for name in other.begun_steps if name not in run.begun_steps}
    parts = {
        part: {
            **run.record.get(part, {}),
            **{name: one for name, one in record.get(part, {}).items() if _of(name) in names},
        }
        for part in _OF_STEPS
    }
    run.change(
        **({} if run.key else {"run": other.key}),
        former=[*run.record.get("former", ()), other.key, *record.get("former", ())][-REMEMBERED:],
        **{part: value for part, value in parts.items() if value},
    )
    for step in flow.every:
        if type(step) is not Step or step.name in names or run.draft(step.name) is not None:
            continue
        typed = other.draft(step.name) or other.typed(step)
        if typed is not None and typed != run.typed(step):
            run.keep_draft(step.name, typed)


def _of(name: str) -> str:
    return name.partition(".")[0]
