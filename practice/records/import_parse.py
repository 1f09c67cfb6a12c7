"""A copy of records as it is read from its file, and what can be told of it before it is taken in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Column

from practice.attachments.models import Attachment
from practice.database.base import Moment
from practice.errors import Refused
from practice.records import author_export, couple_copy, practice_copy
from practice.records.copy_archive import LARGEST_LOGO, Attached, CopyArchive, opened_archive
from practice.records.export_files import attachment_name
from practice.records.export_schema import columns_of
from practice.sessions.models import ProgressNote, Sighting, TherapySession
from practice.sessions.signing import content_hash

Row = dict[str, Any]


@dataclass(frozen=True)
class CoupleTold:
    """One couple's file in a copy: its document, and the files that its attachments are."""

    told: Mapping[str, Any]
    attachments: Attached

    @property
    def records(self) -> Mapping[str, list[Row]]:
        """The rows by table."""
        found: Mapping[str, list[Row]] = self.told["records"]
        return found


@dataclass(frozen=True)
class Copy:
    """A copy of one couple's file, or of everything, while its ZIP is open."""

    archive: CopyArchive
    #: The practice's document; None for one couple's copy.
    practice: Mapping[str, Any] | None
    #: Where each couple's files stand in the ZIP, ending in a slash; "" for one couple's copy.
    folders: list[str]

    def couples(self) -> Iterator[CoupleTold]:
        """Each couple's file, read as it is come to: one is held at a time."""
        for folder in self.folders:
            told = self.archive.document(f"{folder}{COUPLE}", couple_copy.FORMAT)
            yield CoupleTold(told, self.archive.attachments(folder))

    @property
    def logo(self) -> bytes | None:
        """The practice's logo, as PNG."""
        return self.archive.read(LOGO, LARGEST_LOGO) if LOGO in self.archive.names else None


@dataclass(frozen=True)
class Own:
    """An author's own, while its ZIP is open: the document, and the files of the attachments."""

    told: Mapping[str, Any]
    attachments: Attached


COUPLE, PRACTICE, OWN, LOGO = "couple.json", "practice.json", "own.json", "logo.png"


@contextmanager
def opened_copy(path: Path, into: Path) -> Iterator[Copy | Own]:
    """The copy in a ZIP, for as long as it is read, to be brought into the records in a folder.

    Raises Refused for what is not one of ours, and for what the folder's disk has no room for.
    """
    with opened_archive(path, into) as archive:
        if OWN in archive.names:
            told = archive.document(OWN, author_export.FORMAT)
            yield Own(told, archive.attachments(""))
        elif PRACTICE in archive.names:
            files = sorted(name for name in archive.names if name.endswith(f"/{COUPLE}"))
            folders = [name.removesuffix(COUPLE) for name in files]
            yield Copy(archive, archive.document(PRACTICE, practice_copy.FORMAT), folders)
        else:
            archive.document(COUPLE, couple_copy.FORMAT)  # is it one of ours at all?
            yield Copy(archive, None, [""])


def name_of(row: Row) -> str:
    """Where the file of an attachment is in its copy."""
    return attachment_name(built(Attachment, row))


def check_signatures(records: Mapping[str, list[Row]]) -> None:
    """Raise Refused when a signed note is not as it was signed."""
    sessions = {row["id"]: row for row in records["therapy_session"]}
    for signature in records["note_signature"]:
        session = built(TherapySession, sessions[signature["session_id"]])
        [note] = belonging(ProgressNote, records["progress_note"], signature)
        seen = belonging(Sighting, records["sighting"], signature)
        found = content_hash(session, note, seen, signature.get("couple_id_then"))
        if found != signature["content_hash"]:
            raise Refused("A signed note in this copy is not as it was signed.")


def belonging(model: type[Any], rows: list[Row], signature: Row) -> list[Any]:
    """The records of the session that a signature is for."""
    return [built(model, row) for row in rows if row["session_id"] == signature["session_id"]]


def built(model: type[Any], row: Row) -> Any:
    """A record made of a row, stored nowhere."""
    columns = columns_of(model)
    return model(
        **{key: understood(columns[key], value) for key, value in row.items() if key in columns}
    )


def understood(column: Column[Any], value: Any) -> Any:
    """A value of JSON as the column holds it. Raises Refused for one that it cannot."""
    if value is None:
        return None
    kind = datetime if isinstance(column.type, Moment) else column.type.python_type
    try:
        if kind in (datetime, date, time):
            return kind.fromisoformat(value)
    except (ValueError, TypeError) as fault:
        raise Refused(f"This copy has a date or time that cannot be: {column.name}.") from fault
    if kind in (str, int, bool) and not isinstance(value, kind):
        raise Refused(f"This copy has something in {column.name} that does not belong there.")
    return value
