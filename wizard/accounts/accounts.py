"""Accounts: those of one database, in which an email address and a username stand once, whatever their case."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from unicodedata import normalize

from email_validator import validate_email
from flask import current_app
from sqlalchemy import Connection, Engine, String, delete, func, insert, or_, select

from .. import database
from ..errors import Duplicate, Refused, StoreError
from ..flow import Answer
from ..languages import lazy_gettext as _
from . import migrating
from .tables import accounts

EMAIL_TAKEN = _("There is already an account with this email address. Sign in, or use another address.")
USERNAME_TAKEN = _("This username is taken. Choose another.")

#: Letters and digits that are not mistaken for each other when a reference is read out.
_REFERENCE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference() -> str:
    """Return what an account is called when somebody speaks of it, such as ``K7QM-2XNP``."""
    return "-".join("".join(secrets.choice(_REFERENCE) for _ in range(4)) for _ in range(2))


def email_key(email: str) -> str:
    """Return what is the same for every way to write the address of one mailbox, and another for each other mailbox.

    The domain is written as its registry does, the letters of the local part as Unicode composes them, and their case
    does not count. Nothing else is taken for the same: ``ß`` and ``ss`` are two mailboxes.
    """
    found = validate_email(email, check_deliverability=False)
    return f"{normalize('NFC', found.local_part.lower())}@{found.domain}"


def username_key(username: str) -> str:
    """Return what is the same for every way to write a username: it has no letters but ours, in either case."""
    return username.lower()


#: Writes what belongs to a new account, in its transaction, given its id.
Also = Callable[[Connection, int], None]

#: Does all that takes time, given the row of the account, and returns what writes the rest.
Prepare = Callable[[Mapping[str, Any]], Also]


class Accounts:
    """The accounts in one database.

    :param url: any SQLAlchemy URL.
    :raises SettingError: when the database does not answer, or its tables are not those that this code reads.
    """

    def __init__(self, url: str) -> None:
        self._engine = database.connect(url, "DATABASE_URL")
        self.shared = database.is_shared(self._engine)
        migrating.prepare(self._engine, "DATABASE_URL")

    @property
    def engine(self) -> Engine:
        """The database of these accounts, for whoever looks after it."""
        return self._engine

    def username_is_taken(self, username: str, run: str | None) -> bool:
        """Whether an account that another run than ``run`` created has this username."""
        query = select(accounts.c.run).where(accounts.c.username_key == username_key(username))
        with database.transaction(self._engine) as connection:
            owner = connection.execute(query).scalar_one_or_none()
        return owner is not None and owner != run

    def create(self, answers: Mapping[str, Answer], run: str, prepare: Prepare | None = None) -> str:
        """Create the account that ``answers`` describe, once for each ``run``.

        :param prepare: given the row of the account, returns what else is written in the same transaction.
        :returns: its reference.
        :raises Refused: when the email address or the username was taken meanwhile.
        """
        account, profile, plan = answers["account"], answers["profile"], answers["plan"]
        team = answers.get("team", {})
        values = {
            "reference": new_reference(),
            "run": run,
            "email": account["email"],
            "username": account["username"],
            "email_key": email_key(account["email"]),
            "username_key": username_key(account["username"]),
            "password_hash": answers["security"]["password"],
            "full_name": profile["full_name"],
            "date_of_birth": profile["date_of_birth"],
            "country": profile["country"],
            "plan": plan["plan"],
            "organisation": team.get("organisation"),
            "seats": team.get("seats"),
            "created_at": datetime.now(UTC),
        }
        # Before the transaction, which on SQLite lets nobody else write.
        also = prepare(values) if prepare else None
        try:
            with database.transaction(self._engine) as connection:
                account_id = connection.execute(insert(accounts).values(**values).returning(accounts.c.id)).scalar_one()
                if also is not None:
                    also(connection, account_id)
        except Duplicate:
            reference, errors = self._in_the_way(values)
            if reference is not None:
                return reference
            if not errors:
                raise StoreError("an account is in the way that cannot be found") from None
            raise Refused({"account": errors}) from None
        return str(values["reference"])

    def check(self, answers: Mapping[str, Answer], run: str) -> None:
        """Say what is taken of the answers, which something else is wrong with, so that everything is told at once.

        :raises Refused: when the email address or the username is taken.
        """
        account = answers["account"]
        keys = {"email_key": email_key(account["email"]), "username_key": username_key(account["username"])}
        _, errors = self._in_the_way({"run": run, **keys})
        if errors:
            raise Refused({"account": errors})

    def _in_the_way(self, values: Mapping[str, object]) -> tuple[str | None, dict[str, object]]:
        """Return the reference of the account that the same run has created, and what those of others have taken."""
        query = select(accounts).where(
            or_(*(accounts.c[name] == values[name] for name in ("run", "email_key", "username_key")))
        )
        with database.transaction(self._engine) as connection:
            found = connection.execute(query).all()
        errors: dict[str, object] = {}
        for row in found:
            if row.run == values["run"]:
                return str(row.reference), {}
            if row.email_key == values["email_key"]:
                errors["email"] = EMAIL_TAKEN
            if row.username_key == values["username_key"]:
                errors["username"] = USERNAME_TAKEN
        # In the order of the fields.
        return None, dict(sorted(errors.items()))

    def find(self, run: str) -> str | None:
        """Return the reference of the account that ``run`` has created, if it has."""
        query = select(accounts.c.reference).where(accounts.c.run == run)
        with database.transaction(self._engine) as connection:
            return connection.execute(query).scalar_one_or_none()

    def count(self) -> int:
        """How many accounts there are."""
        with database.transaction(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(accounts)).scalar_one())

    def ping(self) -> None:
        """Return when the database can be read and written. A row is written, and nothing is left of it."""
        mark = f"ping-{secrets.token_hex(5)}"
        row = {
            # Below all others, so that none is used up.
            "id": -1 - secrets.randbelow(2**31 - 1),
            **{column.name: mark for column in accounts.columns if isinstance(column.type, String)},
            "country": "",
            "date_of_birth": date.min,
            "created_at": datetime.min,
        }
        with database.trial(self._engine) as connection:
            connection.execute(insert(accounts).values(**row))
            connection.execute(delete(accounts).where(accounts.c.id == row["id"]))


def current_accounts() -> Accounts:
    """The accounts of the running application."""
    found: Accounts = current_app.extensions["accounts"]
    return found
