"""Counts: how many entries a list may have, whatever an entry is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .base import BaseStep
from .earlier import Answer, Earlier, NotAnsweredError, Text

#: How many entries there can be where the author does not say.
MOST = 50


class Counts(BaseStep):
    """What the lists have in common: ``least``, ``most``, ``counted`` and ``add``, as :class:`Repeat` explains them."""

    least: int
    most: int | Callable[[Mapping[str, Answer]], int]
    add: Text
    counted: Callable[[Mapping[str, Answer], int], str] | None

    def check_counts(self) -> None:
        """Raise a FlowError where ``least`` and ``most`` do not fit together."""
        if callable(self.most):
            self.needs_function("most", self.most)
        if self.counted is not None:
            self.needs_function("counted", self.counted, "answers, count")
        most = max(self.least, MOST) if callable(self.most) else self.most
        # True is a number to Python.
        if {type(self.least), type(most)} != {int} or not 0 <= self.least <= most or not most:
            self.wrong(
                f"it takes {self.least!r} to {most!r} entries. Use least=0 or more, and most=1 or more, at least "
                "as much as 'least'."
            )

    @property
    def said_counts(self) -> str:
        """Return how many entries there can be, for a picture of the flow."""
        return f"{self.least} {'or more' if callable(self.most) else f'to {self.most}'} entries"

    @property
    def functions(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        return [*super().functions, *([("most", self._most)] if callable(self.most) else [])]

    def most_beside(self, earlier: Earlier) -> int:
        """Return how many entries there can be beside the ``earlier`` answers. The step does not depend on them."""
        if not callable(self.most):
            return self.most
        try:
            return int(earlier.apart().call("most", self._most))
        except NotAnsweredError:
            return MOST

    def _most(self, answers: Mapping[str, Answer]) -> Any:
        most = self.most(answers) if callable(self.most) else self.most
        if most is not None and (type(most) is not int or most < 0):
            self.wrong(f"its 'most' returned {most!r}. Let it return how many entries there can be.")
        return most

    def fits(self, earlier: Earlier, answer: Answer) -> bool:
        return len(answer) <= self.most_beside(earlier)

    def is_whole(self, answer: Answer) -> bool:
        return isinstance(answer, list) and len(answer) >= self.least
