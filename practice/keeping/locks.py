"""One at a time: a lock on a file beside the database, let go when its process ends."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from practice.errors import Refused

if sys.platform != "win32":
    import fcntl

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
    with held(database, name, shared=True, otherwise=otherwise):
        yield


@contextmanager
def held(database: Path, name: str, *, shared: bool, otherwise: str) -> Iterator[None]:
    """Hold the lock called `name` of a database."""
    path = database.with_name(f"{database.name}.{name}")
    path.touch(mode=0o600)
    with path.open("r+") as file:
        take(file, shared, otherwise)
        yield


def take(file: IO[str], shared: bool, otherwise: str) -> None:
    """Take the lock on an open file; it ends when the file is closed."""
    if sys.platform != "win32":
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(otherwise) from error
