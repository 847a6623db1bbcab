"""Browser: sends the requests of a visitor, and sees that a GET changes nothing.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path as File
from typing import Any

from flask import session
from hypothesis.errors import HypothesisException
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from .clock import Clock
from .finishes import Finishes
from .journeys import Journey
from .opened import opened

_OURS = str(File(__file__).parent.parent)


class Browser:
    """The requests of one visitor.

    :param journey: the visitor.
    :param finishes: what ``on_finish`` was called with.
    :param clock: ends it when its time is over.
    """

    def __init__(self, journey: Journey, finishes: Finishes, clock: Clock) -> None:
        self.journey, self.finishes, self.clock = journey, finishes, clock
        self.client, self.wizard = journey.client, journey.wizard
        #: What is stored for this Wizard, as far as it is known.
        self.last: dict[str, Any] | None = None
        #: What was sent, a line each.
        self.story: list[str] = []
        self.key = journey.key

    @contextmanager
    def author(self, what: str) -> Iterator[None]:
        """Say what an exception of the author's own is, and where it comes from."""
        try:
            yield
        except HypothesisException:
            raise
        except Exception as error:
            if error is self.finishes.broken:
                raise
            raise AssertionError(f"{what} failed: {_described(error)}") from error

    def stored(self) -> dict[str, Any]:
        """Return what the session holds for this Wizard, as it is stored."""
        name = self.journey.mounted
        with opened(self.journey.app, self.client, self.journey.wizard, name) as stored:
            return self._ours(stored)

    def _ours(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        name = self.journey.mounted
        return {key: stored[key] for key in stored if key == name or key.startswith(f"{name}:")}

    @property
    def record(self) -> Mapping[str, Any]:
        """What is stored of this run."""
        if self.last is None:
            self.last = self.stored()
        return self.last.get(self.key) or {}

    def get(self, url: str) -> TestResponse:
        """GET an address, which changes nothing."""
        self.clock.tick()
        before = self.stored() if self.last is None else self.last
        with self.author(f"GET {url}"):
            response = self.client.get(url)
        self.last = self._ours(session)
        assert self.last == before, f"GET {url} has changed the session: {before} became {self.last}."
        assert response.status_code < 500, f"GET {url} answered {response.status}."
        return response

    def post(self, url: str, values: MultiDict[str, str]) -> TestResponse:
        """POST a form."""
        self.clock.tick()
        self.story.append(f"POST {url} with {readable(values)}")
        with self.author(self.story[-1]):
            response = self.client.post(url, data=values)
        self.last = None
        assert response.status_code < 500, f"{self.story[-1]} answered {response.status}."
        return response


def readable(values: MultiDict[str, str]) -> dict[str, Any]:
    """What is sent, without what the page says of itself."""
    kept = {name: given for name, given in values.lists() if not name.startswith("_") and name != "csrf_token"}
    action = {"_action": values["_action"]} if "_action" in values else {}
    return {name: given[0] if len(given) == 1 else given for name, given in kept.items()} | action


def _described(error: BaseException) -> str:
    """What an exception says, and its causes, and the line of the author's that it comes from."""
    causes = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    frames = [frame for one in causes for frame in traceback.extract_tb(one.__traceback__)]
    own = [one for one in frames if "site-packages" not in one.filename and not one.filename.startswith(_OURS)]
    at = (own or frames)[-1:]
    where = f" ({at[0].filename}, line {at[0].lineno}, in {at[0].name})" if at else ""
    said = " ".join(f"{type(one).__name__}: {one}" for one in causes)
    return f"{said}{where}"
