"""Let a practice write homework of its own, in versions that stay"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

#: A homework is shared once it is published, in each engine's words for a truth value.
SHARED = {"sqlite": "version > 0 OR is_shared = 0", "postgresql": "version > 0 OR NOT is_shared"}


def upgrade() -> None:
    op.create_table(
        "own_homework",
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("version", practice.database.base.INT64, nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("revised_at", sa.DateTime(), nullable=True),
        sa.Column("archived_at", sa.DateTime(), nullable=True),
        sa.Column("once", sa.String(length=40), nullable=True),
        *written_by("own_homework"),
        sa.CheckConstraint("version >= 0", name=op.f("ck_own_homework_version_counted")),
        sa.CheckConstraint(
            SHARED[op.get_context().dialect.name], name=op.f("ck_own_homework_shared_when_published")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_homework")),
        sa.UniqueConstraint("practice_id", "id", name=op.f("uq_own_homework_practice_id_id")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_own_homework_author_id_once")),
    )
    op.create_table(
        "own_homework_version",
        sa.Column("homework_id", practice.database.base.INT64, nullable=False),
        sa.Column("number", practice.database.base.INT64, nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("spanish", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        *written_by("own_homework_version"),
        of_homework("own_homework_version"),
        sa.PrimaryKeyConstraint("homework_id", "number", name=op.f("pk_own_homework_version")),
    )
    op.create_table(
        "own_homework_draft",
        sa.Column("homework_id", practice.database.base.INT64, nullable=False),
        sa.Column("words", practice.database.base.JSON_DOCUMENT, nullable=True),
        sa.Column("version", practice.database.base.INT64, nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        *written_by("own_homework_draft"),
        of_homework("own_homework_draft", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("homework_id", name=op.f("pk_own_homework_draft")),
    )


def written_by(table: str) -> list[sa.Column | sa.ForeignKeyConstraint]:
    return [
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("author_id", practice.database.base.INT64, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "author_id"],
            ["user.practice_id", "user.id"],
            name=op.f(f"fk_{table}_practice_id_author_id"),
        ),
    ]


def of_homework(table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", "homework_id"],
        ["own_homework.practice_id", "own_homework.id"],
        name=op.f(f"fk_{table}_practice_id_homework_id"),
        ondelete=ondelete,
    )


def downgrade() -> None:
    op.drop_table("own_homework_draft")
    op.drop_table("own_homework_version")
    op.drop_table("own_homework")
