"""What all Wizards of an application share: the templates, the style sheet and the scripts."""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_from_directory, url_for
from flask.sansio.app import App
from werkzeug.routing import UnicodeConverter

from . import htmx, languages
from .flow import fields
from .flow.steps import first_message

A_YEAR = 365 * 24 * 60 * 60


def _folder(name: str) -> Path:
    """``templates`` or ``static``: beside the package's files in a wheel, one level up in a checkout."""
    here = Path(__file__).parent
    return here / name if (here / name).is_dir() else here.parent / name


@cache
def _digest(file: Path, changed: float) -> str:  # noqa: ARG001  (a file that has changed has another key)
    return blake2b(file.read_bytes(), digest_size=5).hexdigest()


class _Named(UnicodeConverter):
    """``wizard.css`` in the code is ``wizard.<hash of its content>.css`` in the address."""

    def to_url(self, value: str) -> str:
        file = _folder("static") / value
        stem, _, end = value.rpartition(".")
        return super().to_url(f"{stem}.{_digest(file, file.stat().st_mtime)}.{end}" if file.is_file() else value)

    def to_python(self, value: str) -> str:
        return re.sub(r"\.[0-9a-f]{10}(?=\.\w+$)", "", value)


class Assets(Blueprint):
    """Registered by the first Wizard of an application. Its templates give way to the application's own."""

    def __init__(self) -> None:
        super().__init__("wizard_assets", __name__, template_folder=str(_folder("templates")))
        self.add_url_rule("/wizard-assets/<wizard_asset:filename>", "static", self._file)
        self.add_url_rule("/wizard-assets/language", "language", self._choose_language, methods=["POST"])
        self.add_app_template_filter(languages.words, "words")
        self.add_app_template_filter(languages.listed, "listed")
        self.add_app_template_filter(languages.inside, "inside")
        self.add_app_template_filter(fields.typed, "typed")
        self.add_app_template_filter(fields.choices, "choices")
        self.add_app_template_filter(fields.kind, "kind")
        self.add_app_template_test(fields.is_secret, "secret")
        self.add_app_template_filter(first_message, "first_message")

    def register(self, app: App, options: dict[str, Any]) -> None:
        """Flask calls this for ``app.register_blueprint``."""
        app.url_map.converters["wizard_asset"] = _Named
        languages.init_app(app)
        app.jinja_env.globals["wizard_languages"] = languages
        super().register(app, options)

    def _choose_language(self) -> Response:
        """Where there is nothing typed that could get lost: back to the page, in another language."""
        back = request.form.get("next", "")
        return languages.choose(htmx.redirect(back if languages.is_local(back) else request.script_root + "/"))

    def _file(self, filename: str) -> Response:
        response = send_from_directory(_folder("static"), filename)
        # As a whole, so that it can be compressed in every way that a browser takes.
        response.direct_passthrough = False
        response.get_data()
        # Under the name of another version, as after a deploy, a browser gets this one, and does not keep it as that.
        if request.path.endswith(url_for("wizard_assets.static", filename=filename)):
            response.cache_control.max_age = A_YEAR
            response.cache_control.public = response.cache_control.immutable = True
            response.cache_control.no_cache = None
        return response
