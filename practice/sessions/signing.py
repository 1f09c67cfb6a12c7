"""Signing a progress note: what the signature fixes, and how to tell that nothing moved since."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from sqlalchemy import bindparam, select

from practice import clock
from practice.access.load import get_or_404
from practice.access.prepared import PreparedQuery, columns_of
from practice.database.base import db
from practice.errors import Refused
from practice.formatting import clock_time, full_date
from practice.identity.models import User
from practice.sessions.facts import zone_of
from practice.sessions.models import (
    NoteAddendum,
    NoteSignature,
    ProgressNote,
    Sighting,
    TherapySession,
)
from practice.sessions.note_formats import SECTIONS
from practice.sessions.rows import (
    AnyAddendum,
    AnyNote,
    AnySession,
    AnySighting,
    AnySignature,
    SightingRow,
    SignatureRow,
)
from practice.sessions.seals import ADDENDUM as ADDENDUM_SEALED
from practice.sessions.seals import SIGNATURE as SIGNATURE_SEALED
from practice.sessions.seals import is_sealed


def content_hash(
    session: AnySession,
    note: AnyNote,
    sightings: Iterable[AnySighting],
    couple_id: int | None = None,
) -> str:
    """SHA-256, in hex, of all that a signature fixes: date, times, attendance, kind, modality,
    places, sightings and sections. `couple_id` is the file's number then, if it was another."""
    times = [str(session.started_at), str(session.stopped_at)]
    fixed = {
        "session": [couple_id or session.couple_id, session.number, session.held_on.isoformat()],
        "times": times if session.minutes is None else [*times, session.minutes],
        "kind": [session.kind, session.modality, session.place_a, session.place_b],
        "attended": [session.a_attended, session.b_attended, session.others_attended],
        "sightings": sorted([s.obstacle, s.who, s.strength, s.words] for s in sightings),
        "format": note.format,
        "sections": {key: getattr(note, key) for key in SECTIONS},
    }
    canonical = json.dumps(fixed, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


SIGNATURE = PreparedQuery(
    SignatureRow,
    select(*columns_of(NoteSignature, SignatureRow)).where(
        NoteSignature.session_id == bindparam("session_id"), NoteSignature.role == "author"
    ),
)


def signature_of(session: AnySession) -> SignatureRow | None:
    """The row of the author's signature, which fixes the note; None while it is unsigned."""
    return SIGNATURE.first(session_id=session.id)


SIGHTINGS = PreparedQuery(
    SightingRow,
    select(*columns_of(Sighting, SightingRow))
    .where(Sighting.session_id == bindparam("session_id"))
    .order_by(Sighting.id),
)


def sightings_of(session: AnySession) -> list[SightingRow]:
    """The rows of the obstacles tagged on a session, in the order they were tagged."""
    return SIGHTINGS.rows(session_id=session.id)


def sign(session: TherapySession, note: ProgressNote, user: User, now: datetime) -> AnySignature:
    """Put `user`'s name to the note, which fixes it for good. `now` is a UTC moment.

    A second sending finds the signature that stands. Raises Refused when nothing is written,
    when a time is missing, the hour lies ahead, nobody attended, or someone else led the session.
    """
    if session.by_user_id != user.id:
        raise Refused("The clinician who led the session signs its note.")
    if there := signature_of(session):
        return there
    if not any(getattr(note, key) for key in SECTIONS):
        raise Refused("Write the note before you sign it.")
    if not (session.started_at and session.stopped_at):
        raise Refused("Enter when the session started and stopped.", "started_at")
    zone = zone_of(session.practice_id)
    if clock.moment_of(session.held_on, session.started_at, zone) > now:
        raise Refused(
            f"This session begins on {full_date(session.held_on)} at "
            f"{clock_time(session.started_at)}, which is still to come. Sign it once it was held, "
            "or correct the day and the hour.",
            "started_at",
        )
    if not (session.a_attended or session.b_attended):
        raise Refused("Say who attended.", "a_attended")
    signature = NoteSignature(
        couple_id=session.couple_id,
        session_id=session.id,
        user_id=user.id,
        signed_as=user.signature,
        signed_at=now,
        content_hash=content_hash(session, note, sightings_of(session)),
    )
    session.is_signed = True
    db.session.flush()  # before the signature, after which the session's row is fixed
    db.session.add(signature)
    return signature


def add_addendum(
    session: TherapySession, text: str, user: User, now: datetime, once: str
) -> NoteAddendum:
    """Add to a signed note. The addendum is signed as it is written and never changes.

    `once` is the form's mark: the same words sent twice are one addendum, other words from the
    same form are an addendum of their own. Raises Refused while the note is unsigned (it can
    simply be edited) or the text is empty.
    """
    if not signature_of(session):
        raise Refused("This note is not signed yet: write in the note itself.")
    if not text:
        raise Refused("Write the addendum first.", "text")
    mark = hashlib.sha256(f"{once} {text}".encode()).hexdigest()[:40] if once else None
    there = db.session.scalar(
        select(NoteAddendum).where(NoteAddendum.session_id == session.id, NoteAddendum.once == mark)
    )
    if there and mark:
        return there
    addendum = NoteAddendum(
        couple_id=session.couple_id,
        session_id=session.id,
        user_id=user.id,
        text=text,
        signed_as=user.signature,
        signed_at=now,
        once=mark,
    )
    db.session.add(addendum)
    return addendum


def is_intact(session_id: int) -> bool:
    """Whether a signed note still reads exactly as it was signed."""
    session = get_or_404(TherapySession, session_id)
    note = db.session.scalar(select(ProgressNote).where(ProgressNote.session_id == session.id))
    return is_unchanged(session, note, sightings_of(session), signature_of(session))


def is_unchanged(
    session: AnySession,
    note: AnyNote | None,
    sightings: Iterable[AnySighting],
    signature: AnySignature | None,
) -> bool:
    """Whether a note equals its signature: text, signer, day and hash. False when either is missing."""
    if signature is None or note is None:
        return False
    found = content_hash(session, note, sightings, signature.couple_id_then)
    return signature.content_hash == found and is_sealed(
        SIGNATURE_SEALED, signature, signature_key()
    )


def is_addendum_unchanged(addendum: AnyAddendum) -> bool:
    """Whether an addendum is as it was signed: text, signer and day."""
    return is_sealed(ADDENDUM_SEALED, addendum, signature_key())


def signature_key() -> bytes:
    """The key of the seals, which is not in the database."""
    key: bytes = current_app.config["SIGNATURE_KEY"]
    return key
