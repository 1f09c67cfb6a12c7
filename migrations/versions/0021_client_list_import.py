"""Keep which client list a file came from, so that the list can be taken back"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_list_import",
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("user_id", practice.database.base.INT64, nullable=False),
        sa.Column("mark", sa.String(length=24), nullable=False),
        sa.Column("couples", practice.database.base.INT64, nullable=False),
        sa.Column("started_at", practice.database.base.Moment(), nullable=False),
        sa.Column("finished_at", practice.database.base.Moment(), nullable=True),
        sa.Column("taken_back_at", practice.database.base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_client_list_import_practice_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_list_import")),
        sa.UniqueConstraint("mark", name=op.f("uq_client_list_import_mark")),
    )
    op.create_index(
        "ix_client_list_import_user", "client_list_import", ["user_id", "started_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_client_list_import_user", table_name="client_list_import")
    op.drop_table("client_list_import")
