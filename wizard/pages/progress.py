"""Progress: the steps that every page names, and those that it only counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..flow import BaseStep, Path, Section

#: How many bars can be told apart on a phone.
MOST_BARS = 24

#: With more bars than these, that of the summary among them, there is no room for their names.
MOST_NAMES = 8


class Mark(NamedTuple):
    """One bar: a step or a section, or on a long way all between two that are named.

    :param title: its title; empty for several.
    :param steps: how many steps, or sections, it stands for.
    :param done: how many of these are answered.
    :param is_here: whether the step is the one that is shown.
    :param is_sure: whether it is sure to apply.
    :param leads_to: the name of the step that the visitor may go to from here; empty if it is none.
    """

    title: str
    steps: int
    done: int
    is_here: bool
    is_sure: bool
    leads_to: str = ""


def marks(path: Path, step: BaseStep | None) -> list[Mark]:
    """Return the bars before that of the summary, on the page of ``step``, or of the summary for ``None``.

    A step that is named on the page, and answered, can be gone to.
    """
    bars = list(_bars(path, step))
    return bars if len(bars) < MOST_NAMES else [bar._replace(leads_to="") for bar in bars]


def leads(bars: Iterable[Mark]) -> bool:
    """Return whether the visitor can go to a step that one of these stands for."""
    return any(bar.leads_to for bar in bars)


def _bars(path: Path, step: BaseStep | None) -> Iterator[Mark]:
    """Yield the bars before that of the summary, on the page of ``step``, or of the summary for ``None``.

    On a long way, the first step is named, the one that is shown and those beside it. The others are counted: nobody
    reads a hundred names on each page, and to draw them took a fifth of the time.
    """
    steps = path.marks_beside(step)
    if len(steps) < MOST_BARS:
        yield from _named(path, steps)
        return
    here = len(steps) if step is None else next((place for place, mark in enumerate(steps) if mark[1]), 0)
    drawn = 0
    for place in sorted({0, here - 1, here, here + 1, len(steps)} - {-1, len(steps) + 1}):
        between = steps[drawn:place]
        # One takes no more room by its name than counted.
        if len(between) > 1:
            done = sum(is_done for _, _, is_done, _ in between)
            yield Mark("", len(between), done, is_here=False, is_sure=True)
            between = []
        yield from _named(path, [*between, *steps[place : place + 1]])
        drawn = place + 1


def _named(path: Path, steps: Iterable[tuple[BaseStep | Section, bool, bool, bool]]) -> Iterator[Mark]:
    for one, is_here, is_done, is_sure in steps:
        title = path.title(one) if callable(one.title) and isinstance(one, BaseStep) else one.title
        leads = isinstance(one, BaseStep) and is_done and not is_here and path.is_open(one)
        yield Mark(title, 1, is_done, is_here, is_sure, one.name if leads else "")
