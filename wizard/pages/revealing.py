"""Revealing: puts the views of fields that are shown with a choice beneath that choice."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..flow.reveals import Reveals, is_choice
from .field import FieldView, Revealed


def nest(drawn: list[FieldView], reveals: Reveals) -> list[FieldView]:
    """Return the views that are drawn by themselves. Each of the others stands in the view of its choice."""
    by_name = {view.field.short_name: view for view in drawn}
    inner: set[str] = set()
    for name, (by, option) in reveals.items():
        view, outer = by_name.get(name), by_name.get(by)
        if view is not None and outer is not None:
            inner.add(name)
            outer.revealed = _added(outer.revealed, _text_of(outer, option), option is False, view)
    return [view for view in drawn if view.field.short_name not in inner]


def _added(revealed: tuple[Revealed, ...], option: str, is_off: bool, view: FieldView) -> tuple[Revealed, ...]:
    for at, one in enumerate(revealed):
        if (one.option, one.is_off) == (option, is_off):
            return (*revealed[:at], one._replace(views=(*one.views, view)), *revealed[at + 1 :])
    return (*revealed, Revealed(option, is_off, (view,)))


def _text_of(outer: FieldView, option: Any) -> str:
    """Return ``option`` as a browser sends it."""
    if isinstance(option, bool):
        return outer.value
    return next((one.value for one in outer.options if is_choice(outer.field, one.value, option)), str(option))


def last_with(drawn: list[FieldView], names: Collection[str]) -> FieldView | None:
    """Return the last view of a field with one of these ``names``, or of what it is shown with."""
    return next((view for view in reversed(drawn) if _has(view, names)), None)


def _has(view: FieldView, names: Collection[str]) -> bool:
    inner = [inner for one in view.revealed for inner in one.views]
    return view.field.short_name in names or any(_has(one, names) for one in inner)
