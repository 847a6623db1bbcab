"""Given: answers that a journey starts with, kept as if a visitor had sent them.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from wtforms import Form

from .. import languages
from ..blueprint import Wizard
from ..flow import Answer, BaseStep, Repeat, Run, Step
from ..flow.earlier import Earlier
from ..flow.typed import bind, receive, without_secrets
from ..pages.drawing import views
from ..pages.field import held
from ..pages.inputs import collected
from .page import sent_for


class Given:
    """A run that is given answers, outside of any request.

    :param wizard: the Wizard.
    :param run: the run.
    """

    def __init__(self, wizard: Wizard, run: Run) -> None:
        self.wizard = wizard
        self.run = run

    def give(self, step: BaseStep, typed: Any) -> None:
        """Answer ``step`` with what is ``typed``, and see it accepted."""
        path = self.wizard.flow.path(self.run.answers, self.run.reads)
        earlier = path.earlier(step)
        note: dict[str, Any] = {}
        if isinstance(step, Repeat):
            entries = {str(number): self._accepted(step, earlier, one) for number, one in enumerate(typed, 1)}
            answer: Answer = [entry for entry, _ in entries.values()]
            note = {"ids": list(entries), "next": len(entries) + 1}
            kept: Any = {number: one for number, (_, one) in entries.items()}
        elif isinstance(step, Step):
            answer, kept = self._accepted(step, earlier, typed)
        else:
            answer, kept = typed, None
        self.run.accept(step, answer, kept, revision=token_urlsafe(6), reads=earlier.reads, **note)
        self.run.follow(self.wizard.flow.path(self.run.answers, self.run.reads))

    def _accepted(self, step: Step, earlier: Earlier, typed: Mapping[str, Any]) -> tuple[Answer, dict[str, list[str]]]:
        stands = collected(held(views(step.open(earlier), {})))
        filled = {**stands, **sent_for(step, typed)}
        received = receive(step.form, bind(filled)).typed
        if language := languages.typed_in():
            received[""] = [language]
        form: Form = step.open(earlier, received)
        errors = step.validate(form, {})
        assert not errors, f"{step.name!r} was given {dict(typed)}, which its form does not accept: {errors}."
        return step.clean(form), without_secrets(step.form, received)
