"""Name a sign-in by a mark that outlasts its id"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "sign_in_session"


def upgrade() -> None:
    op.add_column(
        TABLE, sa.Column("sitting", sa.String(length=16), server_default="", nullable=False)
    )
    op.execute(f"UPDATE {TABLE} SET sitting = substr(id_hash, 1, 16)")  # noqa: S608 - no one's words
    op.create_index(op.f("ix_sign_in_session_sitting"), TABLE, ["sitting"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_in_session_sitting"), table_name=TABLE)
    op.drop_column(TABLE, "sitting")
