"""Visit: one request of one visitor. What it is shown, and what it changes in the session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from secrets import token_urlsafe
from types import MappingProxyType
from typing import Any

from blinker import NamedSignal
from flask import Response, abort, request, session
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, ValidationError

from .. import htmx, languages, signals
from ..errors import Refused
from ..flow import Answer, Repeat, Step, fields
from ..flow.steps import first_message
from ..languages import gettext, lazy_gettext
from .base import Pages
from .field import find, views
from .kind import hides, is_asked
from .words import entry_words, words

STALE = lazy_gettext(
    "This page was open for too long to be sent. What you typed is still here: send it again. "
    "If you keep seeing this, allow cookies for this site."
)
CHANGED = lazy_gettext(
    "This list was changed in another tab or window after you had opened it here. It is shown as it is now, and what "
    "you typed is still here: check it, and send it again."
)

#: For each step, for each of its fields, what is wrong.
Errors = Mapping[str, Mapping[str, str]]


def is_stale() -> bool:
    """Whether the form that was sent carries no token, or one that has expired."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return True
    return False


def name_version() -> str:
    """A name that no other version has."""
    return token_urlsafe(6)


def typed_into(form: Form) -> dict[str, list[str]]:
    """What stands in ``form``, but for its secrets."""
    return MultiDict(fields.typed_pairs(fields.questions(form))).to_dict(flat=False)


