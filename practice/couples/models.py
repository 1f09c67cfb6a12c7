"""The couple's file: the couple, its two partners, safety screens, secrets policy, appointments."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from practice.access.records import CaseloadRecord, ClientRecord, one_of
from practice.database.base import JSON_DOCUMENT, Base
from practice.identity.models import User
from practice.vocabulary import (
    Letter,
    Modality,
    ScreenOutcome,
    SecretsPolicyKind,
    SessionKind,
)


def by_letter(a: str, b: str) -> tuple[str, str]:
    """Two partners' full names; one that could be the other's too gets its letter, for both.

    “Alex Reyes (A)”, “Alex Reyes (B)”; for clinicians' pages only.
    """
    shorter, longer = sorted((a.casefold(), b.casefold()), key=len)
    if longer == shorter or longer.startswith(f"{shorter} "):
        return f"{a} (A)", f"{b} (B)"
    return a, b


class OfACouple:
    """How a couple is named, wherever its columns come from: a record, or what a page shows of it."""

    id: Any
    closed_on: Any
    minutes_a_day: Any
    a: Any
    b: Any

    @property
    def is_open(self) -> bool:
        """Whether the file takes new sessions and homework."""
        return self.closed_on is None

    @property
    def name(self) -> str:
        """“Maya Okafor & Jonah Reyes”."""
        return " & ".join(by_letter(self.a.full_name, self.b.full_name))


class OfAPartner:
    """How a partner is named, wherever the columns come from."""

    first_name: Any
    last_name: Any
    goes_by: Any

    @property
    def known_as(self) -> str:
        """The name shown and printed: the one they go by, else the first name."""
        return str(self.goes_by or self.first_name)

    @property
    def full_name(self) -> str:
        """“Maya Okafor”, for clinicians' pages only."""
        return f"{self.known_as} {self.last_name}".strip()


class Couple(OfACouple, CaseloadRecord):
    """The client: two partners and everything that is theirs together."""

    __tablename__ = "couple"
    __table_args__ = (
        UniqueConstraint("practice_id", "id"),
        UniqueConstraint("practice_id", "once"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", "closed_after_opened"),
        CheckConstraint(
            "together_since IS NULL OR together_since BETWEEN 1900 AND 2200",
            "together_since_sensible",
        ),
        CheckConstraint(
            "minutes_a_day IS NULL OR minutes_a_day IN (2, 10, 20)", "minutes_a_day_known"
        ),
        Index("ix_couple_names", "practice_id", "names_folded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    couple_id: Mapped[int] = synonym("id")
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    #: Dates are the practice's local dates.
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_because: Mapped[str] = mapped_column(Text, default="")
    #: The year they became a couple; None when not told.
    together_since: Mapped[int | None]
    #: In the couple's words: “two, 7 and 4”.
    children: Mapped[str] = mapped_column(String(200), default="")
    strengths: Mapped[str] = mapped_column(Text, default="")
    #: The minutes they have for homework on a usual day; None when not said.
    minutes_a_day: Mapped[int | None]
    #: Keys of vocabulary.WARNING_SIGNS seen at intake.
    warning_signs: Mapped[list[str]] = mapped_column(JSON_DOCUMENT, default=list)
    #: Both partners' names, lower case and without accents, for the search box.
    names_folded: Mapped[str] = mapped_column(String(900), default="")
    version: Mapped[int] = mapped_column(default=1)
    #: The mark of the form that made it; a second sending of that form finds this row.
    once: Mapped[str | None] = mapped_column(String(40))

    partners: Mapped[list["Partner"]] = relationship(
        back_populates="couple", order_by="Partner.letter", lazy="selectin", overlaps="couple"
    )

    @property
    def a(self) -> "Partner":
        """Partner A."""
        return self.partners[0]

    @property
    def b(self) -> "Partner":
        """Partner B."""
        return self.partners[1]


class Partner(OfAPartner, ClientRecord):
    """One of the two people in a couple."""

    __tablename__ = "partner"
    constraints = (
        one_of("letter", *Letter),
        one_of("email_safe", "yes", "no", "ask"),
        one_of("phone_safe", "yes", "no", "ask"),
        one_of("language", "en", "es"),
        UniqueConstraint("couple_id", "letter"),
        Index("ix_partner_person", "practice_id", "person_folded"),
    )

    letter: Mapped[str] = mapped_column(String(1))
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80), default="")
    #: The name this partner goes by; empty when it is the first name.
    goes_by: Mapped[str] = mapped_column(String(80), default="")
    pronouns: Mapped[str] = mapped_column(String(40), default="")
    born_on: Mapped[date | None]
    email: Mapped[str] = mapped_column(String(254), default="")
    #: Whether it is safe to write there: yes, no, or ask first.
    email_safe: Mapped[str] = mapped_column(String(3), default="ask")
    phone: Mapped[str] = mapped_column(String(40), default="")
    phone_safe: Mapped[str] = mapped_column(String(3), default="ask")
    emergency_name: Mapped[str] = mapped_column(String(120), default="")
    emergency_phone: Mapped[str] = mapped_column(String(40), default="")
    emergency_relation: Mapped[str] = mapped_column(String(80), default="")
    #: The language of this partner's handouts.
    language: Mapped[str] = mapped_column(String(2), default="en")
    came_for: Mapped[str] = mapped_column(Text, default="")
    diagnosis: Mapped[str] = mapped_column(Text, default="")
    medication: Mapped[str] = mapped_column(Text, default="")
    earlier_care: Mapped[str] = mapped_column(Text, default="")
    #: First and last name, lower case and without accents, to notice who is known already.
    person_folded: Mapped[str] = mapped_column(String(200), default="")

    couple: Mapped[Couple] = relationship(
        back_populates="partners",
        primaryjoin="Partner.couple_id == Couple.id",
        foreign_keys="Partner.couple_id",
    )


class SafetyScreen(ClientRecord):
    """One partner's screening for violence and coercion: private, dated, never shown to either.

    Assess every couple, each partner alone (Stith et al.; see the practice's own protocol).
    """

    __tablename__ = "safety_screen"
    constraints = (
        one_of("letter", *Letter),
        one_of("outcome", *ScreenOutcome),
        ForeignKeyConstraint(["practice_id", "by_user_id"], ["user.practice_id", "user.id"]),
        UniqueConstraint("couple_id", "once"),
    )

    letter: Mapped[str] = mapped_column(String(1))
    asked_on: Mapped[date]
    seen_alone: Mapped[bool]
    outcome: Mapped[str] = mapped_column(String(12))
    #: When to ask again.
    next_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    by_user_id: Mapped[int]
    once: Mapped[str | None] = mapped_column(String(40))


class SecretsPolicy(ClientRecord):
    """What is done with something told alone: one row per policy agreed, the newest in force."""

    __tablename__ = "secrets_policy"
    constraints = (one_of("kind", *SecretsPolicyKind),)

    kind: Mapped[str] = mapped_column(String(16))
    in_force_from: Mapped[date]
    #: The date on each partner's signed copy; None while it is missing.
    signed_a_on: Mapped[date | None]
    signed_b_on: Mapped[date | None]


class Supervision(Base):
    """A supervisor who reads the files of the couples a clinician looks after; named by the owner."""

    __tablename__ = "supervision"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "supervisor_id"], ["user.practice_id", "user.id"]),
        ForeignKeyConstraint(["practice_id", "clinician_id"], ["user.practice_id", "user.id"]),
        CheckConstraint("supervisor_id <> clinician_id", "of_someone_else"),
    )
    is_audited = True

    supervisor_id: Mapped[int] = mapped_column(primary_key=True)
    clinician_id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int]


