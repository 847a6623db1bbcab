"""Asking: a page with one form that is no step of a wizard, drawn and answered as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import Response, request
from werkzeug.datastructures import MultiDict
from wtforms import Form

from .. import htmx, languages, limits
from ..flow import bound
from ..flow.typed import receive
from ..pages import token
from ..pages.drawing import views
from ..pages.field import find
from ..pages.page import STALE
from ..pages.site import page_context

__all__ = ["STALE", "blank", "often", "page", "refused", "sent"]

F = TypeVar("F", bound=Form)


def blank(kind: type[F]) -> F:
    """Return a form with nothing in it. Its token is that of the page, which shows it again where that is no good."""
    return kind(None, meta={"csrf": False})


def sent(kind: type[F]) -> tuple[F, dict[str, str]]:
    """Return a form that is bound to what was sent, and what is wrong with it, by the names of its inputs."""
    received = receive(kind, request.form)
    typed = MultiDict([(name, value) for name, values in received.typed.items() for value in values])
    form = kind(typed, meta={"csrf": False})
    form.validate()
    return form, bound.errors(form) | {name: str(text) for name, text in received.refusals.items()}


def page(
    name: str,
    form: Form | None = None,
    status: int = 200,
    *,
    errors: Mapping[str, str] | None = None,
    alert: str = "",
    **context: Any,
) -> Response:
    """Render ``templates/signup/<name>.html`` with the views of a form, or for htmx its one block.

    :param errors: what is wrong, by the names of inputs.
    :param alert: what is wrong with the whole.
    """
    errors = errors or {}
    with languages.settled():
        drawn = views(form, errors) if form else []
        wrong = [(f"#{view.link}" if (view := find(drawn, one)) else "", text) for one, text in errors.items()]
        given = {
            "views": drawn,
            "problems": [*([("", alert)] if alert else []), *wrong],
            "swapped": htmx.swaps_page(),
            **context,
        }
        return htmx.keep_apart(htmx.render([f"signup/{name}.html"], status, page_context(**given)))


def often(seconds: int, name: str, form: Form, **context: Any) -> Response:
    """Say that it was too often, and for how long to wait, on the same page."""
    if htmx.is_partial():
        return limits.answer(seconds)
    response = page(name, form, 429, alert=limits.words(seconds), **context)
    response.headers["Retry-After"] = str(seconds)
    return response


def refused(
    name: str, form: Form, errors: Mapping[str, str], who: str | None = None, **context: Any
) -> Response | None:
    """Return what is answered to a form that came too late, is wrong, or was tried too often; else ``None``.

    :param who: whose password it tries, which is counted; ``None`` where it tries none.
    """
    if token.is_stale():
        return page(name, form, 422, alert=str(STALE), **context)
    if errors:
        return page(name, form, 422, errors=errors, **context)
    seconds = 0 if who is None else limits.spend("sign_in", who)
    return often(seconds, name, form, **context) if seconds else None
