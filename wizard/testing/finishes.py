"""Finishes: what was finished, by an ``on_finish`` that is called twice with each key, as after a crash.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from copy import deepcopy
from typing import Any

from flask import current_app, session

from ..blueprint import Wizard
from ..errors import Refused
from ..flow import Answer


class Finishes:
    """Stands between a Wizard and its ``on_finish``, and holds that to being idempotent in its key.

    :param wizard: the Wizard.
    :param stack: gives the Wizard its own ``on_finish`` back when it is closed.
    """

    def __init__(self, wizard: Wizard, stack: ExitStack) -> None:
        self._on_finish = wizard.on_finish
        stack.callback(setattr, wizard, "on_finish", self._on_finish)
        wizard.on_finish = self.finish
        #: The key and the answers of each run that was finished.
        self.calls: list[tuple[str, dict[str, Answer]]] = []
        #: What is wrong with ``on_finish``.
        self.broken: AssertionError | None = None
        self.was_refused = False
        #: What it has returned last: a reference, or where it leads.
        self.receipt = ""
        self.is_location = False

    def finish(self, answers: Mapping[str, Answer], key: str) -> Any:
        """Call the author's ``on_finish``, and once more with the same."""
        self.was_refused = False
        given, before = deepcopy(dict(answers)), deepcopy(dict(session))
        try:
            first = self._call(answers, key)
        except Refused:
            self.was_refused = True
            raise
        if not first and not hasattr(first, "status_code"):
            self._break(f"on_finish returned nothing: {first!r}. Return a reference for the visitor, or redirect(...).")
        # As after a crash, nothing that the first call has done to the session was saved.
        session.clear()
        session.update(before)
        try:
            second = self._call(given, key)
        except Exception as error:
            self._break(
                f"on_finish was called twice with the key {key!r}, as after a crash, and the second time it failed: "
                f"{type(error).__name__}: {error}. Let it find out what it has done with a key, and return the same.",
                error,
            )
        self.receipt, self.is_location = _read(first)
        if _read(second) != _read(first):
            self._break(
                f"on_finish was called twice with the key {key!r}, as after a crash, and returned {first!r} and "
                f"{second!r}. Let it return the same reference for the same key."
            )
        self.calls.append((key, given))
        return second

    def _call(self, answers: Mapping[str, Answer], key: str) -> Any:
        return current_app.ensure_sync(self._on_finish)(deepcopy(dict(answers)), key)

    def _break(self, text: str, cause: Exception | None = None) -> None:
        self.broken = AssertionError(text)
        raise self.broken from cause


def _read(receipt: Any) -> tuple[str, bool]:
    location = getattr(receipt, "location", None)
    return (str(location), True) if location else (str(receipt), False)
