"""Wizard: the Blueprint that serves a Flow. Its routes, and the loop that saves a Visit or does it again."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from flask import Flask, Response, abort, current_app, request, session
from flask.sansio.app import App
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException

from . import beginning, bodies, headers, htmx, limits, registration, security_log, settings, signals, starting
from .assets import Assets
from .cli import flow as flow_command
from .errors import Conflict, FilesAway, FlowError, StoreError, TooLarge, WizardError
from .flow import Answer, BaseStep, Flow, Loop, Repeat, Step
from .flow.base import TASKS
from .flow.functions import is_async
from .languages import lazy_gettext
from .owned_runs import OwnedRun, unfinished
from .pages import (
    CheckPage,
    ClearPage,
    DonePage,
    EntryPage,
    Page,
    ReturningPage,
    SavingPage,
    SectionPage,
    StartPage,
    SummaryPage,
    TasksPage,
    filing,
    page_of,
    token,
)
from .pages.error import handle, show_error
from .pages.gone import gone
from .pages.places import page_at
from .pages.site import PARTS
from .pages.visit import TRIES, Visit
from .proving import Proving


class Wizard(Proving):
    """Serve one Flow: its steps, the summary, the Receipt, and the page that clears the answers.

    :param name: names the blueprint, and the key of the session under which the answers are kept.
    :param flow: the steps.
    :param on_finish: called with the answers on the path, a dictionary by step, and the key of the run. It returns a
        reference for the visitor, nothing secret, or a redirect to a page of the author's. After a crash, or for two
        clicks at once, it is called again with the same key and the same answers, and must then return the same. It
        raises :class:`~wizard.errors.Refused` when it cannot finish. It may be async.
    :param find: called after a crash or an exception, when nobody knows whether a run was finished. Given its key, it
        returns the reference, or ``None`` when nothing was done. Without it, the answers stay frozen for a minute, and
        what changes after that goes on under a new key. It may be async.
    :param check: called with the same as ``on_finish``, where an answer is refused at the end before that is called. It
        does nothing, and raises :class:`~wizard.errors.Refused` for what ``on_finish`` would refuse too: so the visitor
        is told everything at once.
    :param title: the end of every page's title: what the visitor is doing, and with whom.
    :param finish: the words on the button that finishes, such as "Create account".
    :param done: the heading of the last page: what has been done.
    :param promise: what stands below each page that asks, beside Clear answers; False where neither does.
    :param layout: the template around every page. It has the blocks ``title`` and ``wizard``, and loads the scripts.
    :param progress: a template of yours that says how far the visitor is, given the ``path`` and the ``step`` that is
        shown, ``None`` on the summary; False where nothing says it.
    :param back: where Back leads on the first page: an address such as ``"/"``, or a function that returns one. Without
        it, the first page has no Back.
    :param owner: called with nothing, returns who is signed in, such as ``current_user.get_id()``, or ``None``. Answers
        then are a person's: another device finds them, and nobody else who uses the same browser does.
    :param resume: whether a visitor can save the answers for later, and go on on another device by a link in a mail.
        A function is given the answers so far, and returns the address to send it to.
    :param many: whether a visitor can fill in several at once. Each then has an id in its address, and answers, expiry
        and Receipt of its own; the first page offers to go on with one, or to start another.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> from flask import Flask
    >>> from wtforms import Form, StringField
    >>> class Name(Form):
    ...     name = StringField("Your name")
    >>> def save(answers, key):
    ...     return f"Saved for {answers['you']['name']}"
    >>> app = Flask("shop")
    >>> app.secret_key = "only for this example, and long enough"
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
        on_finish: Callable[[Mapping[str, Answer], str], Any],
        find: Callable[[str], str | None] | None = None,
        check: Callable[[Mapping[str, Answer], str], object] | None = None,
        title: str = lazy_gettext("Form"),
        finish: str = lazy_gettext("Send"),
        done: str = lazy_gettext("Your answers have been sent"),
        promise: str | bool = "",
        layout: str = "wizard/layout.html",
        progress: str | bool = True,
        back: str | Callable[[], str] = "",
        many: bool = False,
        owner: Callable[[], object] | None = None,
        resume: bool | Callable[[Mapping[str, Answer]], str] = False,
    ) -> None:
        super().__init__(name, __name__)
        if not isinstance(flow, Flow):
            raise FlowError(f"The wizard {name!r}: {type(flow).__name__!r} is no Flow. Use Flow(step, step, ...).")
        for what, function, given in (
            ("on_finish", on_finish, "answers, key"),
            ("find", find, "key"),
            ("check", check, "answers, key"),
            ("owner", owner, ""),
        ):
            if function is not None or what == "on_finish":
                registration.check_function(name, what, function, given)
        for step in flow.every:
            if page_of.dispatch(type(step)) is page_of.dispatch(BaseStep):
                page_of(step, None)  # type: ignore[arg-type]
        self.flow, self.on_finish, self.find = flow, _waited_for(on_finish), _waited_for(find)
        self.check, self.owner, self.resume = check, owner, resume
        registration.check_resume(self)
        self.title, self.finish, self.done, self.promise = title, finish, done, promise
        if not isinstance(back, str) and not callable(back):
            raise FlowError(
                f"The wizard {name!r}: its back is {back!r}. Use an address, or a function that returns one."
            )
        if not isinstance(progress, bool) and not (isinstance(progress, str) and progress):
            raise FlowError(f"The wizard {name!r}: its progress is {progress!r}. Use a template, or False for none.")
        if promise is True:
            raise FlowError(f"The wizard {name!r}: its promise is True. Use a text, or False to have nothing there.")
        self.layout, self.progress, self.back, self.many = layout, progress, back, many
        #: The applications that it has joined, and in which it has shown no page yet.
        self.new_in: list[Flask] = []
        self.url_value_preprocessor(self._prepare)
        self.after_request(_complete)
        self.register_error_handler(HTTPException, partial(handle, self))
        self.register_error_handler(StoreError, partial(handle, self))
        run = "/<_instance>" if many else ""
        self.files = filing.join(self, flow, f"{run}/<_step>/file/<_file>")
        both = ["GET", "POST"]
        # A redirect to the address with its last slash would be made of what the request says its host is.
        if many:
            self.add_url_rule("/", "start", self._start, methods=both, strict_slashes=False)
        self.add_url_rule(f"{run}/", "resume" if many else "start", self._resume, strict_slashes=False)
        self.add_url_rule(f"{run}/summary", "summary", self._summary, methods=both)
        if flow.any_order:
            self.add_url_rule(f"{run}/{TASKS}", "tasks", self._tasks)
        if flow.sections:
            self.add_url_rule(f"{run}/summary/<_section>", "section", self._section)
        self.add_url_rule(f"{run}/done", "done", self._done)
        self.add_url_rule(f"{run}/clear", "clear", self._clear, methods=both)
        if resume:
            self.add_url_rule(f"{run}/save", "save", self._save, methods=both)
            self.add_url_rule("/return/<_token>", "return", self._return, methods=both)
        self.add_url_rule(f"{run}/<_step>", "step", self._step, methods=both)
        self.add_url_rule(f"{run}/<_step>/check/<_field>", "check", self._check, methods=["POST"])
        self.add_url_rule(f"{run}/<_step>/<_entry>", "entry", self._entry, methods=both)
        self.add_url_rule(f"{run}/<_step>/<_entry>/<path:_within>", "within", self._entry, methods=both)

    def register(self, app: App, options: dict[str, Any]) -> None:
        """Check ``app``, and join it. Flask calls this for ``app.register_blueprint``."""
        assert isinstance(app, Flask)
        settings.check(app)
        registration.check_names(self, app)
        registration.check_place(self, app, options)
        Assets.join(app, self, options)
        token.exempt(app, app.blueprints["wizard_assets"])
        token.exempt(app, self)
        htmx.init_app(app)
        app.jinja_env.globals["wizard_page"] = PARTS
        limits.init_app(app)
        if flow_command.name not in app.cli.commands:
            app.cli.add_command(flow_command)
        registration.check_async(self, app)
        registration.check_sessions(self, app)
        registration.open_files(self, app)
        registration.open_proofs(self, app)
        registration.open_links(self, app)
        super().register(app, options)
        registration.check_layout(self, app)
        self.new_in.append(app)

    def show_error(self, error: HTTPException | StoreError) -> ResponseReturnValue:
        """Answer an ``error`` with the wizard's page, in an error handler of the application.

        Those at the wizard's own addresses are answered so anyway. Of an address without a route, or with none for that
        method, Flask asks no blueprint, whatever it begins with: only the application can say that this page is for it,
        and does so for all of them with ``app.register_error_handler(HTTPException, survey.show_error)``. Where the
        wizard is mounted below variables of an address, and that does not say them, the error stays as it is.

        :param error: what Flask gives to an error handler.
        """
        return show_error(self, error)

    def begin(
        self,
        values: Mapping[str, Any],
        *,
        confirm: bool = False,
        replace: bool = False,
        name: str = "",
        **around: Any,
    ) -> str:
        """Begin with given answers, those of a record or of last year's claim, and return the address to redirect to.

        Call it in a view of your own, for a POST that is protected against forgery; a link with values in it leads to a
        page of yours that asks first. The values are validated as a visitor's are. What holds becomes an answer, and
        what does not, or comes too early, a Draft: it stands on its page, filled in, and the visitor is asked.

        What the visitor has answered or typed already stays, and what is given for the same step is left out. With
        ``many=True``, each call begins another run. Nothing is changed while the answers are frozen.

        :param values: for each step what a browser would send, as for :meth:`Flow.run`.
        :param confirm: whether everything is kept as a Draft, so that the visitor confirms each page.
        :param replace: whether what the visitor has answered so far is cleared first. Ask before you do.
        :param name: under which name the wizard is registered, where there are several.
        :param around: the variables in the address at which it is mounted.
        :raises WizardError: where the request is no POST, or for a secret or a step that there is not.
        """
        return beginning.begin(self, values, confirms=confirm, replaces=replace, name=name, around=around)

    def unfinished(self, *, name: str = "", **around: Any) -> list[OwnedRun]:
        """Return what people have begun and not finished, for who looks after it. Only with ``owner=``.

        What has expired is none of it.

        :param name: under which name the wizard is registered, where there are several.
        :param around: the variables in the address at which it is mounted.
        :raises WizardError: for a wizard without ``owner=``.
        """
        return unfinished(self, name, around)

    def _prepare(self, _endpoint: str | None, _values: object) -> None:
        if self.new_in:
            for app in list(self.new_in):
                starting.check(self, app)
            self.new_in.clear()
        bodies.quote_query()

    # The routes

    def _start(self, **_: str) -> Response:
        return self._serve(lambda visit: StartPage(self.flow.steps[0], visit))

    def _resume(self, **_: str) -> Response:
        return self._answer(lambda visit: SummaryPage(self.flow.steps[0], visit).go_on())

    def _summary(self, **_: str) -> Response:
        return self._serve(lambda visit: SummaryPage(self.flow.steps[0], visit))

    def _tasks(self, **_: str) -> Response:
        return self._serve(lambda visit: TasksPage(self.flow.steps[0], visit))

    def _section(self, _section: str, **_: str) -> Response:
        section = next((one for one in self.flow.sections if one.name == _section and one.summary), None)
        return abort(404) if section is None else self._serve(lambda visit: SectionPage(section, visit))

    def _done(self, **_: str) -> Response:
        return self._serve(lambda visit: DonePage(self.flow.steps[0], visit))

    def _clear(self, **_: str) -> Response:
        return self._serve(lambda visit: ClearPage(self.flow.steps[0], visit))

    def _save(self, **_: str) -> Response:
        return self._serve(lambda visit: SavingPage(self.flow.steps[0], visit))

    def _return(self, _token: str, **_: str) -> Response:
        return self._serve(lambda visit: ReturningPage(self.flow.steps[0], visit, _token))

    def _step(self, _step: str, **_: str) -> Response:
        step = self.flow.get(_step)
        if step is None:
            return self._answer(gone)
        return self._serve(lambda visit: page_of(step, visit))

    def _entry(self, _step: str, _entry: str, _within: str = "", **_: str) -> Response:
        step = self.flow.get(_step)
        place = [_entry, *filter(None, _within.split("/"))]
        if isinstance(step, Loop) and place[-2:-1] == ["check"]:
            return self._check_at(lambda visit: page_at(visit, step, place))
        if isinstance(step, Loop):
            return self._serve(lambda visit: page_at(visit, step, place))
        if isinstance(step, Repeat) and not _within:
            return self._serve(lambda visit: EntryPage(step, visit, _entry))
        if step is None or request.method == "POST":
            # It may have been a list before a deploy.
            return self._answer(gone)
        return abort(404)

    def _check(self, _step: str, _field: str, **_: str) -> Response:
        step = self.flow.get(_step)
        if not isinstance(step, Step):
            return abort(404)
        return self._check_at(lambda visit: CheckPage(step, visit, _field))

    def _check_at(self, page_of_visit: Callable[[Visit], Page[Any]]) -> Response:
        bodies.bound(bodies.MOST_OF_A_CHECK)
        return self._answer(lambda visit: page_of_visit(visit).show(), saves=False)

    # The loop

    def _serve(self, page_of_visit: Callable[[Visit], Page[Any]]) -> Response:
        """Show a page, or press one of its buttons."""

        def answer(visit: Visit) -> Response:
            page = page_of_visit(visit)
            if visit.moved and not page.when_moved:
                return page.say_moved()
            if request.method == "POST":
                return page.press()
            return page.go_on() if page.is_over else page.show()

        return self._answer(answer, rescue=lambda visit: page_of_visit(visit).rescue())

    def _answer(
        self,
        answer: Callable[[Visit], Response],
        *,
        saves: bool = True,
        rescue: Callable[[Visit], None] | None = None,
    ) -> Response:
        """Answer a request, and save what a POST changes; a GET changes nothing.

        When another request has saved the session meanwhile, the visit is done again on the session as it is now. A
        session without ``save()``, such as Flask's own, is saved by Flask at the end of the request.

        :param rescue: keeps what was typed in a visit of its own where the author's own code fails, or the page has no
            such button.
        """
        bodies.bound()
        kept: dict[Any, Any] = {}
        for _ in range(TRIES):
            with self._named():
                visit = Visit(self, kept)
            try:
                with self._named():
                    response = answer(visit)
                if saves and request.method == "POST":
                    visit.save()
            except Conflict:
                signals.conflict.send(self, run=visit.run.key)
                # Not to be undone: what is there now is what the other request has saved.
                session.reload()  # type: ignore[attr-defined]
                continue
            except TooLarge as error:
                visit.undo()
                current_app.logger.error("%s %s: %s", request.method, request.path, error)
                return abort(413)
            except BaseException as error:
                visit.undo()
                is_own = isinstance(error, FilesAway) or not isinstance(error, (HTTPException, StoreError))
                # Before a deploy, the page may have had the button that it has not.
                had_button = isinstance(error, BadRequest) and bool(visit.run.key)
                if rescue and isinstance(error, Exception) and (is_own or had_button) and request.method == "POST":
                    # What fails here too leaves the error as it is.
                    with suppress(Exception):
                        visit = Visit(self, kept)
                        rescue(visit)
                        visit.save()
                raise
            visit.undo()
            visit.send_signals()
            return response
        current_app.logger.warning("A session was changed by others %s times during one request", TRIES)
        return abort(503)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Say of a mistake in the author's own code in which wizard and step it was met. Its type stays as it is."""
        try:
            yield
        except FlowError as error:
            if not str(error).startswith("The wizard "):
                error.args = (f"The wizard {self.name!r}: {error}",)
            raise
        except (HTTPException, WizardError):
            raise
        except Exception as error:
            step = (request.view_args or {}).get("_step")
            place = f"The wizard {self.name!r}{f', step {step!r}' if step else ''}: its own code failed"
            error.add_note(f"{place} here.")
            # What the error itself says may hold an answer.
            frame = traceback.extract_tb(error.__traceback__)[-1]
            current_app.logger.error("%s: %s in %s:%s", place, type(error).__name__, frame.filename, frame.lineno)
            raise


# One function, since Flask asks of each whether it is async: three more took a fortieth of a page.
def _complete(response: Response) -> Response:
    for add in (htmx.keep_apart, headers.keep_private, security_log.name_request, limits.count):
        response = add(response)
    return response


def _waited_for(function: Any) -> Any:
    """Return ``function`` as Flask waits for it: of an object it does not see that its ``__call__`` is async."""
    return function.__call__ if is_async(function) and not inspect.iscoroutinefunction(function) else function
