"""Trial: made-up answers, with which the functions of an author are tried before there are any."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import FlowError
from .blank import Blank
from .earlier import Answer, Earlier, NotAnsweredError, OneAnswer, as_text, returned

#: How many ways through a condition are tried before it counts as unknown.
WAYS = 500

#: How many texts are told apart that a function may return.
TEXTS = 3

#: Ends the comparison of a value with None, which can be seen of no made-up value.
_NOTHING = " is None"


class Fork(Exception):
    """The result depends on the value of ``read``, which can be any of ``values``; ``None`` where they are unknown."""

    def __init__(self, read: str, values: Sequence[Any] | None) -> None:
        self.read = read
        self.values = values


#: For each step, for each of its fields, the values it can have, if known; None for a step of which nothing is known.
#: Of a value that is computed, the list of all that it can come to.
Domains = Mapping[str, Mapping[str, Sequence[Any] | None] | list[Any] | None]


class Trial(Earlier):
    """Made-up answers, to try one way through a condition: ``told`` has the values that are decided so far.

    :param compares: whether a value that can be anything may be compared: each comparison then has two ways.
    :param says: whether such a value is for a text, in which its name stands for it.
    """

    def __init__(
        self,
        step: str,
        domains: Domains,
        told: Mapping[str, Any],
        *,
        compares: bool = False,
        says: bool = False,
        kind: str = "Step",
    ) -> None:
        answers = {name: domain for name, domain in domains.items() if told.get(f"{name}?") is not False}
        super().__init__(step, list(domains), answers, kind)
        self._told = told
        self._compares = compares
        self._says = says
        self._own: Mapping[str, Sequence[Any] | None] = {}

    def own(self, fields: Mapping[str, Sequence[Any] | None]) -> Mapping[str, Any]:
        """Return made-up data of the step itself, which has these ``fields``."""
        self._own = fields
        return OneAnswer(self._step, self._read)

    def _read(self, read: str) -> Any:
        if read in self._told:
            return self._told[read]
        name, dot, field = read.partition(".")
        fields = (self._own if name == self._step else self._answers.get(name)) or {}
        if dot and field not in fields:
            raise FlowError(
                f"{self._kind} {self._step!r}: it reads {read}, and the step {name!r} has no such field. "
                f"It has {', '.join(map(repr, fields))}."
            )
        whole = fields if isinstance(fields, list) else None
        values = [True, False] if read.endswith("?") else fields[field] if dot else whole
        if values is None and self._says:
            return Blank(f"{{{read}}}")
        if values is None and self._compares:
            return None if self._read_comparison(f"{read}{_NOTHING}") else Unknown(read, self._read_comparison)
        raise Fork(read, values)

    def _read_comparison(self, comparison: str) -> bool:
        if comparison not in self._told:
            raise Fork(comparison, [True, False])
        return bool(self._told[comparison])


class Unknown:
    """A value that can be anything, and may be compared. What else is done with it makes the way unknown.

    ``age < 16`` and ``age >= 16`` are one comparison, so that two conditions are seen to exclude each other.
    """

    def __init__(self, read: str, compare: Callable[[str], bool]) -> None:
        self._name = read
        self._compare = compare

    def __repr__(self) -> str:
        return self._name

    def __eq__(self, other: object) -> bool:
        return self._compare(f"{self._name} == {other!r}")

    def __lt__(self, other: object) -> bool:
        return self._compare(f"{self._name} < {other!r}")

    def __gt__(self, other: object) -> bool:
        return self._compare(f"{self._name} > {other!r}")

    def __ge__(self, other: object) -> bool:
        return not self < other

    def __le__(self, other: object) -> bool:
        return not self > other

    def __contains__(self, other: object) -> bool:
        return self._compare(f"{other!r} in {self._name}")

    def __bool__(self) -> bool:
        return self._compare(self._name)

    def __str__(self) -> str:
        raise Fork(f"{self._name} in words", None)

    __format__ = __str__  # type: ignore[assignment]


#: One way through a condition: the value of each read, and what the condition returned; ``None`` where it is unknown.
Way = tuple[dict[str, Any], Any]


def ways(
    step: str,
    function: Callable[[Mapping[str, Answer]], Any],
    domains: Domains,
    what: str = "when",
    *,
    compares: bool = False,
    kind: str = "Step",
) -> list[Way]:
    """Return every way through ``function``, as far as the values that it reads are known beforehand.

    :param compares: whether values that can be anything may be compared, see :class:`Trial`.
    :param kind: what has the name ``step``: a step or a section.
    :raises FlowError: when it reads no earlier step, or a field that is not there.
    """

    def ask(told: Mapping[str, Any]) -> bool:
        return bool(returned(step, what, function(Trial(step, domains, told, compares=compares, kind=kind)), kind))

    return _explored(ask)


def texts(step: str, function: Callable[[Mapping[str, Answer]], Any], domains: Domains, what: str) -> list[str]:
    """Return what ``function`` may say, with the name of what it reads where that can be anything.

    :returns: at most :data:`TEXTS`; none where nothing can be said outside of an application.
    :raises FlowError: when it reads no earlier step, or a field that is not there, or returns no text.
    """

    def ask(told: Mapping[str, Any]) -> str:
        return str(as_text(step, what, function(Trial(step, domains, told, says=True))))

    found = _texts(ask)
    if len(found) > TEXTS:
        domains = {name: dict.fromkeys(one) if isinstance(one, Mapping) else None for name, one in domains.items()}
        found = _texts(ask)
    return found[:TEXTS]


def outcomes(value: str, function: Callable[[Mapping[str, Answer]], Any], domains: Domains) -> list[Any] | None:
    """Return all that the ``function`` of a value can come to, as far as that is known beforehand; else ``None``.

    :raises FlowError: when it reads no earlier step, or a field that is not there.
    """
    what, kind = "function", "Value"

    def look(told: Mapping[str, Any]) -> Any:
        return bool(function(Trial(value, domains, told, says=True, kind=kind)))

    def ask(told: Mapping[str, Any]) -> list[Any]:
        try:
            return [returned(value, what, function(Trial(value, domains, told, kind=kind)), kind)]
        except NotAnsweredError:
            return []

    # With its name for each value that can be anything, more of the function is tried.
    _explored(look)
    found = [outcome for _, outcome in _explored(ask)]
    if not reads_only_answers(function) or not all(isinstance(one, list) for one in found):
        return None
    known: list[Any] = []
    for one in found:
        known += [value for value in one if value not in known]
    return known or None


def _texts(ask: Callable[[Mapping[str, Any]], str]) -> list[str]:
    return list(dict.fromkeys(said for _, said in _explored(ask) if isinstance(said, str) and said.strip()))


def _explored(ask: Callable[[Mapping[str, Any]], Any]) -> list[Way]:
    found: list[Way] = []
    open_ways: list[dict[str, Any]] = [{}]
    while open_ways:
        told = open_ways.pop()
        try:
            found.append((told, ask(told)))
        except NotAnsweredError:
            found.append((told, False))
        except Fork as fork:
            if fork.values is None or len(found) + len(open_ways) > WAYS:
                found.append(({**told, fork.read: None}, None))
            else:
                open_ways += [{**told, fork.read: value} for value in reversed(fork.values)]
        except FlowError:
            raise
        except Exception as error:
            # What fails without an application may work within one, but for what cannot be done with nothing.
            is_nothing = isinstance(error, TypeError) and any(told[one] for one in told if one.endswith(_NOTHING))
            found.append((told, False if is_nothing else None))
    return found


def reads_only_answers(function: Callable[..., Any] | None) -> bool:
    """Return whether ``function`` depends on its arguments alone, so that trying it once is enough."""
    try:
        around = inspect.getclosurevars(function)  # type: ignore[arg-type]
    except TypeError:
        return False
    return not around.globals and not around.nonlocals
