"""Checks of the stores: that they can be written, and what they keep when something crashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import time as now
from typing import Any

from sqlalchemy import Engine

from ..errors import StoreError
from ..files.folder import FolderFiles
from ..sessions import RedisStore
from . import postgresql, redis, sqlite
from .finding import Check, Deployment, Finding

#: The seconds that clocks may differ: sessions would end early or late, and limits as well.
CLOCK = 2


def accounts(deployment: Deployment) -> Iterator[Finding]:
    """Accounts can be written, and last."""
    yield from _reached("DATABASE_URL", deployment.accounts)
    yield from _lasting(deployment, "DATABASE_URL", deployment.accounts.engine)


def sessions(deployment: Deployment) -> Iterator[Finding]:
    """So do sessions. What lasts in the same database has been said."""
    store = deployment.sessions
    if store is None:
        return
    yield from _reached("SESSION_URL", store)
    if isinstance(store, RedisStore):
        yield from _answered(lambda: redis.durability(store))
    elif len(deployment.engines) > 1:
        yield from _lasting(deployment, "SESSION_URL", deployment.engines[1])


def files(deployment: Deployment) -> Iterator[Finding]:
    """Files that visitors upload can be written, where there is a wizard that takes them."""
    shelf = deployment.app.extensions.get("wizard_files")
    if shelf is None:
        return
    yield from _reached("WIZARD_FILES_URL", shelf.store)
    if deployment.machines > 1 and isinstance(shelf.store, FolderFiles):
        yield Finding("the folder of WIZARD_FILES_URL must be one that all machines share.", is_wrong=False)


def connections(deployment: Deployment) -> Iterator[Finding]:
    """All processes together find a connection."""
    servers: dict[tuple[str | None, int | None], list[Engine]] = {}
    for engine in deployment.pools:
        if engine.dialect.name == "postgresql":
            servers.setdefault((engine.url.host, engine.url.port), []).append(engine)
    for engines in servers.values():
        yield from _answered(lambda engines=engines: postgresql.connections(deployment, engines))


def clock(deployment: Deployment) -> Iterator[Finding]:
    """All machines have the same time."""
    for engine in deployment.engines:
        if engine.dialect.name == "postgresql":
            yield from _answered(lambda engine=engine: _apart("PostgreSQL", lambda: postgresql.clock(engine)))
    store = deployment.sessions
    if isinstance(store, RedisStore):
        yield from _answered(lambda: _apart("Redis", lambda: redis.clock(store)))


def _reached(setting: str, store: Any) -> Iterator[Finding]:
    try:
        # It writes, and leaves nothing.
        store.ping()
    except StoreError as error:
        yield Finding(f"{setting} cannot be read and written ({error}). Start it, make room, or mend the URL.")


def _lasting(deployment: Deployment, setting: str, engine: Engine) -> Iterator[Finding]:
    if engine.dialect.name == "sqlite":
        yield from _answered(lambda: sqlite.durability(engine))
        if deployment.machines > 1:
            yield Finding(f"{setting} is a file of one machine, and there are {deployment.machines}. Use PostgreSQL.")
    elif engine.dialect.name == "postgresql":
        yield from _answered(lambda: postgresql.durability(engine))


def _apart(name: str, ask: Callable[[], float]) -> Iterator[Finding]:
    begun, theirs, ended = now(), ask(), now()
    seconds = max(begun - theirs, theirs - ended)
    if seconds > CLOCK:
        yield Finding(
            f"that of {name} and that of this machine are {seconds:.0f} seconds apart: sessions end early or late. "
            "Let both follow a time server."
        )


def _answered(look: Callable[..., Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except StoreError:
        # Whether a store answers is looked at by _reached().
        return


CHECKS: dict[str, Check] = {
    "accounts": accounts,
    "sessions": sessions,
    "files": files,
    "connections": connections,
    "clock": clock,
}
