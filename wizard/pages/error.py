"""Error: the page that says why a request was not answered, and how to go on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import BuildError

from .. import bodies
from ..errors import StoreError
from ..flow import Step
from ..flow.typed import without_secrets
from ..languages import lazy_gettext as _
from ..languages import settled
from .inputs import pairs
from .site import Site, page_context

#: What a person reads who meets one of these. Any other error has werkzeug's own words.
MESSAGES = {
    400: (_("We could not process that"), _("Check the address or continue from here.")),
    404: (_("Page not found"), _("Check the address or continue from here.")),
    405: (_("Page not found"), _("This address does not work that way. Continue from here.")),
    413: (_("Too much for one page"), _("Nothing was saved. Go back, shorten what you typed and send it again.")),
    429: (_("Too many attempts"), _("Nothing is lost. Go back and try again in a minute.")),
    500: (
        _("Something went wrong"),
        _("This is our mistake, and we’ve made a note of it. Go back and try again: your answers are saved."),
    ),
    503: (_("Not available right now"), _("Your answers are saved. Go back and try again in a minute.")),
}

#: After how many seconds a store that does not answer is worth another try.
_PAUSE = {"Retry-After": "5"}


def handle(site: Site, error: HTTPException | StoreError) -> ResponseReturnValue:
    """Answer an ``error`` at an address of ``site``: as the application itself does, else with a page in its layout."""
    own = None if _is_answer(error) else _handler_of_application(error)
    if own is None or isinstance(getattr(own, "__self__", None), Site):
        return show_error(site, error)
    answer: ResponseReturnValue = current_app.ensure_sync(own)(error)
    return answer


def show_error(site: Site, error: HTTPException | StoreError) -> ResponseReturnValue:
    """Answer an ``error``, at whatever address, with a page in the layout of ``site``."""
    if _is_answer(error):
        return error  # type: ignore[return-value]
    bare = error if isinstance(error, HTTPException) else InternalServerError(original_exception=error)
    start = _start(site)
    if not start:
        return bare
    # An address without a route has not come by what quotes the queries of our own.
    bodies.quote_query()
    try:
        with settled():
            own_words = {"title": site.title, "layout": site.layout, "start": start}
            context = page_context(wizard=site, **own_words, **told(error))
            page = render_template([f"{site.name}/error.html", "wizard/error.html"], **context)
    except Exception:
        # Perhaps it is the layout that fails.
        current_app.logger.exception("The wizard %r: its page of errors failed", site.name)
        return bare
    return make_response(page, context["code"], context["headers"])


def _is_answer(error: HTTPException | StoreError) -> bool:
    """Return whether it is none: a redirect, or what an author has answered with ``abort``."""
    return isinstance(error, HTTPException) and (error.response is not None or (error.code or 500) < 400)


def _start(site: Site) -> str:
    """Return where ``site`` begins; nothing where a request that is none to it does not say the variables of that."""
    if current_app.blueprints.get(request.blueprint or "") is site:
        return site.url_of("start")
    mounted = next(name for name, one in current_app.blueprints.items() if one is site)
    with suppress(BuildError):
        return url_for(f"{mounted}.start")
    return ""


def told(error: HTTPException | StoreError) -> dict[str, Any]:
    """Return what a page says of an ``error``, what it can send again, and the status and headers that it has."""
    store = error.original_exception if isinstance(error, InternalServerError) else error
    if isinstance(store, StoreError):
        current_app.logger.error("%s %s: the store does not answer: %s", request.method, request.path, store)
    code = 503 if isinstance(store, StoreError) else getattr(error, "code", None) or 500
    heading, text = MESSAGES.get(code) or (getattr(error, "name", ""), getattr(error, "description", None) or "")
    is_refused = code == 503 and request.method == "POST"
    return {
        "code": code,
        "headers": _PAUSE if isinstance(store, StoreError) else {},
        "heading": heading,
        "text": text,
        "sent": _sent() if is_refused else [],
        "again": request.full_path.rstrip("?"),
    }


def _sent() -> list[tuple[str, str]]:
    """Return what was sent, so that it can be sent again, without secrets."""
    site = current_app.blueprints.get(request.blueprint or "")
    sent: Mapping[str, list[str]] = request.form.to_dict(flat=False)
    if not isinstance(site, Site):
        return []
    step = site.flow.get((request.view_args or {}).get("_step", ""))
    return pairs(without_secrets(step.form, sent) if isinstance(step, Step) else {} if step else sent)


def _handler_of_application(error: HTTPException | StoreError) -> Any:
    """Return the function with which the application, or a blueprint around the wizard, handles such an error."""
    for name in (*request.blueprints[1:], None):
        handlers = current_app.error_handler_spec.get(name, {})
        for code in (getattr(error, "code", None), None):
            for kind in type(error).__mro__:
                if handler := handlers.get(code, {}).get(kind):
                    return handler
    return None
