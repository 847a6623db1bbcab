"""Wizard: the Blueprint that serves a Flow. Every route reads and writes the answers through ``flask.session``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Any

from flask import Flask, Response, abort, current_app, request, session
from flask.sansio.app import App
from flask.sessions import SecureCookieSessionInterface

from . import htmx, settings
from .assets import Assets
from .cli import flow as flow_command
from .errors import Conflict, SettingError, TooLarge
from .flow import Answer, Flow, Step
from .languages import gettext, lazy_gettext
from .pages import token
from .pages.base import Pages
from .pages.token import is_stale
from .pages.visit import STALE, Visit
from .sessions.interface import TRIES


class Wizard(Pages):
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
    :param many: whether a visitor can fill in several at once. Each then has an id in its address, and answers, expiry
        and Receipt of its own; the first page offers to go on with one, or to start another.

    >>> from flask import Flask
    >>> from wtforms import Form, StringField
    >>> class Name(Form):
    ...     name = StringField("Your name")
    >>> def save(answers, key):
    ...     return f"Saved for {answers['you']['name']}"
    >>> app = Flask("shop")
    >>> app.secret_key = "only for this example"
    >>> survey = Wizard("survey", Flow(Step("you", Name, title="You")), on_finish=save)
    >>> app.register_blueprint(survey, url_prefix="/survey")
    >>> app.test_client().get("/survey/").location
    '/survey/you'
    """

    def __init__(
        self,
        name: str,
        flow: Flow,
        *,
        on_finish: Callable[[Mapping[str, Answer], str], str],
        title: str = lazy_gettext("Form"),
        finish: str = lazy_gettext("Send"),
        layout: str = "wizard/layout.html",
        many: bool = False,
    ) -> None:
        super().__init__(name, flow, on_finish=on_finish, title=title, finish=finish, layout=layout, many=many)
        self.after_request(htmx.keep_apart)
        run = "/<instance>" if many else ""
        both = ["GET", "POST"]
        if many:
            self.add_url_rule("/", "start", self._start, methods=both)
        self.add_url_rule(f"{run}/", "resume" if many else "start", self._resume)
        self.add_url_rule(f"{run}/summary", "summary", self._summary, methods=both)
        self.add_url_rule(f"{run}/done", "done", self._done)
        self.add_url_rule(f"{run}/clear", "clear", self._clear, methods=both)
        self.add_url_rule(f"{run}/<name>", "step", self._step, methods=both)
        self.add_url_rule(f"{run}/<name>/check/<field>", "check", self._check, methods=["POST"])
        self.add_url_rule(f"{run}/<name>/<int:number>", "entry", self._entry, methods=both)

    def register(self, app: App, options: dict[str, Any]) -> None:
        """Flask calls this for ``app.register_blueprint``."""
        if "wizard_assets" not in app.blueprints:
            assets = Assets()
            app.register_blueprint(assets)
            # The choice of a language is nothing that a stranger could gain from.
            token.exempt(app, assets)
            app.jinja_env.globals["wizard_token"] = token
        htmx.init_app(app)
        if isinstance(app, Flask) and flow_command.name not in app.cli.commands:
            app.cli.add_command(flow_command)
        token.exempt(app, self)
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

    # The routes

    def _start(self) -> Response:
        """Of several: go on with one, or start another."""
        return self._save(self._begin) if request.method == "POST" else self._start_page()

    def _resume(self, **_: str) -> Response:
        return self._serve(Visit.go_on)

    def _summary(self, **_: str) -> Response:
        return self._serve(Visit.show_summary, Visit.finish)

    def _done(self, **_: str) -> Response:
        return self._serve(Visit.show_done, after_the_end=True)

    def _clear(self, **_: str) -> Response:
        return self._serve(Visit.ask_to_clear, Visit.clear, after_the_end=True)

    def _step(self, name: str, **_: str) -> Response:
        step = self._find(name)
        return self._serve(lambda visit: visit.show(step), lambda visit: visit.submit(step))

    def _entry(self, name: str, number: int, **_: str) -> Response:
        step = self._find(name)
        return self._serve(lambda visit: visit.show_entry(step, number), lambda visit: visit.submit_entry(step, number))

    def _check(self, name: str, field: str, **_: str) -> Response:
        step = self._find(name)
        return self._look(lambda: Visit(self).check(step, field))

    def _find(self, name: str) -> Step:
        return self.flow.get(name) or abort(404)

    # One of several

    def _start_page(self, alert: str = "", status: int = 200) -> Response:
        return self.render("start", status, runs=self.runs(), alert=alert)

    def _begin(self) -> Response:
        if is_stale():
            return self._start_page(STALE, 422)
        runs = [self.key_of(instance) for instance, _, _ in self.runs()]
        if len(runs) >= settings.read(current_app, "WIZARD_MOST_RUNS"):
            alert = gettext("You have %(count)s already. Clear one before you start another.", count=len(runs))
            return self._start_page(alert, 422)
        for key in self.keys():
            if key not in runs:
                del session[key]
        instance = token_urlsafe(9)
        self.answers_of(self.key_of(instance)).begin()
        return htmx.redirect(self.url_of("resume", instance=instance))

    # How a request meets the session

    def _serve(
        self,
        show: Callable[[Visit], Response],
        change: Callable[[Visit], Response] | None = None,
        *,
        after_the_end: bool = False,
    ) -> Response:
        visit: Visit

        def answer() -> Response:
            nonlocal visit
            visit = Visit(self)
            if visit.is_over and not after_the_end:
                return visit.go_on()
            return change(visit) if change and request.method == "POST" else show(visit)

        response = self._save(answer) if request.method == "POST" else self._look(answer)
        visit.send_signals()
        return response

    def _look(self, answer: Callable[[], Response]) -> Response:
        """Answer a GET, which changes nothing: what a Visit has settled is for the eyes of its template alone."""
        before, modified = session.get(self.key), session.modified
        try:
            return answer()
        finally:
            self._put_back(before, modified)

    def _save(self, answer: Callable[[], Response]) -> Response:
        """Answer a POST, and save what it changes; answer it again on the session as it is now when another request has
        saved its own change meanwhile. A session that saves itself at the end of the request is left to that.
        """
        for _ in range(TRIES):
            before, modified = session.get(self.key), session.modified
            try:
                response = answer()
            except BaseException:
                self._put_back(before, modified)
                raise
            save = getattr(session, "save", None)
            if save is None:
                return response
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

    def _put_back(self, before: Any, modified: bool) -> None:
        if session.get(self.key) is not before:
            if before is None:
                del session[self.key]
            else:
                session[self.key] = before
            session.modified = modified
