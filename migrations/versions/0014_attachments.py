"""Attachments: what is told of each, and apart from it the file itself"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("whose", sa.String(length=6), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("readers", sa.String(length=10), nullable=False),
        sa.Column("content_type", sa.String(length=20), nullable=False),
        sa.Column("pages", practice.database.base.INT64, nullable=True),
        sa.Column("size", practice.database.base.INT64, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author_id", practice.database.base.INT64, nullable=False),
        sa.Column("added_at", practice.database.base.Moment(), nullable=False),
        sa.Column("set_aside_at", practice.database.base.Moment(), nullable=True),
        sa.Column("set_aside_because", sa.Text(), nullable=False),
        sa.Column("version", practice.database.base.INT64, nullable=False),
        sa.Column("once", sa.String(length=40), nullable=True),
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("couple_id", practice.database.base.INT64, nullable=False),
        sa.CheckConstraint("content_type IN ('application/pdf', 'image/png', 'image/jpeg')", name=op.f("ck_attachment_content_type_known")),
        sa.CheckConstraint("kind IN ('letter', 'signed-form', 'release', 'report', 'other')", name=op.f("ck_attachment_kind_known")),
        sa.CheckConstraint("readers IN ('everyone', 'clinicians', 'author')", name=op.f("ck_attachment_readers_known")),
        sa.CheckConstraint("whose IN ('couple', 'a', 'b')", name=op.f("ck_attachment_whose_known")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size_positive")),
        sa.ForeignKeyConstraint(["practice_id", "author_id"], ["user.practice_id", "user.id"], name=op.f("fk_attachment_practice_id_author_id")),
        sa.ForeignKeyConstraint(["practice_id", "couple_id"], ["couple.practice_id", "couple.id"], name=op.f("fk_attachment_practice_id_couple_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("couple_id", "id", name=op.f("uq_attachment_couple_id_id")),
        sa.UniqueConstraint("couple_id", "once", name=op.f("uq_attachment_couple_id_once")),
    )
    op.create_index("ix_attachment_couple_dated", "attachment", ["couple_id", "dated_on"])
    op.create_index(op.f("ix_attachment_couple_id"), "attachment", ["couple_id"])
    op.create_table(
        "attachment_content",
        sa.Column("attachment_id", practice.database.base.INT64, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("couple_id", practice.database.base.INT64, nullable=False),
        sa.ForeignKeyConstraint(["couple_id", "attachment_id"], ["attachment.couple_id", "attachment.id"], name=op.f("fk_attachment_content_couple_id_attachment_id")),
        sa.ForeignKeyConstraint(["practice_id", "couple_id"], ["couple.practice_id", "couple.id"], name=op.f("fk_attachment_content_practice_id_couple_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment_content")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_attachment_content_attachment_id")),
        sa.UniqueConstraint("couple_id", "id", name=op.f("uq_attachment_content_couple_id_id")),
    )
    op.create_index(op.f("ix_attachment_content_couple_id"), "attachment_content", ["couple_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_attachment_content_couple_id"), table_name="attachment_content")
    op.drop_table("attachment_content")
    op.drop_index(op.f("ix_attachment_couple_id"), table_name="attachment")
    op.drop_index("ix_attachment_couple_dated", table_name="attachment")
    op.drop_table("attachment")
