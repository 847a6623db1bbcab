"""StepPage: the page that asks the questions of one step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from secrets import token_urlsafe
from typing import Any, ClassVar

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, ValidationError

from .. import htmx, languages, signals
from ..errors import FlowError, Refused
from ..flow import Answer, Step, fields
from ..flow.earlier import Earlier
from ..flow.steps import input_of
from ..flow.typed import Sent, Typed, change_list, language_of, receive, without_secrets
from ..languages import gettext
from ..languages import lazy_gettext as _
from ..sessions import codec
from .field import FieldView, find, held, views
from .kind import hides, is_asked
from .page import FROZEN, STALE, WRONG, Page, S, page_of
from .summary import Row
from .words import words

TOO_LONG = _("This is too long. Shorten it")
CONTROL = _("There is a character in it that cannot be seen and cannot be stored. Type it anew, without copying it")
TOO_MUCH = _("That is too much for one page. Nothing was saved, and what you typed is still here: shorten it")

#: How many bytes the check of one field may send.
MOST_OF_A_CHECK = 8_000


class FormPage(Page[S]):
    """What the pages have in common that ask with a form: that of a step, of a list, and of one entry of it."""

    step: Step  # type: ignore[assignment]
    template = "step"

    @property
    def draft_name(self) -> str:
        """The name under which the Draft of this page is kept."""
        return self.step.name

    @property
    def answer(self) -> Answer:
        """The accepted answer that this page changes, if there is one."""
        return self.run.get(self.step.name)

    @property
    def typed(self) -> Typed | None:
        """What was typed to give it."""
        return self.run.typed(self.step)

    @property
    def version(self) -> str:
        """The name of the version of the answer that the page shows."""
        return self.run.revision(self.step.name)

    @property
    def earlier(self) -> Earlier:
        """The answers that the step may read."""
        return self.path.earlier(self.step)

    @property
    def action(self) -> str:
        """The address that the form is sent to."""
        return self.site.url(self.step, None, **self.site.query)

    def sent(self) -> Sent:
        """Return what was typed, as it came in."""
        sent = receive(self.step.form, request.form)
        if language := languages.typed_in():
            sent.typed[""] = [language]
        return sent

    def page(self, typed: Typed | None, status: int = 200, **context: Any) -> Response:
        """Return the page, filled with what was ``typed``."""
        return self.page_of_form(self.step.open(self.earlier, typed), status, **context)

    def page_of_answer(self, typed: Typed) -> Response:
        """Return the page filled with what was accepted, and what is wrong with that by now."""
        with languages.speaking(language_of(typed)):
            form = self.step.open(self.earlier, typed)
        return self.page_of_form(form, errors=said(self.step.validate(form, {}, self.step.staying(form, self.answer))))

    def page_of_form(
        self,
        form: Form,
        status: int = 200,
        *,
        errors: Mapping[str, str] | None = None,
        alert: str = "",
        template: str = "",
        **context: Any,
    ) -> Response:
        """Return the page with a ``form`` that is bound already, and what is wrong with it."""
        errors = dict(errors or {})
        alert = alert or errors.pop("", "")
        drawn = views(
            form, errors, live=self._inputs(self.step.live), check_url=self._check_url, kept=self._kept_secrets()
        )
        # What is wrong with a field that nobody sees is wrong with the page.
        wrong = [(self.link_on_page(drawn, name), text) for name, text in errors.items()]
        # A page that is shown again because of a mistake is still the one that the visitor began with.
        seen = request.form.get("_revision") if status == 422 else None
        return self.render(
            template or self.template,
            status,
            views=drawn,
            alert=alert,
            problems=[*([("", alert)] if alert else []), *wrong],
            action=self.action,
            revision=seen or f"{self.version}.{token_urlsafe(6)}",
            **context,
        )

    def link_on_page(self, drawn: list[FieldView], name: str) -> str:
        """Return the address of the input ``name`` on this page; an empty one where nobody sees it."""
        view = find(drawn, name)
        return f"#{view.id}" if view else ""

    def _check_url(self, name: str) -> str:
        return self.site.url_of("check", _step=self.step.name, _field=name)

    def _inputs(self, names: Iterable[str]) -> list[str]:
        return [input_of(self.step.form, name) for name in names]

    def _kept_secrets(self) -> list[str]:
        kept = [name for name in self.step.secrets if self.step.keep[name] is not None]
        return self._inputs(kept if self.answer is not None else [])

    def validate(self, form: Form, sent: Sent) -> dict[str, str]:
        """Validate a form that is bound to what was sent: see :meth:`~wizard.flow.Step.validate`."""
        return said(self.step.validate(form, refusals(sent), self.step.staying(form, self.answer)))

    def accepted(self, form: Form, sent: Sent) -> tuple[Answer, dict[str, str]]:
        """Return what is stored of what was sent if it is valid, and what is wrong if it is not."""
        errors = self.validate(form, sent)
        if errors:
            return None, errors
        try:
            answer = self.step.clean(form, self.answer, self.visit.kept)
            codec.check(answer)
            return answer, {}
        except codec.Unencodable as error:
            raise FlowError(f"The wizard {self.site.name!r}, step {self.step.name!r}: {error}") from None
        except ValidationError as refused:
            name, text = refused.args
            return None, {name: text}
        except Refused as refused:
            return None, dict(refused.errors.get(self.step.name, {})) or {"": str(refused)}

    def keep_draft(self, sent: Sent) -> None:
        """Keep what was typed, unless it is what stood there, or too much to be kept."""
        typed = without_secrets(self.step.form, sent.typed)
        stood = self.typed if self.answer is not None else collected(held(views(self.step.open(self.earlier), {})))
        if not sent.is_too_much:
            self.visit.keep_draft(self.draft_name, None if told(typed) == told(stood or {}) else typed)

    def refuse(self, form: Form, sent: Sent, errors: Mapping[str, str]) -> Response:
        """Show what is wrong. What was typed is kept, so that it is there when the page is opened anew."""
        self.keep_draft(sent)
        self.visit.tells(signals.step_refused, step=self.step.name, fields=[name for name in errors if name])
        return self.page_of_form(form, 422, errors=errors)

    def refuse_stale(self) -> Response:
        return self.page(self.sent().typed, 422, alert=STALE)

    def refuse_too_much(self, sent: Sent) -> Response:
        """Refuse what is more than one step may hold, before any validator sees it."""
        return self.page(sent.typed, 422, alert=TOO_MUCH)

    def freeze(self, sent: Sent) -> Response:
        """Keep as a Draft what comes while the answers are being sent."""
        if self.visit.receipt and not self.run.key:
            return self.go_to_receipt(self.visit.receipt)
        self.keep_draft(sent)
        return self.page(sent.typed, 422, alert=FROZEN)

    def say_cleared(self) -> Response:
        typed = without_secrets(self.step.form, self.sent().typed)
        form = self.step.open(self.earlier, typed)
        rows = [(field.label.text, words(field, field.data)) for _, field in shown(form)] if told(typed) else []
        return self.page_of_form(form, 409, template="cleared", typed=_pairs(typed), rows=rows)

    def add_to_list(self, name: str) -> Response:
        """Draw one entry more of a list within the form."""
        return self._change_list("add", name)

    def remove_from_list(self, name: str) -> Response:
        """Draw a list within the form without one of its entries."""
        return self._change_list("remove", name)

    def _change_list(self, action: str, name: str) -> Response:
        sent = self.sent()
        if not self.path.is_open(self.step):
            return self.keep_while_closed(sent)
        typed = change_list(self.step.form, sent.typed, action, name)
        if typed is None:
            abort(400)
        self.visit.keep_draft(self.draft_name, without_secrets(self.step.form, typed))
        # The page is opened at the list, whose id is its name unless the author has given it another.
        return htmx.redirect(f"{self.action}#{name if action == 'add' else name.rpartition('-')[0]}")

    def keep_while_closed(self, sent: Sent) -> Response:
        """Keep as a Draft what is sent before its turn, and lead to what comes first."""
        self.keep_draft(sent)
        return self.go_on()

    def go_back(self) -> Response:
        """Keep what was typed, and lead to the step before."""
        self.keep_draft(self.sent())
        to_summary = self.site.from_summary and self.path.missing is None
        return self.go(None if to_summary else self.path.previous(self.step))

    def switch_language(self) -> Response:
        """Show the page in another language, with what is typed on it."""
        self.keep_draft(self.sent())
        return languages.choose(htmx.load(self.action))


@page_of.register(Step)
class StepPage(FormPage[Step]):
    """Ask the questions of one step."""

    buttons: ClassVar[Mapping[str, str]] = {
        "": "accept",
        "back": "go_back",
        "language": "switch_language",
        "add.": "add_to_list",
        "remove.": "remove_from_list",
    }

    def show(self) -> Response:
        if not self.path.is_open(self.step):
            return self.go_on()
        self.visit.tells(signals.step_shown, step=self.step.name, path=self.path.names)
        if self.visit.expired:
            self.visit.tells(signals.expired)
        draft, typed = self.run.draft(self.draft_name), self.typed
        return self.page(draft) if draft is not None or typed is None else self.page_of_answer(typed)

    def accept(self) -> Response:
        """Keep what was typed as the answer, when it is valid."""
        sent = self.sent()
        if not self.path.is_open(self.step):
            self.keep_draft(sent)
            return self.go_on()
        if sent.is_too_much:
            return self.refuse_too_much(sent)
        if self.visit.is_frozen():
            return self.freeze(sent)
        form = self.step.open(self.earlier, sent.typed)
        answer, errors = self.accepted(form, sent)
        if errors:
            return self.refuse(form, sent, errors)
        # Two same answers are no conflict. Of two hashes, nobody can tell whether they are of the same password.
        if self.visit.is_outdated(self.step) and (self.step.secrets or answer != self.answer):
            return self.ask_which(form, sent)
        self.visit.accept(self.step, answer, sent.typed)
        return self.go_past(self.step)

    def ask_which(self, form: Form, sent: Sent) -> Response:
        """Ask which of two answers is meant: the one saved in another tab, or the one sent by this page."""
        saved = self.step.open(self.earlier, self.typed)
        rows = [(field.label.text, *self._versions(saved, form, name)) for name, field in shown(form)]
        return self.page_of_form(
            form,
            409,
            template="conflict",
            rows=rows,
            typed=_pairs(without_secrets(self.step.form, sent.typed)),
            go_on=self.site.url(self.path.missing if self.site.from_summary else self.path.next(self.step)),
        )

    def _versions(self, saved: Form, form: Form, name: str) -> tuple[str, str]:
        if fields.is_secret(form[name]):
            return gettext("Hidden"), gettext("Hidden")
        return words(saved[name], saved[name].data), words(form[name], form[name].data)

    def check(self, name: str) -> Response:
        """Say what is wrong with one field while the rest is still being typed.

        It changes nothing, reads nothing but the one field, and tells no more than sending the step would.
        """
        own = next((one for one in self.step.live if input_of(self.step.form, one) == name), None)
        if own is None:
            abort(404)
        values = request.form.getlist(name)
        if sum(map(len, values)) > MOST_OF_A_CHECK:
            sent = Sent(too_long=[name])
        else:
            sent = receive(self.step.form, MultiDict([(name, value) for value in values]))
        form = self.step.open(self.earlier, sent.typed)
        errors = self.step.validate(form, refusals(sent), only=own) if any(values) else {}
        drawn = views(form, errors, live=self._inputs(self.step.live), check_url=self._check_url)
        return self.site.render_field(find(drawn, name))

    def rows(self, errors: Mapping[str, str]) -> Iterator[Row]:
        for name, field in shown(self.step.open(self.earlier)):
            # Of a password typed a second time nothing is stored: that must not read as if it were not given.
            if name in self.step.secrets and self.step.keep[name] is None:
                continue
            said = [text for one, text in errors.items() if one == field.name or one.startswith(f"{field.name}-")]
            may_be_shown = not hides(field) or name not in (self.answer or {})
            yield Row(name, field.label.text, field, self.site.url_to_change(self.step, field.id), said, may_be_shown)


def shown(form: Form) -> list[tuple[str, Field]]:
    """Return the fields of a form that people read, by their attributes."""
    return [(name, field) for name, field in fields.questions(form).items() if is_asked(field)]


def refusals(sent: Sent) -> dict[str, str]:
    """Return what is said of the inputs that no validator is to see."""
    return {**dict.fromkeys(sent.too_long, str(TOO_LONG)), **dict.fromkeys(sent.control, str(CONTROL))}


def told(typed: Typed) -> dict[str, list[str]]:
    """Return what somebody has typed, ticked or chosen: a browser sends much that is empty."""
    return {name: list(values) for name, values in typed.items() if name and any(values)}


def _pairs(typed: Typed) -> list[tuple[str, str]]:
    return [(name, value) for name, values in typed.items() if name for value in values]


def collected(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return pairs of names and values as what was typed."""
    typed: dict[str, list[str]] = {}
    for name, value in pairs:
        typed.setdefault(name, []).append(value)
    return typed


def said(errors: dict[str, str]) -> dict[str, str]:
    """Return ``errors`` with words of ours where a form refuses and does not say why."""
    return {name: text or str(WRONG) for name, text in errors.items()}
