"""Sessions: starting one, writing its note, tagging what stood between the partners."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from sqlalchemy import bindparam, func, select

from practice import clock
from practice.access.load import get_or_404
from practice.access.prepared import PreparedQuery, columns_of
from practice.couples.diary import LIVE, Meeting, appointments_on, meeting_of, minute_of
from practice.couples.models import Appointment, Couple
from practice.database.base import db, reusable
from practice.errors import Conflict, Refused
from practice.formatting import full_date
from practice.identity.models import User
from practice.sessions.facts import (
    LONGEST_PAST_MIDNIGHT,
    SessionFacts,
    goes_past_midnight,
    minutes_of,
    settle_minutes,
    zone_of,
)
from practice.sessions.models import (
    ProgressNote,
    PsychotherapyNote,
    Sighting,
    TherapySession,
)
from practice.sessions.note_formats import FORMATS, SECTIONS
from practice.sessions.rows import AnySession, NoteRow
from practice.sessions.signing import signature_of
from practice.vocabulary import OBSTACLES, Letter, Modality, SessionKind

SIGNED = "This note is signed and never changes. Add an addendum instead."
USUAL_MINUTES = 50


@dataclass(frozen=True)
class NoteWords:
    """A note as it was sent: its format, and the sections that were on the screen."""

    format: str
    sections: dict[str, str]


def start_session(
    couple: Couple,
    user: User,
    today: date,
    at: time,
    once: str,
    now: datetime,
    appointment: Appointment | None = None,
) -> TherapySession:
    """Open a session and its empty note: that of `appointment`, or one at this hour without any.

    `today` and `at` are by the practice's clock, `now` is a UTC moment. Sending the same `once`
    again, or starting an appointment again, finds the session that was made. Raises Refused when
    the file is closed, or the appointment lies ahead or was called off.
    """
    if there := session_made_by(couple, once):
        return there
    if not couple.is_open:
        raise Refused("This file is closed. Reopen it to record a session.")
    if appointment:
        if there := session_for(appointment):
            return there
        check_appointment(appointment, today)
    facts = facts_of_start(couple, today, at, appointment)
    session = TherapySession(
        couple_id=couple.id,
        number=next_number(couple),
        by_user_id=user.id,
        appointment_id=appointment.id if appointment else None,
        once=once or None,
        **asdict(facts),
    )
    db.session.add(session)
    db.session.flush()
    if appointment:
        appointment.outcome = "kept"
    db.session.add(
        ProgressNote(
            couple_id=couple.id, session_id=session.id, format=user.note_format, saved_at=now
        )
    )
    return session


def check_appointment(appointment: Appointment, today: date) -> None:
    """Raise Refused when no session can be held at an appointment."""
    if appointment.on_day > today:
        raise Refused(
            f"This appointment is on {full_date(appointment.on_day)}, which is still to come. "
            "Start a session without it if they are here now."
        )
    if appointment.outcome not in LIVE:
        raise Refused(
            "This appointment was called off. Start a session without it if they came after all."
        )


def facts_of_start(
    couple: Couple, today: date, at: time, appointment: Appointment | None
) -> SessionFacts:
    """What is known of a session as it starts: as agreed, or the usual length from this minute on."""
    if appointment:
        meeting = meeting_of(appointment)
    else:
        minute = at.replace(second=0, microsecond=0)
        meeting = Meeting(today, minute, USUAL_MINUTES, kind=first_kind(couple))
    zone = zone_of(couple.practice_id)
    stop = clock.wall_clock_after(meeting.on_day, meeting.at_time, meeting.minutes, zone)
    facts = SessionFacts(
        held_on=meeting.on_day,
        started_at=meeting.at_time.replace(fold=0),
        stopped_at=stop.time().replace(fold=0),
        kind=meeting.kind,
        modality=meeting.modality,
        a_attended=meeting.kind != SessionKind.INDIVIDUAL_B,
        b_attended=meeting.kind != SessionKind.INDIVIDUAL_A,
        minutes=meeting.minutes,
    )
    return settle_minutes(facts, zone)


def session_made_by(couple: Couple, once: str) -> TherapySession | None:
    """The session that an earlier sending of the same form made."""
    if not once:
        return None
    return db.session.scalar(
        select(TherapySession).where(
            TherapySession.couple_id == couple.id, TherapySession.once == once
        )
    )


def session_for(appointment: Appointment) -> TherapySession | None:
    """The session already opened for an appointment."""
    return db.session.scalar(
        select(TherapySession).where(TherapySession.appointment_id == appointment.id)
    )


def nearest_appointment(couple: Couple, today: date, at: time) -> Appointment | None:
    """Of today's appointments at which no session was held yet, the one nearest to this hour."""
    waiting = [one for one in appointments_on(couple, today) if one.outcome == ""]
    now = minute_of(at)
    return min(waiting, key=lambda one: abs(minute_of(one.at_time) - now), default=None)


