"""One at a time: a lock on a file beside the database, let go when its process ends."""

import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from practice.errors import Refused

if sys.platform != "win32":
    import fcntl

#: How often, and how far apart, a lock is tried for that someone may be looking at.
MOMENTS, MOMENT_SECONDS = 5, 0.1
#: The bytes of a database file that SQLite's readers share and an exclusive writer has alone
#: (sqlite.org/lockingv3.html), and how the system is asked who has them.
SHARED_FIRST, SHARED_SIZE = 0x40000002, 510
FLOCK = {
    "linux": ("@hhqqi", ("type", "whence", "start", "length", "pid")),
    "darwin": ("@qqihh", ("start", "length", "pid", "type", "whence")),
}
OPEN = "lock"
BACKUP = "backup.lock"
RUNNING = "Rekindle is open on this machine. Close it first, then run this again."
BUSY = "Another command is changing the records. Wait until it is done."
BACKING_UP = "A backup is being made already. Wait until it is done."


@contextmanager
def alone(database: Path, name: str, otherwise: str) -> Iterator[None]:
    """Hold a lock that nobody else holds meanwhile. Raises Refused with `otherwise` when one does."""
    with held(database, name, shared=False, otherwise=otherwise):
        yield


@contextmanager
def together(database: Path, name: str, otherwise: str) -> Iterator[None]:
    """Hold a lock that others may share. Raises Refused when someone holds it alone."""
    wait_while_held(database, name)
    with held(database, name, shared=True, otherwise=otherwise):
        yield


def wait_while_held(database: Path, name: str) -> None:
    """Give whoever only looks whether a lock is held (`is_held`) the moment that takes."""
    for _ in range(MOMENTS):
        try:
            with held(database, name, shared=True, otherwise=""):
                return
        except Refused:
            time.sleep(MOMENT_SECONDS)


def is_held(database: Path, name: str) -> bool:
    """Whether a lock is held by anyone, another part of this process too."""
    path = database.with_name(f"{database.name}.{name}")
    if not path.exists():
        return False
    with path.open("r") as file:
        try:
            take(file, shared=False, otherwise="")
        except Refused:
            return True
    return False


def sqlite_lock(database: Path) -> str:
    """The lock another process holds on a database file through SQLite: “”, “shared”, “exclusive”.

    Asks the system alone, so nothing is taken, waited for or changed. Always “” on Windows.
    """
    if sys.platform not in FLOCK:
        return ""
    with database.open("rb") as file:
        for kind, found in ((fcntl.F_RDLCK, "exclusive"), (fcntl.F_WRLCK, "shared")):
            layout, order = FLOCK[sys.platform]
            asked = {
                "type": kind,
                "whence": 0,
                "start": SHARED_FIRST,
                "length": SHARED_SIZE,
                "pid": 0,
            }
            packed = struct.pack(layout, *(asked[name] for name in order))
            told = struct.unpack(layout, fcntl.fcntl(file, fcntl.F_GETLK, packed))
            if dict(zip(order, told, strict=True))["type"] != fcntl.F_UNLCK:
                return found
    return ""


@contextmanager
def held(database: Path, name: str, *, shared: bool, otherwise: str) -> Iterator[None]:
    """Hold the lock called `name` of a database."""
    path = database.with_name(f"{database.name}.{name}")
    path.touch(mode=0o600)
    with path.open("r+") as file:
        take(file, shared, otherwise)
        yield


def take(file: IO[str], shared: bool, otherwise: str) -> None:
    """Take the lock on an open file; it ends when the file is closed.

    Raises Refused with `otherwise`; where the lock could at least be shared nobody holds it alone,
    so what is open is Rekindle itself, and else it is another command.
    """
    if sys.platform != "win32":
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if otherwise == RUNNING and not shared:
                take(file, shared=True, otherwise=BUSY)
            raise Refused(otherwise) from error


def wait_for(file: IO[str]) -> None:
    """Take the lock on an open file as soon as nobody else holds it."""
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_EX)
