"""Letters and scans kept with a couple: what is told of each, and apart from it the file itself."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from practice.access.records import RestrictedRecord, one_of, within_couple, writes_in_file
from practice.vocabulary import AttachmentKind, Letter, Readers

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
#: How the name of a file of each type ends.
ENDINGS = {PDF: "pdf", PNG: "png", JPEG: "jpg"}


class Attachment(RestrictedRecord):
    """A letter, a scan or a picture kept with a couple. It is set aside, never deleted."""

    __tablename__ = "attachment"
    constraints = (
        one_of("kind", *AttachmentKind),
        one_of("whose", "couple", *Letter),
        one_of("readers", *Readers),
        one_of("content_type", *ENDINGS),
        CheckConstraint("size > 0", "size_positive"),
        ForeignKeyConstraint(["practice_id", "author_id"], ["user.practice_id", "user.id"]),
        UniqueConstraint("couple_id", "once"),
        Index("ix_attachment_couple_dated", "couple_id", "dated_on"),
    )

    #: In the clinician's words.
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    #: The couple's together, or one partner's: couple, a or b.
    whose: Mapped[str] = mapped_column(String(6))
    #: The day on the letter, or of the scan.
    dated_on: Mapped[date]
    #: Who may see it: everyone who may open the file, the clinicians of its care team, or its author.
    readers: Mapped[str] = mapped_column(String(10))
    #: What the file is, found in its bytes.
    content_type: Mapped[str] = mapped_column(String(20))
    #: Pages of a PDF; None for a picture.
    pages: Mapped[int | None]
    #: Of the file as it is kept, in bytes.
    size: Mapped[int]
    #: SHA-256 of the file as it is kept, in hex.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Who added it, and when.
    author_id: Mapped[int]
    added_at: Mapped[datetime]
    #: When it was set aside; None while it is in use.
    set_aside_at: Mapped[datetime | None]
    #: Why it was, when it last was.
    set_aside_because: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    once: Mapped[str | None] = mapped_column(String(40))

    @classmethod
    def seen_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whoever it is for: all who may open the file, those who write in it, or its author."""
        return or_(
            cls.readers == Readers.EVERYONE,
            cls.author_id == user_id,
            and_(cls.readers == Readers.CLINICIANS, writes_in_file(cls, user_id)),
        )

    @classmethod
    def of_the_file(cls) -> ColumnElement[bool]:
        """Unless its author alone may see it."""
        return cls.readers != Readers.AUTHOR

    @classmethod
    def kept_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whether a user added it for themselves alone."""
        return and_(cls.readers == Readers.AUTHOR, cls.author_id == user_id)

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown on a page."""
        return self.content_type != PDF

    @property
    def file_name(self) -> str:
        """What it is called on its way out, which names nobody: “attachment-12.pdf”."""
        return f"attachment-{self.id}.{ENDINGS[self.content_type]}"


class AttachmentContent(RestrictedRecord):
    """The file itself. It is written once and never changed; lists never read it."""

    __tablename__ = "attachment_content"
    constraints = (
        UniqueConstraint("attachment_id"),
        within_couple("attachment_id", "attachment"),
    )
    is_audited = False  # written with its attachment, which is

    attachment_id: Mapped[int]
    content: Mapped[bytes]

    @classmethod
    def seen_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whoever sees the attachment."""
        return cls.of_one_that(Attachment.seen_by(user_id))

    @classmethod
    def of_the_file(cls) -> ColumnElement[bool]:
        """Unless its author alone may see the attachment."""
        return cls.of_one_that(Attachment.of_the_file())

    @classmethod
    def kept_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whether a user added the attachment for themselves alone."""
        return cls.of_one_that(Attachment.kept_by(user_id))

    @classmethod
    def of_one_that(cls, holds: ColumnElement[bool]) -> ColumnElement[bool]:
        """Whether something holds of the attachment, asked inside a query for its content."""
        theirs = exists().where(Attachment.id == cls.attachment_id, holds)
        return theirs.correlate_except(Attachment)
