"""What a check of the doctor is given, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from flask import Config, Flask
from sqlalchemy import Engine

from ..accounts.accounts import Accounts
from ..sessions import SQLStore, Store


class Finding(NamedTuple):
    """One line about one thing.

    :param text: what is wrong, and the cure.
    :param is_wrong: whether it has to be mended; else it is good to know.
    """

    text: str
    is_wrong: bool = True


class Deployment(NamedTuple):
    """The application as it is set up, and how often it runs.

    :param workers: the processes on each machine.
    :param threads: the threads of each process.
    :param machines: the machines it runs on.
    """

    app: Flask
    workers: int
    threads: int
    machines: int

    @property
    def config(self) -> Config:
        """Its settings."""
        return self.app.config

    @property
    def accounts(self) -> Accounts:
        """Where its accounts are."""
        found: Accounts = self.app.extensions["accounts"]
        return found

    @property
    def sessions(self) -> Store | None:
        """Where its sessions are; nothing where each stands in its cookie."""
        return getattr(self.app.session_interface, "store", None)

    @property
    def pools(self) -> list[Engine]:
        """What each process has connections in: one for accounts, and one for sessions in a database."""
        return [self.accounts.engine, *([self.sessions.engine] if isinstance(self.sessions, SQLStore) else [])]

    @property
    def engines(self) -> list[Engine]:
        """The same, once for each database."""
        return self.pools[:1] if len({engine.url for engine in self.pools}) == 1 else self.pools

    @property
    def processes(self) -> int:
        """How many processes there are."""
        return self.workers * self.machines


#: Yields a finding for each thing that is wrong or good to know.
Check = Callable[[Deployment], Iterable[Finding]]
