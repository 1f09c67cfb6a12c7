"""One backup: a file that holds an encrypted copy of the database and says what must be in it.

It is a plain zip of three parts: `about.json`, in clear (when it was made, which key opens it),
`contents`, sealed under the key (every table's rows and digest, the end of the audit log), and
`records.db`, the database itself, which was encrypted before.
"""

import errno
import hashlib
import json
import secrets
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from practice.faults import Fault, fault_in, sentence
from practice.keeping.digest import (
    Contents,
    Damaged,
    Say,
    Table,
    Unusable,
    contents_of,
    copy,
    opened,
    refuse_if_damaged,
)
from practice.key_file import NONCE_BYTES
from practice.key_ring import derived, name_of

#: What reading a file raises that is no backup of ours, or is damaged.
NO_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    TypeError,
)
PRODUCT, FORMAT = "rekindle", 1
SUFFIX = ".backup"
ABOUT, CONTENTS, RECORDS = "about.json", "contents", "records.db"
STAMP = "%Y%m%d-%H%M%SZ"


@dataclass(frozen=True)
class About:
    """What a backup says of itself to anyone: when it was made and which key opens it."""

    made_at: datetime
    key_name: str


@dataclass(frozen=True)
class Archive:
    """A backup whose every page and row was read back."""

    path: Path
    made_at: datetime
    contents: Contents
    sha256: str

    @property
    def bytes(self) -> int:
        """The size of its file."""
        return self.path.stat().st_size


def name_for(stem: str, made_at: datetime) -> str:
    """The file name of a backup of the database called `stem`: it names nobody, and sorts by time."""
    return f"{stem}-{made_at.strftime(STAMP)}{SUFFIX}"


