"""Note how many minutes a couple has for homework on a usual day"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.CheckConstraint(
        "minutes_a_day IS NULL OR minutes_a_day IN (2, 10, 20)",
        name=op.f("ck_couple_minutes_a_day_known"),
    )
    op.add_column("couple", sa.Column("minutes_a_day", practice.database.base.INT64, known, nullable=True))


def downgrade() -> None:
    op.drop_column("couple", "minutes_a_day")
