"""ForEach: steps that are asked for each entry of another list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .base import BaseStep, Named
from .counts import Counts
from .earlier import Answer, Earlier, Text
from .joined import Joined
from .loop import Each, Loop

#: The names of the two entries that they are for, where they are asked for pairs; and what stands between their ids.
PAIR, BETWEEN = ("one", "other"), "~"

#: What the steps of a list with entries of its own read under that name: which one of the list it is, counted from 1.
NUMBER = "number"


class ForEach(Loop):
    """Steps that are asked for each entry of an earlier list, such as what each person of a household eats.

    In ``answers`` it is a list of a dictionary for each entry, in the order of that list, once all are answered. They
    stay with their entry: they go when it is removed, and an entry that is added later is asked for them. Where the
    list is empty, nothing is asked.

    :param steps: what is asked for each. Beside earlier answers, these steps may read the entry that they are for:
        ``answers["entry"]["name"]["first"]``.
    :param over: the name of an earlier list, one in the same flow or in the same entry; or a list of such names, whose
        entries follow each other.
    :param title: the heading of the list of all of them.
    :param each: the title of one of them: a function of the entry; that of the list by default.
    :param pairs: whether they are asked for each two entries, such as how two people are related. These steps then read
        both: ``answers["entry"]["one"]`` and ``answers["entry"]["other"]``; and so does ``each``, as ``entry["one"]``.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> from wtforms import Form, RadioField
    >>> from wizard import Step
    >>> class Diet(Form):
    ...     diet = RadioField("Diet", choices={"all": "Everything", "vegan": "Vegan"})
    >>> ForEach("diets", Step("diet", Diet, title="Diet"), over="people", title="What people eat").over
    ('people',)
    """

    over: tuple[str, ...]
    pairs: bool

    def __init__(
        self,
        name: str,
        *steps: BaseStep,
        over: str | Sequence[str],
        title: Text,
        when: Callable[[Mapping[str, Answer]], object] | None = None,
        each: Each | None = None,
        pairs: bool = False,
    ) -> None:
        self.pairs = pairs
        named = (over,) if isinstance(over, str) else over
        self.over = tuple(named) if isinstance(named, (list, tuple)) else ()
        super().__init__(name, *steps, title=title, when=when, each=each)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.needs_bool("pairs")
        if not self.over:
            self.wrong("it goes over no list. Name an earlier one: over='people'.")

    def applies(self, earlier: Earlier) -> bool:
        if not super().applies(earlier):
            return False
        if self.pairs:
            return sum(len(earlier.get(name, ())) for name in self.over) > 1
        return any(earlier.get(name) for name in self.over)

    def describe(self) -> list[str]:
        return [f"for each {'two ' if self.pairs else ''}of {' and '.join(self.over)}"]

    def check_over(self, before: Mapping[str, Named], parts: Mapping[str, Named]) -> None:
        """Raise a FlowError where it goes over no list of ``before``, what stands before it, among all ``parts``."""
        lists = [name for name, step in before.items() if has_entries(step)]
        known = f"Name one of {', '.join(map(repr, lists))}." if lists else "Put a Repeat before it, and name that."
        for name in self.over:
            if name in parts and name not in before and (has_entries(parts[name]) or parts[name] is self):
                ring = " -> ".join(map(repr, dict.fromkeys([self.name, name]))) + f" -> {self.name!r}"
                self.wrong(
                    f"it goes over {name!r}, which comes no earlier, so that each would wait for the other: {ring}. "
                    f"Put {name!r} before it."
                    if name != self.name
                    else f"it goes over itself: {ring}. {known}"
                )
            if name not in lists:
                self.wrong(f"it goes over {name!r}, which is no list before it. {known}")
            for one in getattr(before[name], "lists", [before[name]]):
                if self.pairs and getattr(one, "sortable", False):
                    self.wrong(
                        f"it asks for two entries, of which one is the first, and those of {one.name!r} can be moved. "
                        "Leave out its 'sortable'."
                    )


def has_entries(part: Named) -> bool:
    """Return whether ``part`` is a list with entries of its own, or several such lists."""
    return isinstance(part, (Counts, Joined))
