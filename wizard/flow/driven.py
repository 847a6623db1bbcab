"""Driven: a flow that is gone through without a browser, by the same rules as with one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from wtforms import ValidationError

from ..errors import Refused, Unfinished, WizardError
from .base import BaseStep, silent
from .counts import Counts
from .derived import NEVER
from .each import keys_of, told_by
from .earlier import Answer, Earlier
from .entry import Entry, EntryPath, gather, gather_after, issue, items, put_entries, wanting
from .for_each import ForEach
from .given import Given, by_name, listed, secret, sent, unknown
from .loop import Loop
from .messages import TOGETHER, TOO_LONG
from .page import READ, Page
from .path import Path
from .repeat import Repeat
from .run import Run
from .steps import Step
from .typed import Sent, Speaking, as_draft, bind, receive

if TYPE_CHECKING:
    from .flow import Flow

#: What is wrong with a step, by the names of its inputs; those of the entry 2 of a list begin with ``2.``.
Errors = dict[str, str]


class Driven:
    """A journey through a flow without a browser. :meth:`~wizard.Flow.run` begins one.

    :param flow: the flow.
    :param run: where the answers are kept.
    :param language: the language that texts are read in, where there are several.
    :param speak: returns a context in which input is read in a language.
    :param confirms: whether nothing counts as an answer yet: everything is kept as a Draft, to be confirmed.
    :param keeps_drafts: whether what cannot be accepted is kept as a Draft.
    """

    def __init__(
        self,
        flow: Flow,
        run: Run,
        *,
        language: str = "",
        speak: Speaking = silent,
        confirms: bool = False,
        keeps_drafts: bool = False,
    ) -> None:
        self.flow = flow
        self.key = run.key
        self._run = run
        self._language = language
        self._speak = speak
        self._confirms = confirms
        self._keeps_drafts = keeps_drafts or confirms
        self._given: dict[str, Any] = {}
        #: What is wrong with what was given, for each step by the names of its inputs.
        self.errors: dict[str, Errors] = {}
        #: The pages to read that were passed.
        self.passed: list[str] = []

    # What comes of it

    @property
    def path(self) -> Path:
        """Return the path that the answers lead along."""
        return self.flow.path_of(self._run)

    @property
    def answers(self) -> dict[str, Answer]:
        """Return the accepted answers on the path, and what is computed from them, as ``on_finish`` gets them."""
        path = self.path
        answers = deepcopy({step.name: self._run[step.name] for step in path.steps if path.is_answered(step)})
        return answers | path.values_before()

    @property
    def missing(self) -> list[str]:
        """Return the names of the steps for which something has to be given, as far as it is known by now.

        Of an entry of a list it is the place of the step, such as ``people/3/name``.
        """
        path = self.path
        asked = [step for step in path.steps if not path.is_answered(step) and step.name not in self.errors]
        # What is given and not open waits for one of the others.
        open_ = [step for step in asked if step.name not in self._given or path.is_open(step)]
        return [place for step in open_ for place in wanting(self._run, path, self.flow, step)]

    @property
    def unused(self) -> list[str]:
        """Return the names of the steps for which something was given, and which are not asked."""
        return [name for name in self._given if not self.path.has(name)]

    # What is done with it

    def give(self, values: Mapping[str, Any]) -> Driven:
        """Give values for more steps, or others for the same. What comes too early waits for what comes before it.

        :param values: for each step what a browser would send, by the names of its inputs; of a list, a list of that.
        :raises WizardError: for a step that there is not, and for what is no dictionary or list where one is due.
        """
        self._given |= by_name("The flow", values, "steps", [step.name for step in self.flow])
        self._go(self.flow, self._run, self.path, self._given, set(values))
        return self

    def finish(self, on_finish: Callable[[Mapping[str, Answer], str], Any]) -> Any:
        """Validate everything once more, and return what ``on_finish`` returns of the answers and the key.

        :raises Unfinished: where something is missing or wrong; nothing is called then.
        """
        path = self.path
        wrong = {name: found for name, found in self.errors.items() if found and path.has(name)}
        if not wrong and path.missing is None:
            for step in path.steps:
                typed = self._run.typed(step) if isinstance(step, Step) else None
                found = step.recheck(path.earlier(step), self._run[step.name], typed, self._speak).errors
                wrong |= {step.name: found} if found else {}
        if wrong or path.missing is not None:
            raise Unfinished(self.missing, wrong)
        return on_finish(self.answers, self.key)

    def _go(self, flow: Flow, run: Run, path: Path, values: Mapping[str, Any], new: Collection[str]) -> Errors:
        """Give ``values`` to the steps of ``flow``, which may be that of an entry; return what is wrong there."""
        wrong: dict[str, Errors] = {}
        for step in flow:
            if isinstance(step, Page) and not step.ends:
                # Of a visitor's own, nobody says that what stands within an entry was read.
                is_read = flow is self.flow or not self._keeps_drafts
                if is_read and path.is_open(step) and not path.is_answered(step):
                    self._accept(flow, run, path, step, dict(READ), {})
                    self.passed.append(step.name)
            elif step.name in values and (step.name in new or not path.is_answered(step)):
                wrong[step.name] = self._take(flow, run, path, step, values[step.name])
        if flow is self.flow:
            self.errors = {name: found for name, found in {**self.errors, **wrong}.items() if found}
        return {f"{step}.{name}": text for step, found in wrong.items() for name, text in found.items()}

    def _take(self, flow: Flow, run: Run, path: Path, step: BaseStep, value: Any) -> Errors:
        if isinstance(step, Loop):
            return self._take_loop(flow, run, path, step, value)
        if isinstance(step, Repeat):
            return self._take_list(flow, run, path, step, value)
        if not isinstance(step, Step):
            if path.is_open(step):
                answer = step.taken(path.earlier(step), value)
                self._accept(flow, run, path, step, answer, path.earlier(step).reads)
            return {}
        if value is None:
            if step.optional and path.is_open(step) and not self._confirms:
                self._accept(flow, run, path, step, None, path.earlier(step).reads, {})
            return {}
        received, answer, errors = self._read(step, path.earlier(step), value)
        is_due = path.is_open(step)
        if is_due and not errors and not self._confirms:
            self._accept(flow, run, path, step, answer, path.earlier(step).reads, received.typed)
        elif self._keeps_drafts and not received.is_too_much:
            run.keep_draft(step.name, as_draft(step.form, received.typed))
        return errors if is_due else {}

    def _take_list(self, flow: Flow, run: Run, path: Path, step: Repeat, value: Any) -> Errors:
        read = {
            str(number): self._read(step, path.earlier(step), one)
            for number, one in enumerate(listed(f"Step {step.name!r}", value), 1)
        }
        errors = {f"{number}.{name}": text for number, one in read.items() for name, text in one[2].items()}
        if not errors and not step.fits(path.earlier(step), list(read)):
            errors[""] = f"There can be {step.most_beside(path.earlier(step))} at most"
        if not path.is_open(step) and not self._keeps_drafts:
            return {}
        if errors and not self._keeps_drafts:
            return errors
        right = {number: one for number, one in read.items() if not one[2]}
        right = dict(list(right.items())[: step.most_beside(path.earlier(step))])
        reads = NEVER if errors or self._confirms else path.earlier(step).reads
        note = {"ids": list(right), "next": len(read) + 1}
        typed = {number: received.typed for number, (received, _, _) in right.items()}
        self._accept(flow, run, path, step, [answer for _, answer, _ in right.values()], reads, typed, **note)
        return errors

    def _take_loop(self, flow: Flow, run: Run, path: Path, loop: Loop, value: Any) -> Errors:
        if not path.is_open(loop):
            return {}
        errors: Errors = {}
        over = items(run, path, loop) if isinstance(loop, ForEach) else None
        if over is None:
            put_entries(run, loop.name, {})
        numbers = list(over or ())
        given = listed(f"Step {loop.name!r}", value)
        most = loop.most_beside(path.earlier(loop)) if isinstance(loop, Counts) else len(numbers)
        if len(given) > most:
            errors[""] = f"There can be {most} at most"
        for at, one in enumerate(given[:most]):
            number = numbers[at] if over is not None else issue(run, loop.name)
            entry, inner = Entry(run, loop, number), flow.inner(loop)
            around = EntryPath(entry, path, inner, None if over is None else over[number])
            here = by_name(f"An entry of {loop.name!r}", one, "steps", [step.name for step in inner])
            found = self._go(inner, entry, around, here, here)
            errors |= {f"{number}.{name}": text for name, text in found.items()}
        gather(run, path, flow, loop, settles=True)
        gather_after(run, path, flow, loop, self._speak)
        return errors

    def _read(self, step: Step, earlier: Earlier, value: Given) -> tuple[Sent, Answer, Errors]:
        keys = keys_of(step, earlier)
        typed = sent(step.form, by_name(f"Step {step.name!r}", value, "fields"), keys)
        if wrong := unknown(step.form, typed, keys):
            return Sent(), None, dict.fromkeys(wrong, "There is no such field")
        if self._keeps_drafts and (wrong := secret(step.form, typed)):
            raise WizardError(
                f"Step {step.name!r}: {wrong[0]!r} is a secret, which only the visitor may give. Leave it out."
            )
        received = receive(step.form, bind(typed))
        if received.is_too_much:
            return received, None, {"": TOO_LONG}
        if self._language:
            received.typed[""] = [self._language]
        form = step.read(earlier, received.typed, self._speak)
        errors = {name: text or TOGETHER for name, text in step.validate(form, received.refusals).items()}
        try:
            return received, None if errors else step.clean(form), errors
        except ValidationError as refused:
            return received, None, {refused.args[0]: refused.args[1]}
        except Refused as refused:
            return received, None, told_by(step, refused, earlier) or {"": str(refused)}

    def _accept(
        self,
        flow: Flow,
        run: Run,
        path: Path,
        step: BaseStep,
        answer: Answer,
        reads: Any,
        typed: Any = None,
        **note: Any,
    ) -> None:
        run.accept(step, answer, typed, revision=token_urlsafe(6), reads=reads, **note)
        path.accept(step, run.answers, run.reads)
        gather_after(run, path, flow, step, self._speak)
