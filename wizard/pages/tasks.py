"""TasksPage: the list of sections, where these can be done in any order."""

from __future__ import annotations

from flask import Response

from ..flow import BaseStep
from ..flow.base import TASKS
from ..flow.tasks import Task, tasks
from .page import Page
from .site import with_query

#: Stands for a name in an address, and is the name of nothing.
_NAME = "~~~"


class TasksPage(Page[BaseStep]):
    """List the sections, and say how far the visitor is in each."""

    @property
    def name(self) -> str:
        return TASKS

    def show(self) -> Response:
        found = tasks(self.path, self.run.begun_steps)
        done = sum(task.state == "completed" for task in found)
        return self.render("tasks", tasks=list(zip(found, self._urls(found), strict=True)), done=done)

    def _urls(self, found: list[Task]) -> list[str]:
        """Return where each section leads; nowhere where it cannot start yet."""
        # An address that is built by Flask takes longer than a line of the list.
        step, section = (
            with_query(self.site.url_of(page, **{f"_{page}": _NAME}), self.site.query).rpartition(_NAME)
            for page in ("step", "section")
        )
        urls = []
        for task in found:
            (before, _, after), name = step, task.step.name if task.step else ""
            if task.state == "completed":
                own = task.section
                (before, _, after), name = (section, own.name) if own.summary else (step, self._first(task).name)
            urls.append(f"{before}{name}{after}" if name else "")
        return urls

    def _first(self, task: Task) -> BaseStep:
        return self.path.steps_of(task.section)[0]
