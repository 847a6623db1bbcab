"""Invitations: who was asked into a team, by a link that makes one account and that nobody can guess."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from .. import database
from ..errors import Duplicate, Refused
from ..flow import Answer
from ..languages import lazy_gettext as _
from ..mail import Mail, current_outbox
from .accounts import EMAIL_TAKEN, current_accounts, email_key, new_reference
from .tables import accounts, members

#: For how long a link can be used. Whoever has invited can send another one.
LIFETIME = timedelta(days=14)

#: How soon the same person can be sent another link.
PAUSE = timedelta(minutes=10)

#: The row of somebody who has left a team: their account stays, as one of their own.
ALONE: Mapping[str, Any] = {"team_id": None, "plan": "personal"}

#: The row of somebody who is invited, and the mail to them.
Letter = tuple[Mapping[str, Any], Mail]

#: Returns the mail with a link, given who invites, who is invited, and what stands in the link.
Write = Callable[[Mapping[str, Any], Mapping[str, Any], str], Mail]


class Invitation(NamedTuple):
    """What a link opens.

    :param id: of its row.
    :param name: of who is invited, as the team has written it.
    :param email: their address.
    :param team_id: the account that invites.
    :param organisation: its name.
    :param host: who invites.
    """

    id: int
    name: str
    email: str
    team_id: int
    organisation: str
    host: str


class Gone(Exception):
    """A link opens nothing.

    :param joined: whether somebody has joined by it.
    """

    def __init__(self, *, joined: bool = False) -> None:
        self.joined = joined


def new_token() -> str:
    """Return what stands in a link."""
    return secrets.token_urlsafe(24)


def hash_of(token: str) -> str:
    """Return what is stored of a ``token``: from 192 random bits nobody finds them again, so it needs no key."""
    return sha256(token.encode()).hexdigest()


def letters(host: Mapping[str, Any], people: Iterable[Mapping[str, Any]], write: Write) -> list[Letter]:
    """Return the rows and the mails by which ``people`` are invited. To write them takes time; to put them does not.

    :param host: the row of the account that invites.
    :param people: the name and the address of each.
    """
    found: list[Letter] = []
    for person in people:
        token = new_token()
        values = {"name": person["name"], "email": person["email"]}
        row = {**values, "token": hash_of(token), "invited_at": datetime.now(UTC)}
        found.append((row, write(host, values, token)))
    return found


def invite(connection: Connection, team_id: int, letters: Iterable[Letter]) -> None:
    """Add people to the team of an account, and put the mails to them, in the transaction of ``connection``."""
    for row, mail in letters:
        connection.execute(insert(members).values(**row, account_id=team_id))
        current_outbox().put(connection, mail)


def find(engine: Engine, token: str) -> Invitation:
    """Return what a link opens.

    :raises Gone: when it is too old, was taken back or replaced by another, or was used.
    """
    query = (
        select(members, accounts.c.organisation, accounts.c.full_name, accounts.c.id.label("team_id"))
        .join(accounts, accounts.c.id == members.c.account_id)
        .where(members.c.token == hash_of(token))
    )
    with database.transaction(engine) as connection:
        row = connection.execute(query).first()
    if row is None or row.joined_id is not None:
        raise Gone(joined=row is not None)
    if _age(row) > LIFETIME:
        raise Gone
    return Invitation(row.id, row.name, row.email, row.team_id, row.organisation or "", row.full_name)


def join(engine: Engine, token: str, answers: Mapping[str, Answer], run: str, write: Callable[..., Mail]) -> str:
    """Make the account of a member, once for each ``run``, and use the link up.

    :param write: returns the mail that says so, given the row of the account.
    :returns: its reference.
    :raises Refused: when the link was used or taken back meanwhile, or the address has an account by now.
    """
    if (done := current_accounts().find(run)) is not None:
        return done
    try:
        invitation = find(engine, token)
    except Gone:
        raise Refused(str(GONE)) from None
    values = {
        "reference": new_reference(),
        "run": run,
        "email": invitation.email,
        "email_key": email_key(invitation.email),
        "password_hash": answers["security"]["password"],
        "full_name": answers["you"]["full_name"],
        "plan": "team",
        "team_id": invitation.team_id,
        "created_at": datetime.now(UTC),
    }
    mail = write(values)
    try:
        with database.transaction(engine) as connection:
            new = connection.execute(insert(accounts).values(**values).returning(accounts.c.id)).scalar_one()
            taken = update(members).where(members.c.id == invitation.id, members.c.joined_id.is_(None))
            if not connection.execute(taken.values(joined_id=new, name=values["full_name"])).rowcount:
                raise Refused(str(GONE))
            current_outbox().put(connection, mail)
    except Duplicate:
        # The same run, sent twice at once; or somebody has signed up with this address.
        if (done := current_accounts().find(run)) is not None:
            return done
        raise Refused(str(EMAIL_TAKEN)) from None
    return str(values["reference"])


def of_team(engine: Engine, team_id: int) -> list[Row[Any]]:
    """Return who was invited to the team of that account, in the order in which they were named."""
    query = select(members).where(members.c.account_id == team_id).order_by(members.c.id)
    with database.transaction(engine) as connection:
        return list(connection.execute(query).all())


def add(engine: Engine, host: Mapping[str, Any], person: Mapping[str, Any], write: Write) -> None:
    """Invite one more.

    :raises Refused: when it is the own address, was invited already, or no seat is left.
    """
    key, letter = email_key(person["email"]), letters(host, [person], write)
    with database.transaction(engine) as connection:
        # Before it is counted, so that two at once do not both get the last seat.
        own = update(accounts).where(accounts.c.id == host["id"]).values(seats=accounts.c.seats)
        seats = connection.execute(own.returning(accounts.c.seats)).scalar()
        emails = connection.execute(select(members.c.email).where(members.c.account_id == host["id"])).scalars().all()
        if key == host["email_key"]:
            raise Refused(str(OWN))
        if key in map(email_key, emails):
            raise Refused(str(TWICE))
        if len(emails) + 1 >= (seats or 1):
            raise Refused(str(FULL))
        invite(connection, host["id"], letter)


def send_again(engine: Engine, host: Mapping[str, Any], member_id: int, write: Write) -> bool:
    """Send another link, and let the one before open nothing. Return whether it was sent: not so soon again.

    :param member_id: of a row that :func:`of_team` has found. One of another team is left alone.
    """
    mine = (members.c.id == member_id, members.c.account_id == host["id"], members.c.joined_id.is_(None))
    with database.transaction(engine) as connection:
        row = connection.execute(select(members).where(*mine)).first()
    if row is None or _age(row) < PAUSE:
        return False
    [(new, mail)] = letters(host, [{"name": row.name, "email": row.email}], write)
    # Unless another request has sent one meanwhile.
    same = update(members).where(*mine, members.c.token.is_not_distinct_from(row.token))
    with database.transaction(engine) as connection:
        if not connection.execute(same.values(token=new["token"], invited_at=new["invited_at"])).rowcount:
            return False
        current_outbox().put(connection, mail)
    return True


def take_back(engine: Engine, host: Mapping[str, Any], member_id: int) -> None:
    """Give the seat to nobody: a link then opens nothing. Whoever has joined keeps an account of their own."""
    mine = (members.c.id == member_id, members.c.account_id == host["id"])
    with database.transaction(engine) as connection:
        # In one statement, or whoever joins in between would stay in the team without a seat.
        joined = connection.execute(delete(members).where(*mine).returning(members.c.joined_id)).scalar()
        if joined is not None:
            theirs = (accounts.c.id == joined, accounts.c.team_id == host["id"])
            connection.execute(update(accounts).where(*theirs).values(**ALONE))


def _age(row: Row[Any]) -> timedelta:
    """Return how long ago the link was sent. SQLite knows no time zones."""
    if row.invited_at is None:
        return LIFETIME * 2
    sent: datetime = row.invited_at
    return datetime.now(UTC) - (sent if sent.tzinfo else sent.replace(tzinfo=UTC))


OWN = _("This is your own address, and your seat is already counted. Enter another one")
TWICE = _("This address is already invited. Enter another one")
FULL = _("All your team’s seats are taken. Remove an invitation before you send another")
GONE = _("This invitation no longer works. Ask whoever invited you for a new one")
