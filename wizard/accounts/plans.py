"""Plans: an account has another one, and what becomes of its team then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from .. import database
from ..errors import Refused
from ..languages import gettext
from ..mail import Mail, current_outbox
from .accounts import current_accounts
from .invitations import ALONE
from .people import Person
from .tables import accounts, members


def plan_of(person: Person) -> dict[str, Any]:
    """Return what is kept of the plan of ``person``."""
    return {name: person.row[name] for name in ("plan", "organisation", "seats")}


def choose(person: Person, plan: Mapping[str, Any], mail: Mail) -> None:
    """Let ``person`` have another plan. With one that has no seats, their team ends.

    :param plan: as :func:`plan_of` returns it.
    :param mail: says so, and is put in the same transaction.
    :raises Refused: when more people are in the team than there would be seats.
    """
    with database.transaction(current_accounts().engine) as connection:
        # Before they are counted, so that nobody is invited meanwhile.
        connection.execute(update(accounts).where(accounts.c.id == person.id).values(**plan))
        if plan["seats"] is None:
            end_team(connection, person)
        elif too_few := says_too_few(_taken(connection, person), plan["seats"]):
            raise Refused({"team": {"seats": too_few}})
        current_outbox().put(connection, mail)
    person.row = {**person.row, **plan}


def seats_taken(person: Person) -> int:
    """Return how many seats are taken in the team that ``person`` has: one of them is theirs."""
    with database.transaction(current_accounts().engine) as connection:
        return _taken(connection, person)


def says_too_few(taken: int, seats: int) -> str:
    """Return what is said of fewer ``seats`` than are taken; nothing where they are enough."""
    if seats >= taken:
        return ""
    return gettext(
        "%(count)s seats are taken, including yours. Enter at least %(count)s, or remove people from your team first",
        count=taken,
    )


def end_team(connection: Connection, person: Person) -> None:
    """Take all invitations of ``person`` back. Whoever has joined keeps an account of their own."""
    connection.execute(delete(members).where(members.c.account_id == person.id))
    connection.execute(update(accounts).where(accounts.c.team_id == person.id).values(**ALONE))


def _taken(connection: Connection, person: Person) -> int:
    query = select(func.count()).select_from(members).where(members.c.account_id == person.id)
    return int(connection.execute(query).scalar_one()) + 1
