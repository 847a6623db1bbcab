"""Valued: what is computed of the answers on a path."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from .base import BaseStep
from .derived import Derived
from .earlier import Answer, NotAnsweredError, step_of
from .value import Value


class Valued(Derived):
    """What is derived of the answers, and the values that are computed from them when they are asked for.

    Its parameters are those of :class:`~wizard.flow.path.Path`.
    """

    def sources(self, reads: Iterable[str]) -> set[str]:
        """Return the names of the steps that these ``reads`` are of; of a value, those that it is computed from."""
        found = set(map(step_of, reads))
        for value in reversed(self.order.values):
            if value.name in found:
                self.value(value.name)
                found.remove(value.name)
                found.update(map(step_of, self._computed[value.name].reads))
        return found

    def value(self, name: str) -> Answer:
        """Return a copy of the value of that name; ``None`` while an answer that it reads is not there."""
        for step in self._all[: self.order.before[name][0]][-1:]:
            self._reach(step.name)
        try:
            return deepcopy(self._compute(name))
        except NotAnsweredError:
            return None

    def values_before(self, step: BaseStep | None = None) -> dict[str, Answer]:
        """Return the values that ``step`` may read, by their names; all of them for ``None``."""
        count = len(self.order.values) if step is None else self.order.before[step.name][1]
        found = {value.name: self.value(value.name) for value in self.order.values[:count]}
        return {name: value for name, value in found.items() if value is not None}

    def values_after(self, step: BaseStep) -> list[tuple[str, Any, Answer]]:
        """Return the values with a title that are shown below ``step``: the title, the words of the author, the value.

        One is shown below the last step before it that asks for something, or below the first.
        """
        if not self.order.values:
            return []
        asked = [self._index[one.name] for one in self.steps if one.asks]
        index = self._index[step.name]
        after = -1 if index == asked[0] else index
        until = min([one for one in asked if one > index], default=len(self._all))
        here = [one for one in self.order.values if after < self.order.before[one.name][0] <= until and one.title]
        values = [(one, self.value(one.name)) for one in here]
        return [(one.title, self._in_words(one, value), value) for one, value in values if value is not None]

    def _in_words(self, one: Value, value: Answer) -> Any:
        words = one.words
        return None if words is None else self._computed[one.name].ask("words", lambda _: words(value))
