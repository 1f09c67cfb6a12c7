"""Sessions, the obstacles seen in them, progress notes, and the psychotherapy notes kept apart."""

from datetime import date, datetime, time

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice.access.records import AuthorOnlyRecord, ClientRecord, one_of, within_couple
from practice.couples.models import Couple
from practice.sessions import seals
from practice.vocabulary import OBSTACLES, Letter, Modality, SessionKind

NOTE_FORMATS = ("soap", "dap", "birp", "girp", "narrative")


class TherapySession(ClientRecord):
    """One meeting that took place."""

    __tablename__ = "therapy_session"
    constraints = (
        one_of("kind", *SessionKind),
        one_of("modality", *Modality),
        CheckConstraint(
            "stopped_at IS NULL OR started_at IS NULL OR stopped_at <> started_at "
            "OR minutes IS NOT NULL",
            "stop_is_not_start",
        ),
        CheckConstraint("minutes > 0", "minutes_positive"),
        UniqueConstraint("couple_id", "number"),
        UniqueConstraint("couple_id", "once"),
        Index("ix_therapy_session_couple_held", "couple_id", "held_on", "number"),
        ForeignKeyConstraint(["practice_id", "by_user_id"], ["user.practice_id", "user.id"]),
        within_couple("appointment_id", "appointment"),
        Index("ix_therapy_session_appointment", "appointment_id"),
        Index(
            "ix_therapy_session_unsigned",
            "by_user_id",
            "held_on",
            sqlite_where=text("is_signed = 0"),
            postgresql_where=text("NOT is_signed"),
        ),
    )

    #: In the order of entry, from 1 within the couple's file; what is shown counts by day and
    #: hour instead.
    number: Mapped[int]
    #: Date and times by the practice's clock; a session that stops no later than it started went
    #: past midnight.
    held_on: Mapped[date]
    started_at: Mapped[time | None]
    stopped_at: Mapped[time | None]
    #: How long it was, where the two times do not say it: the clocks were changed meanwhile.
    minutes: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(12))
    modality: Mapped[str] = mapped_column(String(8))
    a_attended: Mapped[bool] = mapped_column(default=True)
    b_attended: Mapped[bool] = mapped_column(default=True)
    #: Collaterals: others who attended, in words.
    others_attended: Mapped[str] = mapped_column(String(200), default="")
    #: Where each partner was, for video or phone.
    place_a: Mapped[str] = mapped_column(String(120), default="")
    place_b: Mapped[str] = mapped_column(String(120), default="")
    by_user_id: Mapped[int]
    #: The appointment it was agreed for; None when it came without one.
    appointment_id: Mapped[int | None]
    once: Mapped[str | None] = mapped_column(String(40))
    #: Whether the author's signature stands; kept here so that unsigned notes are found at once.
    is_signed: Mapped[bool] = mapped_column(default=False)

    couple: Mapped[Couple] = relationship(
        primaryjoin="TherapySession.couple_id == Couple.id",
        foreign_keys="TherapySession.couple_id",
    )


class Sighting(ClientRecord):
    """An obstacle tagged on a session. Who and how strong are not stated until tapped."""

    __tablename__ = "sighting"
    constraints = (
        one_of("obstacle", *OBSTACLES),
        one_of("who", *Letter, "both", optional=True),
        CheckConstraint("strength BETWEEN 0 AND 3", "strength_known"),
        UniqueConstraint("session_id", "obstacle"),
        within_couple("session_id", "therapy_session"),
    )

    session_id: Mapped[int]
    obstacle: Mapped[str] = mapped_column(String(24))
    #: a, b, both, or empty: not stated.
    who: Mapped[str] = mapped_column(String(4), default="")
    #: 1 to 3; 0: not stated.
    strength: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(String(200), default="")


class ProgressNote(ClientRecord):
    """The clinical record of one session: one set of sections, whatever format arranges them."""

    __tablename__ = "progress_note"
    constraints = (
        one_of("format", *NOTE_FORMATS),
        UniqueConstraint("session_id"),
        within_couple("session_id", "therapy_session"),
    )

    session_id: Mapped[int]
    format: Mapped[str] = mapped_column(String(12), default="dap")
    #: What was said: SOAP's subjective, DAP's data, BIRP's behavior, the narrative's text.
    data: Mapped[str] = mapped_column(Text, default="")
    objective: Mapped[str] = mapped_column(Text, default="")
    goal: Mapped[str] = mapped_column(Text, default="")
    intervention: Mapped[str] = mapped_column(Text, default="")
    response: Mapped[str] = mapped_column(Text, default="")
    assessment: Mapped[str] = mapped_column(Text, default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    #: Counts each saved change of sections or facts; a window that shows an older one may not
    #: overwrite.
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]

    session: Mapped[TherapySession] = relationship(
        primaryjoin="ProgressNote.session_id == TherapySession.id",
        foreign_keys="ProgressNote.session_id",
    )


class NoteSignature(ClientRecord):
    """Someone put their name to a note. The author's signature fixes it, for good."""

    __tablename__ = "note_signature"
    constraints = (
        one_of("role", "author", "supervisor"),
        UniqueConstraint("session_id", "user_id", "role"),
        within_couple("session_id", "therapy_session"),
        ForeignKeyConstraint(["practice_id", "user_id"], ["user.practice_id", "user.id"]),
    )

    session_id: Mapped[int]
    user_id: Mapped[int]
    role: Mapped[str] = mapped_column(String(12), default="author")
    #: The name and credentials signed with, as they were then.
    signed_as: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime]
    #: SHA-256 in hex of everything the signature fixes; see signing.content_hash.
    content_hash: Mapped[str] = mapped_column(String(64))
    #: The number of the couple's file when it was signed, which the hash is taken over too; None
    #: when it is the same still. A file brought from another installation gets a new number.
    couple_id_then: Mapped[int | None]
    #: Keyed hash of this signature; None in a row that was put in by force.
    seal: Mapped[str | None] = mapped_column(String(64), default=seals.sealing(seals.SIGNATURE))


class NoteAddendum(ClientRecord):
    """What follows a signed note: dated, signed as it is written, never changed."""

    __tablename__ = "note_addendum"
    constraints = (
        UniqueConstraint("session_id", "once"),
        within_couple("session_id", "therapy_session"),
        ForeignKeyConstraint(["practice_id", "user_id"], ["user.practice_id", "user.id"]),
    )

    session_id: Mapped[int]
    user_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    signed_as: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime]
    once: Mapped[str | None] = mapped_column(String(40))
    #: Keyed hash of this addendum; None in a row that was put in by force.
    seal: Mapped[str | None] = mapped_column(String(64), default=seals.sealing(seals.ADDENDUM))


class PsychotherapyNote(AuthorOnlyRecord):
    """The author's own analysis, kept apart from the record (45 CFR 164.501). Author only."""

    __tablename__ = "psychotherapy_note"
    constraints = (
        UniqueConstraint("session_id", "author_id"),
        within_couple("session_id", "therapy_session"),
        ForeignKeyConstraint(["practice_id", "author_id"], ["user.practice_id", "user.id"]),
    )

    session_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
