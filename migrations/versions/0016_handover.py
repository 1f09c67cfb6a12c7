"""Hand over what a clinician who died or left wrote and looked after"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("clinician_id", practice.database.base.INT64, nullable=False),
        sa.Column("custodian_id", practice.database.base.INT64, nullable=False),
        sa.Column("by_user_id", practice.database.base.INT64, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", practice.database.base.Moment(), nullable=False),
        sa.Column("accepted_at", practice.database.base.Moment(), nullable=True),
        sa.Column("ended_at", practice.database.base.Moment(), nullable=True),
        sa.CheckConstraint("kind IN ('left', 'died')", name=op.f("ck_handover_kind_known")),
        sa.CheckConstraint(
            "clinician_id <> custodian_id", name=op.f("ck_handover_to_someone_else")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_handover_practice_id_clinician_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "custodian_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_handover_practice_id_custodian_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "by_user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_handover_practice_id_by_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_custodian", "handover", ["custodian_id", "accepted_at"])


def downgrade() -> None:
    op.drop_index("ix_handover_custodian", table_name="handover")
    op.drop_table("handover")
