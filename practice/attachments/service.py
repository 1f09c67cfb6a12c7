"""Keeping letters and scans with a couple: added, corrected, set aside and brought back."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from practice.access import doors
from practice.access.load import get_or_404
from practice.attachments.checking import Checked
from practice.attachments.models import Attachment, AttachmentContent
from practice.couples.models import Couple
from practice.database.base import db
from practice.errors import Conflict, Refused
from practice.identity.models import User
from practice.vocabulary import AttachmentKind, Letter, Readers

EARLIEST = 1950
NOT_MINE = "Only who added it can keep it to themselves."


@dataclass(frozen=True)
class Told:
    """What is told of an attachment, and can be corrected."""

    title: str
    kind: str
    whose: str
    dated_on: date
    readers: str


def told_of(attachment: Attachment) -> Told:
    """What is told of one that is kept."""
    return Told(**{name: getattr(attachment, name) for name in Told.__dataclass_fields__})


def keep_attachment(
    couple: Couple,
    told: Told,
    file: Checked,
    user: User,
    *,
    today: date,
    now: datetime,
    once: str | None = None,
) -> Attachment:
    """Keep a file that was checked with a couple, whose own file may be closed.

    Sending the same `once` again finds the one it made. Raises Refused for a date that cannot
    be, and for a file that is kept with them already.
    """
    if there := made_by_form(couple, once):
        return there
    check(told, today)
    digest = hashlib.sha256(file.content).hexdigest()
    if twin := db.session.scalar(of(couple.id).where(Attachment.sha256 == digest)):
        where = "set aside, " if twin.set_aside_at else ""
        raise Refused(f"This file is kept with them already, {where}as “{twin.title}”.", "file")
    attachment = Attachment(
        couple_id=couple.id,
        content_type=file.content_type,
        pages=file.pages,
        size=len(file.content),
        sha256=digest,
        author_id=user.id,
        added_at=now,
        once=once or None,
        **asdict(told),
    )
    db.session.add(attachment)
    db.session.flush()
    add_content(attachment, file.content)
    return attachment


def made_by_form(couple: Couple, once: str | None) -> Attachment | None:
    """The attachment that an earlier sending of the same form made."""
    query = of(couple.id).where(Attachment.once == once)
    return db.session.scalar(query) if once else None


def add_content(attachment: Attachment, content: bytes) -> None:
    """Put the file itself beside what is told of it."""
    db.session.add(
        AttachmentContent(
            couple_id=attachment.couple_id, attachment_id=attachment.id, content=content
        )
    )


def check(told: Told, today: date) -> None:
    """Raise Refused beside the field that cannot be so."""
    if told.dated_on > today:
        raise Refused("This day is still to come.", "dated_on")
    if told.dated_on.year < EARLIEST:
        raise Refused("Check the year.", "dated_on")
    if told.kind not in tuple(AttachmentKind) or told.readers not in tuple(Readers):
        raise Refused("Choose one of those offered.", "kind")
    if told.whose not in ("couple", *Letter):
        raise Refused("Choose one of those offered.", "whose")


def correct(attachment: Attachment, told: Told, user: User, *, shown: int, today: date) -> None:
    """Correct what is told of an attachment; the file itself stays as it is.

    `shown` is the version the writer saw. Raises Conflict when it was changed since, Refused for
    a date that cannot be, and for someone else's attachment kept to oneself.
    """
    if told == told_of(attachment):
        return
    if shown != attachment.version:
        raise Conflict("This was changed in another window in the meantime.")
    check(told, today)
    if told.readers == Readers.AUTHOR and attachment.author_id != user.id:
        raise Refused(NOT_MINE, "readers")
    for name, value in asdict(told).items():
        setattr(attachment, name, value)
    attachment.version += 1


def set_aside(attachment: Attachment, because: str, now: datetime) -> None:
    """Take an attachment out of use, with a reason; it stays kept. Raises Refused without one."""
    if attachment.set_aside_at:
        return
    if not because:
        raise Refused("Say why it is set aside.", "because")
    attachment.set_aside_at, attachment.set_aside_because = now, because
    attachment.version += 1


def bring_back(attachment: Attachment) -> None:
    """Put an attachment that was set aside back into use."""
    if attachment.set_aside_at:
        attachment.set_aside_at = None
        attachment.version += 1


def of(couple_id: int) -> Select[Attachment]:
    """The query for a couple's attachments, as far as whoever asks may see them."""
    return select(Attachment).where(Attachment.couple_id == couple_id)


def attachments_of(couple_id: int) -> list[Attachment]:
    """A couple's attachments that whoever asks may see, the newest first."""
    newest = of(couple_id).order_by(Attachment.dated_on.desc(), Attachment.id.desc())
    return list(db.session.scalars(newest))


def content_of(attachment: Attachment) -> bytes:
    """The file itself; 404 when whoever asks may not see it."""
    found = select(AttachmentContent.id).where(AttachmentContent.attachment_id == attachment.id)
    content_id = db.session.scalar(found) or 0
    return get_or_404(AttachmentContent, content_id, couple_id=attachment.couple_id).content


def subjects_kept_alone(couple_id: int) -> set[str]:
    """The audit log's subjects (“attachment:7”) of attachments that their author alone may see.

    Whoever's they are; nothing of them leaves here but their ids.
    """
    query = select(Attachment.id).where(
        Attachment.couple_id == couple_id, ~Attachment.of_the_file()
    )
    return {f"{Attachment.__tablename__}:{row.id}" for row in doors.kept_alone(query)}
