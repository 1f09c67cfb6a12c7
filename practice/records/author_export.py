"""An author's own: psychotherapy notes, attachments that nobody else may see, unshared homework.

They are in no copy of a file or of the practice. Each author takes out their own, also from files
that are no longer open to them, and `rekindle import` brings them back.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from practice import clock
from practice.access.doors import authors_own
from practice.attachments.models import Attachment, AttachmentContent
from practice.couples.models import Couple, Partner
from practice.formatting import full_date
from practice.identity.models import User
from practice.records.couple_copy import as_json
from practice.records.export_files import attachment_name
from practice.records.export_schema import in_json, plain
from practice.records.own_writing import OwnWriting, library_files, own_writing
from practice.records.reading import under_a_rule
from practice.sessions.models import PsychotherapyNote, TherapySession
from practice.sessions.order import number_column

FORMAT, VERSION = "rekindle-own", 1
#: What of each partner tells whose file something belongs to.
NAMES = ("first_name", "last_name", "goes_by")
README = """\
What {name} keeps for themselves, as of {day}.

psychotherapy-notes.txt   The psychotherapy notes, to read (45 CFR 164.501).
own.json                  The same, with what is known of the attachments, homework and courses that
                          are not shared, and drafts, for another Rekindle:
                          bring in the couples' files first, then this.
attachments/              Attachments that nobody else may see, each a file by its number in own.json.
homework/                 Homework that is not shared, as files that Rekindle's library brings in.

This file is not encrypted. Whoever has it can read all of it: put it where it is safe.
"""


@dataclass
class OwnCopy:
    """An author's own: the files by name, and how much of each couple's is in them."""

    files: dict[str, str | bytes] = field(default_factory=dict)
    #: Notes and attachments, by couple.
    couples: dict[int, dict[str, int]] = field(default_factory=dict)

    def count(self, couple_id: int, what: str) -> None:
        """One more of a couple's."""
        counted = self.couples.setdefault(couple_id, {"notes": 0, "attachments": 0})
        counted[what] += 1


def own_copy(author: User, zone: str, couple_id: int | None = None) -> OwnCopy:
    """What is the author's alone, of one couple or of all; without files when there is nothing."""
    made = OwnCopy()
    notes = [row for row in found(PsychotherapyNote, couple_id) if row[0].text]
    attachments = found(Attachment, couple_id)
    for row in notes:
        made.count(row[0].couple_id, "notes")
    for row in attachments:
        made.count(row[0].couple_id, "attachments")
    writing = OwnWriting() if couple_id else own_writing(author)
    if not made.couples and not writing:
        return made
    now = clock.now()
    day = full_date(clock.in_zone(now, zone).date())
    made.files = {
        "README.txt": README.format(name=author.name, day=day),
        "psychotherapy-notes.txt": as_text(notes),
        "own.json": as_json(
            {
                "format": FORMAT,
                "version": VERSION,
                "made_at": in_json(now),
                "author": {"name": author.name, "email": author.email},
                "psychotherapy_notes": [note_told(row) for row in notes],
                "attachments": [plain(row[0]) | {"file": whose(row)} for row in attachments],
                "homework": writing.homework,
                "courses": writing.courses,
            }
        ),
        **dict(library_files(writing)),
        **contents({row[0].id: row[0] for row in attachments}),
    }
    return made


def found(model: type[Any], couple_id: int | None) -> list[Any]:
    """One's own records of a kind, each with what tells whose file, and which session, it is of."""
    a, b = aliased(Partner), aliased(Partner)
    query: Select[Any] = (
        select(model, Couple.opened_on)
        .join(Couple, Couple.id == model.couple_id)
        .join(a, (a.couple_id == Couple.id) & (a.letter == "a"))
        .join(b, (b.couple_id == Couple.id) & (b.letter == "b"))
        .add_columns(*(getattr(one, name) for one in (a, b) for name in NAMES))
        .order_by(model.couple_id, model.id)
    )
    if model is PsychotherapyNote:
        query = query.join(TherapySession, TherapySession.id == PsychotherapyNote.session_id)
        query = query.add_columns(TherapySession.number, TherapySession.held_on)
        query = query.add_columns(number_column().label("shown_number"))
    if couple_id is not None:
        query = query.where(model.couple_id == couple_id)
    return authors_own(query, model)


def whose(row: Any) -> dict[str, Any]:
    """What tells whose file a record is in: both partners' names, and when it was opened."""
    names = row[2:8]
    return {
        "opened_on": in_json(row[1]),
        "a": dict(zip(NAMES, names[:3], strict=True)),
        "b": dict(zip(NAMES, names[3:], strict=True)),
    }


def note_told(row: Any) -> dict[str, Any]:
    """A psychotherapy note, and which session of which file it is of."""
    return {
        "file": whose(row),
        "session": {"number": row.number, "held_on": in_json(row.held_on)},
        "text": row[0].text,
        "saved_at": in_json(row[0].saved_at),
    }


def as_text(notes: list[Any]) -> str:
    """The psychotherapy notes as text that anyone can read."""
    lines = ["Psychotherapy notes, kept apart from the record (45 CFR 164.501).", ""]
    for row in notes:
        both = [f"{row[at]} {row[at + 1]}".strip() for at in (2, 5)]
        when = f"session {row.shown_number}, {full_date(row.held_on)}"
        lines += under_a_rule(f"{' & '.join(both)}, {when}", row[0].text)
    return "\n".join(lines)


def contents(attachments: dict[int, Attachment]) -> dict[str, bytes]:
    """The files of one's own attachments, by name."""
    rows = authors_own(select(AttachmentContent), AttachmentContent) if attachments else []
    return {
        attachment_name(attachments[one.attachment_id]): one.content
        for (one,) in rows
        if one.attachment_id in attachments
    }
