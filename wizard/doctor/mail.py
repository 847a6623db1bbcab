"""Checks of the mails: that they can be sent, and that they are."""

from __future__ import annotations

from collections.abc import Iterator

from .. import mail_settings
from ..errors import StoreError
from ..mail import Outbox
from ..mail.rows import GIVEN_UP
from ..mail.smtp import Away, Smtp
from .finding import Check, Deployment, Finding


def mail(deployment: Deployment) -> Iterator[Finding]:
    """A mail server lets us in, and takes what is put."""
    url = deployment.config["MAIL_URL"]
    if url is None:
        yield Finding(
            "MAIL_URL is not set, so that nobody gets a mail: they are kept, and read at /mailbox on this machine. Set "
            "FLASK_MAIL_URL=smtp://user:password@mail.example.com:587.",
            is_wrong=False,
        )
        return
    try:
        Smtp(mail_settings.server(url)).check()
    except Away as error:
        yield Finding(f"MAIL_URL: mails wait, as the server does not let us in ({error}). Start it, or mend the URL.")
    outbox: Outbox = deployment.app.extensions["wizard.outbox"]
    try:
        count = outbox.rows.count().get(GIVEN_UP, 0)
    except StoreError:
        # Whether the database answers is looked at elsewhere.
        return
    if count:
        yield Finding(
            f"{count} row{' was' if count == 1 else 's were'} given up. See which with: flask --app wizard outbox",
            is_wrong=False,
        )


CHECKS: dict[str, Check] = {"mail": mail}
