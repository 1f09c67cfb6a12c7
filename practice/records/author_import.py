"""An author's own that comes back: notes, attachments and homework, whole or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.exc import IntegrityError

from practice.attachments.models import Attachment
from practice.audit.service import act_as, record
from practice.couples.models import Couple
from practice.couples.names import folded_names
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import Practice, User
from practice.records.export_files import check_attachment
from practice.records.export_schema import columns_of
from practice.records.import_parse import Own, Row, name_of, understood
from practice.records.importer import as_partner, put_content
from practice.records.own_writing_intake import OwnWritingIntake
from practice.sessions.models import PsychotherapyNote, TherapySession
from practice.vocabulary import Readers

NO_PRACTICE = "There is no practice yet. Bring in the couples’ files first."
NO_AUTHOR = "Nobody of this practice signs in as {email}, whose own this is."
NO_FILE = "The file that something here belongs to is not here. Bring in the couples’ files first."
NO_SESSION = (
    "The session that a note here belongs to is not here. Bring in that couple’s file first."
)
OTHER_WORDS = "A psychotherapy note is here already with other words. Nothing was brought in."
notes, sessions, couples, attachments = (
    model.__table__ for model in (PsychotherapyNote, TherapySession, Couple, Attachment)
)
#: What is set anew when an attachment comes in.
ANEW = ("id", "practice_id", "couple_id", "author_id", "readers")


@dataclass
class OwnTakenIn:
    """What of an author's own came in; what was here already is not counted."""

    author: str
    notes: int = 0
    attachments: int = 0
    #: Homework and courses.
    writing: int = 0


def take_in_own(own: Own) -> OwnTakenIn:
    """Write an author's own into this installation, for them alone; the caller commits, or not.

    The files they belong to must be here, and the author, known by e-mail. Raises Refused for
    whatever does not fit.
    """
    practice = db.session.scalar(select(Practice).order_by(Practice.id).limit(1))
    if practice is None:
        raise Refused(NO_PRACTICE)
    act_as(practice.id, None)
    try:
        return OwnIntake(own, author_of(own, practice)).write()
    except IntegrityError as fault:
        raise Refused("These records do not fit together.") from fault
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise Refused(
            "This copy is damaged: something in it is missing or of a wrong kind."
        ) from fault


def author_of(own: Own, practice: Practice) -> User:
    """Whose own it is, of this practice. Raises Refused for someone who is not."""
    email = str(own.told["author"]["email"])
    for user in db.session.scalars(select(User).where(User.practice_id == practice.id)):
        if user.email.casefold() == email.casefold():
            return user
    raise Refused(NO_AUTHOR.format(email=email))


class OwnIntake:
    """Writes one author's own, beneath the guard: a command's work, like a restore."""

    def __init__(self, own: Own, author: User) -> None:
        self.own, self.author = own, author
        self.practice_id = author.practice_id
        self.result = OwnTakenIn(author.name)

    def write(self) -> OwnTakenIn:
        """Every note and attachment that is not here yet, with a line in the log of each file."""
        came = set()
        for told in self.own.told["psychotherapy_notes"]:
            came |= self.take_note(told)
        for row in self.own.told["attachments"]:
            came |= self.take_attachment(row)
        written = OwnWritingIntake(self.author)
        self.result.writing = written.write(
            self.own.told.get("homework", []), self.own.told.get("courses", [])
        )
        for couple_id in sorted(came):
            record("imported one's own", f"couple:{couple_id}", couple_id, author=self.author.id)
        return self.result

    def file_of(self, told: Mapping[str, Any]) -> int:
        """The number here of the file that something belongs to. Raises Refused."""
        a, b = (as_partner(told[letter]) for letter in "ab")
        same = {
            "practice_id": self.practice_id,
            "names_folded": folded_names(a, b),
            "opened_on": date.fromisoformat(told["opened_on"]),
        }
        found = first(couples, **same)
        if found is None:
            raise Refused(NO_FILE)
        return int(found.id)

    def take_note(self, told: Mapping[str, Any]) -> set[int]:
        """One psychotherapy note; the file it came into, if it did."""
        couple_id, meeting = self.file_of(told["file"]), told["session"]
        held_on = date.fromisoformat(meeting["held_on"])
        session = first(sessions, couple_id=couple_id, number=meeting["number"], held_on=held_on)
        if session is None:
            raise Refused(NO_SESSION)
        mine = {"session_id": session.id, "author_id": self.author.id}
        if there := first(notes, **mine):
            if there.text != told["text"]:
                raise Refused(OTHER_WORDS)
            return set()
        saved_at = datetime.fromisoformat(told["saved_at"]).astimezone(UTC)
        put(
            notes,
            **mine,
            practice_id=self.practice_id,
            couple_id=couple_id,
            text=str(told["text"]),
            version=1,
            saved_at=saved_at,
        )
        self.result.notes += 1
        return {couple_id}

    def take_attachment(self, row: Row) -> set[int]:
        """One attachment; the file it came into, if it did."""
        content = check_attachment(row, self.own.attachments.get(name_of(row)))
        couple_id = self.file_of(row["file"])
        mine = {"couple_id": couple_id, "author_id": self.author.id}
        if first(attachments, **mine, sha256=row["sha256"]) is not None:
            return set()
        columns = columns_of(Attachment)
        told = {
            key: understood(columns[key], value)
            for key, value in row.items()
            if key in columns and key not in ANEW
        }
        readers = Readers.AUTHOR.value
        number = put(attachments, **mine, **told, practice_id=self.practice_id, readers=readers)
        put_content(self.practice_id, couple_id, number, content)
        self.result.attachments += 1
        return {couple_id}


def first(table: Any, **same: Any) -> Any:
    """The first row of a table with these values; None when there is none."""
    query = select(table).where(*(table.c[name] == value for name, value in same.items())).limit(1)
    return db.session.connection().execute(query).first()


def put(table: Table | Any, **values: Any) -> int:
    """Write one row; its number."""
    written = db.session.connection().execute(insert(table).values(**values))
    return int((written.inserted_primary_key or [0])[0])


def lines_about_own(taken: OwnTakenIn) -> Iterator[str]:
    """What came in, for whoever brought it."""
    yield (
        f"Brought in for {taken.author} alone: psychotherapy notes {taken.notes}, attachments "
        f"{taken.attachments}, homework and courses {taken.writing}. What was here already was left "
        "as it is."
    )
