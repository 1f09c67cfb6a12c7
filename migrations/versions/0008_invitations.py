"""Invite people by a link"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("by_user_id", practice.database.base.INT64, nullable=False),
        sa.Column("expires_at", practice.database.base.Moment(), nullable=False),
        sa.Column("ended_at", practice.database.base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_invitation_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "by_user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_invitation_practice_id_by_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_practice_id"), "invitation", ["practice_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_invitation_practice_id"), table_name="invitation")
    op.drop_table("invitation")
