"""The mails of the signup, in the language of the visitor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from ..hosts import public_url
from ..languages import gettext
from ..mail import Mail


def welcome(account: Mapping[str, Any]) -> Mail:
    """Return the mail that says that an account is ready.

    :param account: its row.
    """
    # Nothing that a visitor can word: whoever signs up with the address of somebody else writes no mail to them.
    text = render_template("signup/mails/welcome.txt", account=account, address=public_url("/"), _=gettext)
    return Mail(account["email"], gettext("Your account is ready"), text)
