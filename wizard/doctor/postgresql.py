"""What the doctor asks PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine, text

from .. import database
from ..database.engine import CONNECTIONS
from .finding import Deployment, Finding

#: Settings without which what was accepted can be lost, and what is lost then.
DURABLE = {
    "fsync": "a power cut can destroy the database",
    "full_page_writes": "a power cut can destroy the database",
    "synchronous_commit": "a crash of the server loses what it has accepted last",
}

_LIMITS = """
select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0),
       (select datconnlimit from pg_database where datname = current_database()),
       (select rolconnlimit from pg_roles where rolname = current_user)
"""


def durability(engine: Engine) -> Iterator[Finding]:
    """Say what of ``engine`` may be lost."""
    for name, loss in DURABLE.items():
        with database.transaction(engine) as connection:
            value = connection.execute(text("select current_setting(:name)"), {"name": name}).scalar_one()
        if value == "off":
            yield Finding(f"{name} is off in PostgreSQL: {loss}. Set it to on.")


def connections(deployment: Deployment, engines: list[Engine]) -> Iterator[Finding]:
    """Say whether one server has enough connections for all processes.

    :param engines: those of one process that lead to it.
    """
    # One for each thread, and one for what each process purges.
    each = min(CONNECTIONS, deployment.threads + 1)
    needed = deployment.processes * each * len(engines)
    with database.transaction(engines[0]) as connection:
        server, *others = connection.execute(text(_LIMITS)).one()
    # -1 stands for no limit.
    allowed = min(server, *(one if one >= 0 else server for one in others))
    if needed > allowed:
        yield Finding(
            f"{deployment.processes} processes take up to {needed} connections to PostgreSQL, which allows {allowed}. "
            "Raise max_connections and the limits of the database and the role, or take fewer processes."
        )


def clock(engine: Engine) -> float:
    """Return the time there."""
    with database.transaction(engine) as connection:
        return float(connection.execute(text("select extract(epoch from clock_timestamp())")).scalar_one())
