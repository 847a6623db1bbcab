"""Belongings: all that is kept of a person beside their account; to be handed over, and to be deleted."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select

from .. import database
from ..mail import Mail, current_outbox
from . import invitations, plans
from .accounts import current_accounts
from .people import Person
from .photos import Photo
from .tables import accounts, members, passkeys, photos

#: What is handed to nobody: it opens something, or is there for our comparisons alone.
_OURS = frozenset({"id", "run", "email_key", "username_key", "password_hash", "stamp", "team_id"})


def photo_name(person: Person) -> str | None:
    """Return under which name the photo of ``person`` is found; ``None`` where there is none."""
    with database.transaction(current_accounts().engine) as connection:
        return connection.execute(select(photos.c.name).where(photos.c.account_id == person.id)).scalar()


def photo(name: str, person: Person) -> Photo | None:
    """Return the photo of that ``name``, if it is of ``person`` or of somebody in their team."""
    team = person.row["team_id"] or person.id
    query = (
        select(photos.c.type, photos.c.data)
        .join(accounts, accounts.c.id == photos.c.account_id)
        .where(photos.c.name == name, or_(accounts.c.id.in_([person.id, team]), accounts.c.team_id == team))
    )
    with database.transaction(current_accounts().engine) as connection:
        row = connection.execute(query).first()
    return Photo(row.type, row.data, name) if row else None


def photo_of(person: Person) -> Photo | None:
    """Return the photo of ``person``."""
    name = photo_name(person)
    return photo(name, person) if name else None


def team_of(person: Person) -> Row[Any] | None:
    """Return the account that has the team of which ``person`` is a member; ``None`` where they are of none."""
    if person.row["team_id"] is None:
        return None
    with database.transaction(current_accounts().engine) as connection:
        return connection.execute(select(accounts).where(accounts.c.id == person.row["team_id"])).first()


def invited(person: Person) -> list[Row[Any]]:
    """Return who was invited to the team that ``person`` has."""
    return invitations.of_team(current_accounts().engine, person.id)


def everything(person: Person) -> dict[str, Any]:
    """Return all that is kept of ``person``, as JSON can hold it."""
    with database.transaction(current_accounts().engine) as connection:
        picture = connection.execute(select(photos).where(photos.c.account_id == person.id)).first()
        keys = connection.execute(select(passkeys).where(passkeys.c.account_id == person.id)).all()
    team = team_of(person)
    found: dict[str, Any] = {name: _plain(value) for name, value in person.row.items() if name not in _OURS}
    found["photo"] = {"type": picture.type, "base64": b64encode(picture.data).decode()} if picture else None
    found["passkeys"] = [
        {name: _plain(key._mapping[name]) for name in ("name", "created_at", "used_at")} for key in keys
    ]
    found["member_of"] = team.organisation if team else None
    found["invited"] = [
        {
            "name": one.name,
            "email": one.email,
            "invited_at": _plain(one.invited_at),
            "has_joined": one.joined_id is not None,
        }
        for one in invited(person)
    ]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def erase(person: Person, goodbye: Mail) -> None:
    """Delete the account of ``person``, and all that belongs to it. Who is a member of their team keeps an account.

    :param goodbye: the mail that says so.
    """
    outbox = current_outbox()
    waiting = [letter.id for letter in outbox.letters() if letter.mail.to == person.email]
    with database.transaction(current_accounts().engine) as connection:
        _delete_rows(connection, person)
        outbox.put(connection, goodbye)
    for row_id in waiting:
        outbox.rows.remove(row_id)


def _delete_rows(connection: Connection, person: Person) -> None:
    # Said here too: a database that was made elsewhere may keep no foreign keys.
    plans.end_team(connection, person)
    for table in (photos, passkeys):
        connection.execute(delete(table).where(table.c.account_id == person.id))
    connection.execute(delete(members).where(members.c.joined_id == person.id))
    connection.execute(delete(accounts).where(accounts.c.id == person.id))
