"""What goes with the words of a copy: attachments as they are kept, sheets as they were given."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Any

from practice import handouts
from practice.access.doors import PracticeExportDoor
from practice.assignments.models import Assignment
from practice.attachments.models import Attachment, AttachmentContent
from practice.database.base import db
from practice.errors import Refused
from practice.handouts.renderer import PrintFailed
from practice.handouts.sheet import Sheet, kind_of
from practice.identity.models import Practice, User
from practice.records.export_schema import Reader
from practice.worksheets.sheets import copies_for, copies_of, sheet

ATTACHMENTS, SHEETS = "attachments", "sheets"
NOT_ALL = f"{SHEETS}/NOT-ALL.txt"
#: More are not printed into one copy of everything: it is made in memory.
MOST_SHEETS = 5_000
TOO_MANY = (
    "These are {count:,} sheets, more than one copy holds. Copy everything without the sheets; each "
    "couple’s own copy has theirs."
)


def attachment_name(attachment: Attachment) -> str:
    """Where an attachment is in a copy, by its number in the JSON: “attachments/attachment-12.pdf”."""
    return f"{ATTACHMENTS}/{attachment.file_name}"


def attachments_in(
    records: Mapping[str, list[Any]], couple_id: int, read: Reader
) -> dict[str, bytes]:
    """The files that a couple's attachments are, by name."""
    kept = {one.id: one for one in records["attachment"]}
    contents = read(AttachmentContent, couple_id) if kept else []
    return {
        attachment_name(kept[one.attachment_id]): one.content
        for one in contents
        if one.attachment_id in kept
    }


def sheets_in(records: Mapping[str, list[Any]]) -> Iterator[tuple[str, Sheet]]:
    """Every copy of every homework given, each in its reader's language: file name and sheet.

    With the letterhead, names and secrets policy of today; the wording is the one that was given.
    """
    [couple] = records["couple"]
    practice = db.session.get_one(Practice, couple.practice_id)
    policy = max(records["secrets_policy"], key=lambda one: int(one.id), default=None)
    for assignment in records["assignment"]:
        clinician = db.session.get_one(User, assignment.by_user_id)
        for copy in copies_of(assignment):
            name = f"{SHEETS}/{assignment.given_on}-{assignment.id}-{copy}.pdf"
            yield name, sheet(assignment, couple, copy, practice, clinician, policy)


def printed(
    sheets: Sequence[tuple[str, Sheet]], stop: Event | None = None
) -> Iterator[tuple[str, bytes]]:
    """Each sheet as a PDF, as it is ready: file name and content.

    Where the press fails, a text says why, and the rest is not printed: a copy without sheets is
    better than none. Holds no lock; the caller has none either.
    """
    try:
        for number, pdf in handouts.current_renderer().print_many([one for _, one in sheets], stop):
            yield sheets[number][0], pdf
    except PrintFailed as failure:
        yield NOT_ALL, f"Not every sheet is here. {failure}\n".encode()


def sheets_counted(door: PracticeExportDoor) -> int:
    """How many sheets a copy of everything would have, counted before anything is copied."""
    given = door.counted(Assignment.for_whom)
    return sum(len(copies_for(whom)) * count for whom, count in given.items())


def refuse_too_many(count: int) -> None:
    """Raise Refused for more sheets than a copy of everything holds."""
    if count > MOST_SHEETS:
        raise Refused(TOO_MANY.format(count=count))


def check_attachment(row: Mapping[str, Any], content: bytes | None) -> bytes:
    """The file of an attachment of a copy. Raises Refused unless it is as it was kept."""
    as_kept = (
        content is not None
        and len(content) == row["size"]
        and hashlib.sha256(content).hexdigest() == row["sha256"]
        and kind_of(content) == row["content_type"]
    )
    if content is None or not as_kept:
        raise Refused("An attachment of this copy is missing, or not as it was kept.")
    return content
