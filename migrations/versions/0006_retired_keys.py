"""Keep the keys that were changed, wrapped under the one in use"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retired_key",
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retired_key")),
    )


def downgrade() -> None:
    op.drop_table("retired_key")
