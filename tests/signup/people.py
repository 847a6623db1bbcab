"""People who have an account already."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, insert

from tests.conftest import SECURITY
from wizard.accounts.accounts import email_key, new_reference
from wizard.accounts.passwords import hash_password
from wizard.accounts.tables import accounts


def make_account(engine: Engine, email: str = "ada@example.com") -> None:
    """Make an account without a signup, with the password that the tests have."""
    values = {
        "reference": new_reference(),
        "run": email,
        "email": email,
        "email_key": email_key(email),
        "password_hash": hash_password(SECURITY["password"]),
        "full_name": "Ada Lovelace",
        "plan": "personal",
        "created_at": datetime.now(UTC),
    }
    with engine.begin() as connection:
        connection.execute(insert(accounts).values(**values))
