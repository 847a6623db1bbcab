"""The command: ``flask --app wizard doctor``."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from .finding import Deployment

AT_LEAST_ONE = click.IntRange(min=1)


@click.command()
@click.option(
    "--workers",
    type=AT_LEAST_ONE,
    envvar="WEB_CONCURRENCY",
    default=2,
    show_default=True,
    help="How many processes gunicorn starts on each machine.",
)
@click.option("--threads", type=AT_LEAST_ONE, default=4, show_default=True, help="How many threads each has.")
@click.option("--machines", type=AT_LEAST_ONE, default=1, show_default=True, help="How many machines it runs on.")
@with_appcontext
def doctor(workers: int, threads: int, machines: int) -> None:
    """Look at this deployment, and say what is wrong and the cure.

    Run it with the settings of the server, as its user. Ends with status 1 if anything is wrong.
    """
    if "accounts" not in current_app.extensions:
        raise click.UsageError("The doctor looks at the signup: flask --app wizard doctor.")
    # They know every store, whose drivers take long to import, and each application has this command.
    from . import mail, stores, web

    checks = web.CHECKS | stores.CHECKS | mail.CHECKS
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    deployment = Deployment(app, workers, threads, machines)
    wrong = 0
    for name, check in checks.items():
        for finding in check(deployment):
            wrong += finding.is_wrong
            click.echo(f"{'WRONG' if finding.is_wrong else 'note '}  {name}: {finding.text}")
    if wrong:
        click.echo(f"{wrong} thing{'s are' if wrong > 1 else ' is'} wrong.")
        raise SystemExit(1)
    click.echo(f"Nothing is wrong. Looked at: {', '.join(checks)}.")
