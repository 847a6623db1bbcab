"""PostgreSQL: connections that give up in time, whatever the server does.

The time-outs of libpq and of the server do not do that: a server whose process stands still answers neither to its own
clock nor to TCP's, which its kernel goes on serving.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import URL, Engine, event

from .. import patience
from ..patience import TOO_LATE, in_time, left


def options(url: URL) -> dict[str, str]:
    """Return what a connection is asked for beside ``url``, which goes first."""
    milliseconds = round(patience.PATIENCE * 1000)
    given = {
        "connect_timeout": f"{max(2, round(patience.PATIENCE))}",  # 2 is the least that libpq takes
        "tcp_user_timeout": f"{milliseconds}",
        # So that the server does not go on with what nobody waits for any more.
        "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}",
    }
    return {name: value for name, value in given.items() if name not in url.query}


def prepare(engine: Engine) -> None:
    """Let ``engine`` make connections of this kind."""
    event.listen(engine, "do_connect", _connect)


def _connect(_dialect: object, _record: object, args: list[Any], options: dict[str, Any]) -> Connection:
    # To look up the host alone can take long, and knows no time-out.
    return in_time(lambda: Connection.connect(*args, **options), late=Connection.close)


class Connection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer in time."""

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server; every statement comes by here."""
        try:
            return super().wait(gen, interval, left() if timeout is None else min(timeout, left()))
        except psycopg.Error:
            if left():
                raise
            self.close()
            raise psycopg.OperationalError(TOO_LATE) from None
