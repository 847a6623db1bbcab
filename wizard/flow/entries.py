"""Entries: a list whose entries are asked in several pages each. ``Repeat`` makes it where it is given steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from .counts import MOST, Counts
from .earlier import Answer, Text
from .loop import Loop


class Entries(Counts, Loop):
    """A list whose entries are asked in steps of their own, see :class:`~wizard.flow.loop.Loop`.

    A step may read which entry of the list it is in, counted from 1, so that the first one is asked in another way:
    ``when=lambda answers: answers["entry"]["number"] == 1``.

    :param least: how many entries there must be.
    :param most: how many there can be; or a function of the answers that returns it.
    :param counted: a function of the answers and of how many entries there are, which says so.
    :param add: the words on the button that adds an entry; "Add" where there are none.
    :param sortable: whether the visitor can put the entries in another order.
    :param into: the name of a list that this one and others make together. All that were given it are shown on the page
        of each, and are read under that name by what stands behind the last of them.
    """

    said: ClassVar[tuple[str, ...]] = (*Loop.said, "add")

    def __init__(
        self,
        *args: Any,
        least: int = 0,
        most: int | Callable[[Mapping[str, Answer]], int] = MOST,
        counted: Callable[[Mapping[str, Answer], int], str] | None = None,
        add: Text = "",
        sortable: bool = False,
        into: str = "",
        **given: Any,
    ) -> None:
        self.least, self.most, self.counted, self.add = least, most, counted, add
        self.sortable, self.into = sortable, into
        super().__init__(*args, **given)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check_counts()
        self.needs_bool("sortable")

    def describe(self) -> list[str]:
        return [self.said_counts, *([f"they go into {self.into}"] if self.into else [])]


class Fixed(Entries):
    """A list whose entries are given by a program: the visitor adds and removes none, and answers what is still asked.

    ``Repeat`` makes it where it is ``fixed``. Its entries come from :meth:`~wizard.Wizard.begin`, or from
    :meth:`~wizard.Flow.run`. What is given of an entry is not changed either where its step is ``final``.
    """

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if found := [name for name in ("least", "counted", "add", "sortable", "into") if given.get(name)]:
            self.wrong(f"it is fixed, so that the visitor adds no entry, and it has {found[0]!r}. Leave that out.")

    def describe(self) -> list[str]:
        return ["its entries are given"]
