"""Where the audit log stood, written down outside the database.

A log whose end was cut off, or that was put back to an earlier state, looks whole from inside.
So its last line's number and digest are written into a small file beside the key: one line a
day and one for each backup. Each line is sealed together with the one before it.
"""

import hashlib
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from practice import clock
from practice.errors import Refused
from practice.keeping.contents import NO_RECORDS, first, opened
from practice.key_file import settle_folder
from practice.settings import Settings

HEAD, RESTORED = "head", "restored"
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
    there = read(settings)
    before = there[-1].seal if there else ""
    anchor = Anchor(clock.now(), kind, seq, digest, "")
    words = anchor.words()
    drop_half_line(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{words} {seal(words, before, settings.derive('anchors'))}\n")
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


def once_a_day(settings: Settings) -> None:
    """Write down where the log stands, unless that was done today. Raises Tampered as `read` does."""
    there = read(settings)
    if there and there[-1].at.date() == clock.now().date():
        return
    with opened(settings.database, settings.key) as connection:
        head = first(connection, "audit_event", LAST)
    if head:
        write(settings, *head)
