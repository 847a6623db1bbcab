"""Wizard: the Blueprint that serves a Flow. Every route reads and writes the answers through ``flask.session``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, abort, current_app, request, session, url_for
from flask.sansio.app import App
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import Form, ValidationError

from . import fields, htmx
from .answers import Answers
from .assets import Assets
from .errors import Conflict, Refused, SettingError, TooLarge
from .flow import Answer, Flow, Path, Step, first_message
from .sessions.interface import TRIES

STALE = (
    "This page was open for too long to be sent. What you typed is still here: send it again. "
    "If you keep seeing this, allow cookies for this site."
)


def _typed(form: Form) -> dict[str, list[str]]:
    """What stands in ``form``, but for its secrets."""
    return MultiDict(fields.typed_pairs(fields.questions(form))).to_dict(flat=False)


def _name() -> str:
    """A name that no other page has."""
    return token_urlsafe(6)


class Wizard(Blueprint):
    """Serves one Flow: its steps, the summary, the end, and the clearing of the answers.

    :param name: names the blueprint, and the key of the session under which the answers are kept.
    :param flow: the steps.
    :param on_finish: called with the answers on the path, step by step, and the key of this run; returns the
        Receipt: a reference for the visitor, nothing secret. After a crash, or for two clicks at once, it is called
        again with the same key, and must then return the same Receipt. It raises :class:`~wizard.errors.Refused`
        when it cannot finish.
    :param title: ends the title of every page: what the visitor is doing, and with whom.
    :param finish: the words on the button that finishes: what it does.
    :param layout: the template around every page. It has the blocks ``title`` and ``wizard``, and loads the scripts.
    """

    def __init__(
        self,
        name: str,
        flow: Flow,
        *,
        on_finish: Callable[[Mapping[str, Answer], str], str],
        title: str = "Form",
        finish: str = "Send",
        layout: str = "wizard/layout.html",
    ) -> None:
        super().__init__(name, __name__)
        self.flow = flow
        self.title = title
        self.finish = finish
        self.layout = layout
        self._on_finish = on_finish
        self.after_request(htmx.keep_apart)
        self.add_url_rule("/", "start", self._start)
        self.add_url_rule("/summary", "summary", self._summary, methods=["GET", "POST"])
        self.add_url_rule("/done", "done", self._done)
        self.add_url_rule("/clear", "clear", self._clear, methods=["GET", "POST"])
        self.add_url_rule("/<name>", "step", self._step, methods=["GET", "POST"])

    def register(self, app: App, options: dict[str, Any]) -> None:
        """Flask calls this for ``app.register_blueprint``."""
        if "wizard_assets" not in app.blueprints:
            app.register_blueprint(Assets())
        htmx.init_app(app)
        if "csrf" in app.extensions:
            # The wizard checks the token itself, and loses nothing where CSRFProtect answers a bare 400.
            app.extensions["csrf"].exempt(self)
        self._refuse_readable_sessions(app)
        super().register(app, options)

    def _refuse_readable_sessions(self, app: App) -> None:
        secrets = [f"{step.name}.{name}" for step in self.flow for name in step.secrets]
        if secrets and isinstance(getattr(app, "session_interface", None), SecureCookieSessionInterface):
            raise SettingError(
                f"SESSION_URL: the wizard {self.name!r} keeps a secret ({secrets[0]}), and a session in the cookie "
                "can be read by whoever has the cookie. Use a database or Redis: "
                "app.session_interface = open_sessions(url)."
            )

    # The pages

    def _start(self) -> Response:
        path = self.flow.path(self._answers())
        return htmx.redirect(self._url(path.missing))

    def _step(self, name: str) -> Response:
        step = self.flow.get(name)
        if step is None:
            abort(404)
        return self._change(lambda: self._submit(step)) if request.method == "POST" else self._show(step)

    def _show(self, step: Step) -> Response:
        answers = self._answers()
        path = self.flow.path(answers)
        if not path.is_open(step):
            return htmx.redirect(self._url(path.missing))
        draft, answer = answers.draft(step.name), answers.get(step.name)
        if draft is not None:
            return self._page(path, step, step.open(typed=MultiDict(draft), answer=answer))
        errors = step.check(answer) if answer is not None else {}
        return self._page(path, step, step.open(answer=answer), errors)

    def _submit(self, step: Step) -> Response:
        answers = self._answers()
        path = self.flow.path(answers)
        form = step.open(typed=request.form, answer=answers.get(step.name))
        # The version of the answer that the visitor saw, and the name of the version that this page makes.
        seen, _, made = request.form.get("revision", "").partition(".")
        if self._is_stale():
            return self._page(path, step, form, alert=STALE, status=422)
        if request.form.get("action") == "back":
            self._keep_draft(step, form)
            to_summary = self._from_summary() and path.missing is None
            return htmx.redirect(self._url(None if to_summary else path.previous(step)))
        if not form.validate():
            errors = {field.short_name: first_message(field.errors) for field in form if field.errors}
            return self._page(path, step, form, errors, alert=first_message(form.form_errors or [""]), status=422)
        answer = step.clean(form)
        changed_since = made and step.name in answers and answers.revision(step.name) not in (seen, made)
        # Two same answers are no conflict. Of two hashes, nobody can tell whether they are of the same password.
        if changed_since and (step.secrets or answer != answers[step.name]):
            return self._conflict_page(path, step, form)
        answers.accept(step.name, answer, made or _name(), self._notice())
        path = self.flow.path(answers)
        straight_on = path.is_open(step) and not self._from_summary()
        return htmx.redirect(self._url(path.next(step) if straight_on else path.missing))

    def _summary(self) -> Response:
        if request.method == "POST":
            return self._change(self._finish)
        path = self.flow.path(self._answers())
        return self._summary_page(path) if path.missing is None else htmx.redirect(self._url(path.missing))

    def _finish(self) -> Response:
        answers = self._answers()
        path = self.flow.path(answers)
        if path.missing is not None:
            receipt = getattr(session, "left", {}).get(self.name)
            if receipt is None or self._is_stale():
                return htmx.redirect(self._url(path.missing))
            # The run was finished, by another click or by one whose answer got lost.
            answers.finish(receipt)
            return htmx.redirect(self._url_of("done"))
        if self._is_stale():
            return self._summary_page(path, alert=STALE, status=422)
        errors: Mapping[str, Mapping[str, str]] = {
            step.name: wrong for step in path.steps if (wrong := step.check(answers[step.name]))
        }
        if not errors:
            try:
                receipt = self._on_finish({step.name: answers[step.name] for step in path.steps}, answers.key)
            except Refused as refused:
                errors = refused.errors
            else:
                answers.finish(receipt)
                if hasattr(session, "end"):
                    session.end({self.name: receipt})
                return htmx.redirect(self._url_of("done"))
        return self._summary_page(path, errors, status=422)

    def _done(self) -> Response:
        if self._answers().receipt is None:
            return htmx.redirect(self._url_of("start"))
        return self._render("done")

    def _clear(self) -> Response:
        return self._change(self._erase) if request.method == "POST" else self._render("clear")

    def _erase(self) -> Response:
        if self._is_stale():
            return self._render("clear", status=422, alert=STALE)
        self._answers().clear()
        if hasattr(session, "renew"):
            session.renew()
        return htmx.redirect(self._url_of("start"))

    # What the pages are made of

    def _answers(self) -> Answers:
        return Answers(session, self.name)

    def _page(
        self,
        path: Path,
        step: Step,
        form: Form,
        errors: Mapping[str, str] | None = None,
        alert: str = "",
        status: int = 200,
    ) -> Response:
        return self._render(
            "step",
            status,
            step=step,
            path=path,
            form=form,
            questions=fields.questions(form),
            errors=errors or {},
            alert=alert,
            action=self._url(step),
            # A page that is shown again because of a mistake is still the one that the visitor began with.
            revision=request.form.get("revision") or self._revision(step),
        )

    def _conflict_page(self, path: Path, step: Step, form: Form) -> Response:
        questions = fields.questions(form)
        return self._render(
            "conflict",
            409,
            step=step,
            questions=questions,
            typed=list(fields.typed_pairs(questions)),
            action=self._url(step),
            go_on=self._url(path.missing if self._from_summary() else path.next(step)),
            revision=self._revision(step),
        )

    def _revision(self, step: Step) -> str:
        return f"{self._answers().revision(step.name)}.{_name()}"

    def _summary_page(
        self,
        path: Path,
        errors: Mapping[str, Mapping[str, str]] | None = None,
        alert: str = "",
        status: int = 200,
    ) -> Response:
        # The template reads the answers from the session; the forms are empty, and know the labels and choices.
        sections = [(step, fields.questions(step.open())) for step in path.steps]
        return self._render("summary", status, sections=sections, errors=errors or {}, alert=alert)

    def _render(self, page: str, status: int = 200, **context: Any) -> Response:
        return htmx.render(
            [f"{self.name}/{page}.html", f"wizard/{page}.html"],
            status,
            wizard=self,
            layout=self.layout,
            url_of=self._url_of,
            **context,
        )

    def _from_summary(self) -> bool:
        return request.args.get("from") == "summary"

    def _url_of(self, endpoint: str, **values: Any) -> str:
        return url_for(f"{self.name}.{endpoint}", **values)

    def _url(self, step: Step | None) -> str:
        """The address of ``step``, or of the summary. Who came from the summary is led back to it in the end."""
        if step is None:
            return self._url_of("summary")
        return self._url_of("step", name=step.name, **({"from": "summary"} if self._from_summary() else {}))

    def _is_stale(self) -> bool:
        try:
            validate_csrf(request.form.get("csrf_token"))
        except ValidationError:
            return True
        return False

    def _notice(self) -> str:
        # Saving gives the session another id, by which nobody can tell any more that the one before had expired.
        return "expired" if getattr(session, "expired", False) else ""

    def _keep_draft(self, step: Step, form: Form) -> None:
        answers = self._answers()
        typed = _typed(form)
        if typed == _typed(step.open(answer=answers.get(step.name))):
            answers.drop_draft(step.name)
        else:
            answers.keep_draft(step.name, typed, self._notice())

    def _change(self, handle: Callable[[], Response]) -> Response:
        """Let ``handle`` change the session, and save it; redo it on the session as it is now when another request
        has saved its own change meanwhile. A session that saves itself at the end of the request is left to that.
        """
        save = getattr(session, "save", None)
        if save is None:
            return handle()
        for _ in range(TRIES):
            response = handle()
            try:
                save()
            except Conflict:
                session.reload()  # type: ignore[attr-defined]
            except TooLarge as error:
                current_app.logger.error("%s %s: %s", request.method, request.path, error)
                return abort(413)
            else:
                return response
        current_app.logger.warning("A session was changed by others %s times during one request", TRIES)
        return abort(503)
