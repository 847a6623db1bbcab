"""Relay: sends what is due, at least once, and gives up what cannot be sent."""

from __future__ import annotations

import logging
import random
import secrets
from collections import Counter
from collections.abc import Callable
from threading import Event
from typing import Any

from flask import Flask
from sqlalchemy import Row

from .. import mail_settings
from ..errors import Refused, StoreError
from ..patience import in_time, waiting
from ..sealing import Broken
from ..traces import trace
from .calls import Handlers
from .contents import Contents
from .rows import GIVEN_UP, KEPT, Rows
from .smtp import Away, Hangs, Later, Never, Smtp

#: Seconds for which a row is one relay's. It sends within them, or another one sends it again.
LEASE = 120

#: Seconds that a call may take.
CALL = 60

#: Seconds until a row is tried again: a little later each time, as greylisting wants it, and then every four hours.
PAUSES = [15, 60, 240, 960, 3840, 4 * 3600]

#: How often a row is tried: for about three days.
ATTEMPTS = 22

#: Seconds until a server is asked again that could not be reached.
AWAY = [2, 5, 10, 30, 60]

#: Seconds between two looks at the table by a relay that nobody wakes: for what other processes have left.
POLL = 10

#: Seconds for which what is kept can be read, and for which what was given up can be tried again.
KEEP = {KEPT: 7 * 86400, GIVEN_UP: 30 * 86400}

#: A number between 0 and 1, so that relays do not all look at once.
chance = random.Random().random  # noqa: S311  (no secret, and nobody who seeds their own is disturbed)

_logger = logging.getLogger("wizard.outbox")


class Relay:
    """Sends the rows of an outbox. Any number of relays, in any number of processes, share the work.

    :param clock: returns the time.
    """

    def __init__(
        self,
        app: Flask,
        rows: Rows,
        contents: Contents,
        calls: Handlers,
        clock: Callable[[], float],
    ) -> None:
        self._app = app
        self._rows = rows
        self._contents = contents
        self._calls = calls
        self._clock = clock
        self._from = mail_settings.sender(app.config)
        url = app.config["MAIL_URL"]
        self._smtp = Smtp(mail_settings.server(url)) if url else None
        self._failed = 0
        self._away_until = 0.0
        self._purge_at = 0.0

    def work(self, over: Event) -> float:
        """Send what is due until ``over`` is set, whatever happens, and return in how many seconds to look again."""
        pause = POLL * (0.5 + chance())
        try:
            self.run(over)
            self._purge()
            due = self._rows.next_due(self._kinds())
        except StoreError as error:
            _logger.warning("The outbox cannot be read yet: %s", error)
            return pause
        except Exception as error:
            _logger.error("The relay failed, and goes on:\n%s", trace(error))
            return pause
        now = self._clock()
        if self._away_until > now:
            pause = min(pause, self._away_until - now)
        # What is due by now is another's, or somebody has locked it.
        return pause if due is None else max(1.0, min(pause, due / 1000 - now))

    def run(self, over: Event | None = None) -> Counter[str]:
        """Send what is due by now, and return how much was ``sent``, is to be tried ``later``, and was ``given up``.

        :raises StoreError: when the database does not answer.
        """
        done: Counter[str] = Counter()
        try:
            while not (over and over.is_set()) and (row := self._lease()) is not None:
                done[self._handle(row)] += 1
        finally:
            if self._smtp is not None:
                self._smtp.close()
        return done

    def _kinds(self) -> list[str]:
        """Return what can be done now: calls, and mails unless the server is away."""
        is_here = self._smtp is not None and self._clock() >= self._away_until
        return ["call", "mail"] if is_here else ["call"]

    def _lease(self) -> Row[Any] | None:
        now = self._clock()
        return self._rows.lease(self._kinds(), round(now * 1000), round((now + LEASE) * 1000), secrets.token_hex(16))

    def _handle(self, row: Row[Any]) -> str:
        """Do what ``row`` says, note what came of it, and return that in a word."""
        if row.attempts > ATTEMPTS:
            return self._give_up(row, "each process that began with it has died")
        try:
            self._mail(row) if row.kind == "mail" else self._call(row)
        except Away as error:
            # No fault of this mail.
            self._rows.give_back(row, due=row.created, attempts=row.attempts - 1, error=str(error))
            return "later"
        except (Later, StoreError) as error:
            return self._try_later(row, str(error))
        except Never as error:
            return self._give_up(row, str(error))
        except Broken:
            return self._give_up(row, "it was sealed with a key that is not in SECRET_KEY or SECRET_KEY_FALLBACKS")
        except Refused:
            return self._give_up(row, "Refused")
        except Exception as error:
            _logger.error("%s failed:\n%s", _name(row), trace(error))
            return self._try_later(row, type(error).__name__)
        self._rows.remove(row.id)
        return "sent"

    def _mail(self, row: Row[Any]) -> None:
        assert self._smtp is not None
        letter = self._contents.letter(row)
        message = letter.mail.build(letter.message_id, letter.created, self._from)
        try:
            self._smtp.send(message)
            self._failed = 0
        except (Away, Hangs) as error:
            self._let_mails_wait(str(error))
            raise
        except (Later, Never):
            self._failed = 0
            raise

    def _call(self, row: Row[Any]) -> None:
        body = self._contents.open(row)
        function = self._calls.get(body["name"])
        if function is None:
            raise Later("no function is registered for it")

        def call() -> None:
            with self._app.app_context():
                self._app.ensure_sync(function)(body["arguments"], row.id)

        # It must not keep everything else waiting.
        with waiting(CALL):
            in_time(call)

    def _let_mails_wait(self, error: str) -> None:
        """Leave the server alone for a while: else each mail, and each call behind it, would wait for it in turn."""
        if not self._failed:
            _logger.warning("The mail server is away, and mails wait: %s", error)
        pause = AWAY[min(self._failed, len(AWAY) - 1)] * (1 + chance() / 4)
        self._failed += 1
        self._away_until = self._clock() + pause

    def _try_later(self, row: Row[Any], error: str) -> str:
        if row.attempts >= ATTEMPTS:
            return self._give_up(row, error)
        pause = PAUSES[min(row.attempts, len(PAUSES)) - 1] * (1 + chance() / 4)
        self._rows.give_back(row, due=round((self._clock() + pause) * 1000), error=error)
        return "later"

    def _give_up(self, row: Row[Any], error: str) -> str:
        _logger.warning("%s was given up after %s: %s", _name(row), _tries(row.attempts), error)
        self._rows.give_back(row, state=GIVEN_UP, error=error)
        return "given up"

    def _purge(self) -> None:
        """Delete once an hour what was kept for long enough."""
        now = self._clock()
        if now >= self._purge_at:
            self._purge_at = now + 3600
            for state, seconds in KEEP.items():
                self._rows.purge(state, round((now - seconds) * 1000))


def _name(row: Row[Any]) -> str:
    return f"The {row.kind} {row.id}"


def _tries(count: int) -> str:
    return f"{count} {'try' if count == 1 else 'tries'}"
