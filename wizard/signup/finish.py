"""The end of the signup: an account, made once, and a mail that says so."""

from __future__ import annotations

from collections.abc import Mapping

from ..accounts.accounts import current_accounts
from ..flow import Answer
from . import mails


def create_account(answers: Mapping[str, Answer], run: str) -> str:
    """The signup's ``on_finish``: see :meth:`Accounts.create`. The new account is told of by mail."""
    return current_accounts().create(answers, run, mails.welcome)


def check_account(answers: Mapping[str, Answer], run: str) -> None:
    """The signup's ``check``: see :meth:`Accounts.check`."""
    current_accounts().check(answers, run)


def find_account(run: str) -> str | None:
    """The signup's ``find``: see :meth:`Accounts.find`."""
    return current_accounts().find(run)
