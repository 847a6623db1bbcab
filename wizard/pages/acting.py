"""Acting: what is done where one of the author's own buttons was pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, abort

from .. import htmx, languages
from ..errors import Refused
from ..flow.actions import to_type
from ..flow.each import keys_of, told_by
from ..flow.earlier import NotAnsweredError
from ..flow.typed import Sent, as_draft
from .receipt import receipt_of

if TYPE_CHECKING:
    from .form import FormPage


def act(page: FormPage[Any], name: str) -> Response:
    """Keep what was typed on ``page`` as a Draft, and do what its button ``name`` does. It accepts nothing.

    As the request is done again where another one has saved meanwhile, so is this.
    """
    step = page.step
    if name not in step.actions:
        abort(400)
    sent = page.sent()
    if stopped := page.stop(sent):
        return stopped
    page.keep_draft(sent)
    form, earlier = step.read(page.earlier, sent.typed, languages.speaking), page.earlier.apart()
    try:
        found = step.actions[name][1](earlier, step.so_far(form, earlier))
    except NotAnsweredError:
        found = None
    except Refused as refused:
        return page.page_of_form(form, 422, errors=told_by(step, refused, page.earlier) or {"": str(refused)})
    if isinstance(found, Response) or hasattr(found, "status_code"):
        return htmx.load(receipt_of(page.site.name, f"action {name!r}", found)["location"])
    _take(page, name, sent, found)
    return htmx.redirect(page.action)


def _take(page: FormPage[Any], name: str, sent: Sent, found: object) -> None:
    """Keep what the button returned: what it types, or what the page says."""
    if isinstance(found, Mapping):
        typed = as_draft(
            page.step.form, {**sent.typed, **to_type(page.step, name, found, keys_of(page.step, page.earlier))}
        )
        page.visit.keep_draft(page.draft_name, typed, page.run.behind(page.draft_name))
    elif isinstance(found, str):
        page.run.tell(said=str(found), at=page.name)
    elif found is not None:
        page.step.wrong(
            f"its 'actions' for {name!r} returned {type(found).__name__}. Return a text, a dictionary of what is "
            "typed, redirect(...) or None."
        )
