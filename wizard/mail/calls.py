"""Calls: functions of the author's that are called for a row of the outbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

#: A function of an author's: it is given the arguments, and a key that is the same each time.
Handler = Callable[[dict[str, Any], str], object]

AnyHandler = TypeVar("AnyHandler", bound=Handler)


@dataclass(frozen=True)
class Call:
    """A call of a function that was registered under ``name``.

    :param arguments: what it is given: whatever JSON can hold.

    >>> from wizard import Call
    >>> Call("ledger", {"reference": "B-1"}).name
    'ledger'
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what the row holds.

        :raises TypeError: when JSON cannot hold it.
        """
        try:
            json.dumps(self.arguments)
        except (TypeError, ValueError) as error:
            raise TypeError(f"The arguments of the call {self.name!r} are kept as JSON ({error}).") from None
        return {"name": self.name, "arguments": dict(self.arguments)}


class Handlers:
    """The functions that can be called, by their names."""

    def __init__(self) -> None:
        self._known: dict[str, Handler] = {}

    def add(self, name: str, function: Handler) -> None:
        """Register ``function``.

        :raises ValueError: when another one has this name.
        """
        if self._known.setdefault(name, function) is not function:
            raise ValueError(f"There is a call {name!r} already. Give this one another name.")

    def check(self, name: str) -> None:
        """See that ``name`` is known.

        :raises LookupError: when it is not.
        """
        if name not in self._known:
            known = ", ".join(map(repr, self._known)) or "none"
            raise LookupError(f"There is no call {name!r}. There is {known}. Register it: @outbox.handles({name!r}).")

    def get(self, name: str) -> Handler | None:
        """Return the function of that name. Another version of the application may have put the row."""
        return self._known.get(name)
