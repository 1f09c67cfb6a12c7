"""The job queue's tables: what is to be done beside the requests, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from practice.database.base import Base


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


#: The states of a job that is not over.
UNFINISHED = (State.WAITING, State.RUNNING)
STILL_WANTED = text("state IN ('waiting', 'running') AND stop_at IS NULL")


class Job(Base):
    """One job of the queue: who wants what, how far it is, and until when it is leased and kept.

    It is seen by its user alone. `payload` holds ids and choices, never words of a file; those go
    into `sealed_input`, as what it makes goes into `job_result`.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'stopped')", "state_known"
        ),
        ForeignKeyConstraint(["practice_id", "user_id"], ["user.practice_id", "user.id"]),
        UniqueConstraint("practice_id", "id"),
        UniqueConstraint("practice_id", "name"),
        Index("ix_job_due", "state", "due_at"),
        # The same is not made twice at once for one user, however often it is asked for.
        Index(
            "ix_job_wanted_once",
            "practice_id",
            "user_id",
            "kind",
            "about",
            unique=True,
            sqlite_where=STILL_WANTED,
            postgresql_where=STILL_WANTED,
        ),
        Index("ix_job_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: A random word by which pages know it and its result is sealed; ids may be used again.
    name: Mapped[str] = mapped_column(String(16))
    #: None, like the user, for what the installation does by itself.
    practice_id: Mapped[int | None]
    user_id: Mapped[int | None]
    #: A key of `registry.job_kinds`.
    kind: Mapped[str] = mapped_column(String(40))
    #: What it is about, as its room finds it again: “couple:7”.
    about: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed_input: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(8), default=State.WAITING)
    #: How far it is, in the terms of its kind.
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Why nothing or not all came of it, for whoever wants it to read.
    trouble: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    #: Who works on it, by a random word, and until when nobody else may; None while nobody does.
    lease: Mapped[str | None] = mapped_column(String(24))
    lease_until: Mapped[datetime | None]
    #: How often it was begun.
    attempts: Mapped[int] = mapped_column(default=0)
    #: When its user wanted it no more.
    stop_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: When it is removed with all that came of it, done or not.
    expires_at: Mapped[datetime]

    @property
    def is_unfinished(self) -> bool:
        """Whether it is waiting or being worked on, also when it is to stop."""
        return self.state in UNFINISHED

    @property
    def is_running(self) -> bool:
        """Whether something may still come of it."""
        return self.is_unfinished and self.stop_at is None

    @property
    def is_ready(self) -> bool:
        """Whether it is done."""
        return self.state == State.DONE

    @property
    def was_stopped(self) -> bool:
        """Whether its user stopped it, or threw away what came of it."""
        return self.stop_at is not None or self.state == State.STOPPED

    @property
    def failure(self) -> str:
        """Why it came to nothing; empty when it did not."""
        return self.trouble if self.state == State.FAILED else ""


class JobResult(Base):
    """A part of what a job made, sealed for its user. Parts are numbered from 0."""

    __tablename__ = "job_result"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "job_id"], ["job.practice_id", "job.id"], ondelete="CASCADE"
        ),
    )

    practice_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    job_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
