"""The command: ``flask --app wizard outbox``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from .rows import GIVEN_UP, KEPT, WAITING

if TYPE_CHECKING:
    from .outbox import Outbox

_LINE = "{:32}  {:4}  {:8}  {:>5}  {:19}  {}"


@click.group("outbox", cls=AppGroup, invoke_without_command=True)
@click.option("--most", type=click.IntRange(min=1), default=50, show_default=True, help="How many are shown.")
@click.pass_context
@with_appcontext
def outbox(context: click.Context, most: int) -> None:
    """Show what waits to be sent and what was given up, the newest first, and nothing of what it says.

    Where there is a mail server by now, also what was kept while there was none.
    """
    if context.invoked_subcommand:
        return
    rows, can_be_sent = _outbox().rows, not _outbox().keeps
    count = rows.count()
    kept = count.get(KEPT, 0) if can_be_sent else 0
    more = f", {kept} kept while there was no mail server" if kept else ""
    click.echo(f"{count.get(WAITING, 0)} waiting, {count.get(GIVEN_UP, 0)} given up{more}")
    found = rows.find(WAITING, GIVEN_UP, *([KEPT] if can_be_sent else []), most=most)
    if not found:
        return
    click.echo(_LINE.format("ID", "WHAT", "STATE", "TRIES", "SINCE (UTC)", "ERROR"))
    for row in found:
        since = datetime.fromtimestamp(row.created // 1000, UTC).isoformat(" ")[:19]
        click.echo(_LINE.format(row.id, row.kind, row.state, row.attempts, since, row.error or "").rstrip())


@outbox.command()
@click.argument("row", metavar="ID|all|kept")
def retry(row: str) -> None:
    """Try a row, or all that wait or were given up, again at once, and as often as a new one.

    With "kept", it is what was kept while there was no mail server.
    """
    found = _outbox()
    if row == "kept" and found.keeps:
        raise click.UsageError("There is no mail server to send them through. Set MAIL_URL first.")
    states = {"all": (WAITING, GIVEN_UP), "kept": (KEPT,)}
    one = (WAITING, GIVEN_UP) if found.keeps else (WAITING, GIVEN_UP, KEPT)
    count = found.rows.retry(None if row in states else row, round(found.clock() * 1000), states.get(row, one))
    if not count and row not in states:
        raise click.UsageError(f"There is no row {row!r} that waits or was given up, unless it is just being sent.")
    click.echo(f"{count} row{'' if count == 1 else 's'} will be tried again")


@outbox.command()
def send() -> None:
    """Send what is due now, and say what came of it."""
    done = _outbox().relay.run()
    click.echo(f"{done['sent']} sent, {done['later']} to be tried again, {done['given up']} given up")


def _outbox() -> Outbox:
    found: Outbox | None = current_app.extensions.get("wizard.outbox")
    if found is None:
        raise click.UsageError("This application has no outbox. Make one where it is made: Outbox(app).")
    return found