def first_kind(couple: Couple) -> str:
    """Intake for a first meeting, conjoint after it."""
    return SessionKind.CONJOINT if next_number(couple) > 1 else SessionKind.INTAKE


def next_number(couple: Couple) -> int:
    """The number of the couple's next session, counted from 1."""
    highest = db.session.scalar(
        select(func.max(TherapySession.number)).where(TherapySession.couple_id == couple.id)
    )
    return (highest or 0) + 1


NOTE_OF = reusable(select(ProgressNote).where(ProgressNote.session_id == bindparam("session_id")))


def note_of(session: TherapySession) -> ProgressNote:
    """The session's progress note."""
    return db.session.scalars(NOTE_OF, {"session_id": session.id}).one()


NOTE = PreparedQuery(
    NoteRow,
    select(*columns_of(ProgressNote, NoteRow)).where(
        ProgressNote.session_id == bindparam("session_id")
    ),
)


def shown_note(session: AnySession) -> NoteRow:
    """The row of the session's progress note, to show and not to change."""
    return NOTE.rows(session_id=session.id)[0]


def save(
    session: TherapySession,
    facts: SessionFacts,
    words: NoteWords,
    version: int,
    today: date,
    now: datetime,
) -> ProgressNote:
    """Save the facts of a session and the words of its note, as one window shows them.

    `version` is the one that window was showing. What stands already may be sent again. Raises
    Conflict when it has been changed since, and Refused when the note is signed or a fact
    cannot be true.
    """
    note = note_of(session)
    facts = settle_minutes(facts, zone_of(session.practice_id))
    if stands_already(session, note, facts, words):
        return note
    if signature_of(session):
        raise Refused(SIGNED)
    if version != note.version:
        raise Conflict("This note was changed in another window.")
    if facts != facts_of(session):
        check_facts(facts, today)
    check_words(words)
    for name, value in asdict(facts).items():
        setattr(session, name, value)
    note.format = words.format
    for key, text in words.sections.items():
        setattr(note, key, text)
    note.version += 1
    note.saved_at = now
    return note


def facts_of(session: TherapySession) -> SessionFacts:
    """The facts of a session as they stand in the record."""
    names = SessionFacts.__dataclass_fields__
    return SessionFacts(**{name: getattr(session, name) for name in names})


def stands_already(
    session: TherapySession, note: ProgressNote, facts: SessionFacts, words: NoteWords
) -> bool:
    """Whether the record says all of this: sent again, it changes nothing and clashes with nothing."""
    return (
        facts == facts_of(session)
        and note.format == words.format
        and all(getattr(note, key, None) == text for key, text in words.sections.items())
    )


