"""``flask --app wizard db``: which version the tables have, and the upgrade to that of this code."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from . import migrating
from .accounts import current_accounts

db = AppGroup("db", help="The tables of the database.")


@db.command()
def upgrade() -> None:
    """Bring the tables to the version of this code. What serves meanwhile may be one version behind."""
    engine = current_accounts().engine
    before = migrating.version(engine, "DATABASE_URL")
    migrating.upgrade(engine, "DATABASE_URL")
    after = migrating.version(engine, "DATABASE_URL")
    click.echo(f"The tables were of version {before}, and are of version {after} now.")


@db.command()
def version() -> None:
    """Say which version the tables have, and which this code writes."""
    found = migrating.version(current_accounts().engine, "DATABASE_URL")
    click.echo(f"The tables are of version {found}. This code writes version {migrating.VERSION}.")
