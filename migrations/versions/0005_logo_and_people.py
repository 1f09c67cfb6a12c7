"""Put a logo, and the people who work there, on a practice's letterhead"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "practice", sa.Column("people", sa.String(length=400), server_default="", nullable=False)
    )
    op.create_table(
        "practice_logo",
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_practice_logo_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_practice_logo")),
    )


def downgrade() -> None:
    op.drop_table("practice_logo")
    op.drop_column("practice", "people")
