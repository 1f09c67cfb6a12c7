"""Let each user keep favourites of the homework library"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "homework_favourite",
        sa.Column("user_id", practice.database.base.INT64, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_homework_favourite_practice_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("user_id", "slug", name=op.f("pk_homework_favourite")),
    )


def downgrade() -> None:
    op.drop_table("homework_favourite")
