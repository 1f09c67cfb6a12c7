"""Psychotherapy notes of a clinician who died or left, for the custodian alone to read."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, select, true

from practice.access import doors
from practice.access.guard import NoCaseload
from practice.audit.service import current_actor
from practice.couples.models import Couple, Handover
from practice.identity.models import User
from practice.sessions.models import PsychotherapyNote, TherapySession
from practice.sessions.order import number_column, order_columns


@dataclass(frozen=True)
class HandedOver:
    """A note that was handed over: on whom, from which session, and its words."""

    id: int
    couple_id: int
    couple: str
    session: int
    held_on: date
    text: str


def notes_in(handover: Handover, note_id: int | None = None) -> list[HandedOver]:
    """The notes that came with a hand-over, by couple and day; or only the one of that id.

    Also those on couples whose care team their author had left. The question itself asks whether
    whoever acts is the custodian, has accepted, and the author is still gone.

    Raises NoCaseload where nobody acts.
    """
    _, mine = current_actor()
    if mine is None:
        raise NoCaseload
    query = of_the_custodian(handover, mine).order_by(Couple.id, *order_columns())
    if note_id is not None:
        query = query.where(PsychotherapyNote.id == note_id)
    found = doors.inherited_notes(query)
    return [
        HandedOver(note.id, couple.id, couple.name, number, session.held_on, note.text)
        for note, session, couple, number in found
    ]


def of_the_custodian(
    handover: Handover, user_id: int
) -> Select[PsychotherapyNote, TherapySession, Couple, int]:
    """The notes of a hand-over, if it is to this user, was accepted, and is not over.

    Each with its session, the couple, and the session's number.
    """
    is_theirs = exists().where(
        Handover.id == handover.id,
        Handover.custodian_id == user_id,
        Handover.clinician_id == PsychotherapyNote.author_id,
        Handover.practice_id == PsychotherapyNote.practice_id,
        Handover.accepted_at.is_not(None),
        Handover.ended_at.is_(None),
        User.id == Handover.clinician_id,
        User.active.is_not(true()),
    )
    return (
        select(PsychotherapyNote, TherapySession, Couple, number_column())
        .join(TherapySession, TherapySession.id == PsychotherapyNote.session_id)
        .join(Couple, Couple.id == PsychotherapyNote.couple_id)
        .where(PsychotherapyNote.text != "", is_theirs)
    )
