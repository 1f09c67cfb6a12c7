"""Keep what is done beside the requests in a queue of jobs"""

import sqlalchemy as sa
from alembic import op

from practice.database.base import Moment

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STILL_WANTED = sa.text("state IN ('waiting', 'running') AND stop_at IS NULL")
STATES = "state IN ('waiting', 'running', 'done', 'failed', 'stopped')"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("sealed_input", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("lease", sa.String(length=24), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("stop_at", Moment(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_job_state_known")),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_job_practice_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("practice_id", "id", name=op.f("uq_job_practice_id_id")),
        sa.UniqueConstraint("practice_id", "name", name=op.f("uq_job_practice_id_name")),
    )
    op.create_index("ix_job_due", "job", ["state", "due_at"])
    op.create_index("ix_job_expires_at", "job", ["expires_at"])
    op.create_index(
        "ix_job_wanted_once",
        "job",
        ["practice_id", "user_id", "kind", "about"],
        unique=True,
        sqlite_where=STILL_WANTED,
        postgresql_where=STILL_WANTED,
    )
    op.create_table(
        "job_result",
        sa.Column("practice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("job_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "job_id"],
            ["job.practice_id", "job.id"],
            name=op.f("fk_job_result_practice_id_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "job_id", "number", name=op.f("pk_job_result")),
    )


def downgrade() -> None:
    op.drop_table("job_result")
    op.drop_table("job")
