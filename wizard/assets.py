"""What all Wizards of an application share: the templates, the style sheet and the scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, request, send_from_directory
from flask.sansio.app import App
from jinja2 import BaseLoader, Environment, FileSystemLoader, TemplateNotFound
from werkzeug.routing import Rule, UnicodeConverter

from . import bodies, current, htmx, languages, settings, themes

A_YEAR = 365 * 24 * 60 * 60


@cache
def folder(name: str) -> Path:
    """``templates`` or ``static``: beside the package's files in a wheel, one level up in a checkout."""
    here = Path(__file__).parent
    return here / name if (here / name).is_dir() else here.parent / name


@cache
def _digest(file: Path, changed: float) -> str:  # noqa: ARG001  (a file that has changed has another key)
    return blake2b(file.read_bytes(), digest_size=5).hexdigest()


class _Named(UnicodeConverter):
    """``wizard.css`` in the code is ``wizard.<hash of its content>.css`` in the address."""

    def to_url(self, value: str) -> str:
        return super().to_url(_named(value))

    def to_python(self, value: str) -> str:
        return re.sub(r"\.[0-9a-f]{10}(?=\.\w+$)", "", value)


def address(path: str) -> str:
    """Return the address of a file that all wizards share, or of another thing beside it, on the host of this page."""
    # Whoever works on a file sees it change; else it is looked at once, and not 14 times a page.
    name = _named(path) if current.app().debug else _named_at_first(path)
    return f"{current.request().script_root}/wizard-assets/{name}"


def _named(path: str) -> str:
    return _versioned(path) if (folder("static") / path).is_file() else path


_named_at_first = cache(_named)


def _versioned(name: str) -> str:
    file = folder("static") / name
    stem, _, end = name.rpartition(".")
    return f"{stem}.{_digest(file, file.stat().st_mtime)}.{end}"


class _OfTheEngine(FileSystemLoader):
    """What every application finds of our templates: those of the engine. Its own "signup" is not ours.

    With the theme of a framework, those that its folder has, and all others with its classes.
    """

    def __init__(self, theme: str) -> None:
        super().__init__(folder("templates"))
        self.theme = theme

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        place, slash, name = template.partition("/")
        if place != "wizard" or not slash:
            raise TemplateNotFound(template)
        framework = themes.FRAMEWORKS.get(self.theme)
        own = None
        if framework:
            with suppress(TemplateNotFound):
                own = super().get_source(environment, f"{self.theme}/{name}")
        if own and name != "parts.html":
            return own
        source, filename, is_current = super().get_source(environment, template)
        source = framework.dress(source) if framework else source
        # Of two macros of one name, the last one counts.
        return (f"{source}{own[0]}", own[1], own[2]) if own else (source, filename, is_current)

    def list_templates(self) -> list[str]:
        return [name for name in super().list_templates() if name.startswith("wizard/")]


class Assets(Blueprint):
    """Registered by the first Wizard of an application. Its templates give way to the application's own."""

    def __init__(self) -> None:
        super().__init__("wizard_assets", __name__)
        self.theme = ""
        self.add_url_rule("/wizard-assets/<wizard_asset:filename>", "static", self._file)
        self.add_url_rule("/wizard-assets/language", "language", self._choose_language, methods=["POST"])

    @cached_property
    def jinja_loader(self) -> BaseLoader:
        """What finds our templates, as the theme of the application has them."""
        return _OfTheEngine(self.theme)

    @classmethod
    def join(cls, app: Flask, wizard: Blueprint, options: dict[str, Any]) -> None:
        """Register what is shared, unless another Wizard has; also under the subdomain that ``wizard`` has."""
        if "wizard_assets" not in app.blueprints:
            app.register_blueprint(cls())
        subdomain = options.get("subdomain") or wizard.subdomain
        if subdomain:
            for rule in list(app.url_map.iter_rules()):
                if (rule.endpoint or "").startswith("wizard_assets.") and rule.subdomain == "":
                    app.url_map.add(Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods, subdomain=subdomain))

    def register(self, app: App, options: dict[str, Any]) -> None:
        """Flask calls this for ``app.register_blueprint``."""
        app.url_map.converters["wizard_asset"] = _Named
        languages.init_app(app)
        app.jinja_env.globals["wizard_languages"] = languages
        app.jinja_env.globals["wizard_asset"] = address
        self.theme = settings.read(app, "WIZARD_THEME")
        settings.settle(app, "WIZARD_THEME", "the first wizard is registered")
        themes.use(app, self.theme)
        super().register(app, options)

    def _choose_language(self, **_: str) -> Response:
        """Where there is nothing typed that could get lost: back to the page, in another language."""
        bodies.bound()
        back = request.form.get("next", "")
        return languages.choose(htmx.redirect(back if languages.is_local(back) else request.script_root + "/"))

    def _file(self, filename: str, **_: str) -> Response:
        response = send_from_directory(folder("static"), filename)
        # As a whole, so that it can be compressed in every way that a browser takes.
        response.direct_passthrough = False
        response.get_data()
        # Under the name of another version, as after a deploy, a browser gets this one, and does not keep it as that.
        if request.path.endswith(_versioned(filename)):
            response.cache_control.max_age = A_YEAR
            response.cache_control.public = response.cache_control.immutable = True
            response.cache_control.no_cache = None
        return response
