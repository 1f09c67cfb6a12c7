"""A copy of records as it is read from its file, and what can be told of it before it is taken in."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Column

from practice.attachments.models import Attachment
from practice.database import Moment
from practice.errors import Refused
from practice.records import couple_copy, own_copy, practice_copy
from practice.records.contents import columns_of
from practice.records.enclosed import ATTACHMENTS, attachment_name, check_attachment
from practice.sessions.models import ProgressNote, Sighting, TherapySession
from practice.sessions.signing import content_hash

#: No document of a copy is larger when it is unpacked.
LARGEST = 200_000_000
LARGEST_ATTACHMENT = 200_000_000
Row = dict[str, Any]


@dataclass(frozen=True)
class Copy:
    """A copy as it was read: the practice's document, if it is of everything, and each couple's."""

    practice: Mapping[str, Any] | None
    couples: list[Mapping[str, Any]]
    #: The files that each couple's attachments are, by name.
    attachments: list[dict[str, bytes]]
    logo: bytes | None = None


@dataclass(frozen=True)
class Own:
    """An author's own as it was read: the document, and the files of the attachments by name."""

    told: Mapping[str, Any]
    attachments: dict[str, bytes]


def read_copy(path: Path) -> Copy | Own:
    """The copy in a ZIP. Raises Refused for anything that is not one of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(archive.namelist())
            if "own.json" in names:
                return Own(document(archive, "own.json", own_copy.FORMAT), attached(archive, ""))
            if "practice.json" not in names:
                one = document(archive, "couple.json", couple_copy.FORMAT)
                return Copy(None, [one], [attached(archive, "")])
            files = [name for name in names if name.endswith("/couple.json")]
            return Copy(
                document(archive, "practice.json", practice_copy.FORMAT),
                [document(archive, name, couple_copy.FORMAT) for name in files],
                [attached(archive, name.removesuffix("couple.json")) for name in files],
                archive.read("logo.png") if "logo.png" in names else None,
            )
    except FileNotFoundError as fault:
        raise Refused(f"There is no file at {path}.") from fault
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as fault:
        raise Refused(f"{path} is not a copy of records: it is no ZIP that can be read.") from fault


def attached(archive: zipfile.ZipFile, folder: str) -> dict[str, bytes]:
    """The files of the attachments in a folder of a copy, by name. Raises Refused for a giant."""
    found = {}
    for entry in archive.infolist():
        name = entry.filename.removeprefix(folder)
        if entry.filename.startswith(folder) and name.startswith(f"{ATTACHMENTS}/"):
            if entry.file_size > LARGEST_ATTACHMENT:
                raise Refused(f"{entry.filename} is too large to be an attachment.")
            found[name] = archive.read(entry)
    return found


def check_attachments(records: Mapping[str, list[Row]], files: Mapping[str, bytes]) -> None:
    """Raise Refused when the file of an attachment is missing, or not as it was kept."""
    for row in records.get("attachment", ()):
        check_attachment(row, files.get(name_of(row)))


def name_of(row: Row) -> str:
    """Where the file of an attachment is in its copy."""
    return attachment_name(built(Attachment, row))


def document(archive: zipfile.ZipFile, name: str, its_format: str) -> Mapping[str, Any]:
    """One document of a copy. Raises Refused unless it is of a format and version we know."""
    try:
        if archive.getinfo(name).file_size > LARGEST:
            raise Refused(f"{name} is too large to be a copy of records.")
        found = json.loads(archive.read(name).decode("utf-8"))
    except (KeyError, ValueError) as fault:
        raise Refused(f"This is not a copy of records: {name} is missing or unreadable.") from fault
    if not isinstance(found, dict) or found.get("format") != its_format:
        raise Refused(f"{name} is not of the format “{its_format}”.")
    if found.get("version") != 1:
        raise Refused(f"{name} comes from a newer Rekindle. Update this one first.")
    return found


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
