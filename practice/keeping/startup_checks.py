"""What a start refuses, with what to do about it."""

import ipaddress
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from practice.audit.service import verify
from practice.errors import Refused
from practice.faults import LEAST_ROOM, Fault, fault_in, sentence
from practice.keeping import anchors
from practice.keeping.backup_config import plan_of
from practice.keeping.digest import Damaged, refuse_if_damaged
from practice.keeping.restoring import RESTORING, SIDE_FILES
from practice.keeping.write_ahead import LOOKING, as_found
from practice.settings import Settings, Unsafe

RESTORE = "Put the newest backup back with: rekindle restore latest"
#: How many of the log's last lines are checked at each start; `audit verify` checks all.
LAST_LINES = 500
#: Bytes of a file that are read at once.
AT_ONCE = 2**22


def refuse_debug() -> None:
    """Raise Unsafe when the program would start in debug mode."""
    if os.environ.get("FLASK_DEBUG", "0") not in ("", "0"):
        raise Unsafe(
            "FLASK_DEBUG is set. In debug mode anyone could run code here. Unset it and start again."
        )


def refuse_open_door(host: str, settings: Settings) -> None:
    """Raise Unsafe when Rekindle would be reached from other machines without TLS before it."""
    if host == "localhost" or is_loopback(host):
        return
    if not settings.https or is_loopback(settings.proxy):
        raise Unsafe(
            f"At {host} other machines could reach Rekindle without encryption. Put a web server "
            "with TLS before it, set REKINDLE_HTTPS=1 and name that server's address in "
            "REKINDLE_PROXY; or leave --host away."
        )


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_unsafe(settings: Settings) -> None:
    """Look over an installation before it opens. Raises Unsafe for the first thing that is not safe.

    Nothing is changed or repaired here.
    """
    refuse_key_beside_data(settings)
    refuse_readable(settings.database)
    refuse_missing_or_half(settings)
    refuse_unwritable(settings.database)
    if settings.database.exists() and settings.database.stat().st_size:
        refuse_damaged(settings)


def refuse_key_beside_data(settings: Settings) -> None:
    """Raise Unsafe when the key lies where a copy of the records or backups would take it along."""
    if settings.key_file is None:
        return
    key = settings.key_file.resolve()
    for folder, what in (
        (settings.database.parent, "records"),
        (plan_of(settings).folder, "backups"),
    ):
        if folder.resolve() in key.parents:
            raise Unsafe(
                f"The key {key} lies in the folder of the {what}, so a copy of one is a copy of "
                "both. Move it elsewhere and name its place in REKINDLE_KEY_FILE."
            )


def refuse_readable(database: Path) -> None:
    """Raise Unsafe when others on this machine may read the database or what stands beside it."""
    for end in ("", "-wal"):
        path = database.with_name(f"{database.name}{end}")
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Unsafe(f"Others on this machine can read {path}. Run: chmod 600 {database}*")


def refuse_missing_or_half(settings: Settings) -> None:
    """Raise Unsafe when records that were there are gone, or a restore was cut off."""
    database = settings.database
    if database.with_name(f"{database.name}{RESTORING}").exists():
        raise Unsafe(
            "A restore was cut off before it was done. Run it again: rekindle restore latest"
        )
    is_empty = not database.exists() or not database.stat().st_size
    path = anchors.anchors_file(settings)
    if is_empty and path and path.exists() and path.stat().st_size:
        raise Unsafe(f"The records that were in {database} are gone. {RESTORE}")


def refuse_unwritable(database: Path) -> None:
    """Raise Unsafe when the disk is full, read-only or failing, or the files may not be used."""
    for end in ("", *SIDE_FILES):
        path = database.with_name(f"{database.name}{end}")
        if path.exists() and not os.access(path, os.R_OK | os.W_OK):
            raise Unsafe(why_not(path))
    try:
        with tempfile.TemporaryFile(prefix=LOOKING, dir=database.parent) as trial:
            trial.write(bytes(LEAST_ROOM))
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        raise Unsafe(sentence(fault_in(error), database)) from error


def why_not(path: Path) -> str:
    """Why a file that is there cannot be both read and written, and what to do."""
    about = path.stat()
    if about.st_uid == os.geteuid() and about.st_mode & 0o600 != 0o600:
        return (
            f"{path} can be read but not written: it may have been left so by a start from a "
            f"read-only disk. Nothing was changed. Run: chmod 600 {path}"
        )
    is_read_only = os.statvfs(path).f_flag & os.ST_RDONLY
    return sentence(Fault.READ_ONLY if is_read_only else Fault.FORBIDDEN, path)


def refuse_damaged(settings: Settings) -> None:
    """Raise Unsafe when the database cannot be read to its end, or its audit log was cut or changed."""
    try:
        read_ahead(settings.database)
        with as_found(settings) as connection:
            refuse_if_damaged(connection, thoroughly=False)
            fault = log_fault(settings, connection) or anchors.fault_of(settings, connection)
    except Damaged as reason:
        raise Unsafe(f"{reason} Nothing was changed. {RESTORE}") from reason
    except Refused as reason:
        raise Unsafe(str(reason)) from reason
    except OSError as error:
        raise Unsafe(sentence(fault_in(error), settings.database)) from error
    if fault:
        raise Unsafe(f"{fault} Look into it first: rekindle audit verify. {RESTORE}")


def read_ahead(database: Path) -> None:
    """Have the system hold the file in memory: it is quick from one end to the other, and the check
    that follows jumps about in it.
    """
    with database.open("rb", buffering=0) as file:
        while file.read(AT_ONCE):
            pass


def log_fault(settings: Settings, connection: Any) -> str | None:
    """What is wrong with the end of the audit log; None if nothing is."""
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_event'").fetchone()
    if not there:
        return None
    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=lambda: connection, poolclass=StaticPool
    )
    with engine.connect() as reader:
        verdict = verify(reader, settings.derive("audit"), last=LAST_LINES)
    return verdict.fault
