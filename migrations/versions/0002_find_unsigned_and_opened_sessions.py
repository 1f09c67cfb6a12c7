"""Find the session of an appointment, and the oldest unsigned notes, without reading them all"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UNSIGNED = "ix_therapy_session_unsigned"
ONLY_UNSIGNED = {
    "sqlite_where": sa.text("is_signed = 0"),
    "postgresql_where": sa.text("NOT is_signed"),
}


def upgrade() -> None:
    op.create_index("ix_therapy_session_appointment", "therapy_session", ["appointment_id"])
    op.drop_index(UNSIGNED, "therapy_session")
    op.create_index(UNSIGNED, "therapy_session", ["by_user_id", "held_on"], **ONLY_UNSIGNED)


def downgrade() -> None:
    op.drop_index(UNSIGNED, "therapy_session")
    op.create_index(UNSIGNED, "therapy_session", ["by_user_id"], **ONLY_UNSIGNED)
    op.drop_index("ix_therapy_session_appointment", "therapy_session")
