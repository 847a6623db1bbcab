"""People: one who has an account, as Flask-Login knows them, and how they are found."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError
from flask_login import UserMixin
from sqlalchemy import ColumnElement, select, update

from .. import database
from ..mail import Mail, current_outbox
from . import passwords
from .accounts import current_accounts, email_key
from .tables import accounts, new_stamp


class Person(UserMixin):
    """Somebody who has an account.

    :param row: their row of the table ``accounts``.
    """

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.id: int = row["id"]
        self.email: str = row["email"]
        self.name: str = row["full_name"]

    def get_id(self) -> str:
        """Return what stands in a session or a cookie: another password makes another one."""
        return f"{self.id}.{self.row['stamp']}"

    def has_password(self, password: str) -> bool:
        """Whether that is the password. A hash that was made with other parameters than today's is made anew."""
        kept = self.row["password_hash"]
        if not passwords.is_password(kept, password):
            return False
        if passwords.is_outdated(kept):
            _change(self, (accounts.c.password_hash == kept,), password_hash=passwords.hash_password(password))
        return True

    def change_password(self, password_hash: str, mail: Mail | None = None) -> None:
        """Keep another password. Whoever was signed in is so no longer, in whatever browser.

        :param mail: says so, and is put in the same transaction.
        """
        _change(self, mail=mail, password_hash=password_hash, stamp=new_stamp())

    def change_email(self, email: str, mail: Mail) -> None:
        """Have another email address.

        :param mail: says so to the old one, and is put in the same transaction.
        :raises Duplicate: when another account has it.
        """
        _change(self, mail=mail, email=email, email_key=email_key(email))
        self.email = email


def by_id(account_id: int) -> Person | None:
    """Return who has the account of that id."""
    return _find(accounts.c.id == account_id)


def by_email(email: str) -> Person | None:
    """Return who has the account with that email address, however it is written."""
    try:
        return _find(accounts.c.email_key == email_key(email))
    except EmailNotValidError:
        return None


def by_run(run: str) -> Person | None:
    """Return who has the account that a run of the signup has created."""
    return _find(accounts.c.run == run)


def by_session(kept: str) -> Person | None:
    """Return who is meant by what :meth:`Person.get_id` has returned; nobody once the password is another."""
    number = kept.partition(".")[0]
    person = by_id(int(number)) if number.isascii() and number.isdecimal() and len(number) < 10 else None
    return person if person and hmac.compare_digest(person.get_id().encode(), kept.encode()) else None


def _find(condition: ColumnElement[bool]) -> Person | None:
    with database.transaction(current_accounts().engine) as connection:
        row = connection.execute(select(accounts).where(condition)).mappings().one_or_none()
    return Person(dict(row)) if row else None


def _change(
    person: Person, only: tuple[ColumnElement[bool], ...] = (), mail: Mail | None = None, **values: Any
) -> None:
    statement = update(accounts).where(accounts.c.id == person.id, *only).values(**values)
    with database.transaction(current_accounts().engine) as connection:
        connection.execute(statement)
        if mail is not None:
            current_outbox().put(connection, mail)
    person.row = {**person.row, **values}