def moment_in(name: str, stem: str) -> datetime | None:
    """When a backup of `stem` was made, by its file name; None when it is not one."""
    begin, end = f"{stem}-", SUFFIX
    if not (name.startswith(begin) and name.endswith(end)):
        return None
    try:
        return datetime.strptime(name[len(begin) : -len(end)], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def make(database: Path, key: bytes, folder: Path, made_at: datetime, say: Say) -> Archive:
    """Back up a database that may be in use into a new file in `folder`, and read it back.

    Raises Damaged when what is read back is not what was there.
    """
    say("Copying the records")
    plain = folder / RECORDS
    held = copy(database, plain, key)
    path = folder / name_for(database.stem, made_at)
    pack(path, plain, key, About(made_at, name_of(key)), held)
    plain.unlink()
    say("Reading the copy back")
    made = unpack(path, key, folder)
    plain.unlink()
    if made.contents != held:
        raise Damaged("What was read back is not what was copied. Nothing was kept of it.")
    return made


def pack(path: Path, plain: Path, key: bytes, about: About, held: Contents) -> None:
    """Write the three parts of a backup into one file."""
    clear = about_text(about)
    inside = {**asdict(held), "bytes": plain.stat().st_size, "sha256": sha256_of(plain)}
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(derived(key, "backups")).encrypt(nonce, json.dumps(inside).encode(), clear)
    path.touch(mode=0o600)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr(ABOUT, clear)
        file.writestr(CONTENTS, nonce + sealed)
        file.write(plain, RECORDS)


def about_text(about: About) -> bytes:
    """What stands in a backup in clear."""
    said = {
        "product": PRODUCT,
        "format": FORMAT,
        "made_at": about.made_at.isoformat(),
        "key": about.key_name,
    }
    return json.dumps(said, sort_keys=True).encode()


def about(path: Path) -> About:
    """What a backup says of itself. Raises Damaged when it is none of ours."""
    try:
        with zipfile.ZipFile(path) as file:
            clear = file.read(ABOUT)
        said = json.loads(clear)
        if said["product"] != PRODUCT:
            raise Damaged(f"{path.name} is not a backup of Rekindle.")
        if said["format"] > FORMAT:
            raise Unusable(f"{path.name} was made by a newer Rekindle. Update, then restore it.")
        return about_from(clear)
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise no_backup(path) from error
        raise Unusable(sentence(fault_in(error), path)) from error
    except NO_ARCHIVE as error:
        raise no_backup(path) from error


def no_backup(path: Path) -> Damaged:
    """What to raise for a file that is no backup, or none any more."""
    return Damaged(f"{path.name} cannot be read as a backup; it may be damaged.")


def about_from(clear: bytes) -> About:
    """What stands in a backup in clear, as it was written."""
    said = json.loads(clear)
    return About(datetime.fromisoformat(said["made_at"]), said["key"])


def unpack(path: Path, key: bytes, folder: Path) -> Archive:
    """Take a backup's database out into `folder` (as `records.db`) and check all of it.

    Every page, every index and every row are read and compared with what the backup says it
    holds. Raises Damaged when anything is not as it was written.
    """
    plain = folder / RECORDS
    said = about(path)
    try:
        with zipfile.ZipFile(path) as file:
            inside = opened_contents(file.read(CONTENTS), key, file.read(ABOUT))
            plain.touch(mode=0o600)
            with file.open(RECORDS) as packed, plain.open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
    except OSError as error:
        # reading the one or writing the other: what is wrong is the disk, not the backup
        full = fault_in(error) is Fault.FULL
        raise Unusable(sentence(fault_in(error), plain if full else path)) from error
    except NO_ARCHIVE as error:
        raise Damaged(f"{path.name} is damaged: it cannot be read to its end.") from error
    except InvalidTag as error:
        raise Damaged(
            f"{path.name} was changed, or this is not the key it was made with."
        ) from error
    if sha256_of(plain) != inside["sha256"]:
        raise Damaged(f"{path.name} is damaged: its records are not as they were written.")
    held = contents_from(inside)
    with opened(plain, key) as connection:
        refuse_if_damaged(connection)
        if missing := held.differing(contents_of(connection)):
            raise Damaged(f"{path.name} is damaged: {', '.join(missing)} do not match.")
        connection.execute("PRAGMA journal_mode = DELETE")
    return Archive(path, said.made_at, held, sha256_of(path))


def opened_contents(sealed: bytes, key: bytes, clear: bytes) -> dict[str, Any]:
    """The sealed part of a backup. Raises InvalidTag when it, or what is in clear, was changed."""
    opener = AESGCM(derived(key, "backups"))
    text = opener.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], clear)
    inside: dict[str, Any] = json.loads(text)
    return inside


def contents_from(inside: dict[str, Any]) -> Contents:
    """The contents as they were sealed."""
    tables = {name: Table(**table) for name, table in inside["tables"].items()}
    head = inside["audit_seq"], inside["audit_digest"]
    return Contents(tables, inside["revision"], *head, inside.get("restores", 0))


@dataclass(frozen=True)
class Sealed:
    """What a backup says of itself: in clear, and sealed under its key."""

    about: About
    contents: Contents

    @property
    def order(self) -> tuple[int, int, datetime]:
        """What tells which of two is newer: the log it holds, and only then its date."""
        return *self.contents.order, self.about.made_at


def sealed_in(file: IO[bytes], keys: Iterable[bytes]) -> Sealed | None:
    """What a backup says of itself, of which only that part is read.

    None when it cannot be read, or none of these keys opens it. Raises OSError when its place
    does not let it be read.
    """
    try:
        with zipfile.ZipFile(file) as whole:
            clear, sealed = whole.read(ABOUT), whole.read(CONTENTS)
        said = about_from(clear)
        key = next(key for key in keys if name_of(key) == said.key_name)
        return Sealed(said, contents_from(opened_contents(sealed, key, clear)))
    except (*NO_ARCHIVE, InvalidTag, StopIteration):
        return None
    except OSError as error:
        if error.errno == errno.EINVAL:
            return None  # it points to before its own beginning
        raise


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
