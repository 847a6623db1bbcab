"""StartPage: the page that offers to go on with one of several runs, or to start another."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any, ClassVar

from flask import Response, current_app, session

from .. import htmx, languages, settings
from ..flow import BaseStep, Path, Run, Step
from ..flow.settling import settle
from ..languages import gettext
from . import owned
from .inputs import shown
from .page import Page
from .site import with_query
from .words import words


class StartPage(Page[BaseStep]):
    """List the runs that a visitor has begun, and start another one."""

    buttons: ClassVar[Mapping[str, str]] = {"": "begin", "remove.": "remove"}

    def show(self) -> Response:
        return self.page()

    def page(self, alert: str = "", status: int = 200) -> Response:
        """Render the page."""
        problems = [("", alert)] if alert else []
        runs = [self.site.run_of(key, {key: session[key]}) for key in self.site.keys()]  # noqa: SIM118  (no mapping)
        expired = any(run.key and run.is_over_time() for run in runs) or bool(owned.lost(self.site, session))
        given = {"runs": self.runs(), "expired": expired, "name_of": self.name_of}
        return self.render("start", status, alert=alert, problems=problems, **given)

    def show_again(self, alert: str, status: int) -> Response:
        return self.page(alert, status)

    def lead_from_another_run(self) -> Response:
        """Show the list. The page is of no run, whatever the form says."""
        return self.page()

    def runs(self) -> list[tuple[str, Run, Path]]:
        """Return the runs that have not expired, the oldest first: id, run, and the path it leads along."""
        found = []
        for key in self.site.keys():  # noqa: SIM118
            run = self.site.run_of(key, {key: session[key]})
            settle(run, self.site.flow, languages.speaking)
            if run.key or run.receipts or "moved" in run.record:
                instance = key.removeprefix(f"{self.site.key_of(None)}:")
                found.append((instance, run, self.site.flow.path_of(run)))
        # A session may have its keys in any order.
        return sorted(found, key=lambda one: one[1].begun)

    def name_of(self, run: Run, path: Path) -> str:
        """Return a name for a run, so that the visitor can tell it from others: the first value that was answered."""
        for step in path.steps:
            if type(step) is Step and step.name in run:
                for name, field in shown(step.open(path.earlier(step))):
                    if name not in step.secrets and (run[step.name] or {}).get(name):
                        return words(field, run[step.name][name])
        return ""

    def full(self) -> str:
        """Return what is said where so many are unfinished that there can be no other; nothing where there can."""
        unfinished = [run for _, run, _ in self.runs() if run.key]
        if len(unfinished) < settings.read(current_app, "WIZARD_MOST_RUNS"):
            return ""
        return gettext("You already have %(count)s. Clear one before you start another.", count=len(unfinished))

    def begin(self) -> Response:
        """Start a run, unless too many are unfinished."""
        if alert := self.full():
            return self.page(alert, 422)
        for key in owned.lost(self.site, session):
            owned.forget_saved(self.site, session, key)
        instance = token_urlsafe(9)
        self.site.run_of(self.site.key_of(instance)).begin()
        return htmx.redirect(with_query(self.site.url_of("resume", _instance=instance), self.site.query))

    def remove(self, instance: str) -> Response:
        """Remove from the list a run that is finished, or goes on on another device."""
        key = self.site.key_of(instance)
        run: Any = {one: run for one, run, _ in self.runs()}.get(instance)
        if run is not None and not run.key:
            del session[key]
            owned.forget_saved(self.site, session, key)
        return htmx.redirect(self.site.url_of("start"))
