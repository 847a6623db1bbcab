"""Blank: stands in a text for what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, SupportsIndex

#: What stands in a text for an answer that is not there yet.
GAP = "…"


class Blank(str):
    """Stands in a text for a value that is not known, and is written as it is called, whatever is done with it.

    >>> days = Blank("{stay.days}")
    >>> f"{days * 2:,} nights for {', '.join(days['guests'])}"
    '{stay.days} nights for {stay.days}'
    """

    __slots__ = ()

    def _same(self, *_: object, **__: object) -> Any:
        return self

    __call__ = __getitem__ = __round__ = __abs__ = __neg__ = _same
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _same

    def __getattribute__(self, name: str) -> Any:
        return super().__getattribute__(name) if name.startswith("_") else self

    def __format__(self, _: str) -> str:
        return str(self)

    def __iter__(self) -> Iterator[str]:
        return iter((self,))

    def __len__(self) -> int:
        raise TypeError("nobody knows how many there are")

    def __index__(self) -> SupportsIndex:
        raise TypeError("nobody knows which number this is")

    def __bool__(self) -> bool:
        return True

    def _compare(self, _: object) -> bool:
        return False

    __lt__ = __gt__ = __le__ = __ge__ = _compare
