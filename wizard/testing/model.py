"""Model: what a run should hold after what a visitor did, by the rules alone: a few dictionaries, and no request.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from werkzeug.datastructures import MultiDict

from ..flow import Answer, BaseStep, Flow, Path, Repeat, Step, fields
from ..flow.back import input_that_leads_back
from ..flow.base import TASKS
from ..flow.derived import NEVER
from ..flow.each import in_place
from ..flow.earlier import Earlier
from ..flow.files import file_inputs
from ..flow.fingerprint import same
from ..flow.rows import change_list
from ..flow.typed import as_draft, receive, without_secrets
from ..languages import speaking
from ..pages.drawing import views
from ..pages.field import held
from ..pages.inputs import collected, told
from ..pages.uploads import without
from .tab import Tab

_numbers = count(1)


class Kept:
    """Stands for what ``keep`` makes of a secret: it is like everything but nothing."""

    def __eq__(self, other: object) -> bool:
        return other is not None

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "(what is kept of a secret)"


class KeptNothing(dict[tuple[str, str], Any]):
    """Spares the model the time that it takes to hash a secret."""

    def __contains__(self, _: object) -> bool:
        return True

    def __getitem__(self, _: object) -> Kept:
        return Kept()


@dataclass
class Outcome:
    """What should come of a page that is sent.

    :param reads: what the step has read of other answers.
    :param status: what is answered.
    :param why: the reason, for the message when it is otherwise.
    :param accepts: whether an answer is accepted; then the rest says which.
    """

    status: int
    why: str
    accepts: bool = False
    answer: Answer = None
    typed: Any = None
    ids: list[str] = field(default_factory=list)
    removed: Any = None
    #: The name of the Draft that the answer takes the place of; ``None`` for that of the step.
    draft: str | None = None
    reads: Mapping[str, str] = field(default_factory=dict)


class Model:
    """One run: what was accepted, what was typed, and what is kept of what was not accepted.

    :param flow: its flow.
    """

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.answers: dict[str, Answer] = {}
        #: What was typed to give the answers; of a list, for the id of each entry.
        self.typed: dict[str, Any] = {}
        self.reads: dict[str, Mapping[str, str]] = {}
        self.drafts: dict[str, Mapping[str, list[str]]] = {}
        #: For each Draft typed on an answer that another tab had changed, the page that it was typed on.
        self.behind: dict[str, Tab] = {}
        self.ids: dict[str, list[str]] = {}
        self.next: dict[str, int] = {}
        self.removed: dict[str, Any] = {}
        #: For each step the number of its answer: every one that was accepted has another, whatever run it is of.
        self.versions: dict[str, int] = {}

    @property
    def path(self) -> Path:
        """The path by now."""
        return Path(self.flow.order, self.answers, self.reads, ids=lambda name: self.ids.get(name, []))

    @property
    def next_page(self) -> str:
        """Where the visitor goes on."""
        missing = self.path.missing
        return TASKS if self.flow.any_order else missing.name if missing else "summary"

    @property
    def missing(self) -> list[BaseStep]:
        """The steps that can be answered next: one, or where the order is free, one in each section that can start."""
        path = self.path
        found = map(path.missing_in, path.all_sections) if path.any_order else [path.missing]
        return [step for step in found if step is not None and path.is_open(step)]

    def entry(self, step: Step, number: str) -> tuple[Answer, Any] | None:
        """The entry of that id, and what was typed to give it."""
        if number not in self.ids.get(step.name, ()):
            return None
        return self.answers[step.name][self.ids[step.name].index(number)], self.typed[step.name][number]

    def shown(self, step: Step, entry: str | None) -> Mapping[str, list[str]] | None:
        """Return what a page has to show: the Draft, else what was typed to give the answer."""
        draft = self.drafts.get(step.name if entry is None else f"{step.name}.{entry}")
        if draft is not None or (isinstance(step, Repeat) and entry is None):
            found = draft
        else:
            found = self.typed.get(step.name) if entry is None else (self.entry(step, entry) or (None, None))[1]
        return in_place(step, found, self.path.earlier(step)) if found and step.for_each else found

    def keep_draft(self, tab: Tab, entry: str | None, typed: Mapping[str, list[str]], stood: Any) -> None:
        """Keep what was typed, unless it is what stood there."""
        step = tab.step
        name = step.name if entry is None else f"{step.name}.{entry}"
        typed = as_draft(step.form, typed)
        self._forget_draft(name)
        if told(typed) != told(stood or {}) or not all(typed.values()):
            self._put_draft(name, tab, entry, typed)

    def _forget_draft(self, name: str) -> None:
        self.drafts.pop(name, None)
        self.behind.pop(name, None)

    def _put_draft(self, name: str, tab: Tab, entry: str | None, typed: Mapping[str, list[str]]) -> None:
        self.drafts[name] = typed
        is_behind = self._is_outdated(tab)
        if isinstance(tab.step, Repeat):
            is_behind = entry is not None and tab.saw != self.entry(tab.step, entry) and not self._is_sent_twice(tab)
        if is_behind:
            self.behind[name] = tab

    def knows(self, step: Step, entry: str | None) -> tuple[set[int], Any]:
        """Return the versions of the answer, and the entry, that a page shows which is opened now."""
        old = self.behind.get(step.name if entry is None else f"{step.name}.{entry}")
        if old is not None:
            return old.knows | old.made, old.saw
        versions = {self.versions[step.name]} if step.name in self.answers else set[int]()
        return versions, None if entry is None else self.entry(step, entry)

    def blank(self, step: Step, earlier: Earlier) -> dict[str, list[str]]:
        """Return what a browser sends of an empty form of ``step``."""
        return collected(held(views(step.open(earlier), {})))

    # What should come of a page that is sent

    def expect(self, tab: Tab, values: MultiDict[str, str], action: str) -> Outcome:
        """Return what should come of ``tab`` when it is sent with these ``values``, and keep its Draft, if any."""
        step, path = tab.step, self.path
        earlier, is_open = path.earlier(step), path.is_open(step)
        typed = receive(step.form, values)
        verb, _, argument = action.partition(".")
        there = None if tab.entry is None else self.entry(step, tab.entry)
        entry = tab.entry if there and is_open else None
        stood = self.blank(step, earlier) if isinstance(step, Repeat) else self.typed.get(step.name)
        if there and is_open:
            stood = there[1]
        elif stood is None:
            stood = self.blank(step, earlier)
        if step.for_each:
            stood = in_place(step, stood, earlier)

        def keep() -> None:
            self.keep_draft(tab, entry, typed.typed, stood)

        if is_open and path.is_final(step):
            return Outcome(303, "its answer is final")
        if verb == "back":
            keep()
            return Outcome(303, "Back was pressed")
        if not is_open:
            keep()
            return Outcome(303, "the step is not open")
        if verb == "skip":
            is_behind = self.answers.get(step.name) is not None and self._is_outdated(tab)
            self.keep_draft(tab, entry, typed.typed, self.blank(step, earlier))
            if is_behind:
                return Outcome(303, "it was answered in another tab")
            return self._read(step, path, Outcome(303, "it is skipped", accepts=True, draft=""))
        is_of_a_list = verb in ("add", "remove") and argument and not argument.isdigit()
        if isinstance(step, Repeat) and tab.entry is None and verb in ("change", "remove", "undo") and not is_of_a_list:
            keep()
            return self._read(step, path, self._expect_button(step, tab, verb, argument))
        if tab.entry is not None and there is None:
            keep()
            return Outcome(409, "the entry is not there any more")
        if verb == "refresh":
            keep()
            return Outcome(303, "it is drawn again")
        if is_of_a_list or verb == "unload":
            changed: Any = change_list(step.form, typed.typed, verb, argument)
            changed = without(step.form, typed.typed, argument)[1] if verb == "unload" else changed
            if changed is None:
                return Outcome(400, "the list has no room, or no such entry")
            name = step.name if entry is None else f"{step.name}.{entry}"
            self._forget_draft(name)
            self._put_draft(name, tab, entry, as_draft(step.form, changed))
            return Outcome(303, "a button of a list was pressed")
        if step.back and input_that_leads_back(step, typed.typed):
            keep()
            if step.name in self.answers:
                self.reads[step.name] = {**self.reads.get(step.name, {}), **NEVER}
            return Outcome(303, "a choice leads back")
        form = step.open(earlier, typed.typed)
        answer = there[0] if there else None if isinstance(step, Repeat) else self.answers.get(step.name)
        errors = step.validate(form, typed.refusals, step.staying(form, answer))
        clean = None if errors else step.clean(form, answer, KeptNothing())
        new = without_secrets(step.form, typed.typed)
        if isinstance(step, Repeat) and tab.entry is None:
            nothing = tab.is_full or self.seen(step, typed.typed) == self.seen(step, tab.blank)
            found = self._expect_list(step, tab, verb == "add", nothing, clean, new, errors)
        elif errors:
            found = Outcome(422, f"it is not valid: {errors}")
        elif there is not None:
            found = self._expect_entry(step, tab, clean, new, there)
        elif self._is_outdated(tab) and (step.secrets or not same(clean, answer)):
            if file_inputs(step.form):
                # The page that asks which is meant names its files.
                keep()
            return Outcome(409, "it would overwrite an answer that the page had not shown")
        else:
            found = Outcome(303, "it is valid", accepts=True, answer=clean, typed=new)
        leaves = isinstance(step, Repeat) and tab.entry is None and verb != "add"
        found = self._read(step, path, found, leaves=leaves)
        if not found.accepts:
            keep()
        return found

    def _read(self, step: Step, path: Path, found: Outcome, *, leaves: bool = False) -> Outcome:
        """Return the outcome with what was read of other answers. A list is asked again while an entry is wrong."""
        earlier = path.earlier(step)
        found.reads = dict(earlier.reads)
        if isinstance(step, Repeat) and found.accepts and not path.is_unchanged(step):
            errors = step.recheck(earlier, found.answer, found.typed, speaking).errors
            if errors and leaves:
                return Outcome(422, f"an entry is not valid any more: {errors}")
            if errors:
                found.reads = self.reads[step.name]
        elif isinstance(step, Repeat):
            found.reads = {**self.reads.get(step.name, {}), **found.reads}
        return found

    def _is_outdated(self, tab: Tab) -> bool:
        return tab.step.name in self.answers and self.versions[tab.step.name] not in tab.knows | tab.made

    def _is_sent_twice(self, tab: Tab) -> bool:
        return tab.step.name in self.answers and self.versions[tab.step.name] in tab.made

    def _accepted(self, step: Step, entries: Iterable[tuple[str, Answer, Any]], **how: Any) -> Outcome:
        entries = list(entries)
        typed = {number: one for number, _, one in entries}
        return Outcome(
            303, "it is valid", accepts=True, answer=[one for _, one, _ in entries], typed=typed, ids=list(typed), **how
        )

    def _entries(self, step: Step) -> list[tuple[str, Answer, Any]]:
        ids = self.ids.get(step.name, [])
        return [
            (number, one, self.typed[step.name][number])
            for number, one in zip(ids, self.answers.get(step.name, ()), strict=True)
        ]

    def _most(self, step: Repeat) -> int:
        return step.most_beside(self.path.earlier(step))

    def _expect_button(self, step: Repeat, tab: Tab, verb: str, number: str) -> Outcome:
        entries = self._entries(step)
        if verb == "undo":
            removed = self.removed.get(step.name)
            if removed is None:
                return Outcome(303, "there is nothing to undo")
            if len(entries) >= self._most(step):
                return Outcome(422, "there is no room for what was removed")
            at, entry = removed
            return self._accepted(step, [*entries[:at], entry, *entries[at:]], draft="")
        at = next((at for at, one in enumerate(entries) if one[0] == number), None)
        if at is None:
            is_twice = verb == "remove" and self._is_sent_twice(tab)
            return Outcome(303 if is_twice else 409, "the entry is not there any more")
        if verb == "change":
            return Outcome(303, "it leads to the entry")
        return self._accepted(
            step, entries[:at] + entries[at + 1 :], draft=f"{step.name}.{number}", removed=(at, entries[at])
        )

    def _expect_list(
        self,
        step: Repeat,
        tab: Tab,
        adds: bool,
        nothing: bool,
        clean: Answer,
        typed: Any,
        errors: Mapping[str, str],
    ) -> Outcome:
        entries = self._entries(step)
        if adds or not nothing:
            twice = self._is_sent_twice(tab)
            may_be_there = twice or self._is_outdated(tab)
            known = twice if step.secrets else may_be_there and clean in [one for _, one, _ in entries]
            if not known and (errors or nothing or len(entries) >= self._most(step)):
                return Outcome(422, f"it is no entry, or one too many: {errors}")
            if not known:
                entries.append((str(self.next.get(step.name, 1)), clean, typed))
        if not adds and len(entries) < step.least:
            return Outcome(422, "there are too few entries")
        if not adds and len(entries) > self._most(step):
            return Outcome(422, "there are too many entries")
        return self._accepted(step, entries)

    def seen(self, step: Step, typed: Mapping[str, list[str]]) -> Mapping[str, list[str]]:
        """Return what of ``typed`` somebody has filled in who sees the page."""
        sent = receive(step.form, MultiDict([(name, one) for name, values in typed.items() for one in values])).typed
        return {
            name: values
            for name, values in told(sent).items()
            if (sample := fields.find(step.form, name)) is not None and not fields.is_hidden(sample)
        }

    def _expect_entry(self, step: Step, tab: Tab, clean: Answer, typed: Any, there: tuple[Answer, Any]) -> Outcome:
        differs = step.secrets or not same(clean, there[0])
        if tab.saw != there and not self._is_sent_twice(tab) and differs:
            return Outcome(409, "it would change an entry that the page had not shown")
        entries = [(one[0], clean, typed) if one[0] == tab.entry else one for one in self._entries(step)]
        return self._accepted(step, entries, draft=f"{step.name}.{tab.entry}")

    def believe(self, step: BaseStep, record: Mapping[str, Any]) -> None:
        """Take over what is stored for a step of the author's own kind, or one that follows the answers to others."""
        name = step.name
        if name in record.get("answers", {}):
            self.answers[name] = record["answers"][name]
            self.reads[name] = record["notes"][name].get("reads", {})
            self.ids[name] = record["notes"][name].get("ids", [])
        else:
            self.answers.pop(name, None)

    def believe_draft(self, name: str, tab: Tab, record: Mapping[str, Any]) -> None:
        """Take over what is stored as a Draft."""
        draft = record.get("drafts", {}).get(name)
        if draft != self.drafts.get(name):
            self._forget_draft(name)
        if draft is not None:
            self.drafts[name] = {one: values for one, values in draft.items() if one}
            if name in record.get("behind", {}):
                self.behind.setdefault(name, tab)

    def accept(self, tab: Tab, outcome: Outcome, stored: Answer) -> None:
        """Keep what was accepted."""
        name = tab.step.name
        if not (self._is_sent_twice(tab) and same(stored, self.answers[name])):
            self.versions[name] = next(_numbers)
        tab.made.add(self.versions[name])
        self.answers[name], self.typed[name], self.reads[name] = stored, outcome.typed, outcome.reads
        self.ids[name], self.removed[name] = outcome.ids, outcome.removed
        self.next[name] = max(self.next.get(name, 1), *(int(number) + 1 for number in outcome.ids), 1)
        self._forget_draft(name if outcome.draft is None else outcome.draft)
