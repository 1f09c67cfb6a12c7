"""The timeline of a couple's file: sessions, homework, letters, missed appointments, newest first."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple

from practice.assignments.service import Said
from practice.casefile.timeline_queries import (
    ASSIGNED,
    ATTACHED,
    DAY,
    MISSED,
    MISSED_ONES,
    MOST_OUT,
    OUT,
    SESSIONS,
    SESSIONS_A_PAGE,
    SIGHTINGS,
    Assigned,
    between,
)
from practice.couples.models import OfACouple
from practice.couples.names import told_apart
from practice.database.base import LARGEST_ID
from practice.formatting import opening
from practice.sessions.note_formats import first_words
from practice.vocabulary import OBSTACLES, AttachmentKind


class Tag(NamedTuple):
    """An obstacle as it was seen in one session; strength 0 and who "" are not stated."""

    key: str
    label: str
    strength: int
    who: str


@dataclass
class Entry:
    """One thing on the timeline. `kind` is session, assignment, attachment or missed.

    `order` is a session's number, else an id.
    """

    kind: str
    on_day: date
    order: int
    title: str
    #: The hour, by which things of one day are ordered; None where it has none, or none is known.
    at: time | None = None
    words: str = ""
    id: int = 0
    is_signed: bool = True
    tags: list[Tag] = field(default_factory=list)
    #: “Week 2 of 6 · Small things said in time”, of homework that is part of a course.
    course: str = ""


@dataclass(frozen=True)
class Timeline:
    """A page of the timeline, newest first, and the session number where the next page begins."""

    entries: list[Entry]
    older: int | None
    #: What is out and not reviewed yet, newest first, whatever page this is.
    out: list[Assigned]

    def begun_on(self, day: date) -> list[Entry]:
        """The sessions of a day whose notes are not signed yet, as far as this page has them."""
        return [
            entry
            for entry in reversed(self.entries)
            if entry.kind == "session" and entry.on_day == day and not entry.is_signed
        ]


def timeline(couple: OfACouple, before: int | None = None) -> Timeline:
    """Sessions, homework, attachments and missed appointments of a couple, newest first.

    `before` is a session's number: only what came before it is shown.
    """
    sessions = session_entries(couple.id, before)
    shown = sessions[:SESSIONS_A_PAGE]
    older = shown[-1].order if len(sessions) > SESSIONS_A_PAGE else None
    first = shown[-1].on_day if older else None
    until = day_of_session(couple.id, before) if before else None
    given = assigned_between(couple.id, first, until)
    entries = [
        *shown,
        *(assignment_entry(couple, one) for one in given),
        *attachment_entries(couple, first, until),
        *missed_entries(couple.id, first, until),
    ]
    entries.sort(
        key=lambda entry: (entry.on_day, hour_of(entry), entry.kind != "session", entry.order),
        reverse=True,
    )
    is_whole = not (before or older)
    out = [one for one in given if one.is_out][:MOST_OUT] if is_whole else homework_out(couple.id)
    return Timeline(entries, older, out)


def hour_of(entry: Entry) -> time:
    """The hour by which an entry is ordered: without one, a session is the first of its day."""
    return entry.at or (time.min if entry.kind == "session" else time.max)


def day_of_session(couple_id: int, number: int) -> date | None:
    """When the session of that number was held; None when there is none."""
    row = DAY.first(couple_id=couple_id, number=number)
    return row.held_on if row else None


def session_entries(couple_id: int, before: int | None) -> list[Entry]:
    """Sessions with their notes' first words and what was seen, newest first, one more than a page."""
    rows = SESSIONS.rows(couple_id=couple_id, before=before or LARGEST_ID)
    seen = sightings_in(couple_id, [row.id for row in rows])
    return [
        Entry(
            kind="session",
            on_day=row.held_on,
            at=row.started_at,
            order=row.number,
            title=f"Session {row.number}",
            words=opening(first_words(row)),
            id=row.id,
            is_signed=row.is_signed,
            tags=seen.get(row.id, []),
        )
        for row in rows
    ]


ORDER = {key: at for at, key in enumerate(OBSTACLES)}


def sightings_in(couple_id: int, session_ids: list[int]) -> dict[int, list[Tag]]:
    """What was seen in each of these sessions of a couple, core obstacles first."""
    if not session_ids:
        return {}
    seen: dict[int, list[Tag]] = {}
    for row in SIGHTINGS.rows(couple_id=couple_id, session_ids=session_ids):
        tag = Tag(row.obstacle, OBSTACLES[row.obstacle].label, row.strength, row.who)
        seen.setdefault(row.session_id, []).append(tag)
    for tags in seen.values():
        tags.sort(key=lambda tag: ORDER[tag.key])
    return seen


def assigned_between(couple_id: int, first: date | None, until: date | None) -> list[Assigned]:
    """Homework given from the day `first` until before `until`, newest first, with its reviews."""
    found: dict[int, Assigned] = {}
    for row in ASSIGNED.rows(**between(couple_id, first, until)):
        one = found.get(row.id) or found.setdefault(row.id, row.assigned())
        if row.by_whom:
            one.said[row.by_whom] = Said(row.outcome or "", row.usefulness, row.noticed or "")
    return list(found.values())


def assignment_entry(couple: OfACouple, assigned: Assigned) -> Entry:
    """Homework on the timeline, with how it went in each one's words."""
    return Entry(
        kind="assignment",
        on_day=assigned.given_on,
        at=assigned.at,
        order=assigned.id,
        title=assigned.title,
        words=how_it_went(couple, assigned.said),
        id=assigned.id,
        course=(
            f"Week {assigned.week} of {assigned.weeks} · {assigned.course}"
            if assigned.course
            else ""
        ),
    )


def how_it_went(couple: OfACouple, said: dict[str, Said]) -> str:
    """“Maya: partly, “mornings work” · Jonah: tried · Clinician: partly”."""
    names = {**told_apart(couple), "clinician": "Clinician"}
    told = [said[by_whom].by(name) for by_whom, name in names.items() if by_whom in said]
    return " · ".join(filter(None, told)) or "Still out."


def attachment_entries(couple: OfACouple, first: date | None, until: date | None) -> list[Entry]:
    """Letters and scans that whoever looks may see, from the day `first` until before `until`."""
    rows = ATTACHED.rows(**between(couple.id, first, until))
    names = told_apart(couple) if rows else {}
    return [
        Entry(
            kind="attachment",
            on_day=row.dated_on,
            order=row.id,
            title=row.title,
            words=" · ".join(
                filter(None, [AttachmentKind(row.kind).label, names.get(row.whose, "")])
            ),
            id=row.id,
        )
        for row in rows
    ]


def missed_entries(couple_id: int, first: date | None, until: date | None) -> list[Entry]:
    """Appointments missed or cancelled too late, from the day `first` until before `until`."""
    rows = MISSED_ONES.rows(**between(couple_id, first, until))
    return [
        Entry(
            kind="missed",
            on_day=row.on_day,
            at=row.at_time,
            order=row.id,
            title=MISSED[row.outcome],
            id=row.id,
        )
        for row in rows
    ]


def homework_out(couple_id: int) -> list[Assigned]:
    """What is out and not reviewed by the clinician yet, newest first; nothing of what was said."""
    return OUT.rows(couple_id=couple_id)
