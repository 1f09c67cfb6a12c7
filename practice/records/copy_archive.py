"""The ZIP of a copy of records, read part by part: nothing of it is trusted, and little held at once."""

import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from practice.errors import Refused
from practice.records.export_files import ATTACHMENTS
from practice.settings import MOST_MB

MEGABYTE = 1_000_000
#: In bytes when unpacked. A document is parsed whole, which takes up to some twenty times as much memory.
LARGEST_DOCUMENT = 20 * MEGABYTE
#: Nothing larger is attached, whatever an installation allows.
LARGEST_ATTACHMENT = MOST_MB * 2**20
LARGEST_LOGO = 10 * MEGABYTE
MOST_FILES = 200_000
NO_ZIP = "{path} is not a copy of records: it is no ZIP that can be read."
MISSING = "This is not a copy of records: {name} is missing or unreadable."
TOO_DEEP = "{name} is not a copy of records: it is nested deeper than any of ours."
TOO_LARGE = "{name} is too large to be part of a copy of records."
TOO_MANY = "{path} holds more files than any copy of records."
NO_ROOM = (
    "This copy takes {needed:,.1f} GB when it is unpacked, and the disk has {free:,.1f} GB left. Make "
    "room first."
)


class CopyArchive:
    """A copy's ZIP, open. Every read raises Refused, in words, for what is not as in ours."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path, self._archive = path, archive
        self.names = frozenset(archive.namelist())
        if len(self.names) > MOST_FILES:
            raise Refused(TOO_MANY.format(path=path))

    def check_room(self, folder: Path) -> None:
        """Raise Refused when all of it, unpacked, is more than the disk of `folder` has left."""
        needed = sum(entry.file_size for entry in self._archive.infolist())
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise Refused(NO_ROOM.format(needed=needed / 1e9, free=free / 1e9))

    def read(self, name: str, largest: int) -> bytes:
        """One file's bytes, `largest` at the most."""
        try:
            if self._archive.getinfo(name).file_size > largest:
                raise Refused(TOO_LARGE.format(name=name))
            return self._archive.read(name)
        except KeyError as fault:
            raise Refused(MISSING.format(name=name)) from fault
        except UNREADABLE as fault:
            raise Refused(NO_ZIP.format(path=self._path)) from fault

    def document(self, name: str, its_format: str) -> Mapping[str, Any]:
        """One JSON document, of a format and version we know."""
        try:
            found = json.loads(self.read(name, LARGEST_DOCUMENT).decode("utf-8"))
        except ValueError as fault:
            raise Refused(MISSING.format(name=name)) from fault
        except RecursionError as fault:
            raise Refused(TOO_DEEP.format(name=name)) from fault
        if not isinstance(found, dict) or found.get("format") != its_format:
            raise Refused(f"{name} is not of the format “{its_format}”.")
        if found.get("version") != 1:
            raise Refused(f"{name} comes from a newer Rekindle. Update this one first.")
        return found

    def attachments(self, folder: str) -> "Attached":
        """The files of the attachments in a folder of the copy; it ends in a slash, or is empty."""
        return Attached(self, folder)


class Attached:
    """The files that a couple's attachments are. Each is read when it is asked for, and not kept."""

    def __init__(self, archive: CopyArchive, folder: str) -> None:
        self._archive, self._folder = archive, folder

    def get(self, name: str) -> bytes | None:
        """The file by its name in the folder (“attachments/attachment-12.pdf”); None for none."""
        whole = f"{self._folder}{name}"
        if not name.startswith(f"{ATTACHMENTS}/") or whole not in self._archive.names:
            return None
        return self._archive.read(whole, LARGEST_ATTACHMENT)


#: What reading a ZIP raises that is damaged, encrypted, or packed in a way of which we know nothing.
UNREADABLE = (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error)


@contextmanager
def opened_archive(path: Path, into: Path) -> Iterator[CopyArchive]:
    """The ZIP at `path`, open for as long as it is read.

    Raises Refused for what is none, and for one that the disk of the folder `into`, where the
    records are, has no room for.
    """
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as fault:
        raise Refused(f"There is no file at {path}.") from fault
    except UNREADABLE as fault:
        raise Refused(NO_ZIP.format(path=path)) from fault
    with archive:
        opened = CopyArchive(path, archive)
        opened.check_room(into)
        yield opened
