"""The audit log's one table."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from practice.database.base import JSON_DOCUMENT, Base


class AuditEvent(Base):
    """Who looked at, changed, printed or was refused what. Append-only by trigger, hash-chained."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_couple", "couple_id", "seq"),
        Index("ix_audit_event_practice", "practice_id", "at", "seq"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"))
    #: None for a visitor.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    #: The couple it concerns, if any. No foreign key: an attempt may name one that never was.
    couple_id: Mapped[int | None]
    verb: Mapped[str] = mapped_column(String(40))
    #: “table:id”, or what was done to no one record.
    subject: Mapped[str] = mapped_column(String(80))
    #: Names of changed columns and the like; never a word of a record.
    detail: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
