"""Given: answers that a journey starts with, kept as if a visitor had sent them.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from flask import current_app
from wtforms import Form

from .. import languages
from ..flow import Answer, BaseStep, Entry, EntryPath, Flow, Loop, Path, Repeat, Run, Step
from ..flow.each import keys_of
from ..flow.earlier import Earlier
from ..flow.entry import gather, gather_after, issue, items, put_entries
from ..flow.files import files_among
from ..flow.typed import bind, receive, without_secrets
from ..pages.drawing import views
from ..pages.field import held
from ..pages.inputs import collected
from .page import sent_for
from .uploads import as_stored


class Given:
    """A run that is given answers, outside of any request.

    :param run: the run, or the entry of a list.
    :param path: the path through its steps.
    :param flow: its steps.
    """

    def __init__(self, run: Run, path: Path, flow: Flow) -> None:
        self.run, self.path, self.flow = run, path, flow

    def give_all(self, typed: Mapping[str, Any]) -> None:
        """Answer the steps that are named, in order, each with what is ``typed``."""
        for step in self.flow:
            if step.name in typed:
                self.give(step, typed[step.name])

    def give(self, step: BaseStep, typed: Any) -> None:
        """Answer ``step`` with what is ``typed``, and see it accepted."""
        if isinstance(step, Loop):
            self._give_entries(step, typed)
            return
        earlier = self.path.earlier(step)
        note: dict[str, Any] = {}
        if isinstance(step, Repeat):
            entries = {str(number): self._accepted(step, earlier, one) for number, one in enumerate(typed, 1)}
            answer: Answer = [entry for entry, _ in entries.values()]
            note = {"ids": list(entries), "next": len(entries) + 1}
            kept: Any = {number: one for number, (_, one) in entries.items()}
        elif isinstance(step, Step):
            is_skipped = typed is None and step.optional
            answer, kept = (None, {}) if is_skipped else self._accepted(step, earlier, typed)
        else:
            answer, kept = step.taken(earlier, typed), None
        self.run.accept(step, answer, kept, revision=token_urlsafe(6), reads=earlier.reads, **note)
        self.path.accept(step, self.run.answers, self.run.reads)
        gather_after(self.run, self.path, self.flow, step, languages.speaking)
        self.run.follow(self.path)

    def _give_entries(self, loop: Loop, typed: Any) -> None:
        put_entries(self.run, loop.name, {})
        over = items(self.run, self.path, loop) if loop.over else None
        numbers = [issue(self.run, loop.name) for _ in typed] if over is None else list(over)
        assert len(numbers) == len(typed), (
            f"{loop.name!r} was given {len(typed)} entries, and goes over {len(numbers)}."
        )
        for number, one in zip(numbers, typed, strict=True):
            entry = Entry(self.run, loop, number)
            inner = self.flow.inner(loop)
            path = EntryPath(entry, self.path, inner, None if over is None else over[number])
            Given(entry, path, inner).give_all(one)
        gather(self.run, self.path, self.flow, loop, settles=True)
        gather_after(self.run, self.path, self.flow, loop, languages.speaking)
        self.run.follow(self.path)

    def _accepted(self, step: Step, earlier: Earlier, typed: Mapping[str, Any]) -> tuple[Answer, dict[str, list[str]]]:
        stands = collected(held(views(step.open(earlier), {})))
        files = {name: as_stored(typed[name]) for name in files_among(step.form, typed) if name in typed}
        for ref in (one for refs in files.values() for one in refs):
            current_app.extensions["wizard_files"].put(ref, current_app.permanent_session_lifetime)
        filled: dict[str, Any] = {**stands, **sent_for(step, typed, keys_of(step, earlier)), **files}
        received = receive(step.form, bind(filled)).typed
        if language := languages.typed_in():
            received[""] = [language]
        form: Form = step.open(earlier, received)
        errors = step.validate(form, {})
        assert not errors, f"{step.name!r} was given {dict(typed)}, which its form does not accept: {errors}."
        return step.clean(form), without_secrets(step.form, received)
