"""Mailbox: the page on which mails are read where there is no server to send them through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from babel.dates import format_datetime
from flask import Blueprint, Flask, abort, current_app, render_template, url_for

from .. import headers, hosts, languages
from ..assets import Assets
from ..zones import timezone
from .contents import Letter

#: How many mails the page shows.
MOST = 50

_NAME = "wizard_mailbox"


class Mailbox(Blueprint):
    """The page ``/mailbox``. It exists where there is no ``MAIL_URL``, and for requests from this machine alone."""

    def __init__(self, letters: Callable[[int], list[Letter]], layout: str) -> None:
        super().__init__(_NAME, __name__)
        self._letters = letters
        self._layout = layout
        self.add_url_rule("/mailbox", "show", self._show)
        self.after_request(headers.keep_private)

    @classmethod
    def join(cls, app: Flask, letters: Callable[[int], list[Letter]], *, layout: str, exists: bool) -> None:
        """Give ``app`` the page, if it ``exists``, and its templates the function ``wizard_mailbox_url``."""
        app.jinja_env.globals["wizard_mailbox_url"] = mailbox_url
        if exists:
            mailbox = cls(letters, layout)
            Assets.join(app, mailbox, {})
            app.register_blueprint(mailbox)

    def _show(self) -> str:
        if not hosts.is_from_here():
            abort(404)
        letters = [(letter, _when(letter.created)) for letter in self._letters(MOST)]
        with languages.settled():
            return render_template("wizard/mailbox.html", layout=self._layout, letters=letters, _=languages.gettext)


def _when(seconds: float) -> str:
    local = datetime.fromtimestamp(seconds, UTC).astimezone(timezone())
    return format_datetime(local, "medium", locale=languages.conventions())


def mailbox_url() -> str | None:
    """Return the address of the mailbox, for a page that waits for a mail; ``None`` where the visitor has none."""
    if _NAME not in current_app.blueprints or not hosts.is_from_here():
        return None
    return url_for(f"{_NAME}.show")
