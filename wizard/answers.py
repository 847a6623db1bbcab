"""Answers: what one visitor gave to one flow, and the Drafts beside it, kept in any mapping. Knows nothing of Flask."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from .flow import Answer

Typed = Mapping[str, list[str]]


class Answers(Mapping[str, Answer]):
    """What validation accepted, step by step; ``answers["plan"]["plan"]`` is one value.

    All of it stands under one key of the session, as plain data that a template can read too::

        session["signup"] = {"key": "…", "answers": {"plan": {"plan": "team"}}, "drafts": {}}

    Every change assigns that key anew, so that a session which only watches its own keys sees it.

    :param session: any mutable mapping.
    :param name: the key: the name of the Wizard.
    """

    def __init__(self, session: MutableMapping[str, Any], name: str) -> None:
        self._session = session
        self._name = name

    @property
    def _kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = self._session.get(self._name) or {}
        return kept

    def _change(self, **parts: Any) -> None:
        start = {"key": secrets.token_urlsafe(16), "answers": {}, "drafts": {}}
        kept = self._kept
        self._session[self._name] = (kept if "key" in kept else {**kept, **start}) | parts

    def __getitem__(self, step: str) -> Answer:
        answer: Answer = self._kept.get("answers", {})[step]
        return answer

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept.get("answers", {}))

    def __len__(self) -> int:
        return len(self._kept.get("answers", {}))

    @property
    def key(self) -> str:
        """The name of this one run through the flow: what makes finishing it twice the same as finishing it once."""
        key: str = self._kept["key"]
        return key

    @property
    def receipt(self) -> str | None:
        """The Receipt of the run finished last, if it is still there."""
        return self._kept.get("receipt")

    def accept(self, step: str, answer: Answer, revision: str = "", notice: str = "") -> None:
        """Keep the valid ``answer`` to ``step``, in place of its former answer and of its Draft.

        :param revision: names this version of the answer, so that another tab can tell that it has changed.
        :param notice: what the next pages tell the visitor, until the next answer.
        """
        kept = self._kept
        self._change(
            answers={**kept.get("answers", {}), step: dict(answer)},
            drafts={name: typed for name, typed in kept.get("drafts", {}).items() if name != step},
            revisions={**kept.get("revisions", {}), step: revision},
            notice=notice,
        )

    def revision(self, step: str) -> str:
        """The name of the version of the answer to ``step``; empty when there is none."""
        revision: str = self._kept.get("revisions", {}).get(step, "")
        return revision

    @property
    def notice(self) -> str:
        """What the visitor is told since the last answer."""
        notice: str = self._kept.get("notice", "")
        return notice

    def draft(self, step: str) -> Typed | None:
        """What was typed on ``step`` and not accepted, if anything."""
        draft: Typed | None = self._kept.get("drafts", {}).get(step)
        return draft

    def keep_draft(self, step: str, typed: Typed, notice: str = "") -> None:
        """Keep what was ``typed`` on ``step``, unvalidated and apart from the answers.

        :param notice: what the next pages tell the visitor, until the next answer.
        """
        if typed != self.draft(step):
            drafts = {**self._kept.get("drafts", {}), step: dict(typed)}
            self._change(drafts=drafts, notice=notice or self.notice)

    def drop_draft(self, step: str) -> None:
        """Forget the Draft of ``step``: what was typed there is again what was accepted."""
        if self.draft(step) is not None:
            self._change(drafts={name: typed for name, typed in self._kept["drafts"].items() if name != step})

    def finish(self, receipt: str) -> None:
        """Erase everything but the ``receipt``."""
        self._session[self._name] = {"receipt": receipt}

    def clear(self) -> None:
        """Erase everything."""
        self._session.pop(self._name, None)
