"""Seal each signature and addendum under a key that is not in the database"""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import context, op

import practice.database.base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SEALED = {
    "note_signature": (
        "session_id",
        "user_id",
        "role",
        "signed_as",
        "signed_at",
        "content_hash",
        "couple_id_then",
    ),
    "note_addendum": ("session_id", "user_id", "text", "signed_as", "signed_at"),
}


def upgrade() -> None:
    for table, columns in SEALED.items():
        op.add_column(table, sa.Column("seal", sa.String(length=64), nullable=True))
        seal_those_there(table, columns)


def seal_those_there(table: str, columns: tuple[str, ...]) -> None:
    """Seal what was signed before, as it stands now; `practice.sessions.seals` reads it."""
    key, connection = context.config.attributes["signature_key"], op.get_bind()
    moment = {"signed_at": sa.Column("signed_at", practice.database.base.Moment())}
    there = sa.table(
        table, sa.column("id"), sa.column("seal"), *(moment.get(name, sa.column(name)) for name in columns)
    )
    sealed = there.update().where(there.c.id == sa.bindparam("row"))
    rows = [
        {"row": row["id"], "seal": seal_of([[name, plain(row[name])] for name in columns], key)}
        for row in connection.execute(sa.select(there)).mappings()
    ]
    if rows:
        connection.execute(sealed.values(seal=sa.bindparam("seal")), rows)


def seal_of(values: list[object], key: bytes) -> str:
    """The seal of a row's values."""
    canonical = json.dumps(values, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


def plain(value: object) -> object:
    """A value as JSON has it."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def downgrade() -> None:
    for table in SEALED:
        op.drop_column(table, "seal")
