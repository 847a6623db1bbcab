"""Passkeys: what signs in without a password. Of each, the key that is public is kept, and how often it was used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row, delete, insert, select, update

from .. import database
from ..errors import Duplicate
from .tables import passkeys

#: How many an account can have.
MOST = 20

#: How long what somebody calls one may be.
NAME_LENGTH = 100


class Place(NamedTuple):
    """Where passkeys are for: a browser gives none to any other place.

    :param host: the name of the host.
    :param origin: how addresses there begin, such as ``https://example.com``.
    """

    host: str
    origin: str


class Unusable(Exception):
    """What a browser gave is no passkey, or not one that is known here."""


def create_options(place: Place, account: Any, challenge: bytes, there: list[Row[Any]]) -> str:
    """Return what a browser needs to make a passkey, as JSON.

    :param account: who is to have it: its ``id``, ``email`` and ``name``.
    :param there: those that the account has. No authenticator makes a second one.
    """
    # As large as the rest of the signup, and only for who uses one.
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    options = generate_registration_options(
        rp_id=place.host,
        rp_name="Acme",
        user_id=_handle(account.id),
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            # One that knows whose it is, and sees who uses it: it stands for the address and the password.
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=row.credential) for row in there],
    )
    return options_to_json(options)


def use_options(place: Place, challenge: bytes) -> str:
    """Return what a browser needs to use a passkey, as JSON. It names none, so it tells of nobody if they have one."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import structs

    return options_to_json(
        generate_authentication_options(
            rp_id=place.host, challenge=challenge, user_verification=structs.UserVerificationRequirement.REQUIRED
        )
    )


def add(engine: Engine, place: Place, account_id: int, challenge: bytes, given: str, name: str) -> None:
    """Keep a passkey that a browser has made.

    :param given: what it gave, as JSON.
    :param name: what its owner calls it.
    :raises Unusable: when it is none, was made for another challenge or place, or is there already.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
        values = {
            "account_id": account_id,
            "credential": found.credential_id,
            "public_key": found.credential_public_key,
            "sign_count": found.sign_count,
            "name": name[:NAME_LENGTH],
            "created_at": datetime.now(UTC),
        }
        with database.transaction(engine) as connection:
            connection.execute(insert(passkeys).values(**values))
    except (WebAuthnException, Duplicate, ValueError, KeyError, TypeError) as error:
        raise Unusable(type(error).__name__) from None


def use(engine: Engine, place: Place, challenge: bytes, given: str) -> int:
    """Return the id of the account that a passkey signs in.

    :param given: what the browser gave, as JSON.
    :raises Unusable: when it is none of ours, or was made for another challenge or place.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        credential = parse_authentication_credential_json(given)
        with database.transaction(engine) as connection:
            row = connection.execute(select(passkeys).where(passkeys.c.credential == credential.raw_id)).first()
        if row is None or credential.response.user_handle not in (None, _handle(row.account_id)):
            raise Unusable("unknown")
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Unusable(type(error).__name__) from None
    # Of two requests with one answer of the same authenticator, one counts.
    same = update(passkeys).where(passkeys.c.id == row.id, passkeys.c.sign_count == row.sign_count)
    with database.transaction(engine) as connection:
        used = {"sign_count": found.new_sign_count, "used_at": datetime.now(UTC)}
        if not connection.execute(same.values(**used)).rowcount:
            raise Unusable("used")
    return int(row.account_id)


def of_account(engine: Engine, account_id: int) -> list[Row[Any]]:
    """Return the passkeys of an account, the oldest first."""
    query = select(passkeys).where(passkeys.c.account_id == account_id).order_by(passkeys.c.id)
    with database.transaction(engine) as connection:
        return list(connection.execute(query).all())


def remove(engine: Engine, account_id: int, passkey_id: int) -> None:
    """Delete a passkey. One of another account is left alone."""
    mine = (passkeys.c.id == passkey_id, passkeys.c.account_id == account_id)
    with database.transaction(engine) as connection:
        connection.execute(delete(passkeys).where(*mine))


def _handle(account_id: int) -> bytes:
    return str(account_id).encode()
