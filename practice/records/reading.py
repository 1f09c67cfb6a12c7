"""Notes as text that anyone can read, in any program, in fifty years."""

from collections.abc import Iterable, Mapping
from typing import Any

from practice.couples.models import Couple, OfAPartner
from practice.couples.names import told_apart
from practice.formatting import full_date, listed, local, time_span
from practice.sessions.facts import length_in_words
from practice.sessions.models import (
    NoteAddendum,
    ProgressNote,
    Sighting,
    TherapySession,
)
from practice.sessions.note_formats import FORMAT_NAMES, arranged
from practice.sessions.order import order_key
from practice.sessions.signing import is_addendum_unchanged, is_unchanged
from practice.vocabulary import OBSTACLES, Modality, SessionKind

RULE = "=" * 72
AS_SIGNED = (
    "Unchanged since: the note as it stands here gives this digest, and its signature is whole."
)
ALTERED = "NOT AS IT WAS SIGNED: the words, the signer or the day were changed past the program."
STRENGTHS = ("", "a little", "clearly", "strongly")


def notes_of(records: Mapping[str, list[Any]], zone: str) -> str:
    """The sessions of a couple's file in order, with note, signatures and addenda."""
    [couple] = records["couple"]
    names = told_apart(couple)
    lines = [heading(couple), ""]
    for number, session in enumerate(sorted(records["therapy_session"], key=order_key), 1):
        mine = {
            name: [one for one in found if getattr(one, "session_id", None) == session.id]
            for name, found in records.items()
        }
        lines += [*about(session, number, mine["sighting"], names), ""]
        for note in mine["progress_note"]:
            lines += words_of(note)
        lines += signatures(session, mine, zone)
        lines += addenda(mine["note_addendum"], zone)
        lines.append("")
    if not records["therapy_session"]:
        lines.append("No session was held yet.")
    return "\n".join(lines).rstrip() + "\n"


def heading(couple: Couple) -> str:
    """Whose file it is, and since when."""
    since = f"File opened on {full_date(couple.opened_on)}"
    closed = f", closed on {full_date(couple.closed_on)}" if couple.closed_on else ""
    return f"{legal_name(couple.a)} & {legal_name(couple.b)}\n{since}{closed}."


def legal_name(partner: OfAPartner) -> str:
    """First and last name, as they are written down."""
    return f"{partner.first_name} {partner.last_name}".strip()


def about(
    session: TherapySession, number: int, sightings: Iterable[Sighting], names: Mapping[str, str]
) -> list[str]:
    """When a session was, how, who came, and what got in the way."""
    came = [names[letter] for letter in "ab" if getattr(session, f"{letter}_attended")]
    came += [session.others_attended] if session.others_attended else []
    when = ", ".join(part for part in (full_date(session.held_on), span(session)) if part)
    lines = [RULE, f"Session {number}: {when}", ""]
    lines.append(f"{SessionKind(session.kind).label}, {Modality(session.modality).label.lower()}")
    lines.append(f"Attended: {listed(came) or 'nobody'}")
    lines += [
        f"{names[letter]} was at: {place}"
        for letter in "ab"
        if (place := getattr(session, f"place_{letter}"))
    ]
    return lines + [f"In the way: {sighted(one, names)}" for one in sightings]


def span(session: TherapySession) -> str:
    """From when to when and how long, as far as it is written down."""
    length = length_in_words(session)
    return time_span(session.started_at, session.stopped_at) + (f" ({length})" if length else "")


def sighted(sighting: Sighting, names: Mapping[str, str]) -> str:
    """“Busyness, strongly, Maya: late from work”."""
    who = "both" if sighting.who == "both" else names.get(sighting.who, "")
    told = [OBSTACLES[sighting.obstacle].label, STRENGTHS[sighting.strength], who]
    words = ", ".join(part for part in told if part)
    return f"{words}: {sighting.words}" if sighting.words else words


def words_of(note: ProgressNote) -> list[str]:
    """The sections that have words, as the note's format arranges them."""
    lines = [f"Progress note ({FORMAT_NAMES[note.format]})", ""]
    for section in arranged(note):
        if section.text:
            lines += [section.heading, section.text, ""]
    return lines


def signatures(session: TherapySession, mine: Mapping[str, list[Any]], zone: str) -> list[str]:
    """Who signed, when, the digest of what was signed, and whether the note still gives it."""
    lines = [
        f"Signed by {one.signed_as} ({one.role}) on {local(one.signed_at, zone)}\n"
        f"SHA-256 {one.content_hash}\n{AS_SIGNED if as_signed(session, mine, one) else ALTERED}"
        for one in mine["note_signature"]
    ]
    if session.is_signed and not lines:
        lines = [f"The signature is gone.\n{ALTERED}"]
    return [*(lines or ["Not signed."]), ""]


def as_signed(session: TherapySession, mine: Mapping[str, list[Any]], signature: Any) -> bool:
    """Whether the note of a session is the one that was signed."""
    [note] = mine["progress_note"] or [None]
    return is_unchanged(session, note, mine["sighting"], signature)


def addenda(found: Iterable[NoteAddendum], zone: str) -> list[str]:
    """What was added after signing."""
    lines = []
    for one in found:
        lines += [f"Addendum by {one.signed_as}, {local(one.signed_at, zone)}", one.text]
        lines += [""] if is_addendum_unchanged(one) else [ALTERED, ""]
    return lines


def altered_in(records: Mapping[str, list[Any]]) -> list[int]:
    """The sessions of a couple's file of which something is not as it was signed, by their ids."""
    found = []
    for session in records["therapy_session"]:
        mine = {
            name: [one for one in rows if getattr(one, "session_id", None) == session.id]
            for name, rows in records.items()
        }
        whole = [as_signed(session, mine, one) for one in mine["note_signature"]]
        whole += [is_addendum_unchanged(one) for one in mine["note_addendum"]]
        if not all(whole) or (session.is_signed and not mine["note_signature"]):
            found.append(session.id)
    return found


def under_a_rule(title: str, text: str) -> list[str]:
    """The lines of a text under its title, apart from the one before it."""
    return [RULE, title, "", text, ""]