def problems(alert: str, wrong: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the error summary lists: a link to where each thing is mended, and what is said of it."""
    return [*([("", alert)] if alert else []), *wrong]


def _errors(fields: Iterable[Any]) -> dict[str, str]:
    """What is wrong, by the full name of each input."""
    found: dict[str, str] = {}
    for field in fields:
        inner = field if isinstance(field, (FormField, FieldList)) else ()
        own = field.errors if not isinstance(field, FormField) else field.form.form_errors
        messages = [one for one in own if not isinstance(one, (list, tuple, dict))]
        if messages:
            found[field.name] = str(messages[0])
        found |= _errors(inner)
    return found


def _draft_name(step: Step, number: int | None) -> str:
    """Under which name the Draft is kept of what is typed on ``step``, or into its entry of that number."""
    return step.name if number is None else f"{step.name}.{number}"


class Visit:
    """What one request does to one run through a flow.

    It answers with what the session comes to. Nothing is saved, and no signal sent, before the Wizard has seen that no
    other request has changed the session meanwhile; else it does the same again with a new Visit.

    :param pages: the Wizard.
    """

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.answers = pages.answers_of(pages.key)
        #: What a session that was ended has left behind for whoever still comes with its cookie.
        self.left: str | None = getattr(session, "left", {}).get(pages.key)
        gone = bool(getattr(session, "expired", False))
        if pages.many and pages.key not in session and not gone:
            abort(404)
        self.answers.settle(pages.flow)
        self.path = pages.flow.path(self.answers, self.answers.reads)
        # Saving gives the session another id, by which nobody can tell any more that the one before had expired.
        self.expired = gone or self.answers.expired
        # The version of the answer that the visitor saw, and the name of the version that this page makes.
        self.seen, _, self.made = request.form.get("_revision", "").partition(".")
        self._signals: list[tuple[NamedSignal, dict[str, Any]]] = []

    @property
    def is_over(self) -> bool:
        """Whether this one of several is finished. The next begins at another address."""
        return self.pages.many and self.answers.receipt is not None

    def send_signals(self) -> None:
        """Tell the subscribers what has happened, once it has."""
        for signal, said in self._signals:
            signal.send(self.pages, **said)

    def _say(self, signal: NamedSignal, **said: Any) -> None:
        self._signals.append((signal, said))

    def go(self, step: Step | None) -> Response:
        """Lead to ``step``, or to the summary."""
        return htmx.redirect(self.pages.url(step))

    def go_on(self) -> Response:
        """Lead to where the visitor goes on."""
        if self.is_over:
            return htmx.redirect(self.pages.url_of("done"))
        return self.go(self.path.missing)

    # A step

    def show(self, step: Step) -> Response:
        """The page of ``step``, or the way to the first one that is missing."""
        if not self.path.is_open(step):
            return self.go_on()
        self._say(signals.step_shown, step=step.name, path=self._names())
        if self.expired:
            self._say(signals.expired)
        earlier = self.path.earlier(step)
        typed, answer = self._draft(step), None if step.repeats else self.answers.get(step.name)
        errors = step.check(answer, earlier) if answer is not None and typed is None else {}
        return self._page(step, step.open(earlier, typed=typed, answer=answer), errors=errors)

    def submit(self, step: Step) -> Response:
        """Keep what was typed on ``step``: as its answer when it is valid, as its Draft for Back."""
        form = self._typed_form(step, None if step.repeats else self.answers.get(step.name))
        if is_stale():
            return self._page(step, form, alert=STALE, status=422)
        if "_language" in request.form:
            return self._switch_language(step, form)
        if request.form.get("_action") == "back":
            self._keep_draft(step, form)
            to_summary = self.pages.from_summary and self.path.missing is None
            return self.go(None if to_summary else self.path.previous(step))
        if step.choices and not self.path.is_open(step):
            # What it offers cannot be known before the answers that it depends on are there.
            self._keep_draft(step, form)
            return self.go_on()
        if isinstance(step, Repeat):
            return self._submit_list(step, form)
        if not form.validate():
            return self._refuse(step, form)
        answer = step.clean(form)
        # Two same answers are no conflict. Of two hashes, nobody can tell whether they are of the same password.
        if self._is_outdated(step) and (step.secrets or answer != self.answers[step.name]):
            return self._conflict_page(step, form)
        self._accept(step, answer)
        return self._go_past(step)

    def _switch_language(self, step: Step, form: Form, number: int | None = None) -> Response:
        """Show the page in another language, with what is typed on it."""
        self._keep_draft(step, form, number)
        return languages.choose(htmx.load(self.pages.url(step, number)))

    def check(self, step: Step, name: str) -> Response:
        """What is said of one field while the rest is still being typed. It changes nothing, and tells no more than
        sending the step would.
        """
        if name not in step.live:
            abort(404)
        form = self._typed_form(step, None)
        form.validate()
        errors = {name: text for name, text in _errors(form).items() if any(request.form.getlist(name))}
        [view] = views([form[name]], errors, live=step.live, check_url=self._check_url(step))
        return self.pages.render_field(view)

    def _check_url(self, step: Step) -> Callable[[str], str]:
        return lambda name: self.pages.url_of("check", name=step.name, field=name)

    def _typed_form(self, step: Step, answer: Mapping[str, Any] | None) -> Form:
        return step.open(self.path.earlier(step), typed=request.form, answer=answer)

    def _is_outdated(self, step: Step) -> bool:
        """Whether another tab has changed the answer to ``step`` since this page was opened."""
        is_known = self.answers.revision(step.name) == self.seen or self._is_sent_twice(step)
        return bool(self.made) and step.name in self.answers and not is_known

    def _is_sent_twice(self, step: Step) -> bool:
        """Whether the answer to ``step`` is what this very page has made of it."""
        return bool(self.made) and self.answers.revision(step.name).partition("~")[0] == self.made

    def _accept(self, step: Step, answer: Answer, *, keeps_draft: bool = False) -> None:
        reads = self.path.earlier(step).reads
        revision = self.made or name_version()
        if self._is_sent_twice(step):
            # Another answer is still of this page, but not what another page has seen of it.
            same = answer == self.answers[step.name]
            revision = self.answers.revision(step.name) if same else f"{revision}~{name_version()}"
        form = step.fingerprint
        self.answers.accept(step.name, answer, revision, reads=reads, form=form, keeps_draft=keeps_draft)
        told = self.answers.follow(self.path, expired=self.expired)
        self._say(signals.step_answered, step=step.name, path=self._names())
        if "before" in told:
            changed = {what: told.get(what, []) for what in ("before", "unused", "used", "again")}
            self._say(signals.path_changed, path=self._names(), **changed)

    def _go_past(self, step: Step) -> Response:
        straight_on = self.path.is_open(step) and not self.pages.from_summary
        return self.go(self.path.next(step) if straight_on else self.path.missing)

    def _refuse(self, step: Step, form: Form, number: int | None = None) -> Response:
        errors = _errors(form)
        self._say(signals.step_refused, step=step.name, fields=[field.short_name for field in form if field.errors])
        alert = first_message(form.form_errors or [""])
        return self._page(step, form, number, errors=errors, alert=alert, status=422)

    def _draft(self, step: Step, number: int | None = None) -> MultiDict[str, str] | None:
        """What was typed on ``step``, or into its entry of that number, and not accepted."""
        draft = self.answers.draft(_draft_name(step, number))
        return None if draft is None else MultiDict(draft)

    def _keep_draft(self, step: Step, form: Form, number: int | None = None) -> None:
        """Keep what is typed on ``step``, or into its entry of that number, unless it is what stood there."""
        if step.repeats and not any(field.name in request.form for field in fields.questions(form)):
            # A list that is full asks for nothing.
            return
        answer = self.answers.get(step.name)
        if step.repeats:
            answer = answer[number - 1] if answer and number else None
        name, typed = _draft_name(step, number), typed_into(form)
        if typed == typed_into(step.open(self.path.earlier(step), answer=answer)):
            self.answers.drop_draft(name)
        else:
            self.answers.keep_draft(name, typed, expired=self.expired)

    # A step that repeats

    def _submit_list(self, step: Repeat, form: Form) -> Response:
        action, _, number = request.form.get("_action", "").partition(".")
        if action in ("change", "remove"):
            return self._pick(step, form, int(number) if number.isdecimal() else 0, removes=action == "remove")
        entries = list(self.answers.get(step.name, []))
        adds = action == "add"
        is_empty = fields.is_untouched(form, step.open(self.path.earlier(step)))
        if adds or not is_empty:
            entry = step.clean(form) if form.validate() else None
            # Two tabs can add to one list, and one page can be sent twice. The same entry then is the same thing.
            twice = self._is_sent_twice(step)
            is_known = twice if step.keep else (twice or self._is_outdated(step)) and entry in entries
            if not is_known and len(entries) >= step.most:
                alert = gettext("You can add %(most)s at most. Remove one before you add another.", most=step.most)
                return self._page(step, form, alert=alert, status=422)
            if entry is None:
                return self._refuse(step, form)
            if not is_known:
                entries.append(entry)
        if not adds:
            if len(entries) < step.least:
                return self._page(step, form, alert=gettext("Add %(least)s at least.", least=step.least), status=422)
            errors = step.check(entries, self.path.earlier(step))
            if errors:
                return self._page(step, form, errors=errors, status=422)
        self._accept(step, entries)
        return self.go(step) if adds else self._go_past(step)

    def _entries(self, step: Step, number: int) -> list[Answer]:
        """The entries of ``step``, of which ``number`` is one; else it is no page."""
        entries = list(self.answers.get(step.name, [])) if step.repeats else []
        if not 1 <= number <= len(entries):
            abort(404)
        return entries

    def show_entry(self, step: Step, number: int) -> Response:
        """The page on which one entry is changed."""
        if not self.path.is_open(step):
            return self.go_on()
        entry = self._entries(step, number)[number - 1]
        errors = {
            field.removeprefix(f"{number}."): text
            for field, text in step.check(self.answers[step.name], self.path.earlier(step)).items()
            if field.startswith(f"{number}.")
        }
        typed = self._draft(step, number)
        form = step.open(self.path.earlier(step), typed=typed, answer=entry)
        return self._page(step, form, number, errors=errors if typed is None else {})

    def submit_entry(self, step: Step, number: int) -> Response:
        """Change one entry."""
        if isinstance(step, Repeat) and self._is_outdated(step) and not is_stale():
            return self._moved(step, self._typed_form(step, None))
        if step.repeats and self.expired:
            # The entry is gone with all the others; what was typed into it is not.
            self._keep_draft(step, self._typed_form(step, None))
            return self.go_on()
        entries = self._entries(step, number)
        form = self._typed_form(step, entries[number - 1])
        if is_stale():
            return self._page(step, form, number, alert=STALE, status=422)
        if "_language" in request.form:
            return self._switch_language(step, form, number)
        if not form.validate():
            return self._refuse(step, form, number)
        entries[number - 1] = step.clean(form)
        # A half-typed entry that is kept is none of these.
        self._accept(step, entries, keeps_draft=True)
        return self.go(step)

    def _pick(self, step: Repeat, form: Form, number: int, *, removes: bool) -> Response:
        """Remove one entry, or lead to its page. What is half typed into the ``form`` that adds is kept meanwhile."""
        if self._is_outdated(step):
            return self._moved(step, form)
        self._keep_draft(step, form)
        if self.expired:
            return self.go_on()
        if not removes:
            self._entries(step, number)
            return htmx.redirect(self.pages.url(step, number))
        if not self._is_sent_twice(step):
            entries = self._entries(step, number)
            del entries[number - 1]
            self._accept(step, entries, keeps_draft=True)
        return self.go(step)

    def _moved(self, step: Repeat, form: Form) -> Response:
        """The list as it is now. Whatever a number names by now, it was not what the visitor saw."""
        return self._page(step, form, alert=CHANGED, status=409)

    # The summary, and the end

    def show_summary(self) -> Response:
        """The answers, or the way to the first one that is missing."""
        return self.go_on() if self.path.missing is not None else self._summary_page()

    def finish(self) -> Response:
        """Finish, when everything is still valid; show what is not."""
        missing = self.path.missing
        if missing is not None:
            receipt = self.left
            if receipt is None or is_stale():
                return self.go_on()
            # The run was finished, by another click or by one whose answer got lost.
            self.answers.finish(receipt)
            return htmx.redirect(self.pages.url_of("done"))
        if is_stale():
            return self._summary_page(alert=STALE, status=422)
        errors: Errors = {
            step.name: wrong
            for step in self.path.steps
            if (wrong := step.check(self.answers[step.name], self.path.earlier(step)))
        }
        if not errors:
            try:
                on_path = {step.name: self.answers[step.name] for step in self.path.steps}
                receipt = self.pages.on_finish(on_path, self.answers.key)
            except Refused as refused:
                errors = refused.errors
            else:
                self.answers.finish(receipt)
                # Of several instances, the others go on in the same session.
                if hasattr(session, "end") and not self.pages.many:
                    session.end({self.pages.key: receipt})
                self._say(signals.finished, reference=receipt)
                return htmx.redirect(self.pages.url_of("done"))
        return self._summary_page(errors, status=422)

    def show_done(self) -> Response:
        """The Receipt."""
        if self.answers.receipt is None:
            return htmx.redirect(self.pages.url_of("start"))
        return self.pages.render("done")

    def ask_to_clear(self) -> Response:
        """The page that asks whether to erase everything."""
        return self.pages.render("clear")

    def clear(self) -> Response:
        """Erase everything."""
        if is_stale():
            return self.pages.render("clear", status=422, alert=STALE)
        self.answers.clear()
        if hasattr(session, "renew") and not self.pages.many:
            session.renew()
        self._say(signals.cleared)
        return htmx.redirect(self.pages.url_of("start"))

    # What the pages are made of

    def _names(self) -> list[str]:
        return [step.name for step in self.path.steps]

    def _revision(self, step: Step) -> str:
        """The version of the answer that the page shows, and the name of the one that it makes."""
        return f"{self.answers.revision(step.name)}.{name_version()}"

    def _page(
        self,
        step: Step,
        form: Form,
        number: int | None = None,
        *,
        errors: Mapping[str, str] = MappingProxyType({}),
        alert: str = "",
        status: int = 200,
        page: str = "",
        **context: Any,
    ) -> Response:
        """The page of ``step``, or of its entry of that number, and what is wrong with it."""
        page = page or ("entry" if number is not None else "entries" if step.repeats else "step")
        # A page that is shown again because of a mistake is still the one that the visitor began with; but a list is
        # shown as it is now.
        kept = request.form.get("_revision") if status == 422 and page != "entries" else None
        live, check_url = ((), None) if step.repeats else (step.live, self._check_url(step))
        drawn = views(form, errors, live=live, check_url=check_url)
        wrong = (
            (f"#{view.id}" if (view := find(drawn, name)) else self.pages.url_to_change(step, name), text)
            for name, text in errors.items()
        )
        entries = self.answers.get(step.name, []) if step.repeats else []
        context.setdefault(
            "entries", [{"id": place, "words": entry_words(form, entry)} for place, entry in enumerate(entries, 1)]
        )
        return self.pages.render(
            page,
            status,
            problems=problems(alert, wrong),
            step=step,
            number=number,
            path=self.path,
            form=form,
            views=drawn,
            alert=alert,
            action=self.pages.url(step, number),
            revision=kept or self._revision(step),
            # Like no other: htmx would carry the looks of a form that is on its way over to the next of the same name.
            form_id=f"form-{name_version()}",
            **context,
        )

    def _conflict_page(self, step: Step, form: Form) -> Response:
        saved = self.answers[step.name]
        rows = [
            {
                "label": field.label.text,
                "saved": gettext("Hidden") if hides(field) else words(field, saved.get(field.short_name)),
                "typed": gettext("Hidden") if hides(field) else words(field, field.data),
            }
            for field in form
            if is_asked(field)
        ]
        return self._page(
            step,
            form,
            status=409,
            page="conflict",
            rows=rows,
            typed=list(fields.typed_pairs(fields.questions(form))),
            go_on=self.pages.url(self.path.missing if self.pages.from_summary else self.path.next(step)),
        )

    def _summary_page(self, errors: Errors = MappingProxyType({}), alert: str = "", status: int = 200) -> Response:
        sections = [
            {"step": step, "title": step.title, "rows": self._rows(step, errors.get(step.name, {}))}
            for step in self.path.steps
        ]
        wrong = (
            (self.pages.url_to_change(step, field) if (step := self.pages.flow.get(name)) else "", text)
            for name, texts in errors.items()
            for field, text in texts.items()
        )
        return self.pages.render("summary", status, sections=sections, problems=problems(alert, wrong))

    def _rows(self, step: Step, errors: Mapping[str, str]) -> list[dict[str, Any]]:
        """What the summary says of one step. The template reads the answers from the session."""
        form = step.open(self.path.earlier(step))
        if step.repeats:
            url, wrong = self.pages.url_to_change(step, ""), list(errors.values())
            return [{"label": gettext("Added"), "field": None, "fields": list(form), "error": wrong, "change_url": url}]
        return [
            {
                "label": field.label.text,
                "field": field,
                "secret": hides(field),
                "error": errors.get(field.short_name, ""),
                "change_url": self.pages.url_to_change(step, field.id),
            }
            for field in form
            if is_asked(field)
        ]
