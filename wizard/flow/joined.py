"""Joined: the entries of several lists as one list, which has a name of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import Any

from .base import BaseStep
from .earlier import Answer
from .entries import Entries
from .value import Value


@dataclass(frozen=True, eq=False)
class Joined(Value):
    """The entries of all ``lists`` that were given its name: ``Repeat(..., into="people")``. It is read as a value is.

    :param lists: these lists, in their order.
    """

    _: KW_ONLY
    lists: tuple[Entries, ...]


def with_joined(parts: Sequence[BaseStep | Value]) -> tuple[BaseStep | Value, ...]:
    """Return the ``parts`` of a flow, and behind the last of the lists that are joined the one that they make.

    :raises FlowError: for a list that would be joined with no other.
    """
    lists: dict[str, list[Entries]] = {}
    for one in parts:
        if isinstance(one, Entries) and one.into:
            lists.setdefault(one.into, []).append(one)
    if not lists:
        return tuple(parts)
    found: list[BaseStep | Value] = []
    for one in parts:
        found.append(one)
        if isinstance(one, Entries) and one.into and one is lists[one.into][-1]:
            found.append(_joined(one.into, lists[one.into]))
    return tuple(found)


def _joined(name: str, lists: Sequence[Entries]) -> Joined:
    if len(lists) == 1:
        lists[0].wrong(
            f"its entries go into {name!r}, and those of no other list do. Give another the same 'into', or leave it "
            "out."
        )
    names = [one.name for one in lists]
    return Joined(name, partial(_all, names), lists=tuple(lists))


def _all(names: Sequence[str], answers: Mapping[str, Answer]) -> list[Any]:
    return [entry for name in names for entry in answers.get(name, ())]
