"""Needs: what a function may read, found by trying it with values that can be anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .earlier import Answer
from .trial import WAYS, Domains, Fork, Trial

#: How much may be done with such values, so that a loop which waits for another one ends.
_MOST = 10_000


def reads_of(name: str, function: Callable[[Mapping[str, Answer]], Any], domains: Domains) -> set[str]:
    """Return whatever ``function`` may read: see :attr:`~wizard.flow.earlier.Earlier.reads`.

    It is tried with each value that an answer can have, as far as these are known. Of all others it is tried with one
    that is like everything, and with one that is like nothing. What it makes of them does not matter.

    :param name: of the step or section that it belongs to.
    :param domains: what is known of the answers to the steps before.
    """
    seen: set[str] = set()
    for truth in (True, False):
        ways: list[dict[str, Any]] = [{}]
        count = 0
        while ways and count < WAYS:
            count += 1
            probe = _Probe(name, domains, ways.pop(), truth=truth)
            try:
                # An answer notes what is looked at.
                bool(function(probe))
            except Fork as fork:
                ways += [{**probe.told, fork.read: value} for value in fork.values or ()]
            except Exception:  # noqa: S110  (a mistake in it is found elsewhere)
                pass
            seen |= probe.seen
    return seen


class _Probe(Trial):
    """Made-up answers, which note what is read."""

    def __init__(self, name: str, domains: Domains, told: Mapping[str, Any], *, truth: bool) -> None:
        super().__init__(name, domains, told)
        self.told = told
        self.seen: set[str] = set()
        self._anything = _Anything(truth)

    def _read(self, read: str) -> Any:
        self.seen.add(read)
        try:
            return super()._read(read)
        except Fork as fork:
            if fork.values is None:
                return self._anything
            raise


class _Anything:
    """A value that can be anything: what is done with it gives it again, and every comparison says the same."""

    def __init__(self, truth: bool) -> None:
        self._truth = truth
        self._count = 0

    def _again(self, *_: Any, **__: Any) -> Any:
        self._count += 1
        if self._count > _MOST:
            raise RecursionError
        return self

    def _says(self, *_: Any) -> bool:
        return bool(self._again()._truth)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._again()

    def __iter__(self) -> Iterator[Any]:
        return iter([self._again()] if self._truth else [])

    def __index__(self) -> int:
        return int(self._says())

    def __int__(self) -> int:
        return _MOST * self._says()

    def __float__(self) -> float:
        return float(int(self))

    def __str__(self) -> str:
        # No two of them are the same.
        return f"x{self._count}" * self._says()

    def __format__(self, _: str) -> str:
        return str(self)

    def __hash__(self) -> int:
        return 1

    __len__ = __index__
    __bool__ = __contains__ = _says
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _says
    __call__ = __getitem__ = __neg__ = __pos__ = __abs__ = __round__ = _again
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = _again
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __pow__ = __rpow__ = _again
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _again
