"""The write-ahead log (`-wal`) beside a database: whether it is this file's own, before it is used.

SQLite plays back whatever valid log it finds beside a database, also one of other records or of
another day, and then the file is neither. So before a start, or a command that opens the records,
the log is played back over a read-only look at the file, in a folder of its own; the three files
(database, `-wal`, `-shm`) stay as they are. The formats are those of sqlite.org/walformat.html.
"""

import shutil
import struct
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from practice.database.sqlcipher import WAIT_SECONDS, open_read_only
from practice.faults import Fault, fault_in, sentence
from practice.keeping.digest import Damaged, Unusable, first, in_words, opened, refuse_if_damaged
from practice.keeping.locks import BACKUP, OPEN, is_held, sqlite_lock
from practice.key_ring import derived
from practice.page_cipher import PAGE, PageKey, page_key
from practice.settings import Settings, Unsafe

LOOKING = ".looking-"
MAGIC, VERSION = (0x377F0682, 0x377F0683), 3007000
HEADER, FRAME = 32, 24
#: Where in the shared memory the number of copied frames stands, after two copies of its header.
COPIED_AT = 96
HEAD = "SELECT seq, digest FROM audit_event ORDER BY seq DESC LIMIT 1"
AT = "SELECT digest FROM audit_event WHERE seq = ?"
LEFT = (
    "Nothing was changed: {database}, {wal} and the file beside them are as they were. Copy all three "
    "somewhere safe first."
)
ANOTHER = (
    "{wal} does not belong to {database}: {why}. " + LEFT + " If one of them was copied here over "
    "another, put those that belong together back. Else move {wal} aside, keep it, and start again: "
    "Rekindle then says whether anything is missing."
)
LOST = (
    "{wal} {why}, and with it what was written last. " + LEFT + " Look for the whole file, in the "
    "trash or in a copy of the folder, and put it back. To go on with what is here, without what was "
    "in it, move what is left of it aside and run: rekindle backup, then rekindle restore latest"
)
#: How long to wait before a finding is looked at again: another process may just have been writing.
SECOND_LOOK_SECONDS = 1.0
#: How long a folder of an earlier look may be another process's.
LEFT_FOR_SECONDS = 3600


class NotItsLog(Unsafe):
    """A write-ahead log that is not its database's: foreign, stale, cut or lost."""


@dataclass(frozen=True)
class SharedMemory:
    """What the `-shm` file tells of a write-ahead log: its salts, and how far it went."""

    salts: bytes
    #: Frames committed, and how many of them the database file has already.
    frames: int
    copied: int


def side_file(database: Path, end: str) -> Path:
    """The file beside a database whose name ends with `end`: “-wal” or “-shm”."""
    return database.with_name(f"{database.name}{end}")


@contextmanager
def as_found(settings: Settings) -> Iterator[Any]:
    """A connection that reads the records with their write-ahead log and changes neither.

    Raises NotItsLog when the log is not the file's own, Damaged and Unusable as `opened` does.
    """
    database, key = settings.database, settings.key
    if is_open_elsewhere(database):
        with opened(database, key) as connection:
            yield connection
        return
    with in_words(database, key), seen_apart(database, derived(key, "database")) as connection:
        yield connection


def refuse_foreign_log(settings: Settings) -> None:
    """Raise NotItsLog, Damaged or Unusable unless the records can be opened as they lie there."""
    database = settings.database
    if not database.exists() or not database.stat().st_size or is_open_elsewhere(database):
        return
    with as_found(settings) as connection:
        if has_something(side_file(database, "-wal")):
            refuse_if_damaged(connection, thoroughly=False)


def is_open_elsewhere(database: Path) -> bool:
    """Whether another process has these records open: then the log beside them is its own.

    Raises Unusable when it has them for itself alone, longer than a writer waits.
    """
    until = time.monotonic() + WAIT_SECONDS
    while (lock := sqlite_lock(database)) == "exclusive":
        if time.monotonic() > until:
            raise Unusable(sentence(Fault.BUSY, database))
        time.sleep(0.1)
    return lock == "shared" or any(is_held(database, name) for name in (OPEN, BACKUP))


