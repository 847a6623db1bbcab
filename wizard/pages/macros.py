"""Macros: the parts that pages are made of, ours and those that an application has in their place."""

from __future__ import annotations

from flask import Flask
from jinja2 import Template

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


def is_ours(filename: str | None) -> bool:
    """Return whether the macros in that file are of the package, and none of the application."""
    return bool(filename and filename.startswith(str(folder("templates"))))
