"""The peers: what is measured, each in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .answers import SECTIONED, SIGNUP, of_long_flow
from .visitor import Visitor

#: What makes htmx's requests for a part of the page.
PARTIAL = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}


@dataclass(frozen=True)
class Peer:
    """One way to write the signup.

    :param label: what the tables call it.
    :param module: the file here that has its ``create_app``.
    :param options: what ``create_app`` is given. ``{folder}`` and ``{redis}`` in them are replaced.
    :param start: where a visitor begins, ``{first}`` being the name of the first step.
    :param prefixed: whether the name of an input begins with the name of its step.
    :param headers: what a visitor sends with each request.
    :param direct: the address of a step, where visitors go to each by it, and not where the answer before has led.
    :param most_steps: the longest long flow that it is measured with.
    :param wtforms: the version of WTForms, where it is not that of the lock file.
    """

    label: str
    module: str
    options: dict[str, Any] = field(default_factory=dict)
    start: str = "/signup/{first}"
    prefixed: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    direct: str = ""
    most_steps: int = 200
    wtforms: str = ""

    def visitor(self, app: Any, steps: int) -> Visitor:
        """Return a new visitor of ``app``, who knows what to type."""
        answers = of_long_flow(steps) if steps else SIGNUP
        start = self.start.format(first=next(iter(answers)))
        return Visitor(app, start, answers, self.headers, prefixed=self.prefixed, direct=self.direct)


_Ours = partial(Peer, module="ours")
_SQLITE = "sqlite:///{folder}/sessions.db"
_DJANGO = {"database": "{folder}/django.db"}

#: What all others are compared to.
BASE = "by-hand"

PEERS = {
    BASE: Peer("By hand", "by_hand"),
    "by-hand-wtforms-3.2": Peer("By hand, WTForms 3.2.1", "by_hand", wtforms="3.2.1"),
    "ours": _Ours("Ours, SQLite", options={"url": _SQLITE}),
    "ours-unsealed": _Ours("Ours, SQLite, not sealed", options={"url": _SQLITE, "sealed": False}),
    "ours-redis": _Ours("Ours, Redis", options={"url": "{redis}"}),
    "ours-cookie": _Ours("Ours, cookie", options={"url": "cookie:"}),
    "ours-partial": _Ours("Ours, SQLite, partial", options={"url": _SQLITE}, headers=PARTIAL),
    "ours-partial-languages": _Ours(
        "Ours, SQLite, partial, two languages",
        options={"url": _SQLITE, "languages": ("en", "de")},
        headers=PARTIAL,
    ),
    "ours-sections": _Ours(
        "Ours, SQLite, sections in any order",
        options={"url": _SQLITE, "sections": True},
        direct="/signup/{step}",
        most_steps=SECTIONED,
    ),
    "formtools": Peer("formtools, SQLite", "formtools_site", options={**_DJANGO, "cookie": False}, prefixed=True),
    "formtools-cookie": Peer("formtools, cookie", "formtools_site", options={**_DJANGO, "cookie": True}, prefixed=True),
    "gandalf": Peer(
        "gandalf, SQLite", "gandalf_site", options={**_DJANGO, "cookie": False}, start="/signup/", most_steps=50
    ),
}