class EmergencyAccess(Base):
    """Someone opened a file that was not theirs: why, until when, and when the owner looked at it.

    It is no client record: the owner reviews it without opening the file.
    """

    __tablename__ = "emergency_access"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "couple_id"], ["couple.practice_id", "couple.id"]),
        ForeignKeyConstraint(["practice_id", "user_id"], ["user.practice_id", "user.id"]),
        Index("ix_emergency_access_waiting", "practice_id", "reviewed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int]
    couple_id: Mapped[int]
    user_id: Mapped[int]
    #: In the user's words; it may say something of the couple, so only owners read it.
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]


class Handover(Base):
    """What a clinician who died or left looked after and wrote apart, on its way to the custodian.

    The owner starts it, the custodian accepts it. It is no client record: it names no couple.
    """

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("kind IN ('left', 'died')", "kind_known"),
        CheckConstraint("clinician_id <> custodian_id", "to_someone_else"),
        ForeignKeyConstraint(["practice_id", "clinician_id"], ["user.practice_id", "user.id"]),
        ForeignKeyConstraint(["practice_id", "custodian_id"], ["user.practice_id", "user.id"]),
        ForeignKeyConstraint(["practice_id", "by_user_id"], ["user.practice_id", "user.id"]),
        Index("ix_handover_custodian", "custodian_id", "accepted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int]
    clinician_id: Mapped[int]
    custodian_id: Mapped[int]
    #: The owner who started it.
    by_user_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    #: The day they died or left, by the practice's calendar.
    on_day: Mapped[date]
    #: In the owner's words.
    reason: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    #: When the custodian accepted it; None until then.
    accepted_at: Mapped[datetime | None]
    #: When it was taken back, replaced, or over because the clinician came back.
    ended_at: Mapped[datetime | None]

    clinician: Mapped[User] = relationship(
        primaryjoin="Handover.clinician_id == User.id", foreign_keys="Handover.clinician_id"
    )
    custodian: Mapped[User] = relationship(
        primaryjoin="Handover.custodian_id == User.id", foreign_keys="Handover.custodian_id"
    )


class Appointment(ClientRecord):
    """A time agreed to meet. Its outcome stays empty while it lies ahead."""

    __tablename__ = "appointment"
    constraints = (
        one_of("kind", *SessionKind),
        one_of("modality", *Modality),
        one_of("outcome", "kept", "no-show", "late-cancellation", "cancelled", optional=True),
        CheckConstraint("minutes BETWEEN 10 AND 480", "minutes_sensible"),
        Index("ix_appointment_day", "practice_id", "on_day", "at_time"),
        Index("ix_appointment_couple_day", "couple_id", "on_day"),
        Index(
            "ix_appointment_open",
            "practice_id",
            "on_day",
            "at_time",
            sqlite_where=text("outcome = ''"),
            postgresql_where=text("outcome = ''"),
        ),
        UniqueConstraint("couple_id", "once"),
    )

    #: Day and time by the practice's clock, as in a diary.
    on_day: Mapped[date]
    at_time: Mapped[time]
    minutes: Mapped[int] = mapped_column(default=50)
    modality: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    once: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
