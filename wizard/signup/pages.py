"""Pages of the signup that are none of a wizard: they are drawn in its layout, with the parts of its pages."""

from __future__ import annotations

from typing import Any

from flask import render_template

from .. import htmx
from ..pages.site import page_context


def render(page: str, **context: Any) -> str:
    """Return ``templates/signup/<page>.html`` as a page."""
    return render_template(f"signup/{page}.html", **page_context(swapped=htmx.swaps_page(), **context))
