"""People who sign in: photos, passkeys, members of a team; and the tables of the engine."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _of_account() -> sa.ForeignKey:
    return sa.ForeignKey("accounts.id", ondelete="CASCADE")


def upgrade() -> None:
    """Add them. What is there stays, and may be empty where it was not."""
    with op.batch_alter_table("accounts") as accounts:
        accounts.alter_column("email_key", type_=sa.String(762), existing_type=sa.String(254), existing_nullable=False)
        for name, kind in _NO_LONGER_NEEDED.items():
            accounts.alter_column(name, nullable=True, existing_type=kind)
        accounts.add_column(sa.Column("stamp", sa.String(32), nullable=False, server_default=""))
        accounts.add_column(sa.Column("team_id", sa.Integer))
        accounts.create_foreign_key("accounts_team_id_fkey", "accounts", ["team_id"], ["id"], ondelete="SET NULL")
        accounts.create_index("ix_accounts_team_id", ["team_id"])
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("token", sa.String(64)))
        members.add_column(sa.Column("invited_at", sa.DateTime(timezone=True)))
        members.add_column(sa.Column("joined_id", sa.Integer))
        members.create_foreign_key("members_joined_id_fkey", "accounts", ["joined_id"], ["id"], ondelete="SET NULL")
        members.create_index("ix_members_token", ["token"], unique=True)
        members.create_index("ix_members_joined_id", ["joined_id"])
    op.create_table(
        "photos",
        sa.Column("account_id", sa.Integer, _of_account(), primary_key=True),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, _of_account(), nullable=False, index=True),
        sa.Column("credential", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("transports", sa.String(200), nullable=False, server_default=""),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
    _create_those_of_the_engine()


_NO_LONGER_NEEDED: dict[str, Any] = {
    "username": sa.String(30),
    "username_key": sa.String(60),
    "date_of_birth": sa.Date(),
    "country": sa.String(2),
}


def _create_those_of_the_engine() -> None:
    # Code from between the two versions has made them itself.
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.String(200)),
        sa.Column("lease", sa.String(32)),
        if_not_exists=True,
    )
    op.create_index("outbox_due", "outbox", ["state", "due"], if_not_exists=True)
    op.create_table(
        "wizard_proofs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("body", sa.LargeBinary),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_wizard_proofs_expires", "wizard_proofs", ["expires"], if_not_exists=True)
    op.create_table(
        "wizard_files",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("expires", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_wizard_files_expires", "wizard_files", ["expires"], if_not_exists=True)
    op.create_table(
        "wizard_file_chunks",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
