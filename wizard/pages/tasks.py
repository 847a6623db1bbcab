"""TasksPage: the list of sections, where these can be done in any order."""

from __future__ import annotations

from flask import Response

from .. import languages
from ..flow import BaseStep, Section
from ..flow.base import TASKS
from ..flow.tasks import Task, tasks
from .page import Page
from .progress import NAME
from .site import with_query


class TasksPage(Page[BaseStep]):
    """List the sections, and say how far the visitor is in each."""

    @property
    def name(self) -> str:
        return TASKS

    def show(self) -> Response:
        found = tasks(self.path, self.run.begun_steps)
        done = sum([task.state == "completed" for task in found])
        return self.render("tasks", tasks=self._lines(found), done=done)

    def _lines(self, found: list[Task]) -> list[tuple[str, str, str, str, str]]:
        """Return of each section its name, its title, its state, where it leads, and what it waits for.

        It leads nowhere where it cannot start yet.
        """
        # An address that is built by Flask takes longer than a line of the list.
        step, section = (
            with_query(self.site.url_of(page, **{f"_{page}": NAME}), self.site.query).rpartition(NAME)
            for page in ("step", "section")
        )
        lines: list[tuple[str, str, str, str, str]] = []
        # Many wait for the same.
        words: dict[tuple[Section, ...], str] = {(): ""}
        for own, state, missing, awaits in found:
            (before, _, after), name = step, missing.name if missing else ""
            if state == "completed":
                (before, _, after), name = (section, own.name) if own.summary else (step, self._first(own).name)
            url = f"{before}{name}{after}" if name else ""
            if awaits not in words:
                titles = languages.listed([str(one.title) for one in awaits])
                words[awaits] = languages.gettext("Complete first: %(sections)s", sections=titles)
            lines.append((own.name, str(own.title), state, url, words[awaits]))
        return lines

    def _first(self, section: Section) -> BaseStep:
        return self.path.steps_of(section)[0]
