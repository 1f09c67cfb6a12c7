"""Remember under which number a note was signed that came from elsewhere"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("note_signature", sa.Column("couple_id_then", practice.database.base.INT64, nullable=True))


def downgrade() -> None:
    op.drop_column("note_signature", "couple_id_then")
