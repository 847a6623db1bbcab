"""Run: one visitor's way through a Flow, kept in any mapping: answers, what was typed, Drafts and Receipts."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .base import BaseStep
from .claim import Claim
from .derived import NEVER, Reads
from .earlier import Answer
from .path import Path
from .record import Record
from .repeat import Repeat
from .steps import Step
from .touched import names_now
from .typed import Typed, pack, unpack, without_secrets

#: How many finished or cleared runs a session remembers.
REMEMBERED = 10


class Run(Record, Mapping[str, Answer]):
    """One visitor's way through a flow. As a mapping it is the answers: ``run["plan"]["plan"]`` is one value.

    Its parameters are those of :class:`~wizard.flow.record.Record`, which says how all of it is stored.

    >>> from wizard import Step
    >>> from wtforms import Form, IntegerField, StringField
    >>> class Team(Form):
    ...     organisation = StringField("Organisation")
    ...     seats = IntegerField("Seats")
    >>> session, team = {}, Step("team", Team, title="Your team")
    >>> run = Run(session, "signup")
    >>> run.accept(team, {"organisation": "Acme", "seats": 12}, {"organisation": ["Acme"], "seats": ["012"]})
    >>> run["team"]["seats"], session["signup"]["typed"]
    (12, {'team': {'seats': ['012']}})
    >>> run.clear()
    >>> sorted(session["signup"])
    ['cleared', 'format']
    """

    #: The names of the steps to which the answers are others since :meth:`follow` was called.
    _changed: frozenset[str] = frozenset()

    # The answers

    @property
    def answers(self) -> Mapping[str, Answer]:
        """Return the clean data, by the name of its step."""
        answers: Mapping[str, Answer] = self.record.get("answers", {})
        return answers

    def __getitem__(self, step: str) -> Answer:
        return self.answers[step]

    def __iter__(self) -> Iterator[str]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    def note(self, step: str) -> Mapping[str, Any]:
        """Return what is known of the answer to ``step``."""
        note: Mapping[str, Any] = self.record.get("notes", {}).get(step, {})
        return note

    def revision(self, step: str) -> str:
        """Return the revision of the answer to ``step``; empty when there is no answer."""
        revision: str = self.note(step).get("revision", "")
        return revision

    @property
    def reads(self) -> dict[str, Reads]:
        """Return for each step whose answer depends on others what it had read when that was accepted."""
        notes = self.record.get("notes", {})
        return {name: note["reads"] for name, note in notes.items() if "reads" in note}

    def typed(self, step: Step) -> dict[str, Any] | None:
        """Return what was typed to give the answer to ``step``, if any; of a Repeat, for the id of each entry."""
        answer = self.answers.get(step.name)
        packed = self.record.get("typed", {}).get(step.name, {})
        if isinstance(step, Repeat):
            entries = dict(zip(self.ids(step.name), answer or [], strict=True))
            return {number: unpack(step.form, entry, packed.get(number, {})) for number, entry in entries.items()}
        return None if answer is None else unpack(step.form, answer, packed)

    def ids(self, name: str) -> list[str]:
        """Return the ids of the entries of the list ``name``, in their order. An id is never given to another entry."""
        ids: list[str] = self.note(name).get("ids", [])
        return ids

    def accept(
        self,
        step: BaseStep,
        answer: Answer,
        typed: Any = None,
        *,
        revision: str = "",
        reads: Reads | None = None,
        draft: str | None = None,
        **note: Any,
    ) -> None:
        """Keep the ``answer`` to ``step``, in place of its former answer and of its Draft.

        :param typed: what was typed to give it; of a Repeat, for the id of each entry.
        :param revision: names this version of the answer, so that another tab can tell that it has changed.
        :param reads: what the step read of other answers, see :attr:`~wizard.flow.earlier.Earlier.reads`.
        :param draft: the name of the Draft that the answer replaces, where it is not that of the step: of an entry,
            such as ``members.2``; an empty name leaves all Drafts as they are.
        :param note: what else to note of the answer, such as the ``ids`` of entries.
        """
        note = {"revision": revision, "form": step.fingerprint, **note} | ({"reads": dict(reads)} if reads else {})
        self.change(
            **self._begun(),
            **self._renewed_key(),
            answers={**self.answers, step.name: answer},
            typed=self._packed(step, answer, typed),
            drafts=self.without("drafts", step.name if draft is None else draft),
            behind=self.without("behind", step.name if draft is None else draft),
            notes={**self.record.get("notes", {}), step.name: note},
        )
        self._changed |= {step.name}

    def take_back(self, name: str) -> None:
        """Let the answer to the step ``name`` count no more: it is asked again, filled in as it was."""
        notes, note = self.record.get("notes", {}), self.note(name)
        self.change(
            **self._renewed_key(),
            notes={**notes, name: {**note, "reads": {**note.get("reads", {}), **NEVER}}},
        )
        self._changed |= {name}

    def _packed(self, step: BaseStep, answer: Answer, typed: Any) -> dict[str, Any]:
        """Return what was typed for all steps as it is stored, with what was typed for ``step``."""
        packed: Any = {}
        if isinstance(step, Repeat):
            ways = zip(typed.items(), answer, strict=True)
            packed = {number: pack(step.form, entry, one) for (number, one), entry in ways}
            packed = {number: one for number, one in packed.items() if one}
        elif isinstance(step, Step) and answer is not None:
            packed = pack(step.form, answer, without_secrets(step.form, typed))
        others = self.without("typed", step.name)
        return {**others, step.name: packed} if packed else others

    # Drafts

    def draft(self, name: str) -> Typed | None:
        """Return what was typed and not accepted: on a step, or into an entry of one (``members.2``)."""
        draft: Typed | None = self.record.get("drafts", {}).get(name)
        return draft

    def behind(self, name: str) -> str | None:
        """Return the revision that a Draft was typed on, where another tab had saved a later one by then."""
        revision: str | None = self.record.get("behind", {}).get(name)
        return revision

    def keep_draft(self, name: str, typed: Typed | None, behind: str | None = None) -> None:
        """Keep what was ``typed``, unvalidated and apart from the answers; ``None`` forgets it.

        :param behind: see :meth:`behind`.
        """
        if typed != self.draft(name) or behind != self.behind(name):
            drafts, others = self.without("drafts", name), self.without("behind", name)
            self.change(
                **self._begun(),
                drafts=drafts if typed is None else {**drafts, name: dict(typed)},
                behind=others if typed is None or behind is None else {**others, name: behind},
            )

    @property
    def begun_steps(self) -> set[str]:
        """Return the names of the steps on which something was answered, or typed; of a list, also into an entry."""
        parts = [self.record.get(part, {}) for part in ("answers", "drafts", "entries")]
        return {name.partition(".")[0] for part in parts for name in part}

    # What the visitor is told

    @property
    def notice(self) -> Mapping[str, Any]:
        """Return what the visitor is told until the next answer, on the page that it stands ``at``."""
        notice: Mapping[str, Any] = self.record.get("notice", {})
        return notice

    def tell(self, **notice: Any) -> None:
        """Tell the visitor this too, on the page that comes next."""
        self.change(notice={what: said for what, said in self.notice.items() if what != "at"} | notice)

    def tell_at(self, page: str) -> None:
        """Let what there is to tell stand on ``page`` alone, the one that comes next: said once is enough."""
        if self.notice.keys() - {"expired"} and "at" not in self.notice:
            self.tell(at=page)

    def follow(self, path: Path, *, expired: bool = False, again: Collection[str] = ()) -> dict[str, list[str]]:
        """Note the path after the last answer, and what to tell the visitor about it until the next one.

        :param path: the path as it is now.
        :param expired: whether the answers given before had expired.
        :param again: the names of the lists with entries that are asked again.
        :returns: the names of the steps whose answers are now ``unused``, are ``used`` again, or are asked ``again``,
            each only if there are any; and the path ``before``, if it was another.
        """
        before, order = self.record.get("path"), path.order
        # In one order, all that follows is derived anyway, to lead there.
        stamp = order.touched.stamp if order.any_order else None
        after = names_now(path, before if stamp and self.record.get("order") == stamp else None, self._changed)
        self._changed = frozenset()
        told = {"again": [*(step.name for step in path.again), *again]}
        if before is not None and before != after:
            now = set(after)
            answered = {name for name in self.answers if path.asks(name)}
            told["unused"] = [name for name in before if name in answered and name not in now]
            there = {*before, *told["again"]}
            told["used"] = [name for name in after if name in answered and name not in there]
        told = {what: names for what, names in told.items() if names}
        self.change(path=after, order=stamp, notice={**told, **({"expired": True} if expired else {})})
        return told | ({"before": before} if before not in (None, after) else {})

    # One run, from its beginning to its end

    @property
    def key(self) -> str:
        """Return the key of this run; empty before anything was typed."""
        key: str = self.record.get("run", "")
        return key

    def _begun(self) -> dict[str, Any]:
        """Return what a record needs that has no run yet: a key."""
        return {} if self.key else {"run": secrets.token_urlsafe(16)}

    def is_called(self, key: str) -> bool:
        """Return whether ``key`` is, or was, the key of this run. Before there is a run, its pages name none."""
        return key in ("", self.key) or key in self.record.get("former", ())

    def begin(self) -> None:
        """Start a run without an answer, so that it can be found."""
        self.change(**self._begun(), begun=time.time())

    @property
    def begun(self) -> float:
        """Return when the run was started, in seconds since the epoch; 0 where :meth:`begin` was not called."""
        begun: float = self.record.get("begun", 0)
        return begun

    @property
    def expired(self) -> bool:
        """Return whether its lifetime was over when it was settled, and nothing has been typed since."""
        return not self.key and bool(self.notice.get("expired"))

    @property
    def receipts(self) -> list[dict[str, Any]]:
        """Return the Receipts, the last first. Each has the key of its ``run``, and a ``reference`` or ``location``.

        One has the name of the step too that was sent last ``after`` the run was finished, to no effect; and the
        ``former`` keys of the run, if there are any.
        """
        return list(reversed(self.record.get("receipts", [])))

    def receipt(self, key: str = "") -> dict[str, Any] | None:
        """Return the Receipt of the run with that key, or of the one that was finished last."""
        return next((one for one in self.receipts if key in ("", one["run"], *one.get("former", ()))), None)

    @property
    def over(self) -> str:
        """Return the key of the run that was over last, while there is no other."""
        keys = [*(self.record.get("cleared") or ()), *(one["run"] for one in self.record.get("receipts", ()))]
        return keys[-1] if keys and not self.key else ""

    def note_after(self, receipt: Mapping[str, Any], step: str) -> None:
        """Note in a ``receipt`` that ``step`` was sent after its run was finished."""
        others = self.record.get("receipts", [])
        self.change(receipts=[{**one, "after": step} if one["run"] == receipt["run"] else one for one in others])

    def finish(self, key: str, receipt: Mapping[str, Any]) -> None:
        """End the run with that key, and erase everything but its ``receipt``."""
        others = [one for one in self.record.get("receipts", []) if one["run"] != key]
        own = {"run": key, **receipt}
        if key == self.key and "former" in self.record:
            own["former"] = self.record["former"]
        left = {"receipts": [*others, own][-REMEMBERED:], "cleared": self.record.get("cleared")}
        if key == self.key:
            self.record = {"begun": self.begun} if self.begun else {}
        self.change(**left)

    def clear(self) -> None:
        """Erase everything but the keys of the runs that are over, so that a page of theirs can say so."""
        over = [one["run"] for one in self.record.get("receipts", [])]
        left = [*self.record.get("cleared", []), *over, *self.record.get("former", []), *filter(None, [self.key])]
        self.record = {}
        if left:
            self.change(cleared=left[-REMEMBERED:])
        else:
            self._session.pop(self._name, None)

    @property
    def claim(self) -> Claim:
        """Return the claim of those who are finishing the run just now."""
        return Claim(self.record.get("claim", {}))

    def put_claim(self, claim: Claim, *, given: bool = False) -> None:
        """Keep the claim of those who are finishing the run.

        :param given: whether ``on_finish`` is about to get the key. Other answers need another key from then on.
        """
        self.change(claim=claim.attempts, given=given or self.record.get("given"))

    def _renewed_key(self) -> dict[str, Any]:
        if not self.record.get("given"):
            return {}
        former = [*self.record.get("former", []), self.key][-REMEMBERED:]
        return {"run": secrets.token_urlsafe(16), "former": former, "given": None}
