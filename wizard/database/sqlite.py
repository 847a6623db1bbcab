"""SQLite: files that their owner alone can read, and a lock that is waited for in time."""

from __future__ import annotations

import math
import os
import stat
from contextlib import suppress
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import URL, Connection, Engine, event

from .. import patience, signals
from ..errors import SettingError, StoreError
from ..patience import left

#: What every database begins with.
MAGIC = b"SQLite format 3\0"


def options(url: URL, setting: str) -> tuple[URL, str]:
    """Return ``url`` as the driver takes it, and what it says of ``synchronous``: NORMAL, unless it says FULL.

    :param setting: the name of the setting that the URL came from.
    :raises SettingError: when it says something else.
    """
    said = url.query.get("synchronous", "NORMAL")
    if said not in ("NORMAL", "FULL"):
        raise SettingError(f"{setting}: synchronous is {said!r}. Use FULL to sync each commit to the disk, or NORMAL.")
    return url.difference_update_query(["synchronous"]), said


def prepare(engine: Engine, synchronous: str) -> None:
    """Prepare every connection that ``engine`` makes."""
    event.listen(engine, "do_connect", _keep_private)
    event.listen(engine, "connect", partial(_set_up, synchronous))


def _keep_private(_dialect: object, _record: object, args: list[Any], options: dict[str, Any]) -> None:
    """See that nobody but its owner can read the database, before there is anything in it.

    SQLite gives the files beside it, of the names ``-wal`` and ``-shm``, the mode that the database has.
    """
    name, may_make = args[0], True
    if options.get("uri") and name.startswith("file:"):
        parts = urlsplit(name)
        name, may_make = unquote(parts.path), parse_qs(parts.query).get("mode", ["rwc"]) == ["rwc"]
    # What cannot be made here cannot be opened either, and SQLite says why. A file of another user is theirs to close.
    with suppress(OSError):
        # A file that is there is not opened: to close it would release the locks of all connections of this process to
        # it, and whoever opens it from outside would take it for unused, and delete what stands beside it.
        if may_make and not os.path.exists(name):
            os.close(os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for file in (name, f"{name}-wal", f"{name}-shm"):
            with suppress(FileNotFoundError):
                if (mode := stat.S_IMODE(os.stat(file).st_mode)) & 0o077 and _is_database(name):
                    os.chmod(file, mode & ~0o077)


@cache
def _is_database(name: str) -> bool:
    """Whether a file is one of SQLite's, or may become one. Any other that a URL names by mistake is left alone.

    It is looked at once, before this process has a connection to it.
    """
    with open(name, "rb") as file:
        return file.read(len(MAGIC)) in (b"", MAGIC)


def _set_up(synchronous: str, connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {left() * 1000:.0f}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(f"PRAGMA synchronous = {synchronous}")
    cursor.close()


def wait_for_lock(driver: Any, info: dict[str, Any]) -> None:
    """Let a connection wait for another writer for as long as may be waited now, give or take a fifth of it all.

    :param driver: the connection of the driver.
    :param info: what is remembered of it.
    """
    seconds = left()
    # To say it each time would double the statements.
    if abs(info.get("waits", -math.inf) - seconds) > patience.PATIENCE / 5:
        driver.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
        info["waits"] = seconds


def cure(url: URL) -> str:
    """Return what helps where the file of ``url`` cannot be used: there is no server to start."""
    file = url.database or ""
    if not file.startswith("file:"):
        file = os.path.abspath(file)
    return (
        f"Let the user that runs this write {file} and its folder, make room on the disk, or mend the URL: "
        "sqlite:////path/to/file."
    )


def look_anew(connection: Connection) -> None:
    """Forget what ``connection`` has read, so that a file that was damaged or deleted since is noticed.

    :raises StoreError: when the file is gone.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA shrink_memory")
    [(_, _, file)] = driver.execute("PRAGMA database_list")
    if not os.path.exists(file):
        signals.store_failed.send("sqlite")
        raise StoreError("sqlite: the file is gone")
