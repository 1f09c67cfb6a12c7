"""Let a session stop after midnight, and find the appointments nobody has said anything of"""

import sqlalchemy as sa
from alembic import op

import practice.database.base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

AFTER = "stopped_at IS NULL OR started_at IS NULL OR stopped_at > started_at"
ANOTHER_TIME = (
    "stopped_at IS NULL OR started_at IS NULL OR stopped_at <> started_at OR minutes IS NOT NULL"
)
COLUMNS = (
    "number, held_on, started_at, stopped_at, kind, modality, a_attended, b_attended, "
    "others_attended, place_a, place_b, by_user_id, appointment_id, once, is_signed, id, "
    "practice_id, couple_id"
)


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        rebuild(
            sa.Column("minutes", practice.database.base.INT64, nullable=True),
            sa.CheckConstraint(ANOTHER_TIME, name=op.f("ck_therapy_session_stop_is_not_start")),
            sa.CheckConstraint("minutes > 0", name=op.f("ck_therapy_session_minutes_positive")),
        )
    else:
        op.drop_constraint(op.f("ck_therapy_session_stop_after_start"), "therapy_session")
        op.add_column(
            "therapy_session", sa.Column("minutes", practice.database.base.INT64, nullable=True)
        )
        for name, rule in (("stop_is_not_start", ANOTHER_TIME), ("minutes_positive", "minutes > 0")):
            op.create_check_constraint(op.f(f"ck_therapy_session_{name}"), "therapy_session", rule)
    op.create_index(
        "ix_appointment_open",
        "appointment",
        ["practice_id", "on_day", "at_time"],
        sqlite_where=sa.text("outcome = ''"),
        postgresql_where=sa.text("outcome = ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_appointment_open", table_name="appointment")
    # An older program knows no session that stops on the next day: it was held, its end is unsaid.
    op.execute(f"UPDATE therapy_session SET stopped_at = NULL WHERE NOT ({AFTER})")
    after = op.f("ck_therapy_session_stop_after_start")
    if op.get_context().dialect.name == "sqlite":
        rebuild(sa.CheckConstraint(AFTER, name=after))
        return
    for name in ("stop_is_not_start", "minutes_positive"):
        op.drop_constraint(op.f(f"ck_therapy_session_{name}"), "therapy_session")
    op.drop_column("therapy_session", "minutes")
    op.create_check_constraint(after, "therapy_session", AFTER)


def rebuild(*parts: sa.Column | sa.CheckConstraint) -> None:
    """Make the table anew with these parts besides what stays: SQLite changes no rule of a table."""
    op.create_table(
        "therapy_session_new",
        sa.Column("number", practice.database.base.INT64, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.Time(), nullable=True),
        sa.Column("stopped_at", sa.Time(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("modality", sa.String(length=8), nullable=False),
        sa.Column("a_attended", sa.Boolean(), nullable=False),
        sa.Column("b_attended", sa.Boolean(), nullable=False),
        sa.Column("others_attended", sa.String(length=200), nullable=False),
        sa.Column("place_a", sa.String(length=120), nullable=False),
        sa.Column("place_b", sa.String(length=120), nullable=False),
        sa.Column("by_user_id", practice.database.base.INT64, nullable=False),
        sa.Column("appointment_id", practice.database.base.INT64, nullable=True),
        sa.Column("once", sa.String(length=40), nullable=True),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("id", practice.database.base.INT64, nullable=False),
        sa.Column("practice_id", practice.database.base.INT64, nullable=False),
        sa.Column("couple_id", practice.database.base.INT64, nullable=False),
        *parts,
        sa.CheckConstraint(
            "kind IN ('conjoint', 'individual-a', 'individual-b', 'intake', 'closing')",
            name=op.f("ck_therapy_session_kind_known"),
        ),
        sa.CheckConstraint(
            "modality IN ('office', 'video', 'phone')",
            name=op.f("ck_therapy_session_modality_known"),
        ),
        sa.ForeignKeyConstraint(
            ["couple_id", "appointment_id"],
            ["appointment.couple_id", "appointment.id"],
            name=op.f("fk_therapy_session_couple_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "by_user_id"],
            ["user.practice_id", "user.id"],
            name=op.f("fk_therapy_session_practice_id_by_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "couple_id"],
            ["couple.practice_id", "couple.id"],
            name=op.f("fk_therapy_session_practice_id_couple_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapy_session")),
        sa.UniqueConstraint("couple_id", "id", name=op.f("uq_therapy_session_couple_id_id")),
        sa.UniqueConstraint("couple_id", "number", name=op.f("uq_therapy_session_couple_id_number")),
        sa.UniqueConstraint("couple_id", "once", name=op.f("uq_therapy_session_couple_id_once")),
    )
    op.execute(f"INSERT INTO therapy_session_new ({COLUMNS}) SELECT {COLUMNS} FROM therapy_session")
    op.drop_table("therapy_session")
    op.rename_table("therapy_session_new", "therapy_session")
    for name, columns in (
        ("ix_therapy_session_couple_held", ["couple_id", "held_on", "number"]),
        ("ix_therapy_session_couple_id", ["couple_id"]),
        ("ix_therapy_session_appointment", ["appointment_id"]),
    ):
        op.create_index(op.f(name), "therapy_session", columns)
    op.create_index(
        "ix_therapy_session_unsigned",
        "therapy_session",
        ["by_user_id", "held_on"],
        sqlite_where=sa.text("is_signed = 0"),
        postgresql_where=sa.text("NOT is_signed"),
    )
