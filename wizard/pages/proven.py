"""ProvenPage: the base of the pages of steps whose answer no form takes; ProofPage, where others prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from secrets import token_urlsafe
from typing import Any, ClassVar, TypeVar

from flask import Response, current_app, request

from .. import htmx
from ..errors import FlowError, Refused
from ..flow import Answer, Proof, Proven
from ..flow.derived import Reads
from ..flow.earlier import NotAnsweredError
from ..proofs import Proofs
from .page import Page, page_of
from .receipt import receipt_of
from .summary import Row

#: In the query of a request that a page sends by itself while it waits.
WAITS = "_waits"

P = TypeVar("P", bound=Proven)


class ProvenPage(Page[P]):
    """The base of the pages of steps whose answer no form takes."""

    buttons: ClassVar[Mapping[str, str]] = {"": "accept", "begin": "begin", "back": "go_back", "go.": "go_to"}
    limits: ClassVar[Mapping[str, str]] = {**Page.limits, "begin": "begin"}
    summary: ClassVar[str] = "wizard/rows_of_proof.html"
    template: ClassVar[str]

    @property
    def proofs(self) -> Proofs:
        """What others have proven."""
        found: Proofs = current_app.extensions["wizard_proofs"]
        return found

    @property
    def action(self) -> str:
        """The address of the page. What whoever leads back here has added to it is not believed, and left out."""
        return self.site.url(self.step)

    @property
    def begun(self) -> tuple[str, Reads] | None:
        """The key of what was begun, and what that has read."""
        return self.step.begun(self.run, self.path.earlier(self.step), self.name)

    @property
    def is_refused(self) -> bool:
        """Whether the end has refused what is proven, so that the visitor may begin anew."""
        return self.name in self.visit.whole.run.record.get("refused", ())

    def proven(self) -> tuple[Answer, Reads] | None:
        """Return what is proven by now, and what it was made for; ``None`` while nothing is."""
        for key, reads in self.step.all_begun(self.run, self.path.earlier(self.step), self.name):
            if (found := self.look(key)) is not None:
                return found, reads
        return None

    def look(self, key: str) -> Any:
        """Return what is proven under ``key``; ``None`` while nothing is."""
        return self.proofs.find(self.step.name, key)

    def show(self) -> Response:
        if not self.path.is_open(self.step):
            return self.go_on()
        if WAITS in request.args and not (self.path.is_answered(self.step) or self.proven()):
            return htmx.stay()
        self.tell_shown()
        return self.page()

    def page(self, status: int = 200, alert: str = "", **context: Any) -> Response:
        """Render the page, which says how far it is."""
        context = self.context() | context
        problems = context.pop("problems", []) or ([("", alert)] if alert else [])
        context |= {"answers": self.visit.answers_before(self.step), "action": self.action}
        return self.render(self.template, status, alert=alert, problems=problems, **context)

    def context(self) -> dict[str, Any]:
        """Return what the template of the page is given: in which ``state`` it is."""
        if self.path.is_answered(self.step) or self.proven():
            return {"state": "proven", "refused": self.is_refused}
        return {"state": "waiting" if self.begun else "new"}

    def show_again(self, alert: str, status: int) -> Response:
        return self.page(status, alert) if self.path.is_open(self.step) else self.go_on()

    def accept(self) -> Response:
        """Go on if it is proven; else begin, or look again."""
        if stopped := self.closed():
            return stopped
        if self.path.is_answered(self.step):
            return self.go_past(self.step)
        if found := self.proven():
            return self.take(*found)
        return self.go_on_unproven()

    def take(self, value: Answer, reads: Reads) -> Response:
        """Take what is proven as the answer, and go on."""
        self.forgive()
        self.visit.accept(self.step, value, reads=reads)
        return self.go_past(self.step)

    def go_on_unproven(self) -> Response:
        """Answer the main button while nothing is proven."""
        raise NotImplementedError

    def begin(self) -> Response:
        """Begin what is to be proven, unless it is by now; anew where the end has refused it."""
        if stopped := self.closed():
            return stopped
        if not self.is_refused and (self.path.is_answered(self.step) or self.proven()):
            return self.accept()
        return self.start()

    def forgive(self) -> None:
        """Let what the end has refused count no more, as it was begun anew, or what is proven is another by now."""
        if self.is_refused:
            run = self.visit.whole.run
            run.change(refused=[one for one in run.record["refused"] if one != self.name] or None)
            self.visit.take_back(self.step)

    def start(self) -> Response:
        """Begin what is to be proven."""
        raise NotImplementedError

    def go_back(self) -> Response:
        """Redirect to the step before."""
        return self.go_before()

    def rows(self, errors: Mapping[str, str]) -> Iterator[Row]:
        yield Row("", self.path.title(self.step), self._words, "", list(errors.values()))

    def _words(self, answer: Answer) -> Any:
        return None if self.step.words is None else self.step.words(answer)


@page_of.register(Proof)
class ProofPage(ProvenPage[Proof]):
    """Send the visitor to whoever proves it, and wait for that."""

    template = "proof"

    def look(self, key: str) -> Any:
        found = super().look(key)
        if found is None and self.step.confirm is not None:
            found = self._ask("confirm", self.step.confirm, key)
            found = None if found is None else self.step.provable(found)
        return found

    def go_on_unproven(self) -> Response:
        return self.page(422, looked=True) if self.begun else self.start()

    def start(self) -> Response:
        keys = [key for key, _ in self.step.all_begun(self.run, self.path.earlier(self.step), self.name)]
        over = keys if self.is_refused else []
        # A request that is done again, since another one has saved meanwhile, begins the same.
        key = keys[0] if keys and not over else self.visit.kept.setdefault(("begun", self.name), token_urlsafe(18))
        try:
            self.step.note_reads(self.path.earlier(self.step))
            found = self._ask("begin", self.step.begin, key)
        except NotAnsweredError:
            return self.go_on()
        except Refused as refused:
            return self.page(422, str(refused))
        reads = self.path.earlier(self.step).reads
        note = self.step.note_begun(self.run, key, reads, without=over)
        self.forgive()
        self.visit.keep_draft(self.step.name, note)
        if found is None:
            return htmx.redirect(self.action)
        if not isinstance(found, str):
            found = receipt_of(self.site.name, f"begin of {self.step.name!r}", found).get("location")
        if not found:
            raise FlowError(f"Step {self.step.name!r}: its 'begin' returned no address. Return one, or None.")
        return htmx.load(found)

    def _ask(self, what: str, function: Callable[[Mapping[str, Answer], str], Any], key: str) -> Any:
        """Return what ``function`` returns, which may be ``None``. What it reads is noted."""
        earlier = self.path.earlier(self.step)
        earlier = earlier.apart() if what == "confirm" else earlier
        found: tuple[Any] = earlier.ask(what, lambda answers: (function(answers, key),))
        return found[0]
