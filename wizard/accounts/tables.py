"""Tables: what is kept of accounts, as the code of today reads it.

``migrations/`` brings a database there. A column that is added has a default, as the version before writes rows too.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData()

#: What is compared: the same for every way to write an address. A letter may become three that compose no further.
_EMAIL_KEY = String(3 * 254)


def new_stamp() -> str:
    """Return a stamp that no account has."""
    return secrets.token_urlsafe(16)


accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True),
    # The key of the run that created it: what makes creating it twice the same as creating it once.
    Column("run", String(64), nullable=False, unique=True),
    Column("email", String(254), nullable=False),
    Column("email_key", _EMAIL_KEY, nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    # Another one signs out every browser. The id of a deleted account may be given again, and its stamp is not.
    Column("stamp", String(32), nullable=False, default=new_stamp, server_default=""),
    Column("full_name", String(200), nullable=False),
    Column("plan", String(20), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # Who was invited to a team is asked for none of these.
    Column("username", String(30)),
    Column("username_key", String(60), unique=True),
    Column("date_of_birth", Date),
    Column("country", String(2)),
    # Of whoever has a team.
    Column("organisation", String(200)),
    Column("seats", Integer),
    # Of whoever is a member of one: the account that has it.
    Column("team_id", Integer, ForeignKey("accounts.id", ondelete="SET NULL"), index=True),
)

#: The people whom a team has invited, in the order in which they were named.
members = Table(
    "members",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254), nullable=False),
    # A hash of what stands in the link. There is none before an invitation is mailed, and after it was used.
    Column("token", String(64), unique=True, index=True),
    Column("invited_at", DateTime(timezone=True)),
    # The account that was made of the invitation.
    Column("joined_id", Integer, ForeignKey("accounts.id", ondelete="SET NULL"), index=True),
)

#: A picture of who has an account. It stands apart, so that nothing else reads its bytes.
photos = Table(
    "photos",
    metadata,
    Column("account_id", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("type", String(20), nullable=False),
    Column("data", LargeBinary, nullable=False),
    # Part of its address: a browser may keep a picture, and another one is another.
    Column("name", String(32), nullable=False),
)

#: What signs in without a password.
passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("credential", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("transports", String(200), nullable=False, server_default=""),
    # By what its owner knows it.
    Column("name", String(100), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)
