"""What an operator and an author run: ``flask --app wizard sessions …``, ``flow …`` and ``wizard settings``."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from . import current
from . import settings as known
from .errors import SettingError, WizardError
from .flow import Flow
from .sessions import StoreInterface

sessions = AppGroup("sessions", help="The sessions in the store.")


@sessions.command()
def purge() -> None:
    """Delete the sessions that have expired, and say how many; and the files."""
    interface = current_app.session_interface
    count = 0
    if isinstance(interface, StoreInterface):
        # The start has deleted some already.
        count, interface.purged = interface.purged + interface.store.purge(), 0
    if (files := current_app.extensions.get("wizard_files")) is not None:
        files.store.purge()
    click.echo(f"{count} expired session{'' if count == 1 else 's'} deleted")


@click.command()
@click.argument("name")
@click.option("--mermaid", is_flag=True, help="As a Mermaid flowchart.")
@click.option("--svg", is_flag=True, help="As an SVG picture.")
@click.option("--json-schema", is_flag=True, help="As JSON Schema: what each step takes of a program.")
@with_appcontext
def flow(name: str, mermaid: bool, svg: bool, json_schema: bool) -> None:
    """Show the steps, fields and conditions of the wizard NAME, as a table."""
    if mermaid + svg + json_schema > 1:
        raise click.UsageError("--mermaid, --svg and --json-schema each show it in another way. Use one of them.")
    found = {name: getattr(blueprint, "flow", None) for name, blueprint in current_app.blueprints.items()}
    flows = {name: flow for name, flow in found.items() if isinstance(flow, Flow)}
    if name not in flows:
        raise click.UsageError(f"There is no wizard {name!r}. There is {', '.join(map(repr, flows)) or 'none'}.")
    # Not at the start of a server, which draws nothing.
    from . import picture, schema, starting

    try:
        starting.check(current_app.blueprints[name], current.app())  # type: ignore[arg-type]
    except WizardError as error:
        raise click.ClickException(str(error)) from None
    if json_schema:
        found = schema.schema(flows[name], str(getattr(current_app.blueprints[name], "title", "")))
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    draw = picture.mermaid if mermaid else picture.svg if svg else picture.table
    click.echo(draw(flows[name]))


@click.command()
@with_appcontext
def settings() -> None:
    """Show every setting: what it is, of which kind, its default, and what it does. No key or password is shown.

    Ends with status 1 if one cannot work.
    """
    app, wrong = current.app(), False
    for name, setting in known.known(app).items():
        try:
            value = known.read(app, name, {name: setting})
            shown = f"{name} = {_shown(value, setting)}"
        except SettingError as error:
            shown, wrong = str(error), True
        click.echo(shown)
        # As a terminal shows no Markdown.
        about = f"{setting.kind}, {_shown(setting.default, setting)} by default: {setting.meaning.replace('`', '')}"
        click.echo(click.wrap_text(about, 100, "    ", "    "))
    if wrong:
        raise SystemExit(1)


def _shown(value: Any, setting: known.Setting) -> str:
    """Return a value as the environment has it."""
    if value is None or value in ("", []):
        return "none"
    if setting.kind in known.SECRET:
        return "***"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}"
    if isinstance(value, str):
        return known.without_secrets(value, value) if setting.kind == "URL" else value
    return json.dumps(value, ensure_ascii=False)
