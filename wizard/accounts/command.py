"""``flask --app wizard db``: which version the tables have, the upgrade to that of this code, and another database."""

from __future__ import annotations

import os

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine, NullPool, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from .. import database
from ..database import failure
from ..errors import SettingError
from . import migrating
from .accounts import current_accounts
from .tables import accounts

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


@db.command()
@click.argument("url")
def copy(url: str) -> None:
    """Copy what is in the database at URL into that of DATABASE_URL, which is empty: from SQLite to PostgreSQL.

    Stop the server before, and start it with the same SECRET_KEY after.
    """
    # It knows every table, and each application has this command.
    from .copying import copy as copy_all

    target = _engine()
    migrating.upgrade(target, "DATABASE_URL")
    try:
        source = database.connect(url, "URL")
        if source.dialect.name == "sqlite" and not os.path.exists(source.url.database or ""):
            raise click.ClickException(f"There is no file {source.url.database}.")
        found = migrating.version(source, "URL")
    except SettingError as error:
        raise click.ClickException(str(error)) from None
    if found != migrating.VERSION:
        raise click.ClickException(
            f"Its tables are of version {found}, and this code copies {migrating.VERSION}. Set DATABASE_URL to it, and "
            "run this first: flask --app wizard db upgrade"
        )
    # Connections that have all the time it takes.
    old, new = (create_engine(one.url, poolclass=NullPool, hide_parameters=True) for one in (source, target))
    with new.connect() as connection:
        if connection.execute(select(accounts.c.id).limit(1)).first():
            raise click.ClickException("There are accounts in DATABASE_URL already. Copy into an empty database.")
    try:
        copied = copy_all(old, new)
    except SQLAlchemyError as error:
        raise click.ClickException(f"Nothing is copied: {failure.cause(error, new.dialect.name)}") from None
    for name, count in copied.items():
        click.echo(f"{name}: {count}")


def _engine() -> Engine:
    if "accounts" not in current_app.extensions:
        raise click.UsageError("These are the tables of the signup: flask --app wizard db.")
    return current_accounts().engine
