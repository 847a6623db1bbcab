"""The mails of the signup, in the language of the visitor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from ..accounts import people
from ..accounts.invitations import LIFETIME
from ..hosts import public_url
from ..languages import gettext
from ..mail import Mail

#: For how many days an invitation can be used, as its mail says.
DAYS = LIFETIME.days


def welcome(account: Mapping[str, Any]) -> Mail:
    """Return the mail that says that an account is ready.

    :param account: its row.
    """
    # Nothing that a visitor can word: whoever signs up with the address of somebody else writes no mail to them.
    text = render_template("signup/mails/welcome.txt", account=account, address=public_url("/"), _=gettext)
    return Mail(account["email"], gettext("Your account is ready"), text)


def invitation(host: Mapping[str, Any], member: Mapping[str, Any], token: str) -> Mail:
    """Return the mail that invites somebody into a team.

    :param host: the row of the account that invites.
    :param member: the name and the address of who is invited.
    :param token: what stands in the link.
    """
    # Of what the host has typed it says the address alone, which is confirmed: nobody writes letters to strangers in
    # our name. The page that the link opens says the rest.
    given = {"host": host["email"], "address": public_url(f"/join/{token}/"), "days": DAYS}
    text = render_template("signup/mails/invitation.txt", _=gettext, **given)
    return Mail(member["email"], gettext("You’re invited to a team at Acme"), text)


def joined(account: Mapping[str, Any]) -> Mail:
    """Return the mail that says to a member of a team that their account is ready.

    :param account: its row.
    """
    text = render_template("signup/mails/joined.txt", account=account, address=public_url("/"), _=gettext)
    return Mail(account["email"], gettext("Your account is ready"), text)


def passkey_added(email: str) -> Mail:
    """Return the mail that says that an account can be signed in to with another passkey.

    :param email: its address.
    """
    text = render_template("signup/mails/passkey_added.txt", address=public_url("/account"), _=gettext)
    return Mail(email, gettext("A passkey was added to your account"), text)


def password_changed(email: str) -> Mail:
    """Return the mail that says that the password was changed."""
    text = render_template("signup/mails/password_changed.txt", address=public_url("/forgot/"), _=gettext)
    return Mail(email, gettext("Your password was changed"), text)


def plan_changed(email: str) -> Mail:
    """Return the mail that says that the plan was changed."""
    text = render_template("signup/mails/plan_changed.txt", address=public_url("/account"), _=gettext)
    return Mail(email, gettext("Your plan was changed"), text)


def deleted(email: str) -> Mail:
    """Return the mail that says that the account was deleted."""
    return Mail(email, gettext("Your account was deleted"), render_template("signup/mails/deleted.txt", _=gettext))


def forgotten(address: str, code: str) -> Mail:
    """Return the mail with the code for a new password; to an address without an account, one that says so.

    :param address: what was typed. The mail goes to the address as its account has it.
    """
    person = people.by_email(address)
    known = {"code": code if person else "", "address": public_url("/"), "_": gettext}
    subject = gettext("There is no account with this address")
    if person:
        subject = gettext("%(code)s is your code", code=code)
    text = render_template("signup/mails/forgotten.txt", **known)
    return Mail(person.email if person else address, subject, text)


def new_email(address: str, _code: str) -> Mail | None:
    """Return what is mailed in place of a code to a new address that has an account already: see :func:`known`."""
    return _to_who_has_an_account(address, "new_email_taken")


def email_changed(old: str) -> Mail:
    """Return the mail to the ``old`` address that says that it is no longer that of the account."""
    text = render_template("signup/mails/email_changed.txt", _=gettext)
    return Mail(old, gettext("Your email address was changed"), text)


def known(address: str, _code: str) -> Mail | None:
    """Return what is mailed in place of a code to an address that has an account; ``None`` where it has none.

    Both cost one look-up and one mail, so that nothing but the mail tells whether there is an account.
    """
    return _to_who_has_an_account(address, "known")


def _to_who_has_an_account(address: str, name: str) -> Mail | None:
    if people.by_email(address) is None:
        return None
    text = render_template(f"signup/mails/{name}.txt", address=public_url("/sign-in"), _=gettext)
    return Mail(address, gettext("You have an account already"), text)
