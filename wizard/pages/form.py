"""FormPage: what the pages have in common that ask with a form, that of a step, of a list, and of an entry of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from secrets import token_urlsafe
from typing import Any, ClassVar

from flask import Response, abort, request
from wtforms import Form, ValidationError

from .. import htmx, languages
from ..errors import FlowError, Refused
from ..flow import Answer, BaseStep, Step
from ..flow.each import in_place, input_of, inputs, keys_of, told_by
from ..flow.earlier import Earlier
from ..flow.files import file_inputs
from ..flow.rows import change_list
from ..flow.steps import value_at
from ..flow.typed import Sent, Typed, as_draft, in_parts
from ..languages import lazy_gettext as _
from ..sessions import codec
from . import token, uploads
from .acting import act
from .cleared import say_cleared
from .drawing import views
from .field import FieldView, find, have_buttons, held, told_apart
from .inputs import collected, refused, said, told
from .page import AGAIN, FROZEN, Page, S
from .revealing import last_with, nest

TOO_MUCH = _("That’s too much for one page. What you typed is still here, but not saved: shorten it")


class FormPage(Page[S]):
    """The base of the pages with a form: of a step, of a list, and of one entry."""

    step: Step  # type: ignore[assignment]
    template = "step"
    #: Whether what is typed takes the place of an answer, so that another tab must not have changed that meanwhile.
    replaces: ClassVar[bool] = True

    @property
    def draft_name(self) -> str:
        """Return the name under which the Draft of this page is kept."""
        return self.step.name

    @property
    def answer(self) -> Answer:
        """Return the accepted answer that this page changes, if there is one."""
        return self.run.get(self.step.name)

    @property
    def typed(self) -> Typed | None:
        """Return what was typed to give that answer."""
        typed = self.run.typed(self.step)
        return in_place(self.step, typed, self.earlier) if typed and self.step.for_each else typed

    @property
    def version(self) -> str:
        """Return the revision of the answer that the page shows."""
        return self.run.revision(self.step.name)

    @property
    def earlier(self) -> Earlier:
        """Return the answers that the step may read."""
        return self.path.earlier(self.step)

    @property
    def action(self) -> str:
        """Return the address that the form is sent to."""
        return self.site.url(self.step, None, **self.site.query)

    def sent(self) -> Sent:
        """Return what was typed, trimmed and tidied."""
        return uploads.sent_of(self)

    def page(self, typed: Typed | None, status: int = 200, **context: Any) -> Response:
        """Render the page, filled with what was ``typed``."""
        missed = [name for name, values in typed.items() if not values] if typed else ()
        return self.page_of_form(self.step.open(self.earlier, typed), status, missed=missed, **context)

    def page_of_answer(self, typed: Typed) -> Response:
        """Render the page, filled with the accepted answer.

        What is wrong with it now is said where it does not count any more, or where the summary has led here.
        """
        form = self.step.read(self.earlier, typed, languages.speaking)
        if self.path.is_answered(self.step) and not self.site.from_summary:
            return self.page_of_form(form)
        errors = said(self.step.validate(form, {}, self.step.staying(form, self.answer)))
        return self.page_of_form(form, errors=refused(self.run, self.step.name, self.version) | errors)

    def page_of_form(
        self,
        form: Form,
        status: int = 200,
        *,
        errors: Mapping[str, str] | None = None,
        alert: str = "",
        template: str = "",
        missed: Collection[str] = (),
        alone: bool = False,
        **context: Any,
    ) -> Response:
        """Render the page with a ``form`` that is bound already, and with the ``errors`` in it.

        :param missed: the inputs of secrets that were typed and not kept.
        :param alone: whether its fields are rendered alone, into the page that is there.
        """
        errors = dict(errors or {})
        alert = alert or errors.pop("", "")
        # For the fields and for the page around them.
        with languages.settled():
            drawn = views(
                form,
                errors,
                live=self.inputs(self.step.live),
                check_url=self.check_url,
                kept=self._kept_secrets(),
                missed=missed,
                stays=alone,
            )
            # What is wrong with a field that nobody sees is wrong with the page.
            wrong = (
                [(self.link_on_page(drawn, name), text) for name, text in told_apart(drawn, errors)] if errors else []
            )
            seen = request.form.get("_revision") if status in AGAIN else None
            outer = nest(drawn, self.step.reveals) if self.step.reveals and not template else drawn
            context |= {
                "views": outer,
                "refresh": self.inputs(self.step.refresh) if self.step.refresh else (),
                "has_buttons": have_buttons(drawn),
                "takes_files": bool(file_inputs(self.step.form)),
                "has_news": bool(self.visit.expired or self.run.notice or self.run.receipts),
                "alert": alert,
                "problems": [*([("", alert)] if alert else []), *wrong],
                "action": self.action,
                "sign_in": self._sign_in(),
                "revision": seen or f"{self._revision_shown(status)}.{token_urlsafe(6)}",
            }
            if self.step.refresh:
                context["last"] = last_with(outer, self.step.refresh)
            if alone:
                context["form_id"] = request.form.get("_form", "")
            name = "fields" if alone else template or self.template
            if not self.step.template or template:
                return self.render(name, status, alone=alone, **context)
            return self.render(name, status, alone=alone, **context, **self._given(form, drawn))

    def _given(self, form: Form, drawn: list[FieldView]) -> dict[str, Any]:
        """Return what the template of the step is given beside what every page is."""
        return {
            "answers": self.visit.answers_before(self.step),
            "fields": {view.field.short_name: view for view in drawn},
            "typed": self.step.so_far(form, self.earlier),
        }

    def _revision_shown(self, status: int) -> str:
        """Return the revision of the answer that the visitor of this page knows of."""
        behind = self.run.behind(self.draft_name) if status == 200 else None
        return self.version if behind is None else behind

    def _behind(self) -> str | None:
        """Return the revision that the page was opened with, if another tab has saved a later one since."""
        if not self.replaces or self.answer is None or not self.visit.made:
            return None
        seen: str = request.form.get("_behind", self.visit.seen)
        return None if seen == self.version or self.visit.is_sent_twice(self.step) else seen

    def _sign_in(self) -> str:
        # Not by way of Earlier: the step does not depend on it.
        step = self.step.sign_in.partition(".")[0]
        return str(value_at(self.run, self.step.sign_in) or "") if step and self.path.has(step) else ""

    def link_on_page(self, drawn: list[FieldView], name: str) -> str:
        """Return the address of the input ``name`` on this page; an empty one where nobody sees it."""
        view = find(drawn, name)
        return f"#{view.link}" if view else ""

    def check_url(self, name: str) -> str:
        """Return the address that checks the input ``name``."""
        return self.site.url_to_check(self.step, name)

    def inputs(self, names: Iterable[str]) -> list[str]:
        """Return the inputs of the fields with these names."""
        if not self.step.for_each:
            return [input_of(self.step.form, name) for name in names]
        return [one for name in names for one in inputs(self.step, name, self.earlier)]

    @property
    def keys(self) -> Mapping[str, Collection[str]]:
        """Return for each field that is asked for each entry of a list the keys of these."""
        return keys_of(self.step, self.earlier) if self.step.for_each else {}

    def _kept_secrets(self) -> list[str]:
        return self.inputs(name for name in self.step.secrets if value_at(self.answer, name) is not None)

    def validate(self, form: Form, sent: Sent) -> dict[str, str]:
        """Return what is wrong with a form that is bound to what was sent."""
        return said(self.step.validate(form, sent.refusals, self.step.staying(form, self.answer)))

    def clean(self, form: Form) -> tuple[Answer, dict[str, str]]:
        """Return what is stored of a valid form, and what is wrong where ``keep`` refuses.

        :raises FlowError: for a value that no session can hold.
        """
        try:
            answer = self.step.clean(form, self.answer, self.visit.kept)
            codec.check(answer)
        except codec.Unencodable as error:
            raise FlowError(f"The wizard {self.site.name!r}, step {self.step.name!r}: {error}") from None
        except ValidationError as refused:
            name, text = refused.args
            return None, {name: text}
        except Refused as refused:
            return None, told_by(self.step, refused, self.earlier) or {"": str(refused)}
        return answer, {}

    def accepted(self, form: Form, sent: Sent) -> tuple[Answer, dict[str, str]]:
        """Return the answer if what was sent is valid, and what is wrong with it if not."""
        errors = self.validate(form, sent)
        return (None, errors) if errors else self.clean(form)

    def keep_draft(self, sent: Sent) -> None:
        """Keep what was typed as a Draft, unless nothing was changed, or it is too much."""
        if self.path.is_final(self.step):
            return
        typed = as_draft(self.step.form, sent.typed)
        stood = self.typed if self.answer is not None else self._held()
        if sent.is_too_much:
            return
        is_new = not self._are_same(typed, stood or {})
        # A secret that was typed is not kept, which the page has to say.
        self.visit.keep_draft(self.draft_name, typed if is_new or not all(typed.values()) else None, self._behind())
        if typed and is_new and not self.path.is_open(self.step):
            self.run.tell(kept=list(dict.fromkeys([*self.run.notice.get("kept", ()), self.step.name])))

    def _are_same(self, typed: Typed, stood: Typed) -> bool:
        """Return whether a page was sent as it stood. What was sent as one text may stand on it in several inputs."""
        form = self.step.form
        return told(typed) == told(stood) or told(in_parts(form, typed)) == told(in_parts(form, stood))

    def _held(self) -> Typed:
        """Return what a browser sends of the empty form."""
        with languages.settled():
            return collected(held(views(self.step.open(self.earlier), {})))

    def refuse(self, form: Form, sent: Sent, errors: Mapping[str, str]) -> Response:
        """Show what is wrong, and keep what was typed as a Draft, so that it is there after a reload."""
        uploads.drop(self, form, sent, errors)
        self.keep_draft(sent)
        self.tell_refused(*errors)
        return self.page_of_form(form, 422, errors=errors)

    def show_again(self, alert: str, status: int) -> Response:
        return self.page(self.sent().typed, status, alert=alert)

    def rescue(self) -> None:
        sent = self.sent()
        if sent.is_too_much or token.is_stale() or self.visit.is_of_another_run or self.is_over:
            return
        # A Draft that the page cannot be opened with would be in the visitor's way, unless it is not what is wrong.
        if self._opens(sent.typed) or not self._opens(None):
            self.visit.keep_draft(self.draft_name, as_draft(self.step.form, sent.typed), self._behind())

    def _opens(self, typed: Typed | None) -> bool:
        with suppress(Exception):
            return bool(self.page(typed))
        return False

    def stop(self, sent: Sent) -> Response | None:
        """Return what is answered where what was sent is not to be validated: too early, too much, or too late."""
        if sent.is_too_much:
            return self.page(sent.typed, 422, alert=TOO_MUCH)
        if not self.path.is_open(self.step):
            return self.keep_while_closed(sent)
        if self.path.is_final(self.step):
            return self.pass_by(sent)
        return self.freeze(sent) if self.visit.is_frozen() else None

    def pass_by(self, sent: Sent) -> Response:
        """Go on without what was sent, since the answer cannot be changed, and say so where that was another."""
        if not self._are_same(sent.typed, self.typed or {}):
            self.run.tell(final=[self.step.name])
        return self.go_past(self.step)

    def freeze(self, sent: Sent) -> Response:
        """Keep what was typed as a Draft while the answers are frozen; redirect to the Receipt if the run is over."""
        if self.visit.receipt and not self.run.key:
            return self.go_to_receipt(self.visit.receipt)
        self.keep_draft(sent)
        return self.page(sent.typed, 422, alert=FROZEN)

    def say_cleared(self) -> Response:
        return say_cleared(self)

    def say_moved(self) -> Response:
        return say_cleared(self, "moved") if request.method == "POST" else super().say_moved()

    def go_to_receipt(self, receipt: Mapping[str, Any]) -> Response:
        """Redirect to the Receipt, which says that what was sent just now came after the run was finished."""
        if told(self.sent().typed):
            self.run.note_after(receipt, self.step.name)
        return super().go_to_receipt(receipt)

    def add_to_list(self, name: str) -> Response:
        """Show the page with one more entry in a FieldList."""
        return self._change_list("add", name)

    def remove_from_list(self, name: str) -> Response:
        """Show the page with one entry less in a FieldList."""
        return self._change_list("remove", name)

    def _change_list(self, action: str, name: str) -> Response:
        sent = self.sent()
        if not self.path.is_open(self.step):
            return self.keep_while_closed(sent)
        typed = change_list(self.step.form, sent.typed, action, name)
        if typed is None:
            abort(400)
        self.visit.keep_draft(self.draft_name, as_draft(self.step.form, typed), self._behind())
        # The page is opened at the list, whose id is its name unless the author has given it another.
        return htmx.redirect(f"{self.action}#{name if action == 'add' else name.rpartition('-')[0]}")

    def unload(self, file_id: str) -> Response:
        """Show the page without a file."""
        sent = self.sent()
        if not self.path.is_open(self.step):
            return self.keep_while_closed(sent)
        name, typed = uploads.without(self.step.form, sent.typed, file_id)
        self.visit.keep_draft(self.draft_name, as_draft(self.step.form, typed), self._behind())
        return htmx.redirect(f"{self.action}#{name}")

    def refresh(self) -> Response:
        """Draw the page again with what is typed so far, which is kept as a Draft."""
        if not self.step.refresh:
            abort(400)
        sent, is_partial = self.sent(), htmx.is_partial()
        if not self.path.is_open(self.step):
            return self.keep_while_closed(sent)
        # It may come after the page itself, which was sent while this was on its way.
        if not (is_partial and self.visit.is_sent_twice(self.step)):
            self.keep_draft(sent)
        if is_partial:
            return self.page(sent.typed, alone=True)
        return htmx.redirect(f"{self.action}#update-{self.step.name}")

    def do(self, name: str) -> Response:
        """Keep what was typed as a Draft, and do what the author's own button does."""
        return act(self, name)

    def keep_while_closed(self, sent: Sent) -> Response:
        """Keep what was typed as a Draft, since the step is not open yet, and redirect to the one that is."""
        self.keep_draft(sent)
        return self.go_on()

    def go_back(self) -> Response:
        """Keep what was typed as a Draft, and redirect to the step before."""
        self.keep_draft(self.sent())
        place = self.before(self.step)
        to_summary = self.site.from_summary and not isinstance(place, (BaseStep, str))
        if to_summary and self.run.notice.get("changed"):
            # That was the change before this one.
            self.run.tell(changed=[], returned=self.step.name)
        return self.go_before()

    def go_to(self, name: str) -> Response:
        """Keep what was typed as a Draft, and redirect to another step."""
        self.keep_draft(self.sent())
        return super().go_to(name)

    def save_for_later(self) -> Response:
        """Keep what was typed as a Draft, and redirect to the page that saves it for another device."""
        self.keep_draft(self.sent())
        return super().save_for_later()

    def switch_language(self) -> Response:
        """Keep what was typed as a Draft, and show the page in another language."""
        self.keep_draft(self.sent())
        return languages.choose(htmx.load(self.action))