def check_facts(facts: SessionFacts, today: date) -> None:
    """Raise Refused beside the field that cannot be true."""
    if facts.held_on > today:
        raise Refused("A session that has not taken place yet is an appointment.", "held_on")
    if facts.held_on.year < 1950:
        raise Refused("Check the year.", "held_on")
    if goes_past_midnight(facts) and (minutes_of(facts) or 0) > LONGEST_PAST_MIDNIGHT:
        raise Refused(
            "The session must stop after it started. One that goes past midnight is no longer "
            "than eight hours.",
            "stopped_at",
        )
    if facts.kind not in tuple(SessionKind) or facts.modality not in tuple(Modality):
        raise Refused("Choose one of the kinds offered.", "kind")


def check_words(words: NoteWords) -> None:
    """Raise Refused for a format or section that does not exist."""
    if words.format not in FORMATS or not set(words.sections) <= set(SECTIONS):
        raise Refused("Choose one of the formats offered.", "format")


def tag_obstacle(
    session: TherapySession,
    obstacle: str,
    *,
    on: bool | None = None,
    who: str | None = None,
    strength: int | None = None,
    words: str | None = None,
) -> None:
    """Tag an obstacle on a session, untag it, or say who shows it, how strongly, in which words.

    What is None stays as it is; who "" and strength 0 mean not stated. Raises Refused when
    the note is signed or a value is unknown.
    """
    if signature_of(session):
        raise Refused(SIGNED)
    if obstacle not in OBSTACLES:
        raise Refused("Choose one of the obstacles offered.")
    if who not in (None, "", "both", *Letter) or strength not in (None, 0, 1, 2, 3):
        raise Refused("Choose one of the values offered.")
    sighting = db.session.scalar(
        select(Sighting).where(Sighting.session_id == session.id, Sighting.obstacle == obstacle)
    )
    if on is False:
        if sighting:
            db.session.delete(sighting)
        return
    if sighting is None:
        sighting = Sighting(couple_id=session.couple_id, session_id=session.id, obstacle=obstacle)
        db.session.add(sighting)
    for name, value in (("who", who), ("strength", strength), ("words", words)):
        if value is not None:
            setattr(sighting, name, value)


def psychotherapy_note_of(session: TherapySession, user: User) -> PsychotherapyNote | None:
    """The user's own psychotherapy note of a session. Nobody else's can be asked for."""
    return db.session.scalar(
        select(PsychotherapyNote).where(
            PsychotherapyNote.session_id == session.id, PsychotherapyNote.author_id == user.id
        )
    )


@dataclass(frozen=True, slots=True)
class OwnNoteRow:
    """A row of the id of one's own psychotherapy note."""

    id: int


#: The guard lets nobody find a note of another author.
OWN_NOTE = PreparedQuery(
    OwnNoteRow,
    select(PsychotherapyNote.id).where(PsychotherapyNote.session_id == bindparam("session_id")),
)


def has_psychotherapy_note(session: AnySession) -> bool:
    """Whether whoever asks has a psychotherapy note of their own on a session."""
    return OWN_NOTE.first(session_id=session.id) is not None


def write_psychotherapy_note(
    session: TherapySession, user: User, text: str, version: int, now: datetime
) -> PsychotherapyNote:
    """Save the user's own psychotherapy note. `version` is 0 for the first words.

    What stands already, or a first note without words, stores nothing. Raises Conflict when
    another window of theirs has changed it since.
    """
    note = psychotherapy_note_of(session, user) or PsychotherapyNote(
        couple_id=session.couple_id,
        session_id=session.id,
        author_id=user.id,
        text="",
        version=0,
        saved_at=now,
    )
    if note.text == text:
        return note
    if version != note.version:
        raise Conflict("This note was changed in another window.")
    db.session.add(note)
    note.text = text
    note.version += 1
    note.saved_at = now
    return note


def session_in(couple_id: int, session_id: int) -> TherapySession:
    """The session, if it is in that couple's file and on the open caseload; 404 otherwise."""
    return get_or_404(TherapySession, session_id, couple_id=couple_id)
