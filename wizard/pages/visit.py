"""Visit: one request to one run. It loads the run, changes it, and saves it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Any

from blinker import NamedSignal
from flask import abort, current_app, request, session

from .. import current, languages, security_log, signals
from ..errors import Conflict, StoreError
from ..flow import Answer, BaseStep, Run
from ..flow.fingerprint import same
from ..flow.settling import settle
from ..flow.typed import Typed
from .receipt import receipt_of
from .site import Site

#: The name of the page that shows all answers.
SUMMARY = "summary"

#: How often a change is made again on what other requests have just saved.
TRIES = 50


class Visit:
    """One request to one run through a flow.

    Its changes are made in ``session``, and saved by the Wizard. If another request has saved the session meanwhile,
    nothing of this one is saved and no signal sent: the Wizard does the request again with a new Visit.

    :param site: the Wizard.
    :param kept: what ``keep`` has returned for secrets, so that a request that is done again does not hash them again.
    """

    def __init__(self, site: Site, kept: dict[Any, Any]) -> None:
        self.site = site
        self.kept = kept
        self._key = site.key
        here, ours = current.request(), current.session()
        gone = bool(getattr(ours, "expired", False))
        if site.many and self._key not in ours and not gone and "_instance" in (here.view_args or {}):
            abort(404)
        self._loaded = ours.get(self._key)
        self.run: Run = site.run_of(self._key, ours)
        settle(self.run, site.flow, languages.speaking)
        self.path = site.flow.path(self.run.answers, self.run.reads)
        self.expired = gone or self.run.expired
        # The revision of the answer that the visitor saw, and the revision that this page makes.
        revision = here.form.get("_revision", "") if here.method == "POST" else ""
        self.seen, _, self.made = revision.partition(".")
        self._signals: list[tuple[NamedSignal, dict[str, Any]]] = []

    # What the form that was sent says of itself

    @property
    def is_of_another_run(self) -> bool:
        """Return whether the form that was sent belongs to a run that is over, and so may change nothing."""
        key = request.form.get("_run")
        return key is not None and not self.run.is_called(key) and not self.expired

    @property
    def receipt(self) -> dict[str, Any] | None:
        """Return the Receipt of the run that the form or the address names, or of the one finished last."""
        return self.run.receipt(request.form.get("_run") or request.args.get("run", ""))

    def is_frozen(self) -> bool:
        """Return whether no answer may change, since somebody is finishing this run, or may have finished it.

        When no attempt is live, the author's ``find`` is asked whether the run was finished; if it was, the run ends.
        """
        now, claim = time.time(), self.run.claim
        if not claim:
            return False
        if claim.is_live(now):
            return True
        if self.site.find is not None:
            found = current_app.ensure_sync(self.site.find)(self.run.key)
            if found:
                receipt = receipt_of(self.site.name, "find", found)
                self.tells(signals.finished, reference=receipt.get("reference", ""))
                self.run.finish(self.run.key, receipt)
                return True
        elif claim.is_unknown(now):
            return True
        self.run.put_claim(type(claim)({}))
        return False

    # What it changes

    def tells(self, signal: NamedSignal, **said: Any) -> None:
        """Send ``signal`` once the change is saved."""
        self._signals.append((signal, {"run": self.run.key, **said}))

    def is_outdated(self, step: BaseStep) -> bool:
        """Return whether another tab has changed the answer to ``step`` since this page was opened."""
        is_known = self.run.revision(step.name) == self.seen or self.is_sent_twice(step)
        return bool(self.made) and step.name in self.run and not is_known

    def is_sent_twice(self, step: BaseStep) -> bool:
        """Return whether this very page was sent before, and gave the answer to ``step``."""
        return bool(self.made) and self.run.revision(step.name).partition("~")[0] == self.made

    def accept(self, step: BaseStep, answer: Answer, typed: Any = None, **how: Any) -> None:
        """Keep a valid answer to ``step``, and follow where it leads; see :meth:`~wizard.flow.Run.accept`."""
        how.setdefault("reads", self.path.earlier(step).reads)
        revision = self.made or token_urlsafe(6)
        if self.is_sent_twice(step):
            # The same page, sent with another answer: other tabs must see that the revision has changed.
            old = self.run.revision(step.name)
            revision = old if answer == self.run[step.name] else f"{revision}~{token_urlsafe(6)}"
        lines = self._changed(step, answer) if self.site.from_summary else None
        self.run.accept(step, answer, typed, revision=revision, **how)
        self.path.accept(step, self.run.answers, self.run.reads)
        told = self.run.follow(self.path, expired=self.expired)
        if lines is not None:
            new = [one for one in self.path.steps if "before" in told and one.asks and one.name not in self.run]
            self.run.tell(changed=lines, returned=step.name, more=[one.name for one in new])
        self.tells(signals.step_answered, step=step.name, path=self.path.names)
        if "before" in told:
            changed = {what: told.get(what, []) for what in ("before", "unused", "used", "again")}
            self.tells(signals.path_changed, path=self.path.names, **changed)

    def _changed(self, step: BaseStep, answer: Answer) -> list[list[str]]:
        """Return which lines of the summary are changed, as pairs of step and field, since the visitor has left it."""
        before, notice = self.run.get(step.name), self.run.notice
        if isinstance(answer, Mapping):
            had = before if isinstance(before, Mapping) else {}
            names = [name for name, value in answer.items() if name not in had or not same(had[name], value)]
        else:
            names = [] if same(before, answer) else [""]
        earlier: list[list[str]] = [] if notice.get("at") == SUMMARY else notice.get("changed", [])
        return [*earlier, *([step.name, name] for name in names if [step.name, name] not in earlier)]

    def tell_at(self, step: BaseStep | None) -> None:
        """Let what there is to tell stand on the page of ``step`` alone, or on the summary for ``None``.

        A page that is not open yet leads on to the one that is missing.
        """
        if request.method == "POST" and self.run.notice:
            place = step if step and self.path.is_open(step) else self.path.missing
            self.run.tell_at(SUMMARY if place is None else place.name)

    def keep_draft(self, name: str, typed: Typed | None, behind: str | None = None) -> None:
        """Keep what was typed as a Draft, and tell the visitor until the next answer if older answers had expired."""
        self.run.keep_draft(name, typed, behind)
        if self.expired and not self.run.notice and typed is not None:
            self.run.tell(expired=True)

    def sweep(self) -> None:
        """Erase the other runs of this visitor whose lifetime is over. Its own was begun anew when it was loaded."""
        for key in self.site.keys():  # noqa: SIM118  (a Wizard is no mapping)
            if key != self._key and self.site.run_of(key, {key: session[key]}).is_over_time():
                del session[key]

    # Saving

    def save(self) -> None:
        """Save what was changed.

        :raises Conflict: when another request has saved the session since it was loaded.
        """
        ours = current.session()
        save = getattr(ours, "save", None)
        if save is not None:
            save()
        self._loaded = ours.get(self._key)

    def change_after(self, change: Callable[[Run], None]) -> None:
        """Change the run and save it, on the session as it is by then. For changes after ``on_finish`` was called.

        :param change: makes the change; it is called again when another request has saved the session meanwhile.
        """
        for _ in range(TRIES):
            change(self.run)
            try:
                return self.save()
            except Conflict:
                # What the application itself has changed meanwhile in this request is kept, and our own is done again.
                self.undo()
                session.merge()  # type: ignore[attr-defined]
                self._loaded = session.get(self._key)
                self.run = self.site.run_of(self._key)
        raise StoreError(f"a session was changed by others {TRIES} times during one request")

    def undo(self) -> None:
        """Undo what was changed since the run was loaded or saved: it was for the template alone."""
        ours = current.session()
        if ours.get(self._key) is self._loaded:
            return
        modified = ours.modified
        if self._loaded is None:
            del ours[self._key]
        else:
            ours[self._key] = self._loaded
        # A session that saves itself whenever it was written to has nothing new.
        if hasattr(ours, "save"):
            ours.modified = modified

    def send_signals(self) -> None:
        """Send the signals, after the change was saved."""
        for signal, said in self._signals:
            if signal.name in security_log.EVENTS:
                security_log.write(signal.name, wizard=self.site.name)
            signal.send(self.site, **said)


#: For each step, what is wrong with it by the names of its inputs.
Errors = Mapping[str, Mapping[str, str]]
