"""Answers: what one visitor gave to one flow, and the Drafts beside it, kept in any mapping. Knows nothing of Flask."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from .earlier import Answer
from .fields import questions, typed_pairs
from .flow import Flow
from .path import Path, Reads

Typed = Mapping[str, list[str]]

#: What a step is said to have read that is asked again whatever its answer was accepted on.
_NEVER: Reads = {"": ""}


class Answers(Mapping[str, Answer]):
    """What validation accepted, step by step; ``answers["plan"]["plan"]`` is one value.

    All of it stands under one key of the session, as plain data that a template can read too::

        session["signup"] = {"key": "…", "answers": {"plan": {"plan": "team"}}, "drafts": {}}

    Every change assigns that key anew, so that a session which only watches its own keys sees it.

    :param session: any mutable mapping.
    :param name: the key: the name of the Wizard, and of the instance where there are several.
    :param lifetime: how long they are kept after the last change, where they do not expire with the session.

    >>> session = {}
    >>> answers = Answers(session, "signup")
    >>> answers.accept("plan", {"plan": "team"})
    >>> answers["plan"]["plan"], session["signup"]["answers"]
    ('team', {'plan': {'plan': 'team'}})
    >>> answers.clear()
    >>> session
    {}
    """

    def __init__(self, session: MutableMapping[str, Any], name: str, lifetime: timedelta | None = None) -> None:
        self._session = session
        self._name = name
        self._lifetime = lifetime

    @property
    def _kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = self._session.get(self._name) or {}
        return kept

    def _put(self, kept: dict[str, Any]) -> None:
        self._session[self._name] = kept | ({} if self._lifetime is None else {"at": int(time.time())})

    def _change(self, **parts: Any) -> None:
        kept = self._kept
        start = {"key": secrets.token_urlsafe(16), "answers": {}, "drafts": {}}
        self._put((kept if "key" in kept else {**kept, **start}) | parts)

    def __getitem__(self, step: str) -> Answer:
        return self._kept.get("answers", {})[step]

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

    @property
    def expired(self) -> bool:
        """Whether their lifetime was over when they were settled, and nothing was given since."""
        return "key" not in self._kept and bool(self.notice.get("expired"))

    def begin(self) -> None:
        """Start a run without an answer, so that it can be found."""
        self._change(begun=time.time())

    @property
    def begun(self) -> float:
        """When the run was started, by the clock; 0 where nobody asked."""
        begun: float = self._kept.get("begun", 0)
        return begun

    def accept(
        self,
        step: str,
        answer: Answer,
        revision: str = "",
        *,
        reads: Reads | None = None,
        form: str = "",
        keeps_draft: bool = False,
    ) -> None:
        """Keep the valid ``answer`` to ``step``, in place of its former answer and of its Draft.

        :param revision: names this version of the answer, so that another tab can tell that it has changed.
        :param reads: what the step read of other answers, see :attr:`~wizard.earlier.Earlier.reads`.
        :param form: the fingerprint of the form that accepted it.
        :param keeps_draft: whether the Draft is of something else, such as of an entry that is not added yet.
        """
        kept = self._kept
        self._change(
            answers={**kept.get("answers", {}), step: answer},
            drafts={
                name: typed
                for name, typed in kept.get("drafts", {}).items()
                # A Draft of a change to an entry goes with it: the numbers may move.
                if name.partition(".")[0] != step or (keeps_draft and name == step)
            },
            revisions={**kept.get("revisions", {}), step: revision},
            reads={name: read for name, read in kept.get("reads", {}).items() if name != step}
            | ({step: dict(reads)} if reads else {}),
            forms={**kept.get("forms", {}), step: form},
        )

    def revision(self, step: str) -> str:
        """The name of the version of the answer to ``step``; empty when there is none."""
        revision: str = self._kept.get("revisions", {}).get(step, "")
        return revision

    def reads(self, step: str) -> Reads:
        """What ``step`` had read when its answer was accepted."""
        reads: Reads = self._kept.get("reads", {}).get(step, {})
        return reads

    def follow(self, path: Path, *, expired: bool = False) -> dict[str, list[str]]:
        """Note where the last answer has led, and what the visitor is told of it until the next one.

        :param path: the path by now.
        :param expired: whether the answers given before had expired.
        :returns: the steps whose answers are no longer ``unused``, are ``used`` again, or asked ``again``, as far as
            there are any; and how the path was ``before``, if it was another.
        """
        before, after = self._kept.get("path"), [step.name for step in path.steps]
        told = {"again": [step.name for step in path.again]}
        if before is not None and before != after:
            told["unused"] = [name for name in before if name in self and name not in after]
            told["used"] = [name for name in after if name in self and name not in before + told["again"]]
        told = {what: names for what, names in told.items() if names}
        self._change(path=after, notice=told | ({"expired": True} if expired else {}))
        return told | ({"before": before} if before not in (None, after) else {})

    @property
    def notice(self) -> Mapping[str, Any]:
        """What the visitor is told since the last answer."""
        notice: Mapping[str, Any] = self._kept.get("notice") or {}
        return notice

    def draft(self, step: str) -> Typed | None:
        """What was typed on ``step`` and not accepted, if anything."""
        draft: Typed | None = self._kept.get("drafts", {}).get(step)
        return draft

    def keep_draft(self, step: str, typed: Typed, *, expired: bool = False) -> None:
        """Keep what was ``typed`` on ``step``, unvalidated and apart from the answers."""
        if typed != self.draft(step):
            notice = {"notice": {"expired": True}} if expired else {}
            self._change(drafts={**self._kept.get("drafts", {}), step: dict(typed)}, **notice)

    def drop_draft(self, step: str) -> None:
        """Forget the Draft of ``step``: what was typed there is again what was accepted."""
        if self.draft(step) is not None:
            self._change(drafts={name: typed for name, typed in self._kept["drafts"].items() if name != step})

    def settle(self, flow: Flow) -> None:
        """Begin anew where the lifetime is over, and bring what an older Flow accepted to what ``flow`` would accept.

        What still validates stays, and what does not is asked again, as a Draft.
        """
        kept = self._kept
        if self._lifetime is not None and kept.get("at", time.time()) < time.time() - self._lifetime.total_seconds():
            self._session[self._name] = {"notice": {"expired": True}}
            return
        was = kept.get("forms", {})
        if was == _fingerprints(flow, self):
            return
        answers = dict(self)
        if flow.migrate is not None:
            answers = dict(flow.migrate(deepcopy(answers)))
        drafts, reads = dict(kept.get("drafts", {})), dict(kept.get("reads", {}))
        path = flow.path(answers)
        for step in flow:
            answer = answers.get(step.name)
            known = was.get(step.name)
            if answer is None or (known == step.fingerprint and answer == self.get(step.name)):
                continue
            earlier = path.earlier(step)
            # What a secret was cannot be seen any more; where nobody noted which form took it, it is believed.
            believed = step.keep is not None and known is None and not step.check(answer, earlier)
            renewed = answer if believed else step.renewed(answer, earlier)
            if renewed is not None:
                answers[step.name] = renewed
            elif step.repeats and isinstance(answer, list):
                reads[step.name] = _NEVER
            else:
                del answers[step.name]
                if isinstance(answer, Mapping):
                    form = step.open(earlier, answer=answer)
                    drafts.setdefault(step.name, MultiDict(typed_pairs(questions(form))).to_dict(flat=False))
        # What a step read of one that is gone cannot change any more.
        reads = {
            name: {read: then for read, then in noted.items() if not read or flow.get(read.split(".")[0].rstrip("?"))}
            for name, noted in reads.items()
        }
        forms = _fingerprints(flow, answers)
        self._session[self._name] = kept | {"answers": answers, "drafts": drafts, "reads": reads, "forms": forms}

    def finish(self, receipt: str) -> None:
        """Erase everything but the ``receipt``."""
        self._put({"receipt": receipt} | ({"begun": self.begun} if self.begun else {}))

    def clear(self) -> None:
        """Erase everything."""
        self._session.pop(self._name, None)


def _fingerprints(flow: Flow, names: Iterable[str]) -> dict[str, str]:
    """For each of the steps its fingerprint; an empty one for a step that the flow does not have."""
    return {name: step.fingerprint if (step := flow.get(name)) else "" for name in names}