@contextmanager
def seen_apart(database: Path, key: bytes) -> Iterator[Any]:
    """The records as they are once their log is played back, seen from a folder of their own.

    `key` is the page key. Raises NotItsLog, and what SQLite raises.
    """
    wal = side_file(database, "-wal")
    if not has_something(wal):
        refuse_lost(database)
        with closing(open_read_only(database, key)) as connection:
            yield connection
        return
    clear_up(database.parent)
    with (
        tempfile.TemporaryDirectory(prefix=LOOKING, dir=database.parent) as name,
        closing(looked_at_twice(database, key, Path(name))) as connection,
    ):
        try:
            yield connection
        except (Damaged, sqlcipher.DatabaseError) as error:
            if isinstance(error, Damaged) or fault_in(error) is Fault.DAMAGED:
                refuse_if_whole(database, key)
            raise


def clear_up(folder: Path) -> None:
    """Remove what an earlier look left in a folder when it was killed."""
    for left in folder.glob(f"{LOOKING}*"):
        if time.time() - left.stat().st_mtime > LEFT_FOR_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def looked_at_twice(database: Path, key: bytes, folder: Path) -> Any:
    """A connection as `played_back` gives it.

    What is found against the log counts only when it is found a second time.
    """
    try:
        return played_back(database, key, folder / "once")
    except NotItsLog:
        time.sleep(SECOND_LOOK_SECONDS)
        return played_back(database, key, folder / "twice")


def played_back(database: Path, key: bytes, folder: Path) -> Any:
    """A connection to the records with a copy of their log played back, once it is seen to be theirs."""
    folder.mkdir(mode=0o700)
    twin, wal = folder / database.name, side_file(database, "-wal")
    same_file(database, twin)
    shutil.copy2(wal, side_file(twin, "-wal"))
    frames, seal = refuse_no_log(database, wal), page_key(database, key)
    refuse_other_files(database, seal, len(frames), any)
    connection = open_read_only(twin, key, "mode=ro")
    try:
        if not side_file(twin, "-shm").exists():
            return connection  # this very process has the file open, so the log is its own
        went = shared_memory(side_file(twin, "-shm"))
        committed = went.frames if went else 0
        refuse_other_files(database, seal, committed, all)
        refuse_stale(database, key, connection)
        refuse_cut(database, committed, frames)
    except BaseException:
        connection.close()
        raise
    return connection


def same_file(database: Path, twin: Path) -> None:
    """Give a file a second name, or make a copy of it where the disk knows no second names."""
    try:
        twin.hardlink_to(database)
    except OSError:
        shutil.copy2(database, twin)


def has_something(wal: Path) -> bool:
    """Whether there is a log with anything in it: an empty one, or one of zeros, plays nothing back."""
    if not wal.exists() or wal.stat().st_size <= HEADER:
        return False
    with wal.open("rb") as file:
        while block := file.read(1 << 20):
            if block.strip(b"\0"):
                return True
    return False


def refused(database: Path, words: str, why: str) -> NotItsLog:
    """What to raise for the log of a database."""
    wal = side_file(database, "-wal")
    return NotItsLog(words.format(database=database, wal=wal.name, why=why))


def refuse_no_log(database: Path, wal: Path) -> list[tuple[int, bool]]:
    """Raise NotItsLog when a file is no log of SQLite's for pages like ours.

    Else its frames of the present round, in order: (page number, whether it ends a transaction).
    """
    frames = []
    with wal.open("rb") as file:
        header = file.read(HEADER)
        magic, version, size = struct.unpack(">III", header[:12])
        if magic not in MAGIC or version != VERSION or size != PAGE:
            raise refused(database, ANOTHER, "it is no write-ahead log of these records")
        if checksum(header[:24], "<" if magic == MAGIC[0] else ">") != header[24:32]:
            raise refused(database, ANOTHER, "its beginning is damaged")
        while len(frame := file.read(FRAME)) == FRAME and len(file.read(PAGE)) == PAGE:
            number, pages_after = struct.unpack(">II", frame[:8])
            if frame[8:16] == header[16:24]:
                frames.append((number, bool(pages_after)))
    return frames


def checksum(data: bytes, order: str) -> bytes:
    """The checksum of the first bytes of a log, as it stands in its header."""
    one = two = 0
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for here, following in zip(words[::2], words[1::2], strict=True):
        one = (one + here + two) & 0xFFFFFFFF
        two = (two + following + one) & 0xFFFFFFFF
    return struct.pack(">II", one, two)


