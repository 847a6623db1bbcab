"""Tab: a page that was opened, and what it shows.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..flow import Repeat, Step, fields
from ..flow.parts import PartsField
from .page import Page


@dataclass(eq=False)
class Tab:
    """A page that was opened. It can be sent at any time and, as from a browser's Back, more than once.

    :param entry: the id of the entry that it changes, if it is of one.
    :param run: the key of the run that it belongs to; empty before there was one.
    :param knows: the versions of the answer that it has shown or made.
    :param saw: the entry that it changes, as it was when the page was opened.
    :param blank: what an empty form of the step holds.
    """

    step: Step
    entry: str | None
    url: str
    page: Page
    run: str
    knows: set[int] = field(default_factory=set)
    saw: Any = None
    blank: Mapping[str, list[str]] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)

    @property
    def actions(self) -> set[str]:
        """The values of its buttons beside Continue."""
        return self.page.sheet(self.url).actions

    @property
    def is_full(self) -> bool:
        """Whether it is a list that takes no more entries, so that there is nothing to type into."""
        return isinstance(self.step, Repeat) and self.entry is None and "add" not in self.actions


def input_lost(tab: Tab, typed: Mapping[str, list[str]]) -> str:
    """Return the name of an input in which what was ``typed`` is not shown; empty when all of it is."""
    sheet = tab.page.sheet(tab.url)
    for name, values in typed.items():
        sample = fields.find(tab.step.form, name)
        if sample is None or fields.is_secret(sample) or fields.is_hidden(sample):
            continue
        shown = sheet.values.getlist(name)
        if name in sheet.offered:
            wanted = [one for one in values if one in sheet.offered[name]]
        else:
            # A slider or a colour holds what it can; what has no parts stands in the first one, which was left empty.
            holds_any = getattr(sample.widget, "input_type", "") not in ("range", "color")
            is_whole = isinstance(sample, PartsField) and name.rpartition("-")[0] in typed and not any(values)
            wanted = values[:1] if shown and holds_any and not is_whole else []
        if not set(wanted) <= set(shown):
            return name
    return ""
