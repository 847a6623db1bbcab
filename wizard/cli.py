"""What an operator runs: ``flask --app wizard sessions …``."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from .sessions import StoreInterface

commands = AppGroup("sessions", help="The sessions in the store.")


@commands.command()
def purge() -> None:
    """Delete the sessions that have expired, and say how many."""
    interface = current_app.session_interface
    count = interface.store.purge() if isinstance(interface, StoreInterface) else 0
    click.echo(f"{count} expired session{'' if count == 1 else 's'} deleted")
