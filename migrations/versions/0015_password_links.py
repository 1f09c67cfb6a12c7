"""Choose a new password by a link"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_link",
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("user_id", practice.database.base.INT64, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("by_user_id", practice.database.base.INT64, nullable=True),
        sa.Column("device_lost", sa.Boolean(), nullable=False),
        sa.Column("expires_at", practice.database.base.Moment(), nullable=False),
        sa.Column("ended_at", practice.database.base.Moment(), nullable=True),
        sa.Column("used_at", practice.database.base.Moment(), nullable=True),
        sa.Column("told_at", practice.database.base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_password_link_practice_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "by_user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_password_link_practice_id_by_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_link_token_hash")),
    )
    op.create_index(op.f("ix_password_link_user_id"), "password_link", ["user_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_password_link_user_id"), table_name="password_link")
    op.drop_table("password_link")
