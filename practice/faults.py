"""Which kind of fault stopped the database or a file: no room, read-only, busy, failing, damaged.

SQLite's result codes, PostgreSQL's SQLSTATEs and the system's error numbers say the same in three
languages; here they become one `Fault`, so that a start, a command and a page name the same thing in
the same words.
"""

import errno
import shutil
from enum import StrEnum
from pathlib import Path

#: SQLite's primary result codes (sqlite.org/rescode.html).
PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = (
    3,
    5,
    6,
    8,
    10,
    11,
    13,
    14,
    26,
)
PRIMARY = 0xFF
#: Less than this is no room: SQLite's shared memory alone takes 32 kB beside the database.
LEAST_ROOM = 256 * 1024


class Fault(StrEnum):
    """What kept the records from being read or written."""

    FULL = "full"
    READ_ONLY = "read-only"
    FORBIDDEN = "forbidden"
    BUSY = "busy"
    FAILING = "failing"
    MISSING = "missing"
    DAMAGED = "damaged"
    #: The database server does not answer, or closed the connection.
    AWAY = "away"
    #: None of these: the database refused what it was asked.
    OTHER = "other"


OF_SQLITE = {
    PERM: Fault.FORBIDDEN,
    BUSY: Fault.BUSY,
    LOCKED: Fault.BUSY,
    READONLY: Fault.READ_ONLY,
    IOERR: Fault.FAILING,
    CORRUPT: Fault.DAMAGED,
    FULL: Fault.FULL,
    CANTOPEN: Fault.FORBIDDEN,
    NOTADB: Fault.DAMAGED,
}
#: PostgreSQL's error codes, whole or by their class of two letters (appendix A of its manual).
OF_SQLSTATE = {
    "08": Fault.AWAY,
    "57P01": Fault.AWAY,  # the server is stopped, by its operator or after a crash
    "57P02": Fault.AWAY,
    "57P03": Fault.AWAY,  # it is starting
    "57P05": Fault.AWAY,
    "40": Fault.BUSY,  # deadlock, or a transaction that does not fit beside another
    "55P03": Fault.BUSY,  # waited for a lock for too long
    "57014": Fault.BUSY,
    "53300": Fault.BUSY,  # no connection left
    "53200": Fault.BUSY,
    "53100": Fault.FULL,
    "25006": Fault.READ_ONLY,
    "28": Fault.FORBIDDEN,
    "42501": Fault.FORBIDDEN,
    "58": Fault.FAILING,
    "XX001": Fault.DAMAGED,
    "XX002": Fault.DAMAGED,
}
OF_SYSTEM = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EFBIG: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
    errno.EACCES: Fault.FORBIDDEN,
    errno.EPERM: Fault.FORBIDDEN,
    errno.EBUSY: Fault.BUSY,
    errno.ETXTBSY: Fault.BUSY,
    errno.EIO: Fault.FAILING,
    errno.ENXIO: Fault.FAILING,
    errno.ENODEV: Fault.FAILING,
    errno.ESTALE: Fault.FAILING,
    errno.ENOENT: Fault.MISSING,
}
#: What an error without a code says (drivers make some of their own).
BY_WORDS = {
    "full": Fault.FULL,
    "locked": Fault.BUSY,
    "readonly": Fault.READ_ONLY,
    "disk i/o": Fault.FAILING,
    "malformed": Fault.DAMAGED,
    "not a database": Fault.DAMAGED,
    "unable to open": Fault.FORBIDDEN,
}
#: What a start or a command says of each, and what to do. `{path}` is the file, `{folder}` its folder.
SENTENCES = {
    Fault.FULL: (
        "There is no room left on the disk of {folder}. Nothing was changed. Free some space, then "
        "try again."
    ),
    Fault.READ_ONLY: (
        "{path} can be read but not written: its disk or the file is read-only. Nothing was changed. "
        "Make it writable, then try again."
    ),
    Fault.FORBIDDEN: (
        "Whoever runs Rekindle may not read and write {path} or its folder. Nothing was changed. Give "
        "this user the right to both, then try again."
    ),
    Fault.BUSY: (
        "Another program is using {path}. Nothing was changed. Wait until it is done or close it, "
        "then try again."
    ),
    Fault.FAILING: (
        "The disk of {folder} does not read or write as it should (an input/output error). Nothing was "
        "changed. Copy the whole folder to another disk before anything else, and ask whoever looks "
        "after this computer to check the disk."
    ),
    Fault.MISSING: "{path} is not there.",
    Fault.DAMAGED: "{path} is damaged: part of it is not as it was written.",
    Fault.AWAY: "The database server does not answer. Nothing was changed. Start it, then try again.",
    Fault.OTHER: "The records in {path} could not be used.",
}


def fault_in(error: BaseException, path: Path | None = None) -> Fault:
    """The kind of fault of an error of a database, of SQLAlchemy around it, or of the system.

    `path` is the file it was about: an input/output error on a disk without room is a full disk.
    """
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return OF_SYSTEM.get(cause.errno or 0, Fault.OTHER)
    if hasattr(cause, "sqlstate"):
        return fault_on_server(
            cause.sqlstate, is_operational=type(cause).__name__ == "OperationalError"
        )
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        said = str(cause).lower()
        found = next((fault for words, fault in BY_WORDS.items() if words in said), Fault.OTHER)
    else:
        found = OF_SQLITE.get(code & PRIMARY, Fault.OTHER)
    if found in (Fault.FAILING, Fault.FORBIDDEN) and path and has_no_room(path):
        return Fault.FULL
    return found


def fault_on_server(sqlstate: str | None, *, is_operational: bool) -> Fault:
    """The kind of fault of an error of PostgreSQL; one without a code is of the connection itself."""
    if sqlstate is None:
        return Fault.AWAY if is_operational else Fault.OTHER
    return OF_SQLSTATE.get(sqlstate) or OF_SQLSTATE.get(sqlstate[:2]) or Fault.OTHER


def has_no_room(path: Path) -> bool:
    """Whether the disk that a file is on has no room for another small one."""
    try:
        return shutil.disk_usage(path.parent).free < LEAST_ROOM
    except OSError:
        return False


def sentence(fault: Fault, path: Path) -> str:
    """What is wrong with a file, and what to do, for whoever started the program."""
    return SENTENCES[fault].format(path=path, folder=path.parent)
