"""Cleared: the page that says that the answers were cleared in another tab, and starts nothing by itself.

Or that the form is one of somebody who was signed in when it was opened, and is not any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from ..flow.typed import without_secrets
from .inputs import pairs, shown, told
from .words import marked_words

if TYPE_CHECKING:
    from .form import FormPage


def say_cleared(page: FormPage[Any], template: str = "cleared") -> Response:
    """Show what was typed on ``page``, with a button that begins anew with it."""
    typed = without_secrets(page.step.form, page.sent().typed)
    form = page.step.open(page.earlier, typed)
    cleared = page.visit.whole.run.record.get("cleared", ())
    was_cleared = not page.site.owner or request.form.get("_run") in cleared
    rows = [(field.label.text, marked_words(field, field.data)) for _, field in shown(form)] if told(typed) else []
    return page.page_of_form(form, 409, template=template, typed=pairs(typed), rows=rows, was_cleared=was_cleared)
