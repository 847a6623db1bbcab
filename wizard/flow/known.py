"""Known: the answers on a path, which are found when they are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Any

from .earlier import Answer


class Before(Collection[str]):
    """The names of the first ``count`` steps, as a collection that copies nothing."""

    def __init__(self, positions: Mapping[str, int], count: int) -> None:
        self._positions = positions
        self._count = count

    def __contains__(self, name: object) -> bool:
        return self._positions.get(name, self._count) < self._count  # type: ignore[call-overload, no-any-return]

    def __iter__(self) -> Iterator[str]:
        return islice(self._positions, self._count)

    def __len__(self) -> int:
        return self._count


class WithValues(Mapping[str, Answer]):
    """Answers, and the values that are computed from them when they are read."""

    def __init__(
        self, answers: Mapping[str, Answer], values: Collection[str], compute: Callable[[str], Answer]
    ) -> None:
        self._answers = answers
        self._values = values
        self._compute = compute

    def __getitem__(self, name: str) -> Answer:
        return self._compute(name) if name in self._values else self._answers[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in (*self._answers, *self._values) if name in self)

    def __len__(self) -> int:
        return len(list(iter(self)))


class Known(Mapping[str, Answer]):
    """The answers on a path of several parts. A part is derived when an answer in it is read, and no further."""

    def __init__(self, learn: Callable[[str], None], learned: Mapping[str, Answer], names: Collection[str]) -> None:
        self._learn = learn
        self._learned = learned
        self._names = names

    # What is learned by now is looked up at once: many conditions read the same few answers.

    def __getitem__(self, name: str) -> Answer:
        if name not in self._learned:
            self._learn(name)
        return self._learned[name]

    def __contains__(self, name: object) -> bool:
        if name not in self._learned:
            self._learn(name)  # type: ignore[arg-type]
        return name in self._learned

    def get(self, name: str, default: Any = None) -> Any:
        """Return the answer to the step ``name``; ``default`` where there is none."""
        if name not in self._learned:
            self._learn(name)
        return self._learned.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if name in self)

    def __len__(self) -> int:
        return len(list(iter(self)))
