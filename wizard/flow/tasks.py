"""Tasks: how far a visitor is in each section, where these can be done in any order."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple

from .base import BaseStep
from .path import Path
from .section import Section

State = Literal["completed", "in-progress", "not-started", "waits"]


class Task(NamedTuple):
    """A section as the list of sections shows it.

    :param state: how far the visitor is in it; ``waits`` where it cannot start yet.
    :param step: where the visitor goes on in it; ``None`` where nothing is missing, or it cannot start yet.
    :param awaits: the sections with what has to be answered before it can start.
    """

    section: Section
    state: State
    step: BaseStep | None = None
    awaits: tuple[Section, ...] = ()


def tasks(path: Path, begun: Collection[str]) -> list[Task]:
    """Return the sections that apply, or may yet.

    :param begun: the names of the steps on which the visitor has typed something.
    """
    found = []
    for section in path.all_sections:
        if awaited := path.awaited(section):
            found.append(Task(section, "waits", awaits=tuple(dict.fromkeys(map(path.section_of, awaited)))))
            continue
        is_begun = not section.names.isdisjoint(begun)
        first = section.steps[0]
        # Of a section that is not begun, most are asked their first step. To derive no more spares a long list much.
        is_first = not is_begun and section.when is None and first.always
        missing = first if is_first else path.missing_in(section)
        if missing is not None:
            found.append(Task(section, "in-progress" if is_begun else "not-started", missing))
        elif path.steps_of(section):
            found.append(Task(section, "completed"))
    return found
