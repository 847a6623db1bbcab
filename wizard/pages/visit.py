"""Visit: one request to one run. It loads the run, changes it, and saves it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from copy import copy, deepcopy
from secrets import token_urlsafe
from typing import Any

from blinker import NamedSignal
from flask import abort, current_app, request, session

from .. import current, languages, security_log, signals
from ..errors import Conflict, StoreError
from ..flow import Answer, BaseStep, Entry, EntryPath, Loop, Run, Section
from ..flow.base import TASKS
from ..flow.each import ENTRY, changed
from ..flow.entry import entries_of, gather, gather_after, items
from ..flow.fingerprint import same
from ..flow.settling import settle
from ..flow.typed import Typed
from . import owned
from .receipt import receipt_of
from .site import Place, Site
from .uploads import UPLOADS

#: The name of the page that shows all answers.
SUMMARY = "summary"


def is_summary(page: str | None) -> bool:
    """Return whether ``page`` is the name of a page with answers, all of them or those of a section."""
    return bool(page) and str(page).partition("/")[0] == SUMMARY


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
        is_owned = site.owner or site.resume
        left = owned.take(site, self._key, ours) if is_owned else None
        gone = bool(getattr(ours, "expired", False) or (site.resume and owned.saved(site, ours, self._key)))
        gone = gone and not (is_owned and self._key in ours)
        if site.many and self._key not in ours and not gone and "_instance" in (here.view_args or {}):
            abort(404)
        self._loaded = ours.get(self._key)
        self.run: Run = site.run_of(self._key, ours)
        settle(self.run, site.flow, languages.speaking)
        if left:
            owned.add(self.run, site.flow, left)
            settle(self.run, site.flow, languages.speaking)
        self.path = site.flow.path_of(self.run)
        #: Whether the run goes on on another device, to which a link has led.
        self.moved = "moved" in self.run.record
        self.expired = gone or self.run.expired
        # The revision of the answer that the visitor saw, and the revision that this page makes.
        revision = here.form.get("_revision", "") if here.method == "POST" else ""
        self.seen, _, self.made = revision.partition(".")
        #: Of a visit to an entry of a list: that to what is around it, and the list.
        self.outer: Visit | None = None
        self.loop: Loop | None = None
        self.was_finished = False
        #: The page that shows several answers: the summary, or that of an entry.
        self.at = SUMMARY
        self._signals: list[tuple[NamedSignal, dict[str, Any]]] = []

    # The entries of a list

    def enter(self, loop: Loop, number: str, record: Mapping[str, Any] | None = None) -> Visit | None:
        """Return the visit to one entry of ``loop``; ``None`` where there is none of that id.

        :param record: what is in an entry that is not there yet.
        """
        over = items(self.run, self.path, loop) if loop.over else None
        known: Collection[str] = entries_of(self.run, loop.name) if over is None else over
        if record is None and number not in known:
            return None
        inner = copy(self)
        inner.outer, inner.loop = self, loop
        inner.was_finished = number in self.run.note(loop.name).get("ids", ())
        inner.site = self.site.within(loop, number)
        inner.run = entry = Entry(self.run, loop, number, record)
        inner.path = EntryPath(entry, self.path, inner.site.flow, over.get(number) if over else None)
        return inner

    @property
    def whole(self) -> Visit:
        """Return the visit to the whole flow, where this is one to an entry."""
        return self.outer.whole if self.outer else self

    def gather(self, loop: Loop, *, settles: bool = False) -> None:
        """Take what is finished in the entries of ``loop`` as its answer, and follow where it leads."""
        before, told = self.run.revision(loop.name), self.run.notice
        gather(self.run, self.path, self.site.flow, loop, settles=settles)
        self._follow(loop, told, is_answer=self.run.revision(loop.name) != before)

    def _follow(self, step: BaseStep, told: Mapping[str, Any], *, is_answer: bool = True) -> dict[str, list[str]]:
        """Follow where the answer to ``step`` leads, and tell the visitor; else what was to be ``told`` before."""
        flow = self.site.flow
        again = gather_after(self.run, self.path, flow, step, languages.speaking) if flow.followers else []
        found = self.run.follow(self.path, expired=self.expired, again=again)
        if told and not found:
            self.run.tell(**told)
        path = list(self.run.record["path"])
        if is_answer:
            self.tells(signals.step_answered, step=self.name_of(step), path=path)
        if "before" in found:
            changed = {what: found.get(what, []) for what in ("before", "unused", "used", "again")}
            self.tells(signals.path_changed, path=path, **changed)
        if self.outer and self.loop:
            around = self.outer.run
            if self.loop.name in around.record.get("removed", {}):
                around.change(removed=around.without("removed", self.loop.name))
            self.outer.gather(self.loop)
        return found

    def answers_before(self, step: BaseStep) -> dict[str, Answer]:
        """Return a copy of the answers before ``step``, those around its entry included."""
        names = [one.name for one in self.path.before(step)]
        own = deepcopy({name: self.run[name] for name in names if name in self.run}) | self.path.values_before(step)
        if self.outer is None or self.loop is None:
            return own
        item = items(self.outer.run, self.outer.path, self.loop).get(self.site.place[-1]) if self.loop.over else None
        return {**self.outer.answers_before(self.loop), **({ENTRY: deepcopy(item)} if item is not None else {}), **own}

    def name_of(self, step: BaseStep) -> str:
        """Return the name of ``step``; of one in an entry with its place, such as ``people/3/name``."""
        return "/".join((*self.site.place, step.name)) if self.outer else step.name

    def page_name(self, place: Place) -> str:
        """Return the last part of the address of ``place``, by which its page is called."""
        if isinstance(place, Section):
            return f"{SUMMARY}/{place.name}"
        return self.name_of(place) if isinstance(place, BaseStep) else place or SUMMARY

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
        if self.outer:
            return self.outer.is_frozen()
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
        told = self._follow(step, {})
        if lines is not None:
            path = self.path.steps if "before" in told else []
            new = [one.name for one in path if one.asks and one.name not in self.run]
            self.run.tell(changed=lines, returned=self.name_of(step), more=new)

    def take_back(self, step: BaseStep) -> None:
        """Let the answer to ``step`` count no more, if there is one, and follow where that leads."""
        if step.name in self.run:
            self.run.take_back(step.name)
            self.path.accept(step, self.run.answers, self.run.reads)
            self._follow(step, {}, is_answer=False)

    def _changed(self, step: BaseStep, answer: Answer) -> list[list[str]]:
        """Return which lines of the summary are changed, as pairs of step and field, since the visitor has left it."""
        before, notice = self.run.get(step.name), self.run.notice
        if isinstance(answer, Mapping):
            had = before if isinstance(before, Mapping) else {}
            new = [name for name, value in answer.items() if name not in had or not same(had[name], value)]
            names = [one for name in new for one in changed(step, name, had.get(name), answer[name])]
        else:
            names = [] if same(before, answer) else [""]
        called = self.name_of(step)
        earlier: list[list[str]] = [] if is_summary(notice.get("at")) else notice.get("changed", [])
        return [*earlier, *([called, name] for name in names if [called, name] not in earlier)]

    def tell_at(self, place: Place) -> None:
        """Let what there is to tell stand on the page of ``place`` alone.

        A page that is not open yet leads on to the one that is missing, or to the list of sections.
        """
        if request.method == "POST" and self.run.notice:
            if place is None or (isinstance(place, BaseStep) and not self.path.is_open(place)):
                place = self.path.missing
                place = TASKS if place and self.path.any_order else place
            self.run.tell_at(self.page_name(place))

    def keep_draft(self, name: str, typed: Typed | None, behind: str | None = None) -> None:
        """Keep what was typed as a Draft, and tell the visitor until the next answer if older answers had expired."""
        self.run.keep_draft(name, typed, behind)
        if self.outer and self.loop and not self.was_finished:
            # What is half filled in holds up the list.
            self.outer.gather(self.loop)
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
        if UPLOADS in self.kept:
            self.kept[UPLOADS].keep(ours.get(self._key))
        if self.site.owner or self.site.resume:
            ours.take()  # type: ignore[attr-defined]
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
                signals.conflict.send(self.site, run=self.run.key)
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
