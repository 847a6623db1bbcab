"""Page: the base of all pages. It has a table of buttons, and checks a form before it does what its button says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import singledispatch
from secrets import token_urlsafe
from typing import Any, ClassVar, Generic, TypeVar

from flask import Response, abort, request

from .. import htmx, languages, limits, signals
from ..errors import FlowError
from ..flow import BaseStep, Step
from ..flow.base import TASKS
from ..flow.fingerprint import same
from ..languages import lazy_gettext as _
from . import token
from .inputs import said
from .site import Place, with_query
from .visit import Visit

STALE = _(
    "For your security, this page has expired. What you typed is still here: send it again. "
    "If you keep seeing this, allow cookies for this site."
)
FROZEN = _(
    "Your answers are being sent right now and cannot be changed. What you typed here is saved: try again in a minute."
)

OTHER = _("This answer has changed since you gave it. Check it and send it again")

#: With these, a page is shown again as it was sent. It is still the one that the visitor began with: of the same run,
#: also if that is over by now, and of the same revision.
AGAIN = (422, 429)

S = TypeVar("S", bound=BaseStep)


class Page(Generic[S]):
    """One kind of page. Derive your own for a kind of step, and register it: ``@page_of.register(Kind)``.

    :param step: the step that it is the page of.
    :param visit: the request.
    """

    #: For each value of ``_action`` the name of the method that the button calls. ``"remove."`` takes an argument:
    #: ``remove.7`` calls the method with ``"7"``.
    buttons: ClassVar[Mapping[str, str]] = {}
    #: For each method that is limited the kind of limit: see :data:`wizard.limits.KINDS`.
    limits: ClassVar[Mapping[str, str]] = {"accept": "refused", "add": "refused", "do": "refused", "finish": "finish"}
    #: Whether it leads to the Receipt once its run is finished, where a visitor can have several runs.
    while_it_runs: ClassVar[bool] = True
    #: Whether it is served too where the run goes on on another device.
    when_moved: ClassVar[bool] = False
    #: The template that draws the step's section of the summary.
    summary: ClassVar[str] = "wizard/rows.html"

    def __init__(self, step: S, visit: Visit) -> None:
        self.step = step
        self.visit = visit
        self.site = visit.site
        self.run = visit.run
        self.path = visit.path

    def show(self) -> Response:
        """Answer a GET."""
        raise NotImplementedError

    def press(self) -> Response:
        """Answer a POST: call the method of the button, unless the form is stale or its run is over."""
        action = "language" if "_language" in request.form else request.form.get("_action", "")
        name, dot, argument = action.partition(".")
        method = self.buttons.get(name + dot)
        if method is None and action == "save" and self.site.resume:
            method = "save_for_later"
        if method is None:
            abort(400)
        kind = self.limits.get(method)
        if kind and (seconds := limits.wait(kind, self.run.key)):
            return self.refuse_often(seconds)
        if token.is_stale():
            return self.show_again(str(STALE), 422)
        if self.visit.is_of_another_run or self.is_over:
            led = self.lead_from_another_run()
            # What leads elsewhere leads there in the language that was asked for.
            return languages.choose(htmx.whole(led)) if method == "switch_language" and led.location else led
        self.visit.sweep()
        answer: Response = getattr(self, method)(*([argument] if dot else []))
        return answer

    def save_for_later(self) -> Response:
        """Redirect to the page that saves the answers for another device."""
        return htmx.redirect(self.site.url_of("save"))

    @property
    def name(self) -> str:
        """Return the last part of its address: the name of the step; within an entry all of it, from its list on."""
        return self.visit.name_of(self.step)

    @property
    def is_over(self) -> bool:
        """Return whether the run at this address is finished, so that the page leads to its Receipt."""
        return self.while_it_runs and self.site.many and bool(self.run.receipts) and not self.run.key

    def show_again(self, alert: str, status: int) -> Response:
        """Show the page again as it was sent, with a fresh token and an ``alert`` that says why. Nothing is changed."""
        raise NotImplementedError

    def refuse_often(self, seconds: int) -> Response:
        """Say that it was too often, and for how long to wait. What was typed stays on the page, and is kept."""
        self.rescue()
        if htmx.is_partial():
            return limits.answer(seconds)
        response = self.show_again(limits.words(seconds), 429)
        response.headers["Retry-After"] = str(seconds)
        return response

    def closed(self) -> Response | None:
        """Return what is answered where nothing may be changed: too early, or too late."""
        if not self.path.is_open(self.step):
            return self.go_on()
        if not self.visit.is_frozen():
            return None
        over = None if self.run.key else self.visit.receipt
        return self.go_to_receipt(over) if over else self.show_again(str(FROZEN), 422)

    def lead_from_another_run(self) -> Response:
        """Answer a form of a run that is over: redirect to its Receipt, or say that its answers were cleared."""
        receipt = self.visit.receipt or (self.run.receipt() if self.is_over else None)
        return self.go_to_receipt(receipt) if receipt else self.say_cleared()

    def say_moved(self) -> Response:
        """Say that the run goes on on another device."""
        return self.render("moved", 409 if request.method == "POST" else 200)

    def say_cleared(self) -> Response:
        """Say that the answers were cleared, and start nothing."""
        return self.go_on()

    def rescue(self) -> None:
        """Keep what was typed where nothing else looks at it; nothing by default."""

    def tell_shown(self) -> None:
        """Tell the subscribers that the step is shown."""
        if signals.step_shown.receivers:
            # The whole path, which may be long, is derived for those who hear of it alone.
            self.visit.tells(signals.step_shown, step=self.visit.name_of(self.step), path=self.path.names)
        if self.visit.expired:
            self.visit.tells(signals.expired)

    def tell_refused(self, *fields: str) -> None:
        """Tell the subscribers that what was typed into these ``fields`` was not accepted."""
        named = [name for name in fields if name]
        self.visit.tells(signals.step_refused, step=self.visit.name_of(self.step), fields=named)

    # On the summary

    def rows(self, errors: Mapping[str, str]) -> Iterable[Any]:
        """Return the lines of the step on the summary, each a :class:`~wizard.pages.summary.Row`; none by default.

        :param errors: what is wrong with the answer, by the name of the input.
        """
        return ()

    def recheck(self) -> dict[str, str]:
        """Validate the answer once more, from what was typed; return what is wrong, by the names of inputs."""
        if self.step.final:
            return {}
        answer = self.run[self.step.name]
        typed = self.run.typed(self.step) if isinstance(self.step, Step) else None
        now = self.step.recheck(self.path.earlier(self.step), answer, typed, languages.speaking)
        if now.errors or same(now.answer, answer):
            return said(now.errors)
        return {"": str(OTHER)}

    def link_to(self, name: str) -> str:
        """Return the address at which the input ``name`` is changed from the summary; ``7.name`` is in an entry."""
        entry, dot, own = name.rpartition(".")
        return self.site.url_to_change(self.step, own, entry if dot else None)

    # In which entries of lists it is

    def around(self) -> list[tuple[str, str]]:
        """Return for each list that the page is within its title, and that of its entry, from the outside in."""
        if self.visit.outer is None or self.visit.loop is None:
            return []
        outer = page_of(self.visit.loop, self.visit.outer)
        return [*outer.around(), (str(outer.path.title(outer.step)), outer.title_of(self.site.place[-1]))]

    def title_of(self, number: str) -> str:
        """Return the title of an entry of the list that the step is."""
        raise NotImplementedError

    def leave(self, entry: Visit) -> Response:
        """Redirect from an ``entry`` of the list that the step is, which is finished."""
        raise NotImplementedError

    # Where to go

    def go(self, place: Place) -> Response:
        """Redirect to ``place``, for ``None`` to the summary; from an entry of a list, to where it was begun."""
        if place is None and self.visit.outer and self.visit.loop:
            listed = page_of(self.visit.loop, self.visit.outer)
            return listed.go_before_entry(self.visit) if self.path.missing else listed.leave(self.visit)
        self.visit.tell_at(place)
        return htmx.redirect(self.site.url(place))

    def go_to(self, name: str) -> Response:
        """Redirect to the step of that name, if it is open: one of the whole flow, where this is within an entry."""
        whole = self.visit.whole
        step = whole.site.flow.get(name)
        return page_of(step, whole).go(step) if step and whole.path.is_open(step) else self.go_on()

    def go_before(self) -> Response:
        """Redirect to the step before, or back to the summary it came from; before an entry, to its list."""
        before = self.before(self.step)
        to_summary = self.site.from_summary and self.path.missing is None
        if before is None and not to_summary and self.visit.outer and self.visit.loop:
            return page_of(self.visit.loop, self.visit.outer).go_before_entry(self.visit)
        if before is None and not to_summary and (back := self.site.back_url()):
            return htmx.load(back)
        return self.go(before)

    def go_before_entry(self, entry: Visit) -> Response:
        """Redirect to what is before an ``entry`` of the list that the step is: the list itself."""
        return self.go(self.step)

    def go_on(self) -> Response:
        """Redirect to the first step that is missing, else to the summary; or to the list of sections."""
        if self.is_over:
            return htmx.redirect(self.site.url_of("done"))
        around = self.visit.outer
        if around and self.visit.loop and not around.path.is_open(self.visit.loop):
            return page_of(self.visit.loop, around).go_on()
        place: Place = TASKS if self.path.any_order else self.path.missing
        if place is None:
            return self.go(None)
        self.visit.tell_at(place)
        return htmx.redirect(with_query(self.site.url(place), self.site.query))

    def go_past(self, step: BaseStep) -> Response:
        """Redirect after ``step`` was answered."""
        place = self.after(step)
        if getattr(place, "arrives", False):
            page_of(place, self.visit).arrive()  # type: ignore[arg-type]
        return self.go(place)

    def arrive(self) -> None:
        """Prepare for the visitor, who comes by an accepted answer to the step before; for kinds that ``arrives``."""

    def after(self, step: BaseStep) -> Place:
        """Return where the visitor goes on once ``step`` is answered: to the next step, or back to where they were."""
        path, section = self.path, self.path.section(step)
        is_free = section is not None and path.any_order
        if self.site.origin == "section" and section:
            return path.missing_in(section) or section
        if self.site.from_summary or not path.is_open(step):
            return TASKS if is_free and not self.site.from_summary else path.missing
        following = path.next(step)
        if section is None or (following and path.section(following) is section):
            return following
        return section if section.summary else TASKS if is_free else following

    def before(self, step: BaseStep) -> Place:
        """Return where Back leads from ``step``: to the step before, or to where the visitor was."""
        path, section = self.path, self.path.section(step)
        if self.site.origin == "section" and section:
            if path.missing_in(section) is None:
                return section
        elif self.site.from_summary and path.missing is None:
            return None
        return path.previous(step) or (TASKS if path.any_order else None)

    def go_to_receipt(self, receipt: Mapping[str, Any]) -> Response:
        """Redirect to the page of a Receipt: our last page, or one of the author's own."""
        if "location" in receipt:
            return htmx.load(receipt["location"])
        is_last = receipt["run"] == self.run.receipts[0]["run"]
        return htmx.redirect(self.site.url_of("done", **({} if is_last else {"run": receipt["run"]})))

    # What its template is given

    def render(self, page: str, status: int = 200, **context: Any) -> Response:
        """Render the page with its template, which reads the answers from the session."""
        # A session that knows nothing is a new visitor's, whose cookies were deleted.
        is_over = status in AGAIN and self.visit.is_of_another_run and self.run.record
        again = {"run": request.form["_run"]} if is_over else {}
        return self.site.render(
            page,
            status,
            own=self.step.name if self.name == self.step.name else "",
            **{"path": self.path, "step": self.step, **self.form(), **again, **context},
        )

    def form(self) -> dict[str, Any]:
        """Return what every template with a form is given."""
        return {
            "run": self.run.key,
            "over": self.run.over,
            "here": self.name,
            "heading": self.path.text(self.step, "title"),
            "around": self.around(),
            # Unique: htmx would carry the classes of a form that is being sent over to a form with the same id.
            "form_id": f"form-{token_urlsafe(6)}",
            "alert": "",
            "problems": [],
            "number": None,
        }


@singledispatch
def page_of(step: BaseStep, visit: Visit) -> Page[Any]:  # noqa: ARG001  (what is registered takes it)
    """Return the page that serves ``step``. Register one for a kind of step: ``@page_of.register(Kind)``.

    :raises FlowError: where no page is registered for that kind of step.
    """
    raise FlowError(
        f"Step {step.name!r}: no page serves a {type(step).__name__}. Register one: "
        f"@page_of.register({type(step).__name__}) before a class derived from wizard.pages.Page."
    )
