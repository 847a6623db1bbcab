"""What an operator and an author run: ``flask --app wizard sessions …`` and ``flask --app wizard flow …``."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from . import picture
from .flow import Flow
from .sessions import StoreInterface

sessions = AppGroup("sessions", help="The sessions in the store.")


@sessions.command()
def purge() -> None:
    """Delete the sessions that have expired, and say how many."""
    interface = current_app.session_interface
    count = interface.store.purge() if isinstance(interface, StoreInterface) else 0
    click.echo(f"{count} expired session{'' if count == 1 else 's'} deleted")


@click.command()
@click.argument("name")
@click.option("--mermaid", "form", flag_value="mermaid", help="As a Mermaid flowchart.")
@click.option("--svg", "form", flag_value="svg", help="As an SVG picture.")
@with_appcontext
def flow(name: str, form: str | None) -> None:
    """Show the steps, fields and conditions of the wizard NAME, as a table."""
    found = {name: getattr(blueprint, "flow", None) for name, blueprint in current_app.blueprints.items()}
    flows = {name: flow for name, flow in found.items() if isinstance(flow, Flow)}
    if name not in flows:
        raise click.UsageError(f"There is no wizard {name!r}. There is {', '.join(map(repr, flows)) or 'none'}.")
    click.echo({"mermaid": picture.mermaid, "svg": picture.svg}.get(form or "", picture.table)(flows[name]))
