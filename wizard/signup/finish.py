"""The end of the signup: an account, made once, with all that belongs to it and the mails that say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import session
from sqlalchemy import Connection

from ..accounts import invitations, people, photos
from ..accounts.accounts import Also, current_accounts
from ..accounts.people import Person
from ..flow import Answer
from ..mail import current_outbox
from . import mails, signed_in

#: How many of those who were invited the last page names.
NAMED = 3


def create_account(answers: Mapping[str, Answer], run: str) -> str:
    """The signup's ``on_finish``: see :meth:`Accounts.create`. Mails go to the account and to the people invited, and
    the visitor is signed in."""

    def prepare(account: Mapping[str, Any]) -> Also:
        welcome = mails.welcome(account)
        file = (answers.get("photo") or {}).get("photo")
        photo = photos.square(file.read(), run) if file else None
        letters = invitations.letters(account, answers.get("members", ()), mails.invitation)

        def also(connection: Connection, account_id: int) -> None:
            current_outbox().put(connection, welcome)
            if photo is not None:
                photos.keep(connection, account_id, photo)
            invitations.invite(connection, account_id, letters)

        return also

    reference = current_accounts().create(answers, run, prepare)
    sign_in(run)
    return reference


def check_account(answers: Mapping[str, Answer], run: str) -> None:
    """The signup's ``check``: see :meth:`Accounts.check`."""
    current_accounts().check(answers, run)


def find_account(run: str) -> str | None:
    """The ``find`` of the signup, and of every flow that makes an account: see :meth:`Accounts.find`."""
    found = current_accounts().find(run)
    if found is not None:
        sign_in(run)
    return found


def sign_in(run: str) -> None:
    """Sign in who has created an account by that run. It is saved with the Receipt."""
    person = people.by_run(run)
    if person is not None:
        signed_in.sign_in(person)
        _note_invited(person)


def _note_invited(person: Person) -> None:
    """Note for the last page how many people were invited, and what the first of them are called."""
    invited = invitations.of_team(current_accounts().engine, person.id) if person.row["seats"] else []
    session.pop(signed_in.INVITED, None)
    if invited:
        names = [one.name for one in invited[:NAMED]]
        session[signed_in.INVITED] = {"by": person.row["reference"], "count": len(invited), "names": names}
