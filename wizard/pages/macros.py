"""Macros: the parts that pages are made of, ours and those that an application has in their place."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, Template

from ..assets import folder

#: The file that has all of them.
OURS = str(folder("templates") / "wizard" / "parts.html")

_NAME = "wizard/parts.html"


def template(env: Environment) -> Template:
    """Return the template whose macros draw the parts of all pages.

    Where an application has a ``wizard/parts.html``, the macros in it take the place of ours of the same name, wherever
    one is called: the last definition counts. All others stay as they are.
    """
    assert env.loader
    source, filename, is_current = env.loader.get_source(env, _NAME)
    if filename == OURS:
        return env.get_template(_NAME)
    tree = env.parse(Path(OURS).read_text(), _NAME, OURS)
    tree.body += env.parse("{% set all_ours = false %}").body + env.parse(source, _NAME, filename).body
    # Compiled under the name of the application's file, whose lines a traceback then names.
    return Template.from_code(env, env.compile(tree, _NAME, filename), env.make_globals(None), is_current)
