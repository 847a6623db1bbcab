"""Macros: the parts that pages are made of, ours and those that an application has in their place."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask
from jinja2 import Template, TemplateError

from ..assets import folder

_NAME = "wizard/parts.html"


def template(app: Flask) -> Template:
    """Return the template whose macros draw the parts of all pages of ``app``.

    Where an application has a ``wizard/parts.html``, the macros in it take the place of ours of the same name, wherever
    one is called: the last definition counts. All others stay as they are.
    """
    env, engine = app.jinja_env, app.blueprints["wizard_assets"].jinja_loader
    assert env.loader
    assert engine
    source, filename, is_current = env.loader.get_source(env, _NAME)
    if is_ours(filename):
        return env.get_template(_NAME)
    ours, file, _ = engine.get_source(env, _NAME)
    tree = env.parse(ours, _NAME, file)
    tree.body += env.parse("{% set all_ours = false %}").body + env.parse(source, _NAME, filename).body
    # Compiled under the name of the application's file, whose lines a traceback then names.
    return Template.from_code(env, env.compile(tree, _NAME, filename), env.make_globals(None), is_current)


def compile_pages(app: Flask) -> None:
    """Compile the templates of all flows of ``app``, which else each process does while its first visitor waits.

    They stand in folders that are called like their blueprints. One that has a fault is left to whoever asks for it.
    """
    folders = {"wizard", app.jinja_env.globals["wizard_theme"], *(name.rpartition(".")[2] for name in app.blueprints)}
    app.extensions["wizard_templates"]["own parts"] = template(app)
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.partition("/")[0] in folders):
        with suppress(TemplateError, UnicodeDecodeError):
            app.jinja_env.get_template(name)


def is_ours(filename: str | None) -> bool:
    """Return whether the macros in that file are of the package, and none of the application."""
    return bool(filename and filename.startswith(str(folder("templates"))))
