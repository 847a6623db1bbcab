"""Conflict: the page that asks which of two answers is meant, the one saved in another tab or the one sent just now."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from flask import Response
from wtforms import Form

from .. import languages, signals
from ..flow import Step, fields
from ..flow.files import file_inputs
from ..flow.typed import Sent, without_secrets
from ..languages import gettext
from .inputs import pairs, shown
from .words import marked_words

if TYPE_CHECKING:
    from .form import FormPage


def ask_which(page: FormPage[Any], form: Form, sent: Sent) -> Response:
    """Show both answers side by side. What was typed stands in hidden inputs, to be sent again; secrets are not shown.

    :param page: the page that was sent.
    :param form: its form, bound to what was ``sent``.
    """
    page.visit.tells(signals.answers_differ, step=page.name)
    if file_inputs(page.step.form):
        # The page names files by their ids: what it names has to be there.
        page.keep_draft(sent)
    saved = page.step.read(page.earlier, page.typed or {}, languages.speaking)
    return page.page_of_form(
        form,
        409,
        template="conflict",
        rows=_differences(page.step, saved, form),
        behind=page.visit.seen,
        typed=pairs(without_secrets(page.step.form, sent.typed)),
        go_on=page.site.url(page.after(page.step)),
    )


def _differences(step: Step, saved: Form, form: Form) -> list[tuple[str, str, str]]:
    """Return what differs: each label, what was saved, and what was typed. A secret may, though nobody sees it."""
    before, now = step.hidden(saved), step.hidden(form)
    rows = [
        (field, field.label.text, _version(saved, before, name), _version(form, now, name))
        for name, field in shown(form)
        if not (name in before and name in now)
    ]
    return [(label, old, new) for field, label, old, new in rows if old != new or fields.is_secret(field)]


def _version(form: Form, hidden: Collection[str], name: str) -> str:
    if fields.is_secret(form[name]):
        return gettext("Hidden")
    return marked_words(form[name], None if name in hidden else form[name].data)
