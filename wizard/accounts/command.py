"""``flask --app wizard db``: which version the tables have, and the upgrade to that of this code."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine

from . import migrating
from .accounts import current_accounts

db = AppGroup("db", help="The tables of the database.")


@db.command()
def upgrade() -> None:
    """Bring the tables to the version of this code. What serves meanwhile may be one version behind."""
    engine = _engine()
    before = migrating.version(engine, "DATABASE_URL")
    migrating.upgrade(engine, "DATABASE_URL")
    after = migrating.version(engine, "DATABASE_URL")
    click.echo(f"The tables were of version {before}, and are of version {after} now.")


@db.command()
def version() -> None:
    """Say which version the tables have, and which this code writes."""
    found = migrating.version(_engine(), "DATABASE_URL")
    click.echo(f"The tables are of version {found}. This code writes version {migrating.VERSION}.")


def _engine() -> Engine:
    if "accounts" not in current_app.extensions:
        raise click.UsageError("These are the tables of the signup: flask --app wizard db.")
    return current_accounts().engine
