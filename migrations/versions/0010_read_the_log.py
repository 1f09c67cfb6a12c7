"""Read a practice's audit log from its newest line, or from any day"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_event_practice", "audit_event", ["practice_id", "at", "seq"])


def downgrade() -> None:
    op.drop_index("ix_audit_event_practice", "audit_event")
