"""How pages meet htmx: the whole page or its one block, and redirects. The one place that names an ``HX-*`` header."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, current_app, make_response, render_template, request
from flask.sansio.app import App
from htmx_flask import Htmx
from htmx_flask.requests import HtmxHeaders
from jinja2 import TemplateNotFound, nodes

from . import current
from .errors import WizardError

#: What a page of a flow depends on. Without it, a browser's Back shows the bare block that htmx had fetched.
VARY = ("HX-Request-Type", "HX-Request", "HX-History-Restore-Request", "Cookie")


def init_app(app: App) -> None:
    """Give ``app`` its ``request.htmx``, unless it has one already."""
    if "htmx" not in app.extensions:
        Htmx(app)
    app.extensions.setdefault("wizard_templates", {})


def _htmx() -> HtmxHeaders:
    return cast("HtmxHeaders", request.htmx)  # type: ignore[attr-defined]


def is_partial() -> bool:
    """Whether htmx asks for the block alone. When it restores a page from the history, it needs the whole one."""
    return current.request().headers.get("HX-Request-Type") == "partial" and not _htmx().history_restore_request


def swaps_page() -> bool:
    """Whether the page is swapped into one that is there, so that nothing but the page itself can move the focus."""
    return is_partial() or _htmx().history_restore_request


def render(names: list[str], status: int, context: dict[str, Any]) -> Response:
    """A page of a flow: the whole of it, or for htmx its title and its block ``wizard``.

    :param names: template names; the first that exists is used.
    :param status: the HTTP status. A partial page with status 200 also moves the address bar to its own address.
    :param context: what the template gets.
    """
    name = _template(names)
    if is_partial():
        # Here: it brings asyncio along, a tenth of our import.
        from jinja2_fragments.flask import render_block

        # htmx takes a title out of the partial and gives it to the document.
        title = render_block(name, "title", **context).strip()
        response = make_response(f"<title>{title}</title>{render_block(name, 'wizard', **context)}", status)
        # What the page has asked for by itself is at the address where it is.
        if request.method == "GET" and "_waits" not in request.args:
            response.headers["HX-Push-Url"] = request.full_path.rstrip("?")
        if context.get("lands"):
            # The page is not scrolled to its top, away from the line that takes the focus.
            response.headers["HX-Reswap"] = "outerHTML"
    else:
        response = make_response(render_template(name, **context), status)
    return response


def _template(names: list[str]) -> str:
    app = current.app()
    known: dict[str, Any] = app.extensions["wizard_templates"]
    if names[0] not in known or app.jinja_env.auto_reload:
        # To look for those that are not there, in all blueprints, took a twentieth of a page.
        known[names[0]] = _choose(names)
    return str(known[names[0]])


def _choose(names: list[str]) -> str:
    template = current_app.jinja_env.select_template(names)
    for block in ("title", "wizard"):
        # Said for the whole page too, so that an author meets it on the first look, not in a visitor's partial.
        if block not in template.blocks:
            raise WizardError(
                f"Template {template.name!r} defines no block {block!r}. It needs both 'title' and 'wizard' itself: "
                "a block inherited from a template that it extends cannot be rendered alone."
            )
    return cast("str", template.name)


def blocks(app: App, name: str) -> set[str]:
    """Return the blocks that a template has, or inherits; those that cannot be known yet count as there."""
    env = app.jinja_env
    try:
        tree = env.parse(env.loader.get_source(env, name)[0])  # type: ignore[union-attr]
    except TemplateNotFound:
        # A blueprint that is registered later may have it.
        return {"title", "wizard"}
    found = {block.name for block in tree.find_all(nodes.Block)}
    for parent in tree.find_all(nodes.Extends):
        found |= blocks(app, parent.template.value) if isinstance(parent.template, nodes.Const) else {"title", "wizard"}
    return found


def redirect(location: str) -> Response:
    """A 303: the browser, or htmx, goes on with a GET. htmx's own request headers survive it."""
    return cast("Response", current_app.redirect(location, 303))


def load(location: str) -> Response:
    """Lead to a page that is loaded as a whole, also by htmx: for what stands around the block."""
    return make_response("", 200, {"HX-Redirect": location}) if is_partial() else redirect(location)


def stay() -> Response:
    """Let htmx leave the page as it is."""
    return make_response("", 204)


def whole(redirect: Response) -> Response:
    """The same as a redirect, to a page that is loaded as a whole."""
    return load(redirect.location) if redirect.location else redirect


def keep_apart(response: Response) -> Response:
    """Let no cache keep a page of a flow, nor take a block for the whole page. For ``after_request``."""
    response.headers["Cache-Control"] = "no-store"
    # To be told by an exception that a header is not there took longer than all the rest.
    if response.headers.getlist("Vary"):
        response.vary.update(VARY)
    else:
        response.headers["Vary"] = ", ".join(VARY)
    return response
