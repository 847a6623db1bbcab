"""``python -m tests.soak 20``: soak for twenty minutes, on each store in turns."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import NullPool, create_engine, text

from tests import servers
from tests.processes import serving
from tests.soak.tally import Tally, say
from tests.soak.trouble import Trouble, disk
from tests.soak.visitor import Visitor

#: How many visitors there are at once, and for how many seconds each store has its turn.
VISITORS, TURN = 8, 45


class Stores(NamedTuple):
    """Where sessions and accounts are, and what of it can fail."""

    accounts: str
    sessions: str
    server: servers.Server | None
    file: Path | None


@contextmanager
def sqlite(folder: Path) -> Iterator[Stores]:
    """All in one file."""
    url = f"sqlite:///{folder / 'wizard.db'}"
    yield Stores(url, url, None, folder / "wizard.db")


@contextmanager
def postgresql(folder: Path) -> Iterator[Stores]:
    """All in one PostgreSQL."""
    with servers.postgres(within=folder) as server:
        yield Stores(server.url, server.url, server, None)


@contextmanager
def redis(folder: Path) -> Iterator[Stores]:
    """Sessions in a Redis that has written what it has answered, and accounts in a file."""
    with servers.redis(appendonly=True, settings=("--appendfsync", "always"), within=folder) as server:
        yield Stores(f"sqlite:///{folder / 'accounts.db'}", server.url, server, folder / "accounts.db")


STORES = {"SQLite": sqlite, "PostgreSQL": postgresql, "Redis": redis}


def soak(name: str, seconds: float, tally: Tally) -> None:
    """Let visitors come for so long, and look at what is there in the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        folder.chmod(0o711)
        place = stack.enter_context(disk(folder))
        stores = stack.enter_context(STORES[name](place or folder))
        settings = {"DATABASE_URL": stores.accounts, "SESSION_URL": stores.sessions, "TRUSTED_PROXIES": "1"}
        server = stack.enter_context(serving(folder, patience=None, **settings))
        visitors: list[Visitor] = []
        over = threading.Event()

        def come() -> None:
            while not over.is_set():
                visitor = Visitor(server, tally)
                visitors.append(visitor)
                visitor.visit()

        threads = [threading.Thread(target=come) for _ in range(VISITORS)]
        for thread in threads:
            thread.start()
        trouble = Trouble(server, stores.server, stores.file, place)
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                time.sleep(random.uniform(0.2, 2))
                tally.troubles[trouble.one()] += 1
        finally:
            over.set()
            for thread in threads:
                thread.join()
        server.wait()
        for visitor in visitors:
            visitor.look_at_all()
        audit(stores.accounts, visitors, tally)
        if "Traceback" in server.log:
            tally.fault("requests failed", server.log[server.log.index("Traceback") - 300 :][:3000])


def audit(url: str, visitors: list[Visitor], tally: Tally) -> None:
    """See that whoever has finished has one account, with the answers that they pressed, and nobody else has any."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        accounts = connection.execute(text("select * from accounts order by id")).mappings().all()
        members = connection.execute(text("select account_id, name, email from members order by id")).all()
    for visitor in visitors:
        own = [one for one in accounts if one["full_name"] == visitor.name]
        if len(own) > 1 or (own and not visitor.has_pressed):
            tally.fault("accounts doubled", f"{visitor.name} has {len(own)}")
        elif visitor.reference and not own:
            tally.fault("answers lost", f"{visitor.name} has the reference {visitor.reference}, and no account")
        elif visitor.reference:
            [account] = own
            pressed = {name: value for step in visitor.accepted.values() for name, value in step.items()}
            wrong = [name for name in ("email", "username", "country", "plan") if str(account[name]) != pressed[name]]
            if str(account["date_of_birth"]) != f"{pressed['date_of_birth-year']}-03-31":
                wrong.append("date_of_birth")
            if [(one.name, one.email) for one in members if one.account_id == account["id"]] != [
                (one["name"], one["email"]) for one in visitor.members
            ]:
                wrong.append("members")
            if account["reference"] != visitor.reference:
                wrong.append("reference")
            if not _is_hash_of(account["password_hash"], pressed["password"]):
                wrong.append("password")
            if wrong:
                tally.fault("accounts wrong", f"{visitor.name}: {wrong}")


def _is_hash_of(kept: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(kept, password)
    except VerifyMismatchError:
        return False


def main(minutes: float) -> int:
    """Soak, and return the status."""
    tally = Tally()
    until = time.monotonic() + minutes * 60
    turn = 0
    # Each has a turn, however short the time is.
    while time.monotonic() < until or turn < len(STORES):
        name = list(STORES)[turn % len(STORES)]
        before = tally.counts.copy()
        soak(name, min(TURN, minutes * 60 / len(STORES)), tally)
        new = tally.counts - before
        say(f"{name}: {new['answers accepted']} answers accepted, {new['runs finished']} runs finished")
        turn += 1
    say(tally.report())
    return 0 if tally.is_good else 1


if __name__ == "__main__":
    servers.ensure()
    if os.geteuid() == 0 and "SOAK_MOUNTS" not in os.environ and (unshare := shutil.which("unshare")):
        # Whatever happens to the soak, its disks are gone with it.
        command = [unshare, "--mount", sys.executable, "-m", "tests.soak", *sys.argv[1:]]
        os.execve(unshare, command, {**os.environ, "SOAK_MOUNTS": "own"})  # noqa: S606  (no shell is needed)
    elif os.geteuid() != 0:
        say("No disk will be full: that takes root.")
    sys.exit(main(float(sys.argv[1])))
