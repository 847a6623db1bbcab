"""Starting: what is wrong with a wizard and is known only once the whole application is there.

A template may be in a blueprint that is registered later, and a setting be set too late. Both are looked for before the
first page of the wizard is shown, whichever that is, by the server before it starts its processes, and by ``flask
flow`` and the test kit.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import TemplateNotFound

from . import settings
from .errors import FlowError
from .flow import Step, fields
from .pages.site import Site
from .pages.template import template_of
from .registration import check_layout


def check(wizard: Site, app: Flask) -> None:
    """Check that ``app`` has the templates that ``wizard`` and its steps name, and that no setting came too late.

    :raises FlowError: for the first template that is missing; the message says the cure.
    :raises SettingError: for a setting that cannot work, or that was set after it was read.
    """
    settings.check(app)
    for what in ("layout", "progress"):
        name = getattr(wizard, what)
        if isinstance(name, str) and not _has(app, name):
            raise FlowError(f"The wizard {wizard.name!r}: its {what} {name!r} is no template. {_cure(name)}")
    check_layout(wizard, app)
    for step in wizard.flow.every:
        name = getattr(step, "template", "")
        if name and not _has(app, name):
            step.wrong(f"there is no template {name!r}. {_cure(name)}")
        drawn = fields.every(fields.samples(step.form)) if template_of.names and isinstance(step, Step) else ()
        for called, field in drawn:
            if (name := template_of(field)) and not _has(app, name):
                step.wrong(f"field {called!r}: there is no template {name!r}, which draws it. {_cure(name)}")


def check_all(app: Flask) -> None:
    """Check every wizard of ``app``: see :func:`check`."""
    for blueprint in app.blueprints.values():
        if isinstance(blueprint, Site):
            check(blueprint, app)


def _has(app: Flask, name: str) -> bool:
    try:
        app.jinja_env.get_template(name)
    except TemplateNotFound as error:
        if error.name != name:
            raise
        return False
    return True


def _cure(name: str) -> str:
    return f"Write templates/{name}."
