"""Proof: a step whose answer comes from elsewhere, such as a payment page; and the base of all such steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from ..errors import WizardError
from .base import BaseStep
from .derived import Reads
from .earlier import Answer, Earlier
from .run import Run

#: How many beginnings are remembered, each made for other answers.
REMEMBERED = 5


@dataclass(frozen=True, eq=False)
class Proven(BaseStep):
    """The base of the steps whose answer no form takes.

    :param reads: what it is made for, such as ``["quote.price", "person"]``, beside what its functions read.
    :param template: a template of yours, with what stands below the heading. It is given ``answers``, those to the
        steps before, and ``state``: ``"new"``, ``"waiting"`` or ``"proven"``.
    :param words: a function of what is proven that says it on the summary; "Confirmed" where there is none.
    :raises FlowError: for a mistake in these; the message says the cure.
    """

    _: KW_ONLY
    reads: Sequence[str] = ()
    template: str = ""
    words: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.words is not None:
            self.needs_function("words", self.words, "value")
        if isinstance(self.reads, str) or not all(isinstance(one, str) and one for one in self.reads):
            self.wrong(f"its 'reads' is {self.reads!r}. Use a list of what it is made for: reads=['order.total'].")

    @property
    def functions(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        return [("reads", self._read)] if self.reads else []

    def _read(self, answers: Mapping[str, Answer]) -> bool:
        for one in self.reads:
            step, _, field = one.partition(".")
            answer = answers[step]
            if field:
                answer[field]
            elif isinstance(answer, Mapping):
                list(answer)
        return True

    def note_reads(self, earlier: Earlier) -> None:
        """Note in ``earlier`` what the step is made for, as far as that is known without beginning it.

        :raises KeyError: when it reads a step that has no answer.
        """
        for what, function in self.functions:
            earlier.call(what, function)

    def taken(self, earlier: Earlier, value: Any) -> Answer:
        self.note_reads(earlier)
        return self.provable(value)

    def provable(self, value: Any) -> Answer:
        """Return ``value``, which is proven, as it is kept.

        :raises WizardError: when it cannot be.
        """
        try:
            text = json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise WizardError(f"Step {self.name!r}: what is proven is kept as JSON ({error}).") from None
        if value is None:
            raise WizardError(f"Step {self.name!r}: nothing is proven by None. Give what is, if only True.")
        return json.loads(text)

    def describe(self) -> list[str]:
        return ["its answer comes from elsewhere"]

    def begun(self, run: Run, earlier: Earlier, name: str) -> tuple[str, Reads] | None:
        """Return the key of what was begun last for the answers as they are now, and what it has read; else ``None``.

        :param name: the name of the step; within an entry of a list with its place.
        """
        return next(iter(self.all_begun(run, earlier, name)), None)

    def all_begun(self, run: Run, earlier: Earlier, name: str) -> list[tuple[str, Reads]]:
        """Return the same of all that was begun for them, the last first: in two browsers, it was begun in each."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Proof(Proven):
    """A step whose answer comes from elsewhere: a payment page, an identity provider, a colleague who approves.

    Its answer is what :meth:`Wizard.prove` is given, or ``confirm`` returns. It counts for as long as the answers that
    ``begin`` has read are the same, and is not asked again at the end.

    :param begin: called with the earlier answers and a key when the visitor presses the button. It returns where the
        visitor is sent, an address or a redirect, or ``None`` to let them wait on the page. The key names what is to be
        proven: it is the same for as long as what ``begin`` reads is, so that it can begin the same thing again. It
        raises :class:`~wizard.errors.Refused` when it cannot.
    :param confirm: called with the earlier answers and the key when the visitor comes back or looks again: it asks
        whoever is to prove it, and returns what is proven, or ``None`` while nothing is. With it, nobody need call
        :meth:`Wizard.prove`.
    :param reads: what it is made for, such as ``["quote.price", "person"]``, beside what ``begin`` reads.
    :param template: a template of yours, with what stands below the heading. It is given ``answers``, those to the
        steps before, and ``state``: ``"new"``, ``"waiting"`` or ``"proven"``.
    :param words: a function of what is proven that says it on the summary; "Confirmed" where there is none.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> def pay(answers, key):
    ...     return f"https://pay.example.com/{key}?amount={answers['order']['total']}"
    >>> Proof("payment", title="Payment", begin=pay).describe()
    ['its answer comes from elsewhere']
    """

    _: KW_ONLY
    begin: Callable[[Mapping[str, Answer], str], Any]
    confirm: Callable[[Mapping[str, Answer], str], Any] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.needs_function("begin", self.begin, "answers, key")
        if self.confirm is not None:
            self.needs_function("confirm", self.confirm, "answers, key")

    def all_begun(self, run: Run, earlier: Earlier, name: str) -> list[tuple[str, Reads]]:
        known = [(key, json.loads(read)) for key, _, read in (one.partition(" ") for one in begun_of(run, self.name))]
        return [(key, reads) for key, reads in reversed(known) if earlier.is_unchanged(reads)]

    def note_begun(self, run: Run, key: str, reads: Reads, without: Collection[str] = ()) -> dict[str, list[str]]:
        """Return the Draft that says that ``key`` was begun, for what that has read.

        :param without: keys that count no more.
        """
        others = [one for one in begun_of(run, self.name) if one.partition(" ")[0] not in (key, *without)]
        return {"begun": [*others, f"{key} {json.dumps(dict(reads), sort_keys=True)}"][-REMEMBERED:]}


def begun_of(run: Run, name: str) -> list[str]:
    """Return what was begun for the step of that ``name``, the last one last."""
    # It is kept as a Draft, which is what all that is not accepted yet is.
    return (run.draft(name) or {}).get("begun", [])
