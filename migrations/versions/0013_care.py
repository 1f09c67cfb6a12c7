"""Cover with an end, supervision, emergencies, and a custodian"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

def upgrade() -> None:
    op.add_column("practice", sa.Column("custodian_id", practice.database.base.INT64, nullable=True))
    op.drop_index("ix_care_team_member_user", table_name="care_team_member")
    for column in (
        sa.Column("kind", sa.String(length=12), server_default="team", nullable=False),
        sa.Column("until", practice.database.base.Moment(), nullable=True),
    ):
        op.add_column("care_team_member", column)
    op.create_index("ix_care_team_member_user", "care_team_member", ["user_id", "couple_id", "until"])
    op.create_table(
        "supervision",
        sa.Column("supervisor_id", practice.database.base.INT64, nullable=False),
        sa.Column("clinician_id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.CheckConstraint(
            "supervisor_id <> clinician_id", name=op.f("ck_supervision_of_someone_else")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "supervisor_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_supervision_practice_id_supervisor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_supervision_practice_id_clinician_id"),
        ),
        sa.PrimaryKeyConstraint("supervisor_id", "clinician_id", name=op.f("pk_supervision")),
    )
    op.create_table(
        "emergency_access",
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("couple_id", practice.database.base.INT64, nullable=False),
        sa.Column("user_id", practice.database.base.INT64, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", practice.database.base.Moment(), nullable=False),
        sa.Column("ends_at", practice.database.base.Moment(), nullable=False),
        sa.Column("reviewed_at", practice.database.base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "couple_id"],
            ["couple.practice_id", "couple.id"],
            name=op.f("fk_emergency_access_practice_id_couple_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_emergency_access_practice_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index(
        "ix_emergency_access_waiting", "emergency_access", ["practice_id", "reviewed_at"]
    )


def downgrade() -> None:
    op.drop_table("emergency_access")
    op.drop_table("supervision")
    op.drop_index("ix_care_team_member_user", table_name="care_team_member")
    op.drop_column("care_team_member", "until")
    op.drop_column("care_team_member", "kind")
    op.create_index("ix_care_team_member_user", "care_team_member", ["user_id", "couple_id"])
    op.drop_column("practice", "custodian_id")