def refuse_other_files(
    database: Path, seal: PageKey, frames: int, must: Callable[[Iterable[bool]], bool]
) -> None:
    """Raise NotItsLog when the pages of the first frames were not written to this very file.

    All of what would be played back must have been; of the rest any: a crash may tear its end.
    """
    with database.open("rb") as file:
        if not seal.sealed(file.read(PAGE), 1):
            return  # the file itself is not as it was, or a crash cut its first page off half written
    wal = side_file(database, "-wal")
    if frames and not must(seal.sealed(page, number) for number, page in pages_of(wal, frames)):
        raise refused(database, ANOTHER, "it was written to other records")


def pages_of(wal: Path, frames: int) -> Iterator[tuple[int, bytes]]:
    """The pages in the first frames of a log, each with its number in the database."""
    with wal.open("rb") as file:
        file.seek(HEADER)
        for _ in range(frames):
            [number] = struct.unpack(">I", file.read(FRAME)[:4])
            yield number, file.read(PAGE)


def refuse_cut(database: Path, committed: int, frames: list[tuple[int, bool]]) -> None:
    """Raise NotItsLog when a log ends, or cannot be read on, before what was committed in it.

    A transaction that a crash cut off is at its very end; two that end after where SQLite stops
    reading were whole once.
    """
    wal, shm = side_file(database, "-wal"), shared_memory(side_file(database, "-shm"))
    if sum(ends for _, ends in frames[committed:]) > 1:
        raise refused(database, LOST, "is damaged in the middle")
    with wal.open("rb") as file:
        salts = file.read(HEADER)[16:24]
    is_short = shm is not None and shm.salts == salts and shm.frames > committed
    if shm and is_short and (committed or shm.frames > shm.copied):
        raise refused(database, LOST, "lacks its end")


def refuse_lost(database: Path) -> None:
    """Raise NotItsLog when there was a log that is gone, with transactions the file has not."""
    shm = shared_memory(side_file(database, "-shm"))
    if shm and shm.frames > shm.copied:
        raise refused(database, LOST, "is gone")


def shared_memory(path: Path) -> SharedMemory | None:
    """What a `-shm` file tells; None when it is not there, or not whole as a crash may leave it."""
    try:
        with path.open("rb") as file:
            told = file.read(COPIED_AT + 4)
    except OSError:
        return None
    header = told[: COPIED_AT // 2]
    if len(told) < COPIED_AT + 4 or header != told[COPIED_AT // 2 : COPIED_AT] or not header[12]:
        return None
    order = "<" if struct.unpack("<I", header[:4])[0] == VERSION else ">"
    if struct.unpack(f"{order}I", header[:4])[0] != VERSION:
        return None
    frames, copied = (struct.unpack(f"{order}I", told[at : at + 4])[0] for at in (16, COPIED_AT))
    return SharedMemory(header[32:40], frames, copied)


def refuse_stale(database: Path, key: bytes, with_log: Any) -> None:
    """Raise NotItsLog when the records are further on without the log than with it.

    A log only ever leads on from its file: no line of the audit log there is taken back by it.
    """
    with suppress(sqlcipher.DatabaseError), closing(open_read_only(database, key)) as alone:
        there = first(alone, "audit_event", HEAD)
        if there and not leads_on(with_log, *there):
            raise refused(database, ANOTHER, "it is older than they are")


def leads_on(with_log: Any, seq: int, digest: str) -> bool:
    """Whether the audit log that a write-ahead log leads to holds a line of the file's own."""
    try:
        found = first(with_log, "audit_event", AT, (seq,))
    except sqlcipher.DatabaseError:
        return True  # damaged: the look at every page says so
    return bool(found and found[0] == digest)


def refuse_if_whole(database: Path, key: bytes) -> None:
    """Raise NotItsLog when a file that is damaged with its log is whole by itself."""
    with (
        suppress(Damaged, sqlcipher.DatabaseError),
        closing(open_read_only(database, key)) as alone,
    ):
        refuse_if_damaged(alone, thoroughly=False)
        raise refused(database, ANOTHER, "together they would be damaged")
