"""Turns: who is measured when, and the ratios that come of it.

Whatever else the machine does changes from second to second. So everybody is compared with the turns of the base right
before and right after their own, and the order of each round is another.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple, TypeVar

Who = TypeVar("Who", bound=Hashable)

#: By the name of what was measured: what it has cost.
Spent = dict[str, float]


class Middle(NamedTuple):
    """The median of some figures, and the middle half of them."""

    median: float
    low: float
    high: float


def middle(figures: Sequence[float]) -> Middle:
    """Return the median of ``figures`` and the bounds of their middle half.

    >>> middle([4.0, 1.0, 2.0, 3.0, 5.0])
    Middle(median=3.0, low=2.0, high=4.0)
    """
    if len(figures) == 1:
        return Middle(figures[0], figures[0], figures[0])
    low, median, high = statistics.quantiles(figures, method="inclusive")
    return Middle(median, low, high)


def one_round(
    base: Who, others: Sequence[Who], turn: Callable[[Who], Spent], chance: random.Random
) -> tuple[dict[Who, Spent], dict[str, list[float]]]:
    """Let each of ``others`` have a turn, in shuffled order, with one of ``base`` before and after.

    :returns: of each, its cost as a ratio to the mean of the two turns of ``base`` around it; and what those have cost.
    """
    order = list(others)
    chance.shuffle(order)
    found = {}
    before = turn(base)
    of_base = {name: [spent] for name, spent in before.items()}
    for one in order:
        spent, after = turn(one), turn(base)
        found[one] = {name: spent[name] / ((before[name] + after[name]) / 2) for name in spent}
        for name, figure in after.items():
            of_base[name].append(figure)
        before = after
    return found, of_base


class Ratios(dict[tuple[Who, str], list[float]]):
    """Of each who took turns and each thing that was measured, the ratio in every round.

    >>> ratios = Ratios()
    >>> ratios.add({"ours": {"get": 2.0}, "theirs": {"get": 4.0}})
    >>> ratios.quotient(("ours", "get"), ("theirs", "get")).median
    0.5
    """

    def add(self, found: dict[Who, Spent]) -> None:
        """Add what one round has found."""
        for who, spent in found.items():
            for name, ratio in spent.items():
                self.setdefault((who, name), []).append(ratio)

    def quotient(self, one: tuple[Who, str], other: tuple[Who, str]) -> Middle:
        """Return what ``one`` costs as a ratio to ``other``, round by round."""
        return middle([mine / theirs for mine, theirs in zip(self[one], self[other], strict=True)])
