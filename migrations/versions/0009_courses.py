"""Let a couple be in a course, and a clinician make courses of their own"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_taken",
        sa.Column("by_user_id", practice.database.base.INT64, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("outline", practice.database.base.JSON_DOCUMENT, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_as", sa.String(length=9), nullable=False),
        sa.Column("ended_because", sa.String(length=200), nullable=False),
        sa.Column("safety_reason", sa.Text(), nullable=False),
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("couple_id", practice.database.base.INT64, nullable=False),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ended_as = '')", name=op.f("ck_course_taken_ended_in_some_way")
        ),
        sa.CheckConstraint(
            "ended_as IN ('completed', 'stopped', '')", name=op.f("ck_course_taken_ended_as_known")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= started_on",
            name=op.f("ck_course_taken_ended_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "by_user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_course_taken_practice_id_by_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "couple_id"],
            ["couple.practice_id", "couple.id"],
            name=op.f("fk_course_taken_practice_id_couple_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_taken")),
        sa.UniqueConstraint("couple_id", "id", name=op.f("uq_course_taken_couple_id_id")),
    )
    op.create_index(op.f("ix_course_taken_couple_id"), "course_taken", ["couple_id"], unique=False)
    op.create_index(
        "ix_course_taken_running",
        "course_taken",
        ["couple_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "own_course",
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("author_id", practice.database.base.INT64, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("promise", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("when_not", sa.Text(), nullable=False),
        sa.Column("close", sa.Text(), nullable=False),
        sa.Column("weeks", practice.database.base.JSON_DOCUMENT, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.Column("version", practice.database.base.INT64, nullable=False),
        sa.Column("once", sa.String(length=40), nullable=True),
        sa.Column("saved_at", practice.database.base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "author_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_own_course_practice_id_author_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_course")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_own_course_author_id_once")),
    )
    op.create_index(
        "ix_own_course_practice", "own_course", ["practice_id", "author_id"], unique=False
    )
    op.create_table(
        "course_step",
        sa.Column("course_id", practice.database.base.INT64, nullable=False),
        sa.Column("number", practice.database.base.INT64, nullable=False),
        sa.Column("turn", practice.database.base.INT64, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("dose", practice.database.base.INT64, nullable=False),
        sa.Column("focus", sa.Text(), nullable=False),
        sa.Column("assignment_id", practice.database.base.INT64, nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("couple_id", practice.database.base.INT64, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'given', 'skipped', 'replaced', 'repeated')",
            name=op.f("ck_course_step_state_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_course_step_number_counts")),
        sa.CheckConstraint("turn >= 1", name=op.f("ck_course_step_turn_counts")),
        sa.ForeignKeyConstraint(
            ["couple_id", "assignment_id"],
            ["assignment.couple_id", "assignment.id"],
            name=op.f("fk_course_step_couple_id_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["couple_id", "course_id"],
            ["course_taken.couple_id", "course_taken.id"],
            name=op.f("fk_course_step_couple_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "couple_id"],
            ["couple.practice_id", "couple.id"],
            name=op.f("fk_course_step_practice_id_couple_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_step")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_course_step_assignment_id")),
        sa.UniqueConstraint("couple_id", "id", name=op.f("uq_course_step_couple_id_id")),
        sa.UniqueConstraint(
            "course_id", "number", "turn", name=op.f("uq_course_step_course_id_number_turn")
        ),
    )
    op.create_index(op.f("ix_course_step_couple_id"), "course_step", ["couple_id"], unique=False)


def downgrade() -> None:
    op.drop_table("course_step")
    op.drop_table("own_course")
    op.drop_table("course_taken")
