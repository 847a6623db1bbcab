"""Touched: which steps another answer may bring onto the path or take off it, known before there are any answers."""

from __future__ import annotations

import builtins
import dis
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from .base import BaseStep
from .earlier import Answer, NotAnsweredError, OneAnswer, step_of
from .fingerprint import stamp
from .trial import WAYS, Domains, Fork, Trial, Unknown

if TYPE_CHECKING:
    from .path import Path
    from .section import Order, Section
    from .value import Value

#: What a function may take from around it without depending on more than its arguments: what nobody changes.
_CONSTANTS = (str, bytes, int, float, bool, type(None))

#: In which functions a function may call others, counted from the outside.
_DEEP = 3

#: What tells a made-up value from a real one, or goes on after an error that only one of them makes.
_TELLS_APART = frozenset({"IMPORT_NAME", "IS_OP", "PUSH_EXC_INFO"})

#: The functions of Python that take a made-up value as any other, or refuse it.
_TAKES_ANY = frozenset(
    {"abs", "all", "any", "bool", "dict", "enumerate", "float", "frozenset", "int", "len", "list", "max", "min"}
    | {"range", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip"}
)


class Touched:
    """For each step, the steps whose conditions another answer to it may change, by way of others too.

    A condition is tried with everything that it can be told, so that whatever it may read is known. One of which that
    cannot be known, or which depends on more than answers, may be changed by any answer.

    :param order: the steps.
    :param domains: by the names of steps and values, what is known of each.
    """

    def __init__(self, order: Order, domains: Callable[[BaseStep | Section | Value], Domains]) -> None:
        self._order = order
        self._domains = domains
        self._values: dict[str, set[str] | None] = {}
        for value in order.values:
            self._values[value.name] = self._read_by(value, value.function)
        marks: list[Any] = []
        readers: dict[str, list[str]] = {}
        unknown: list[str] = []
        starts = {stretch.start for stretch in order.stretches}
        ends: set[str] | None = set()
        for number, step in enumerate(order.steps):
            ends = set() if number in starts else ends
            reads = _both(self._reads(step), ends)
            if step.ends:
                # What stands behind an exit depends on what that depends on.
                ends = _both(reads, {step.name})
            for name in reads or ():
                readers.setdefault(name, []).append(step.name)
            if reads is None:
                unknown.append(step.name)
            marks.append((step.name, step.fingerprint, step.ends, None if reads is None else self._codes(step)))
        #: Names these steps and their conditions. What an earlier version of the code has noted of others is not used.
        self.stamp = stamp(marks)
        self._readers = readers
        self._unknown = frozenset(self._closed(unknown))
        self._by_step: dict[str, frozenset[str]] = {}

    def by(self, name: str) -> frozenset[str]:
        """Return the names of the steps that may come or go with the answer to the step ``name``, that one included."""
        found = self._by_step.get(name)
        if found is None:
            found = self._by_step[name] = self._unknown.union(self._closed([name]))
        return found

    def _closed(self, names: list[str]) -> set[str]:
        found, waiting = set(names), list(names)
        while waiting:
            new = [one for one in self._readers.get(waiting.pop(), ()) if one not in found]
            found.update(new)
            waiting += new
        return found

    def _conditions(self, step: BaseStep) -> list[tuple[BaseStep | Section, Callable[..., Any]]]:
        gate = self._order.gates.get(step.name)
        return [(one, one.when) for one in (gate and gate[1], step) if one and one.when is not None]

    def _reads(self, step: BaseStep) -> set[str] | None:
        """Return the names of the steps that decide whether ``step`` applies; ``None`` where that cannot be known."""
        found: set[str] | None = set() if step.when or step.always else None
        if type(step).applies is not BaseStep.applies:
            found = None
        for one, when in self._conditions(step):
            found = _both(found, self._read_by(one, when))
        return found

    def _read_by(self, one: BaseStep | Section | Value, function: Callable[..., Any]) -> set[str] | None:
        seen = reads_at_most(one.name, function, self._domains(one)) if code_of(function) is not None else None
        found: set[str] | None = set()
        for name in () if seen is None else map(step_of, seen):
            own = self._values.get(name, {name})
            # Of what is around an entry, nobody says here when it changes.
            found = _both(found, own if own is None or own <= self._order.index.keys() else None)
        return None if seen is None else found

    def _codes(self, step: BaseStep) -> list[Any]:
        return [code_of(when) for _, when in self._conditions(step)]


def _both(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    return None if one is None or other is None else one | other


def reads_at_most(name: str, function: Callable[[Mapping[str, Answer]], Any], domains: Domains) -> set[str] | None:
    """Return all that ``function`` may read, see :attr:`~wizard.flow.earlier.Earlier.reads`; ``None`` if unknown.

    :param name: of the step, the section or the value that it belongs to.
    """
    seen: set[str] = set()
    ways: list[dict[str, Any]] = [{}]
    count = 0
    while ways:
        count += 1
        if count > WAYS:
            return None
        probe = _Noting(name, domains, ways.pop(), compares=True)
        try:
            bool(function(probe))
        except NotAnsweredError:
            pass
        except Fork as fork:
            if fork.values is None:
                return None
            ways += [{**probe.told, fork.read: value} for value in fork.values]
        except Exception as error:
            # With a real answer it fails as well where there is nothing; else what it does after that was not seen.
            if "'NoneType'" not in str(error) or Unknown.__name__ in str(error):
                return None
        seen |= probe.seen
    return seen


class _Noting(Trial):
    """Made-up answers, which note what is read."""

    def __init__(self, name: str, domains: Domains, told: Mapping[str, Any], **how: Any) -> None:
        super().__init__(name, domains, told, **how)
        self.told = told
        self.seen: set[str] = set()

    def _read(self, read: str) -> Any:
        self.seen.add(read)
        return super()._read(read)

    def __getitem__(self, name: str) -> Answer:
        found = super().__getitem__(name)
        return _Whole(name, self._read) if isinstance(found, OneAnswer) else found


class _Whole(OneAnswer):
    """An answer with every field. Of one that may lack some, nothing can be known."""

    def get(self, field: str, default: Any = None) -> Any:
        raise Fork(field, None)

    def __contains__(self, field: object) -> bool:
        raise Fork(str(field), None)


def names_now(path: Path, before: Collection[str] | None, changed: Iterable[str]) -> list[str]:
    """Return the names of the steps that apply by now, and ask those alone that may have come or gone.

    :param before: the names of those that applied before; ``None`` where that is not known.
    :param changed: the names of the steps to which the answers are others since.
    """
    if before is None:
        return path.names
    touched = path.order.touched
    asked = frozenset[str]().union(*map(touched.by, changed))
    kept = frozenset(before) - asked
    return [name for name in path.order.index if name in kept or (name in asked and path.has(name))]


def code_of(function: Callable[..., Any], deep: int = 0) -> list[Any] | None:
    """Return what a ``function`` does, written down; ``None`` where it may depend on more than its arguments.

    It may take constants from around it, and functions of which the same is true.
    """
    if not isinstance(function, FunctionType) or deep > _DEEP or function.__kwdefaults__:
        return None
    codes = list(_codes_in(function.__code__))
    done = {one.opname for code in codes for one in dis.get_instructions(code)}
    named = {name for code in codes for name in code.co_names}
    names = sorted(named & function.__globals__.keys())
    others = (named & vars(builtins).keys()) - _TAKES_ANY - set(names)
    if others or done & _TELLS_APART or any(one.startswith("MATCH_") for one in done):
        return None
    taken = [(name, function.__globals__[name]) for name in names]
    taken += [("", cell.cell_contents) for cell in function.__closure__ or ()]
    taken += [("", value) for value in function.__defaults__ or ()]
    written: list[Any] = [[(code.co_code, code.co_names, _written(code)) for code in codes]]
    for name, value in taken:
        inner = code_of(value, deep + 1) if isinstance(value, FunctionType) else None
        # By its name, an author says of a global that nobody changes it.
        if inner is None and (type(value) not in _CONSTANTS or name != name.upper()):
            return None
        written.append(repr(value) if inner is None else inner)
    return written


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes_in(one)


def _written(code: CodeType) -> list[str]:
    # A set has another order in another process.
    return [
        repr(sorted(map(repr, one)) if isinstance(one, frozenset) else one)
        for one in code.co_consts
        if not isinstance(one, CodeType)
    ]
