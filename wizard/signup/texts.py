"""Texts: the pages to read before one agrees to them."""

from __future__ import annotations

from flask import Blueprint, Flask

from .pages import render

texts = Blueprint("texts", __name__)


def init_app(app: Flask) -> None:
    """Serve them in ``app``."""
    app.register_blueprint(texts)


@texts.get("/terms")
def terms() -> str:
    """Return the terms of use."""
    return render("terms")


@texts.get("/privacy")
def privacy() -> str:
    """Return the privacy notice."""
    return render("privacy")
