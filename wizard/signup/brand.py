"""The brand: what browsers, telephones and search engines ask of the site beside its pages."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, jsonify, request, send_from_directory

from ..assets import address, folder

#: As in the style sheet.
PAPER, ACCENT = "#faf8f2", "#10392b"

#: Pages of the signup say themselves that they are not to be listed, which only those read that may fetch them.
ROBOTS = "User-agent: *\nDisallow:\n"

A_DAY = 24 * 60 * 60

brand = Blueprint("brand", __name__)


def init_app(app: Flask) -> None:
    """Give ``app`` the files of the brand, and its templates the function ``card``."""
    app.register_blueprint(brand)
    app.jinja_env.globals["card"] = card


def card() -> str:
    """Return the address of the picture that is shown with a link to the site: a whole one, where there is one."""
    base = current_app.config["PUBLIC_URL"]
    path = address("card.png")
    return f"{base}{path.removeprefix(request.script_root)}" if base else path


@brand.get("/favicon.ico")
def favicon() -> Response:
    """Return the icon for browsers that ask for none by name."""
    return send_from_directory(folder("static"), "favicon.ico", max_age=A_DAY)


@brand.get("/manifest.webmanifest")
def manifest() -> Response:
    """Return what a telephone reads that keeps the site beside its applications."""
    icons = [
        {"src": address("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": address("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": address("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
    ]
    start = f"{request.script_root}/"
    response = jsonify(
        name="Acme",
        id=start,
        start_url=start,
        icons=icons,
        theme_color=ACCENT,
        background_color=PAPER,
        display="browser",
    )
    response.mimetype = "application/manifest+json"
    return response


@brand.get("/robots.txt")
def robots() -> Response:
    """Let search engines in."""
    return Response(ROBOTS, mimetype="text/plain")
