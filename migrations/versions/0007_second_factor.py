"""Ask for a second factor, use each code once, and know a sign-in's device"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("last_totp_counter", practice.database.base.INT64, nullable=True))
    for column in (
        sa.Column("owes_second_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("proved_at", practice.database.base.Moment(), nullable=True),
        sa.Column("device", sa.String(length=60), server_default=sa.text("''"), nullable=False),
    ):
        op.add_column("sign_in_session", column)


def downgrade() -> None:
    for name in ("device", "proved_at", "owes_second_factor"):
        op.drop_column("sign_in_session", name)
    op.drop_column("user", "last_totp_counter")
