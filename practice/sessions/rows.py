"""Rows of sessions and their notes, as prepared queries give them: to be shown, not changed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeAlias

from practice.access.prepared import ClientRow
from practice.sessions.models import (
    NoteAddendum,
    NoteSignature,
    ProgressNote,
    Sighting,
    TherapySession,
)


@dataclass(frozen=True, slots=True)
class SessionRow(ClientRow):
    """A row of a session; the columns are those of `TherapySession`."""

    number: int
    held_on: date
    started_at: time | None
    stopped_at: time | None
    minutes: int | None
    kind: str
    modality: str
    a_attended: bool
    b_attended: bool
    others_attended: str
    place_a: str
    place_b: str
    by_user_id: int
    appointment_id: int | None
    once: str | None
    is_signed: bool


@dataclass(frozen=True, slots=True)
class SightingRow(ClientRow):
    """A row of an obstacle that was tagged on a session; the columns are those of `Sighting`."""

    session_id: int
    obstacle: str
    who: str
    strength: int
    words: str


@dataclass(frozen=True, slots=True)
class NoteRow(ClientRow):
    """A row of a progress note; the columns are those of `ProgressNote`."""

    session_id: int
    format: str
    data: str
    objective: str
    goal: str
    intervention: str
    response: str
    assessment: str
    plan: str
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class SignatureRow(ClientRow):
    """A row of a note's signature; the columns are those of `NoteSignature`."""

    session_id: int
    user_id: int
    role: str
    signed_as: str
    signed_at: datetime
    content_hash: str
    couple_id_then: int | None
    seal: str | None


@dataclass(frozen=True, slots=True)
class AddendumRow(ClientRow):
    """A row of an addendum to a signed note; the columns are those of `NoteAddendum`."""

    session_id: int
    user_id: int
    text: str
    signed_as: str
    signed_at: datetime
    once: str | None
    seal: str | None


#: Either way of reading each of them: what only reads takes both.
AnySession: TypeAlias = TherapySession | SessionRow
AnySighting: TypeAlias = Sighting | SightingRow
AnyNote: TypeAlias = ProgressNote | NoteRow
AnySignature: TypeAlias = NoteSignature | SignatureRow
AnyAddendum: TypeAlias = NoteAddendum | AddendumRow
