"""Where the audit log stood, written down outside the database.

A log whose end was cut off, or that was put back to an earlier state, looks whole from inside.
So its last line's number and digest are written into a small file beside the key: one line a
day, one for each backup, and at the end one of the last few minutes, which the next line replaces.
Each line is sealed together with the one before it.
"""

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from practice import clock
from practice.errors import Refused
from practice.keeping.digest import NO_RECORDS, first, opened
from practice.keeping.locks import wait_for
from practice.key_file import settle_folder, write_whole
from practice.settings import Settings

HEAD, RESTORED, LATEST = "head", "restored", "latest"
SUFFIX = ".anchors"
DIGEST_AT = "SELECT digest FROM audit_event WHERE seq = ?"
LAST = "SELECT seq, digest FROM audit_event ORDER BY seq DESC LIMIT 1"
CUT_OFF = (
    "The audit log ends before event {seq:,}, which was there on {when}. Its end was cut off, or "
    "older records were put in its place, or the file {wal} beside them was lost: what was written "
    "last is missing."
)
ANOTHER = "Event {seq:,} of the audit log is not the one that was there on {when}."
CHANGED = "The file of anchors {path} was changed by hand: line {number} is not as it was written."


@dataclass(frozen=True)
class Anchor:
    """Where the log stood at a moment; `restored` says that it was put back to there."""

    at: datetime
    kind: str
    seq: int
    digest: str
    seal: str

    def words(self) -> str:
        """The line without its seal."""
        return f"{self.at.isoformat()} {self.kind} {self.seq} {self.digest or '-'}"


class Tampered(Exception):
    """The file of anchors is not as it was written; the message says where."""


def anchors_file(settings: Settings) -> Path | None:
    """Beside the key; none for the demo, whose records start afresh each day."""
    if settings.key_file is None or settings.is_demo:
        return None
    return settings.key_file.with_suffix(SUFFIX)


def seal(words: str, before: str, key: bytes) -> str:
    """The seal of a line, which depends on every line before it."""
    return hmac.new(key, f"{before}\n{words}".encode(), hashlib.sha256).hexdigest()


def read(settings: Settings) -> list[Anchor]:
    """Every anchor, oldest first. Raises Tampered when a line was changed, added or taken out.

    A last line without its end was cut off by a crash and is passed over.
    """
    path = anchors_file(settings)
    if path is None or not path.exists():
        return []
    key, before, found = settings.derive("anchors"), "", []
    lines = path.read_text("utf-8", "replace").splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        if not line.endswith("\n"):
            break
        anchor = parsed(line)
        if anchor is None or not hmac.compare_digest(
            seal(anchor.words(), before, key), anchor.seal
        ):
            raise Tampered(CHANGED.format(path=path, number=number))
        found.append(anchor)
        before = anchor.seal
    return found


def parsed(line: str) -> Anchor | None:
    """One line as an anchor; None when it is none."""
    try:
        at, kind, seq, digest, sealed = line.split()
        return Anchor(
            datetime.fromisoformat(at), kind, int(seq), "" if digest == "-" else digest, sealed
        )
    except ValueError:
        return None


def write(settings: Settings, seq: int, digest: str, kind: str = HEAD) -> None:
    """Write down where the log stands now. Raises Tampered as `read` does."""
    path = anchors_file(settings)
    if path is None:
        return
    with one_at_a_time(path):
        there = read(settings)
        new = [Anchor(clock.now(), kind, seq, digest, "")]
        if not there or there[-1].kind != LATEST:
            add_line(path, sealed_lines(settings, new, there))
            return
        *there, latest = there
        if kind == HEAD and latest.seq > seq:
            new.append(latest)  # a backup is of the moment it was begun
        lines = "".join(f"{one.words()} {one.seal}\n" for one in there)
        write_whole(path, (lines + sealed_lines(settings, new, there)).encode())


def sealed_lines(settings: Settings, anchors: list[Anchor], there: list[Anchor]) -> str:
    """Anchors as lines that follow others."""
    key, before, lines = settings.derive("anchors"), there[-1].seal if there else "", ""
    for anchor in anchors:
        before = seal(anchor.words(), before, key)
        lines += f"{anchor.words()} {before}\n"
    return lines


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Have one process write anchors after the other: two might each replace the other's line."""
    lock = path.with_name(f"{path.name}.lock")
    lock.touch(mode=0o600)
    with lock.open("r+") as file:
        wait_for(file)
        yield


def add_line(path: Path, line: str) -> None:
    """Put a line at the end of the file, and have the disk remember it."""
    drop_half_line(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    settle_folder(path.parent)


def drop_half_line(path: Path) -> None:
    """Take away a last line that a crash cut off."""
    if path.exists() and (text := path.read_bytes()) and not text.endswith(b"\n"):
        os.truncate(path, text.rfind(b"\n") + 1)


def in_force(anchors: list[Anchor]) -> Iterator[Anchor]:
    """The anchors that the log must still agree with: a restore voids those after its own line."""
    kept: list[Anchor] = []
    for anchor in anchors:
        if anchor.kind == RESTORED:
            kept = [one for one in kept if one.seq <= anchor.seq]
        kept.append(anchor)
    yield from (anchor for anchor in kept if anchor.seq)


def fault_in(settings: Settings) -> str | None:
    """What is wrong between the log and its anchors, in words; None if nothing is.

    Raises Damaged when the database cannot be opened.
    """
    with opened(settings.database, settings.key) as connection:
        return fault_of(settings, connection)


def fault_of(settings: Settings, connection: Any) -> str | None:
    """The same of the log that an open connection reads."""
    try:
        anchors = list(in_force(read(settings)))
    except Tampered as reason:
        return str(reason)
    for anchor in reversed(anchors):
        found = first(connection, "audit_event", DIGEST_AT, (anchor.seq,))
        when = f"{anchor.at:%Y-%m-%d %H:%M} UTC"
        if found is None:
            wal = f"{settings.database.name}-wal"
            return CUT_OFF.format(seq=anchor.seq, when=when, wal=wal)
        if found[0] != anchor.digest:
            return ANOTHER.format(seq=anchor.seq, when=when)
    return None


def refuse_without_log(settings: Settings) -> None:
    """Raise Refused when there is no audit log to look at: no database, another key, no records."""
    with opened(settings.database, settings.key) as connection:
        if first(connection, "audit_event", "SELECT 1") is None:
            raise Refused(NO_RECORDS.format(database=settings.database))


def keep_up(settings: Settings) -> None:
    """Write down where the log stands, unless that is what was written last, and today.

    Raises Tampered as `read` does, Damaged and Unusable when the database cannot be opened.
    """
    if anchors_file(settings) is None:
        return
    there = read(settings)
    last = there[-1] if there else None
    with opened(settings.database, settings.key) as connection:
        seq, digest = first(connection, "audit_event", LAST) or (0, "")
    if not seq:
        return
    if last is None or last.at.date() != clock.now().date():
        write(settings, seq, digest)
    elif (last.seq, last.digest) != (seq, digest):
        write(settings, seq, digest, LATEST)
